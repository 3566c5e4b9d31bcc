"""The whole of a problem, and the message to the person who can fix it, to be read and to be copied."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich.text import Text
from textual import on
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import Button, Static

from pipeops_tui.core.problem import Problem
from pipeops_tui.ui.base.dialog import Dialog
from pipeops_tui.ui.dialogs.section_dialog import SectionDialog
from pipeops_tui.ui.widgets.problem_card import problem_paragraphs

_SCROLL = {"up": -1, "down": 1, "pageup": -8, "pagedown": 8}


class ProblemDialog(Dialog[None]):
    """What happened, why, what to do. c copies everything, m a message to the person who can fix it."""

    CSS_PATH = "dialogs.tcss"
    VERTICAL_BREAKPOINTS = [*Dialog.VERTICAL_BREAKPOINTS, (22, "-tall"), (32, "-lofty")]
    AUTO_FOCUS = "Button"
    BINDINGS = [
        Binding("m", "copy_message", "Copy message"),
        Binding("c", "copy", "Copy details"),
        *(Binding(key, f"scroll({lines})", show=False) for key, lines in _SCROLL.items()),
    ]

    def __init__(self, problem: Problem, copy: Callable[[str, str], None], message: str = "") -> None:
        """`copy` takes a text and what it is called; `message` is for the person who can fix it, or empty."""
        super().__init__()
        self._problem = problem
        self._copy = copy
        self._message = message

    def compose_card(self) -> Iterable[Widget]:
        """The paragraphs, the message, the details; below them what can be done."""
        yield Static(Text(self._problem.title), id="dialog-title")
        with VerticalScroll(id="problem-text", can_focus=False):
            yield from problem_paragraphs(self._problem)
            if self._message:
                yield Static("The message that m copies:", classes="label", markup=False)
                yield Static(Text(self._message), classes="message")
            if self._problem.details:
                details = "\n".join(f"{label}: {value}" for label, value in self._problem.details)
                yield Static(Text(details), classes="problem-card--muted")
        with Horizontal(classes="buttons"):
            if self._message:
                yield Button("Copy message", id="message", compact=True, variant="primary")
            yield Button("Copy details", id="details", compact=True)
            if self._section:
                yield Button("Read more", id="more", compact=True)
            yield Button("Close", id="close", compact=True)

    @property
    def _section(self) -> bool:
        """Whether there is more to read in the README."""
        return bool(self._problem.link) and not self._problem.link.startswith("https://")

    def action_copy(self) -> None:
        """Copy everything."""
        self._copy(self._problem.as_text(), "Details")

    def action_copy_message(self) -> None:
        """Copy the message to the person who can fix it."""
        self._copy(self._message, "Message")

    def action_scroll(self, lines: int) -> None:
        """Move the text where it does not fit."""
        self.query_one("#problem-text").scroll_relative(y=lines, animate=False)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        match event.button.id:
            case "message":
                self.action_copy_message()
            case "details":
                self.action_copy()
            case "more":
                self.app.push_screen(SectionDialog(self._problem.link))
            case _:
                self.action_close()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Messages can be copied only where there is one."""
        return action != "copy_message" or bool(self._message)
