"""The list of connections: at once from this computer, then what the tenants add, without moving what is looked at.

The focus stays in the filter, so letters filter. `u` and `f` act only while the filter is empty and an unfinished run
is highlighted, and `o` only while the row of the others is; `/` starts a filter that begins with one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from textual import on
from textual.binding import Binding
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import Worker, WorkerState

from pipeops_tui.connections.connection import Connection, ConnectionState, key_of
from pipeops_tui.connections.connection_actions import (
    ConnectionAction,
    ConnectionActions,
    ConnectionDecision,
    run_actions,
)
from pipeops_tui.connections.connection_sections import ConnectionSection
from pipeops_tui.core.clock import Clock
from pipeops_tui.core.option_values import PUBLIC_PORTAL
from pipeops_tui.ui.base.background_work import problem_of
from pipeops_tui.ui.base.dialog import Dialog
from pipeops_tui.ui.connections.connection_rows import COLUMNS, OTHERS_KEY, ConnectionRows
from pipeops_tui.ui.connections.connections_help import about_connections
from pipeops_tui.ui.connections.row_details import heading, is_undoing, nothing_listed, others_remark, row_details
from pipeops_tui.ui.connections.tenant_answers import TenantAnswers
from pipeops_tui.ui.services import About
from pipeops_tui.ui.widgets.action_buttons import Action, ActionButtons
from pipeops_tui.ui.widgets.picker import Picker
from pipeops_tui.ui.widgets.picker_list import PickerList
from pipeops_tui.ui.widgets.showing import say
from pipeops_tui.ui.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from pipeops_tui.connections.connection_search import ConnectionSearch
    from pipeops_tui.connections.known_connections import KnownConnections
    from pipeops_tui.ui.connections.connection_card import ConnectionCard

_COMMANDS: Final[dict[str, tuple[str, tuple[object, ...]]]] = {
    "u": ("undo", ()),
    "f": ("forget", ()),
    "o": ("others", (True,)),
}
"""Letters that act while the filter is empty."""
_OFFLINE: Final = "Sign in to check these and to find others."
_NOTHING_KNOWN: Final = "Sign in to find those in your tenants."


class ConnectionsScreen(Dialog[ConnectionDecision]):
    """Dismisses with what to do with which connection, or None. Enter continues an unfinished run or opens a
    connection."""

    CSS_PATH = "connections_screen.tcss"
    HORIZONTAL_BREAKPOINTS = [*Dialog.HORIZONTAL_BREAKPOINTS, (104, "-wide")]
    VERTICAL_BREAKPOINTS = [*Dialog.VERTICAL_BREAKPOINTS, (22, "-tall")]
    AUTO_FOCUS = "FilterEntry"
    BINDINGS = [
        Binding("enter", "continue", "Continue", key_display="⏎"),
        Binding("enter", "open", "Open", key_display="⏎"),
        Binding("enter", "others", "Show", key_display="⏎"),
        # Before the filter, which would take them for text.
        Binding("u", "undo", "Undo…", priority=True),
        Binding("f", "forget", "Forget…", priority=True),
        Binding("o", "others(True)", "Others", priority=True, show=False),
        Binding("slash", "filter", "Filter", key_display="/", priority=True, show=False),
        Binding("f5,ctrl+r", "check_again", "Check again", key_display="F5"),
        Binding("escape", "close", "Back", key_display="esc"),
    ]

    def __init__(
        self,
        known: KnownConnections,
        actions: ConnectionActions,
        *,
        clock: Clock,
        copy: Callable[[str, str], None],
        search: ConnectionSearch | None = None,
        selected: str | None = None,
        opens: str = "",
        portal: str = PUBLIC_PORTAL,
    ) -> None:
        """`copy` takes a text and what it is called. `search` asks the tenants; None before an account has signed in.
        `selected` is the key of the connection to highlight, `opens` the client ID of one to open once it is known.
        `portal` is the address of the cloud's Azure portal."""
        super().__init__()
        self._actions, self._clock, self._copy = actions, clock, copy
        self._rows = ConnectionRows()
        self._rows.add(known.all)
        self._rows.add_in_use(known.in_use)
        self._selected_first = selected
        self._opens = opens
        self._portal = portal
        self._others_shown = False
        self._filtering = False
        """Whether `/` was pressed: then every letter filters."""
        self._card: ConnectionCard | None = None
        self._picker = Picker(COLUMNS, placeholder="name, group, subscription or client ID", id="connections")
        self._picker.entry.passes = self._is_command
        self._status = StatusLine(clock.monotonic, id="list-status")
        self._remark = known.remark
        self._tenants = None
        if search is not None:
            self._tenants = TenantAnswers(search, self._rows, self._status, clock, self._show_rows, known.remark)

    def compose_card(self) -> Iterable[Widget]:
        """The list, what is to be known about the highlighted row, and what can be done with it."""
        yield Static(heading(len(self._rows.of(ConnectionSection.UNFINISHED))), id="dialog-title", markup=False)
        yield self._picker
        yield Static(id="selected", markup=False)
        yield ActionButtons(id="row-actions")
        yield self._status

    def about(self) -> About:
        """What a connection is, and what can be done with one."""
        return about_connections(self._portal)

    # Rows

    def on_mount(self) -> None:
        """Show what this computer knows, then ask the tenants."""
        self.watch(self._picker.entry, "value", self._filter_changed, init=False)
        self._picker.set_rows(())
        self._show_rows()
        self._picker.list.highlight(self._selected_first or self._rows.first_key(self._clock.now()))
        self._show_selected()
        self.call_after_refresh(self._open_wanted)
        if self._tenants is None:
            (self._status.warn if self._remark else self._status.say)(
                self._remark or (_OFFLINE if self._picker.list.filter.all else _NOTHING_KNOWN)
            )
        else:
            self._ask_tenants()

    def _ask_tenants(self) -> None:
        if (tenants := self._tenants) is None:
            return

        async def ask() -> None:
            await tenants.add(others=self._others_shown)
            if self._opens:
                self._status.warn(f"No connection with the client ID {self._opens} was found.")

        _worker: Worker[None] = self.run_worker(ask, group="search", exclusive=True, exit_on_error=False)

    @on(Worker.StateChanged)
    def _search_ended(self, event: Worker.StateChanged) -> None:
        """Say it where something fails that is not Azure's refusal: a mistake in this program."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            problem = problem_of(event.worker.error, self._clock.now())
            self._status.failed(f"{problem.title}. F5 checks again.")

    def _show_rows(self) -> None:
        """Bring the list up to date; what is highlighted stays on its line."""
        picker = self._picker
        others = "" if self._tenants is None else others_remark(shown=self._others_shown)
        rows = self._rows.rows(self._clock.now(), others=others, others_shown=self._others_shown)
        picker.list.empty_text = (
            "Nothing matches. Escape clears the filter." if rows else nothing_listed(offline=self._tenants is None)
        )
        if rows != picker.list.filter.all:
            picker.set_rows(rows)
        if not picker.list.touched and self._rows.get(self._key) is None:
            picker.list.highlight(self._rows.first_key(self._clock.now()))
        self._show_selected()
        self._update_card()
        self._open_wanted()

    @property
    def _key(self) -> str | None:
        """Key of the highlighted row, if it is shown."""
        key = self._picker.list.highlighted_key
        return key if self._picker.list.filter.position(key) is not None else None

    @property
    def selected(self) -> Connection | None:
        """The highlighted connection, unless another process is working on it."""
        return self._rows.get(self._key)

    def _filter_changed(self, text: str) -> None:
        self._filtering = self._filtering and bool(text)
        self._show_selected()

    # The highlighted row

    @on(PickerList.Highlighted)
    def _row_highlighted(self, event: PickerList.Highlighted) -> None:
        event.stop()
        self._show_selected()

    def _show_selected(self) -> None:
        """Say what is known about the highlighted row, and offer what can be done with it."""
        details = row_details(self._rows, self._key, self._clock.now())
        say(self.query_one("#selected", Static), details, same_size=True)
        self.query_one(ActionButtons).show(self._buttons())
        self.set_class(bool(self._rows.of(ConnectionSection.UNFINISHED)), "-unfinished")
        self.refresh_bindings()

    def _buttons(self) -> list[Action]:
        connection = self.selected
        if connection is None:
            others = "Hide them" if self._others_shown else "Look for them"
            first = [Action(others, self.action_others)] if self._key == OTHERS_KEY else []
        elif connection.state is ConnectionState.UNFINISHED:
            first = [
                Action(label, lambda action=action: self._decide(action))  # type: ignore[misc]
                for action, label in (
                    (ConnectionAction.CONTINUE, "Continue"),
                    (ConnectionAction.UNDO, "Undo…"),
                    (ConnectionAction.FORGET, "Forget…"),
                )
                if action in run_actions(connection)
            ]
        else:
            first = [Action("Open", self.action_open)]
        return [*first, Action(self._leave, self.action_close)]

    @property
    def _leave(self) -> str:
        return "Decide later" if self._rows.of(ConnectionSection.UNFINISHED) else "Back"

    # Keys

    def _is_command(self, key: str) -> bool:
        """Whether a letter is a command for the highlighted row now, not text for the filter."""
        action, parameters = _COMMANDS.get(key, ("", ()))
        return bool(action) and self.check_action(action, parameters) is True

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done with the highlighted row. Enter never creates again what was being undone."""
        if not self.is_mounted:
            return False
        connection = self.selected
        unfinished = connection is not None and connection.state is ConnectionState.UNFINISHED
        typing = self._filtering or bool(self._picker.entry.value)
        match action:
            case "continue":
                return connection is not None and unfinished and not is_undoing(connection)
            case "undo" | "forget":
                can = connection is not None and ConnectionAction(action) in run_actions(connection)
                return can and not typing
            case "open":
                return connection is not None and not unfinished
            case "others":
                return self._key == OTHERS_KEY and not (parameters and typing)
            case "filter":
                return not typing
            case "check_again":
                return self._tenants is not None
        return True

    def action_continue(self) -> None:
        """Finish the highlighted run."""
        self._decide(ConnectionAction.CONTINUE)

    def action_undo(self) -> None:
        """Remove what it created."""
        self._decide(ConnectionAction.UNDO)

    def action_forget(self) -> None:
        """Leave what it created in Azure, and do not list the run again, once that is confirmed."""
        self._decide(ConnectionAction.FORGET)

    def _decide(self, action: ConnectionAction) -> None:
        connection = self.selected
        if connection is None or not self.is_active:
            return
        decision = ConnectionDecision(action, connection)
        if action is not ConnectionAction.FORGET or connection.recorded is None:
            self.dismiss(decision)
            return
        from pipeops_tui.ui.connections.forget_dialog import ForgetDialog

        def answered(forget: bool | None) -> None:
            if forget:
                self.dismiss(decision)

        self.app.push_screen(ForgetDialog(connection.recorded.state, self._copy), answered)

    def action_open(self) -> None:
        """Show the highlighted connection; the list stays below it as it is."""
        connection = self.selected
        if connection is None or connection.state is ConnectionState.UNFINISHED or not self.is_active:
            return
        from pipeops_tui.ui.connections.connection_card import ConnectionCard

        self._card = ConnectionCard(connection, self._actions.available, clock=self._clock, copy=self._copy)
        self.app.push_screen(self._card, self._card_closed)
        if (tenants := self._tenants) is not None:

            async def ask() -> None:
                await tenants.add_owners(connection)

            _worker: Worker[None] = self.run_worker(ask, group="owners", exclusive=True, exit_on_error=False)

    def _open_wanted(self) -> None:
        """Open the connection that the list was opened for, once."""
        key = self._rows.key_of_client(self._opens) if self._opens else None
        if key is not None and self.is_active:
            self._opens = ""
            self._picker.list.highlight(key)
            self.action_open()

    def _card_closed(self, decision: ConnectionDecision | None) -> None:
        self._card = None
        if decision is not None:
            self.dismiss(decision)

    def _update_card(self) -> None:
        """Show in the open card what a tenant has told meanwhile."""
        if self._card is not None and (newest := self._rows.get(key_of(self._card.connection))) is not None:
            self._card.show(newest)

    def action_others(self, _by_letter: bool = False) -> None:
        """Look for others that look like PipeOps', or hide them."""
        self._others_shown = not self._others_shown
        self._show_rows()
        if self._others_shown:
            self._ask_tenants()

    def action_filter(self) -> None:
        """Begin a filter, whichever letter it begins with."""
        self._filtering = True
        self._picker.entry.focus()
        self.refresh_bindings()

    def action_check_again(self) -> None:
        """Ask the tenants again."""
        if self._tenants is not None:
            self._tenants.forget()
            self._ask_tenants()

    def action_close(self) -> None:
        """Give up a filter that was begun, else leave without a decision."""
        if self._filtering:
            self._filtering = False
            self.refresh_bindings()
        else:
            super().action_close()

    @on(PickerList.Activated)
    def _row_activated(self, event: PickerList.Activated) -> None:
        """A double click is an Enter."""
        event.stop()
        if self._key == OTHERS_KEY:
            self.action_others()
        elif self.selected is not None and self.selected.state is not ConnectionState.UNFINISHED:
            self.action_open()
        elif self.check_action("continue", ()):
            self.action_continue()
