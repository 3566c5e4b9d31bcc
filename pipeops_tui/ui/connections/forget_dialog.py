"""The question before an unfinished run is forgotten: what stays in Azure, how to find it again, how to remove it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich.text import Text
from textual import on
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import Button, Static

from pipeops_tui.core import az_commands
from pipeops_tui.provisioning import Leftover, Origin, RunState, leftovers
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
                yield Static(Text(_how_to_find(self._state)), classes="item")
            if self._find:
                yield Static(Text(self._find), classes="command")
        with Horizontal(classes="buttons"):
            yield Button("Keep it", id="keep", compact=True, variant="primary")
            yield Button("Forget", id="forget", compact=True)

    @property
    def _find(self) -> str:
        """The command that finds the application again by its tag; empty where there is none."""
        is_tagged = self._state.application.may_exist and self._state.origin is not Origin.ADOPTED
        return az_commands.find_tagged_applications(self._state.mark) if is_tagged else ""

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


def _how_to_find(state: RunState) -> str:
    searched = state.client_id or state.plan.application_name
    where = (
        "To find the application again: in the portal, open App registrations, All applications, and search for "
        f"{searched}."
    )
    if state.origin is Origin.ADOPTED:
        return (
            f"{where} It was made by hand: once this is forgotten, pipeops-tui does not recognize the client secrets "
            "that it has added, and does not remove them."
        )
    return f"{where} Or search for its tag {state.mark}:"
