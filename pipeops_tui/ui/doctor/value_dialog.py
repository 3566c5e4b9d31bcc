"""Typing one of the five values."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text
from textual import on
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Button, Static

from pipeops_tui.doctor.five_values import FiveValues, ValueName
from pipeops_tui.doctor.pasted import read_text, read_values
from pipeops_tui.doctor.value_names import WHERE_TO_FIND
from pipeops_tui.ui.base.dialog import Dialog
from pipeops_tui.ui.doctor.hidden_entry import HiddenEntry, OpenEntry, PastedText
from pipeops_tui.ui.doctor.pasted_text import read_pasted


class ValueDialog(Dialog[FiveValues]):
    """Dismisses with the value alone, read as a paste is, or with None. Enter takes it."""

    CSS_PATH = "../dialogs/dialogs.tcss"
    AUTO_FOCUS = "#value"
    BINDINGS = [Binding("enter", "take", "Take it", key_display="⏎")]

    def __init__(self, name: ValueName, text: str = "") -> None:
        """`text` is what the entry begins with; nothing for the client secret."""
        super().__init__()
        self._called = name
        self._text = text

    def compose_card(self) -> Iterable[Widget]:
        """Its label, where it is found, the entry, the answers."""
        yield Static(Text(self._called.value), id="dialog-title")
        yield Static(Text(WHERE_TO_FIND[self._called]), classes="paragraph")
        yield HiddenEntry(id="value") if self._called is ValueName.SECRET else OpenEntry(self._text, id="value")
        with Horizontal(classes="buttons"):
            yield Button("Take it", id="take", compact=True, variant="primary")
            yield Button("Not now", id="not-now", compact=True)

    @on(PastedText)
    def _pasted(self, event: PastedText) -> None:
        """Take a paste at once: all that it holds where it names its values, else as this one value."""
        event.stop()
        read_pasted(self, lambda: self._read(event.text), self._close, size=len(event.text))

    def _read(self, text: str) -> FiveValues:
        values = read_text(text).values
        is_whole = len(values.missing) < len(ValueName) - 1
        return values if is_whole else read_values({self._called: text}).values

    def action_take(self) -> None:
        """Take what was typed."""
        if self._called is ValueName.SECRET:
            entry = self.query_one(HiddenEntry)
            text = entry.secret.reveal() if entry.secret is not None else ""
            entry.forget()
        else:
            text = self.query_one(OpenEntry).value
        self._close(read_values({self._called: text}).values)

    def _close(self, value: FiveValues | None) -> None:
        if self.is_active:
            self.dismiss(value)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button.id == "take":
            self.action_take()
        else:
            self._close(None)

    def on_unmount(self) -> None:
        """Drop a secret that was typed and not taken."""
        for entry in self.query(HiddenEntry):
            entry.forget()
