"""A failure a person can act on: what happened, why, what to do, who can do it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Button, Static

from pipeops_tui.problem import Problem


@dataclass(frozen=True, slots=True)
class ProblemAction:
    """A button under the problem: a verb, and what it does."""

    label: str
    run: Callable[[], object]


class ProblemCard(VerticalScroll, can_focus=False):
    """Shows one problem at a time; `present` replaces what it shows."""

    DEFAULT_CSS = """
    ProblemCard {
        height: 1fr;
        scrollbar-size-vertical: 1;

        & > .problem-card--title { color: $text-error; text-style: bold; }
        & > Static { height: auto; margin-bottom: 1; }
        & > .problem-card--quiet { color: $text-muted; }
        & > .problem-card--command { color: $text-primary; }
        & > Horizontal { height: 1; margin-bottom: 1; }
        & Button { padding: 0; margin-right: 1; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._problem: Problem | None = None
        self._actions: tuple[ProblemAction, ...] = ()

    @property
    def problem(self) -> Problem | None:
        """What is shown."""
        return self._problem

    async def present(self, problem: Problem, actions: Sequence[ProblemAction]) -> None:
        """Show `problem` with a button for each action; the first one gets the focus."""
        self._problem, self._actions = problem, tuple(actions)
        await self.recompose()
        self.scroll_home(animate=False)
        if buttons := self.query(Button):
            buttons.first(Button).focus()

    def compose(self) -> ComposeResult:
        """The paragraphs that there are, then the buttons, then the details for a support request."""
        problem = self._problem
        if problem is None:
            return
        yield Static(Text(f"✗ {problem.title}"), classes="problem-card--title")
        for paragraph in (problem.what, problem.why, problem.remedy):
            if paragraph:
                yield Static(Text(paragraph))
        if problem.who:
            yield Static(Text(f"Who can fix it: {problem.who}"))
        if problem.command:
            yield Static(Text(problem.command), classes="problem-card--command")
        if problem.link:
            yield Static(Text(problem.link), classes="problem-card--quiet")
        with Horizontal():
            for index, action in enumerate(self._actions):
                yield Button(action.label, compact=True, variant="primary" if index == 0 else "default")
        if problem.details:
            details = "\n".join(f"{label}: {value}" for label, value in problem.details)
            yield Static(Text(details), classes="problem-card--quiet")

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Do what the pressed button says."""
        event.stop()
        buttons = list(self.query(Button))
        self._actions[buttons.index(event.button)].run()
