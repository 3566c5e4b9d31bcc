"""One opened connection: its facts, how it stands, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import Final

from textual.app import SystemCommand
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from pipeops_tui.connections.connection import Connection
from pipeops_tui.connections.connection_actions import ConnectionAction, ConnectionDecision
from pipeops_tui.connections.reminder import reminder_of
from pipeops_tui.core.clock import Clock
from pipeops_tui.ui.base.dialog import Dialog
from pipeops_tui.ui.connections.connection_facts import ConnectionFacts
from pipeops_tui.ui.connections.row_details import title_of
from pipeops_tui.ui.widgets.action_buttons import Action, ActionButtons
from pipeops_tui.ui.widgets.showing import say

_PUBLIC_VALUES: Final = {1: "Resource group", 2: "Tenant ID", 3: "Client ID", 5: "Subscription ID"}
"""By the digit that copies the same value on the Credentials screen."""
_LABELS: Final = {
    ConnectionAction.NEW_SECRET: ("New secret", "n"),
    ConnectionAction.REMOVE_OLD: ("Remove old secret…", "o"),
    ConnectionAction.CHECK: ("Check", "k"),
    ConnectionAction.RESTORE: ("Restore…", "t"),
    ConnectionAction.ADD_OWNER: ("Add an owner…", ""),
    ConnectionAction.REMOVE: ("Remove…", "x"),
}
"""Buttons in order, each with its key."""
_WITHOUT_KEY: Final = {ConnectionAction.ADD_OWNER: "Who can renew the client secret when you are away"}
"""What the palette says about a button that has no key."""


class ConnectionCard(Dialog[ConnectionDecision]):
    """Dismisses with what to do with the connection, or None. Nothing is done that was not asked for."""

    CSS_PATH = "connection_card.tcss"
    HORIZONTAL_BREAKPOINTS = [*Dialog.HORIZONTAL_BREAKPOINTS, (104, "-wide")]
    VERTICAL_BREAKPOINTS = [*Dialog.VERTICAL_BREAKPOINTS, (22, "-tall")]
    AUTO_FOCUS = "#facts-scroll"
    BINDINGS = [
        *(
            Binding(str(digit), f"copy_value({digit})", "Copy", show=digit == 1, tooltip=f"Copy {value}")
            for digit, value in _PUBLIC_VALUES.items()
        ),
        Binding("i", "remind", "Remind me"),
        Binding("n", "decide('new_secret')", "New secret"),
        Binding("o", "decide('remove_old')", "Remove old…", tooltip="Remove the old client secret"),
        Binding("k", "decide('check')", "Check"),
        Binding("t", "decide('restore')", "Restore…"),
        Binding("x", "decide('remove')", "Remove…"),
        Binding("escape", "close", "Back", key_display="esc"),
        Binding("up", "scroll(-1)", show=False),
        Binding("down", "scroll(1)", show=False),
        Binding("pageup", "scroll(-8)", show=False),
        Binding("pagedown", "scroll(8)", show=False),
    ]

    def __init__(
        self,
        connection: Connection,
        available: Callable[[Connection], Collection[ConnectionAction]],
        *,
        clock: Clock,
        copy: Callable[[str, str], None],
    ) -> None:
        """`available` says what can be done with it now; `copy` takes a text and what it is called."""
        super().__init__()
        self.connection = connection
        self._available, self._clock, self._copy = available, clock, copy
        self._facts = ConnectionFacts()

    def compose_card(self) -> Iterable[Widget]:
        """Title, facts, buttons."""
        yield Static(title_of(self.connection), id="dialog-title", markup=False)
        with VerticalScroll(id="facts-scroll"):
            yield self._facts
        yield ActionButtons(self._buttons(), id="card-actions")

    def on_mount(self) -> None:
        """Show the facts."""
        self.show(self.connection)

    def show(self, connection: Connection) -> None:
        """Show what is known of it now."""
        self.connection = connection
        if self.is_attached:
            self._facts.show(connection, self._clock.now())
            say(self.query_one("#dialog-title", Static), title_of(connection), same_size=True)
            self.query_one(ActionButtons).show(self._buttons())
            self.refresh_bindings()

    def _buttons(self) -> list[Action]:
        can = self._available(self.connection)
        actions = [
            Action(label, lambda action=action: self.action_decide(action), key)  # type: ignore[misc]
            for action, (label, key) in _LABELS.items()
            if action in can
        ]
        remind = [Action("Remind me", self.action_remind, "i")] if self._can_remind else []
        return [*actions, *remind, Action("Copy client ID", lambda: self.action_copy_value(3)), self._back]

    @property
    def _back(self) -> Action:
        return Action("Back", self.action_close)

    @property
    def _can_remind(self) -> bool:
        return reminder_of(self.connection) is not None

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done with this connection."""
        match action:
            case "decide":
                return ConnectionAction(str(parameters[0])) in self._available(self.connection)
            case "copy_value":
                return bool(self._value(parameters[0]))
            case "remind":
                return self._can_remind
        return True

    def commands(self) -> Iterable[SystemCommand]:
        """What can be done with it and has no key."""
        for action, (label, key) in _LABELS.items():
            if not key and action in self._available(self.connection):
                yield SystemCommand(label, _WITHOUT_KEY[action], partial(self.action_decide, action))

    def action_decide(self, action: str) -> None:
        """Close, and have the chosen action carried out."""
        chosen = ConnectionAction(action)
        if self.is_active and chosen in self._available(self.connection):
            self.dismiss(ConnectionDecision(chosen, self.connection))

    def _value(self, digit: object) -> str:
        connection = self.connection
        match digit:
            case 1:
                return connection.group_name
            case 2:
                return connection.tenant_id
            case 3:
                return connection.client_id
            case 5:
                return connection.subscription_id
        return ""

    def action_copy_value(self, digit: int) -> None:
        """Copy one of the four public values."""
        if value := self._value(digit):
            self._copy(value, _PUBLIC_VALUES[digit])

    def action_remind(self) -> None:
        """Write a reminder for a calendar, or copy a link to one."""
        reminder = reminder_of(self.connection)
        if reminder is not None and self.is_active:
            from pipeops_tui.ui.dialogs.remind_dialog import RemindDialog

            self.app.push_screen(RemindDialog(reminder, self._clock, self._copy))

    def action_scroll(self, lines: int) -> None:
        """Move the facts where they do not fit."""
        self.query_one("#facts-scroll").scroll_relative(y=lines, animate=False)
