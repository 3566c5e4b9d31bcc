"""The question before an unfinished run is forgotten: what stays in Azure, how to find it again, how to remove it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich.text import Text
from textual import on
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import Button, Static

from pipeops_tui.connections.forgetting import find_command, how_to_find
from pipeops_tui.provisioning import Leftover, RunState, leftovers
from pipeops_tui.ui.base.dialog import Dialog


class ForgetDialog(Dialog[bool]):
    """Dismisses with True to forget the run; the focus rests on keeping it."""

    CSS_PATH = ["../dialogs/dialogs.tcss", "forget_dialog.tcss"]
    VERTICAL_BREAKPOINTS = [*Dialog.VERTICAL_BREAKPOINTS, (22, "-tall")]
    AUTO_FOCUS = "#keep"
    BINDINGS = [
        Binding("escape", "close", "Keep it", key_display="esc"),
        Binding("c", "copy_commands", "Copy commands"),
        Binding("up,pageup", "scroll(-2)", show=False),
        Binding("down,pagedown", "scroll(2)", show=False),
    ]

    def __init__(self, state: RunState, copy: Callable[[str, str], None]) -> None:
        """`copy` takes a text and what it is called."""
        super().__init__()
        self._state = state
        self._left: tuple[Leftover, ...] = leftovers(state)
        self._find = find_command(state)
        self._copy = copy

    def compose_card(self) -> Iterable[Widget]:
        """What forgetting means, then the list."""
        yield Static(Text("Forget this connection?"), id="dialog-title")
        yield Static(Text("It is not listed any more. This stays in Azure:"), classes="paragraph")
        with VerticalScroll(id="left", can_focus=False):
            for item in self._left:
                yield Static(Text(f"○ {item.what}"), classes="item")
                if item.command:
                    yield Static(Text(item.command), classes="command")
            if self._state.application.may_exist:
                yield Static(Text(how_to_find(self._state)), classes="item")
            if self._find:
                yield Static(Text(self._find), classes="command")
        with Horizontal(classes="buttons"):
            yield Button("Keep it", id="keep", compact=True, variant="primary")
            yield Button("Forget", id="forget", compact=True)

    def action_copy_commands(self) -> None:
        """Copy the commands that remove what stays, and the one that finds the application."""
        commands = [*(item.command for item in self._left), self._find]
        self._copy("\n".join(command for command in commands if command), "Commands")

    def action_scroll(self, lines: int) -> None:
        """Move the list where it does not fit."""
        self.query_one("#left").scroll_relative(y=lines, animate=False)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if self.is_active:
            self.dismiss(event.button.id == "forget")
