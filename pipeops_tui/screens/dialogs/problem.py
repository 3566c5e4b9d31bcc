"""A problem whole, with its details for a support request."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich.text import Text
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from pipeops_tui.problem import Problem
from pipeops_tui.screens.dialog import Dialog


class ProblemDialog(Dialog[None]):
    """What happened, why, what to do; c copies it all."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS = [Binding("enter", "dismiss_quietly", "Close", show=False), Binding("c", "copy", "Copy details")]

    def __init__(self, problem: Problem, copy: Callable[[str, str], None]) -> None:
        """`copy` takes a text and what it is called."""
        super().__init__()
        self._problem = problem
        self._copy = copy

    def compose_card(self) -> Iterable[Widget]:
        """The problem as the clipboard would get it."""
        title, _, rest = self._problem.as_text().partition("\n")
        yield Static(Text(title), id="dialog-title")
        with VerticalScroll(id="problem-text"):
            yield Static(Text(rest))

    def action_copy(self) -> None:
        """Copy everything."""
        self._copy(self._problem.as_text(), "Details")
