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
    """What happened, why, what to do; c copies it all, m a message to who can do it."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS = [
        Binding("enter", "dismiss_quietly", "Close", show=False),
        Binding("m", "copy_message", "Copy message"),
        Binding("c", "copy", "Copy details"),
    ]

    def __init__(self, problem: Problem, copy: Callable[[str, str], None], message: str = "") -> None:
        """`copy` takes a text and what it is called; `message` is for whoever can fix it, where there is somebody."""
        super().__init__()
        self._problem = problem
        self._copy = copy
        self._message = message

    def compose_card(self) -> Iterable[Widget]:
        """The problem as the clipboard would get it."""
        title, _, rest = self._problem.as_text().partition("\n")
        yield Static(Text(title), id="dialog-title")
        with VerticalScroll(id="problem-text"):
            yield Static(Text(rest))

    def action_copy(self) -> None:
        """Copy everything."""
        self._copy(self._problem.as_text(), "Details")

    def action_copy_message(self) -> None:
        """Copy what to send to whoever can fix it."""
        self._copy(self._message, "Message")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A message only where there is one."""
        return action != "copy_message" or bool(self._message)
