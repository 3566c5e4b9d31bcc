"""A device code in a dialog: for a tenant that wants its own sign-in in the middle of the journey."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich.text import Text
from textual.binding import Binding
from textual.widget import Widget
from textual.widgets import Static

from pipeops_tui.clock import Clock
from pipeops_tui.model import DeviceCode
from pipeops_tui.screens.dialog import Dialog
from pipeops_tui.widgets.device_code import DeviceCodeCard


class CodeDialog(Dialog[None]):
    """Shows the code until whoever opened it closes it; Escape gives the sign-in up."""

    BINDINGS = [
        Binding("c", "copy_code", "Copy and open"),
        Binding("escape", "give_up", "Cancel", key_display="esc"),
    ]

    def __init__(
        self,
        title: str,
        code: DeviceCode,
        clock: Clock,
        *,
        copy: Callable[[DeviceCode], None],
        give_up: Callable[[], None],
    ) -> None:
        """`copy` copies the code and opens its page; `give_up` ends the sign-in that waits for it."""
        super().__init__()
        self._heading = title
        self._code = code
        self._clock = clock
        self._copy = copy
        self._give_up = give_up

    def compose_card(self) -> Iterable[Widget]:
        """Heading and code."""
        yield Static(Text(self._heading), id="dialog-title")
        yield DeviceCodeCard(self._clock)

    def on_mount(self) -> None:
        """Begin the countdown."""
        self.query_one(DeviceCodeCard).show(self._code)

    def action_copy_code(self) -> None:
        """Copy the code and open the page where it is entered."""
        self._copy(self._code)

    def action_give_up(self) -> None:
        """End the sign-in; its end closes this dialog."""
        self._give_up()
