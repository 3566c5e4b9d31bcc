"""The base of the steps with a check list: their keys, which all go to the list."""

from __future__ import annotations

from collections.abc import Iterable

from textual import on
from textual.app import SystemCommand
from textual.binding import Binding
from textual.events import Resize

from pipeops_tui.ui.base.check_list import CheckList
from pipeops_tui.ui.base.step_screen import StepScreen
from pipeops_tui.ui.widgets.check_rows import CheckRows

_SCROLL = {"up": -1, "down": 1, "pageup": -5, "pagedown": 5}


class ChecksScreen(StepScreen):
    """Subclasses make `checks`."""

    BINDINGS = [
        Binding("t", "try_anyway", "Try anyway"),
        Binding("s", "sign_in", "Sign in again"),
        Binding("m", "copy_message", "Copy message"),
        Binding("d", "details", "Details"),
        Binding("r", "check_again", "Check again"),
        Binding("f5,ctrl+r", "check_again", show=False),
        *(Binding(key, f"scroll_checks({lines})", show=False) for key, lines in _SCROLL.items()),
    ]

    checks: CheckList

    def missing(self) -> str:
        """Why it cannot be passed."""
        return self.checks.missing()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what works now is shown."""
        if action == "continue" and self.checks.blocked:
            return False
        works = self.checks.can(action)
        return super().check_action(action, parameters) if works is None else works

    def action_copy_message(self) -> None:
        """Copy the message to the person who can help."""
        self.checks.copy_message()

    def action_details(self) -> None:
        """Show the whole problem."""
        self.checks.details()

    def action_check_again(self) -> None:
        """Ask Azure again."""
        self.checks.check_again()

    def action_try_anyway(self) -> None:
        """Continue although Azure can refuse."""
        self.checks.try_anyway()

    def action_sign_in(self) -> None:
        """Sign in as Azure asks."""
        self.checks.sign_in()

    def action_scroll_checks(self, lines: int) -> None:
        """Move the rows where they do not all fit."""
        self.checks.scroll(lines)

    def commands(self) -> Iterable[SystemCommand]:
        """Checking again is always possible."""
        return self.checks.commands()

    def on_resize(self, _event: Resize) -> None:
        """Fit the rows to the new size."""
        self.call_after_refresh(self.checks.show_again)

    @on(CheckRows.Resized)
    def _rows_resized(self) -> None:
        self.checks.scroll_to_blocked()
