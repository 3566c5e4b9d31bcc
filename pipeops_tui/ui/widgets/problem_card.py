"""A problem: what happened, why, what to do, who can do it, and buttons."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from pipeops_tui.core.problem import Problem
from pipeops_tui.ui.widgets.action_buttons import Action, ActionButtons
from pipeops_tui.ui.widgets.showing import link


class _Details(Static):
    """For a support request; hidden until asked for."""

    def on_resize(self) -> None:
        """Come into sight. Textual's `call_after_refresh` would come before the layout that gives it a place."""
        self.scroll_visible(animate=False, top=True)


class ProblemCard(Vertical, can_focus=False):
    """Shows one problem at a time; `present` replaces what it shows.

    Title and buttons are always in sight, what lies between them scrolls. The details for a support request are shown
    only when asked for.
    """

    DEFAULT_CSS = """
    ProblemCard {
        height: 1fr;

        & > .problem-card--title { height: auto; color: $text-error; text-style: bold; margin-bottom: 1; }
        & > .problem-card--title.-wanted { color: $text; }
        & > VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
        & Static { height: auto; margin-bottom: 1; }
        & .problem-card--muted { color: $text-muted; }
        & .problem-card--command { color: $text-primary; }
        & .problem-card--details { color: $text-muted; }
        & > ActionButtons { margin-top: 1; }
    }
    """

    BINDINGS = [Binding("c", "press('c')", "Copy command"), Binding("d", "press('d')", "Details")]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._problem: Problem | None = None
        self._actions: tuple[Action, ...] = ()

    @property
    def problem(self) -> Problem | None:
        """What is shown."""
        return self._problem

    async def present(self, problem: Problem, actions: Sequence[Action]) -> None:
        """Show `problem` with a button for each action; the first one gets the focus."""
        self._problem, self._actions = problem, tuple(actions)
        await self.recompose()
        for buttons in self.query(ActionButtons):  # none where the application has closed meanwhile
            buttons.focus_first()

    def compose(self) -> ComposeResult:
        """The title, the paragraphs that there are, the buttons."""
        problem = self._problem
        if problem is None:
            return
        title = Text(f"{'–' if problem.wanted else '✗'} {problem.title}")
        yield Static(title, classes=f"problem-card--title{' -wanted' if problem.wanted else ''}")
        with VerticalScroll(can_focus=False):
            yield from problem_paragraphs(problem)
            if problem.details:
                details = "\n".join(f"{label}: {value}" for label, value in problem.details)
                folded = _Details(Text(details), classes="problem-card--details")
                folded.display = False
                yield folded
        yield ActionButtons(self._with_details())

    def _with_details(self, *, shown: bool = False) -> list[Action]:
        """The actions, and a button that shows and hides the details; the last one still leaves the program."""
        if self._problem is None or not self._problem.details:
            return list(self._actions)
        verb = "Hide details" if shown else "Details"
        toggle = Action(verb, self._toggle_details, key="d")
        return [*self._actions[:-1], toggle, *self._actions[-1:]]

    def _toggle_details(self) -> None:
        words, details = self.query_one(VerticalScroll), self.query_one(".problem-card--details")
        details.display = not details.display
        self.query_one(ActionButtons).show(self._with_details(shown=details.display))
        if not details.display:
            words.scroll_home(animate=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only the keys of actions that there are."""
        return action != "press" or any(one.key in parameters for one in self._with_details())

    def action_press(self, key: str) -> None:
        """Do what belongs to `key`."""
        self.query_one(ActionButtons).press(key)


def problem_paragraphs(problem: Problem) -> ComposeResult:
    """What happened, why, what to do, who can do it, the command and where to read more: one widget a paragraph."""
    for paragraph in (problem.what, problem.why, problem.remedy):
        if paragraph:
            yield Static(Text(paragraph))
    if problem.who:
        yield Static(Text(f"Who can fix it: {problem.who}"))
    if problem.command:
        yield Static(Text(problem.command), classes="problem-card--command")
    if problem.link.startswith("https://"):  # a section of the README has a button
        yield Static(link(problem.link), classes="problem-card--muted")
