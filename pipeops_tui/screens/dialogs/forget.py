"""Forgetting a run: what stays behind, and the commands that would remove it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich.text import Text
from textual import on
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from pipeops_tui.provisioning.events import Leftover
from pipeops_tui.provisioning.state import RunState
from pipeops_tui.provisioning.undo import leftovers
from pipeops_tui.screens.dialog import Dialog
from pipeops_tui.widgets.button import Button


class ForgetDialog(Dialog[bool]):
    """Dismisses with True to forget the run; the focus rests on keeping it."""

    CSS_PATH = ["dialogs.tcss", "earlier_runs.tcss"]
    VERTICAL_BREAKPOINTS = [*Dialog.VERTICAL_BREAKPOINTS, (22, "-tall")]
    AUTO_FOCUS = "#keep"
    BINDINGS = [
        Binding("escape", "dismiss_quietly", "Keep it", key_display="esc"),
        Binding("c", "copy_commands", "Copy commands"),
        Binding("up,pageup", "scroll(-2)", show=False),
        Binding("down,pagedown", "scroll(2)", show=False),
    ]

    def __init__(self, state: RunState, copy: Callable[[str, str], None]) -> None:
        """`copy` takes a text and what it is called."""
        super().__init__()
        self._left: tuple[Leftover, ...] = leftovers(state)
        self._copy = copy

    def compose_card(self) -> Iterable[Widget]:
        """What forgetting means, then the list."""
        yield Static(Text("Forget this run?"), id="dialog-title")
        yield Static(Text("It is not offered again. This stays in Azure:"), classes="paragraph")
        with VerticalScroll(id="left", can_focus=False):
            for thing in self._left:
                yield Static(Text(f"○ {thing.what}"), classes="thing")
                if thing.command:
                    yield Static(Text(thing.command), classes="command")
        with Horizontal(classes="buttons"):
            yield Button("Keep it", id="keep", compact=True, variant="primary")
            yield Button("Forget", id="forget", compact=True)

    def action_copy_commands(self) -> None:
        """Copy the commands that remove what stays."""
        self._copy("\n".join(thing.command for thing in self._left if thing.command), "Commands")

    def action_scroll(self, lines: int) -> None:
        """Move the list where it does not fit."""
        self.query_one("#left").scroll_relative(y=lines, animate=False)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if self.is_active:
            self.dismiss(event.button.id == "forget")
