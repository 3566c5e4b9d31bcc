"""A failure a person can act on: what happened, why, what to do, who can do it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Static

from pipeops_tui.problem import Problem
from pipeops_tui.widgets.button import Button
from pipeops_tui.widgets.link import link


@dataclass(frozen=True, slots=True)
class ProblemAction:
    """A button under the problem: a verb, and what it does."""

    label: str
    run: Callable[[], object]
    key: str = ""
    """The key that does it as well: `c`, or none."""


class ProblemCard(VerticalScroll, can_focus=False):
    """Shows one problem at a time; `present` replaces what it shows."""

    DEFAULT_CSS = """
    ProblemCard {
        height: 1fr;
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;

        & > .problem-card--title { color: $text-error; text-style: bold; }
        & > .problem-card--title.-wanted { color: $text; }
        & > Static { height: auto; margin-bottom: 1; }
        & > .problem-card--quiet { color: $text-muted; }
        & > .problem-card--command { color: $text-primary; }
        & > Horizontal { height: 1; margin-bottom: 1; }
        & Button { width: auto; min-width: 4; padding: 0; margin-right: 1; }
    }
    """

    BINDINGS = [Binding("c", "press('c')", "Copy command")]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._problem: Problem | None = None
        self._actions: tuple[ProblemAction, ...] = ()
        self._packed: tuple[tuple[ProblemAction, ...], ...] = ()

    @property
    def problem(self) -> Problem | None:
        """What is shown."""
        return self._problem

    async def present(self, problem: Problem, actions: Sequence[ProblemAction]) -> None:
        """Show `problem` with a button for each action; the first one gets the focus."""
        self._problem, self._actions = problem, tuple(actions)
        self._packed = self._pack()
        await self.recompose()
        self.scroll_home(animate=False)
        self._focus_first()

    def compose(self) -> ComposeResult:
        """The paragraphs that there are, then the buttons, then the details for a support request."""
        problem = self._problem
        if problem is None:
            return
        title = Text(f"{'–' if problem.wanted else '✗'} {problem.title}")
        yield Static(title, classes=f"problem-card--title{' -wanted' if problem.wanted else ''}")
        for paragraph in (problem.what, problem.why, problem.remedy):
            if paragraph:
                yield Static(Text(paragraph))
        if problem.who:
            yield Static(Text(f"Who can fix it: {problem.who}"))
        if problem.command:
            yield Static(Text(problem.command), classes="problem-card--command")
        if problem.link:
            yield Static(_more(problem.link), classes="problem-card--quiet")
        first = self._actions[:1]
        for row in self._packed:
            with Horizontal():
                for action in row:
                    yield Button(action.label, compact=True, variant="primary" if action in first else "default")
        if problem.details:
            details = "\n".join(f"{label}: {value}" for label, value in problem.details)
            yield Static(Text(details), classes="problem-card--quiet")

    async def on_resize(self) -> None:
        """Arrange the buttons anew where they no longer fit side by side."""
        if self._problem is not None and (packed := self._pack()) != self._packed:
            self._packed = packed
            had_focus = self.has_focus_within
            await self.recompose()
            if had_focus:
                self._focus_first()

    def _focus_first(self) -> None:
        if buttons := self.query(Button):
            buttons.first(Button).focus()

    def _pack(self) -> tuple[tuple[ProblemAction, ...], ...]:
        """The actions in as many rows as they need."""
        # A card that was hidden has no width yet: one row, unless its first size says otherwise.
        room = self.scrollable_content_region.width or sum(_width(action) for action in self._actions)
        rows: list[list[ProblemAction]] = [[]]
        for action in self._actions:
            if rows[-1] and sum(_width(one) for one in [*rows[-1], action]) > room:
                rows.append([])
            rows[-1].append(action)
        return tuple(tuple(row) for row in rows if row)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only the keys of actions that there are."""
        return action != "press" or any(one.key in parameters for one in self._actions)

    def action_press(self, key: str) -> None:
        """Do what belongs to `key`."""
        for action in self._actions:
            if action.key == key:
                action.run()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Do what the pressed button says."""
        event.stop()
        for button, action in zip(self.query(Button), self._actions, strict=False):
            if button is event.button:  # else it belonged to the problem before this one
                action.run()


def _more(address: str) -> Text:
    """Where to read more; a section of the README is named, for it has no address that a browser could open."""
    return link(address) if address.startswith("https://") else Text(f"More: {address}")


def _width(action: ProblemAction) -> int:
    """Cells its button takes, with the gap after it."""
    return cell_len(action.label) + 3
