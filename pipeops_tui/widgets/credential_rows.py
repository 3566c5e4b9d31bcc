"""The five values in the order of PipeOps' form, each whole, each with what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from pipeops_tui.secret import MASK
from pipeops_tui.widgets.secret_field import SECONDS_VISIBLE, SecretField

LABELS = ("Resource Group Name", "Tenant ID", "Client ID", "Client Secret", "Subscription ID")
"""PipeOps' own words, in PipeOps' own order."""
SECRET = 3
"""Position of the client secret among `LABELS`."""

_NUMBER_WIDTH = 3
_LABEL_WIDTH = 22
_MARK_WIDTH = 11
_SIDE_BY_SIDE = _NUMBER_WIDTH + _LABEL_WIDTH + 36 + 2 + _MARK_WIDTH
"""Cells from which label, a GUID and the mark fit on one line."""


class Mark(StrEnum):
    """What became of a value; the text is what stands at the end of its row."""

    TO_DO = ""
    COPIED = "✓ copied"
    SENT = "✓ sent"
    SHOWN = "✓ shown"


class CredentialRow(Widget):
    """Number, label, value, mark: on one line where it fits, otherwise the value below its label."""

    COMPONENT_CLASSES = {
        "credential-row--number",
        "credential-row--label",
        "credential-row--value",
        "credential-row--quiet",
        "credential-row--mark",
        "credential-row--next",
    }
    DEFAULT_CSS = """
    CredentialRow {
        height: auto;
        color: $text;
        pointer: pointer;
        & > .credential-row--number { color: $text-muted; }
        & > .credential-row--label { color: $text-muted; }
        & > .credential-row--value { color: $text; text-style: bold; }
        & > .credential-row--quiet { color: $text-muted; }
        & > .credential-row--mark { color: $text-success; }
        & > .credential-row--next { color: $text-primary; text-style: bold; }
        &.-next { background: $row; }
    }
    """

    @dataclass
    class Clicked(Message):
        """The person wants this value copied; `index` counts from 0."""

        index: int

    value: reactive[str] = reactive("", layout=True)
    remark: reactive[str] = reactive("")
    """Quiet words after the value."""
    mark: reactive[Mark] = reactive(Mark.TO_DO)
    is_next: reactive[bool] = reactive(False, toggle_class="-next")

    def __init__(self, index: int) -> None:
        super().__init__(id=f"credential-{index + 1}")
        self._index = index

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One line, or as many as the value needs below its label."""
        if self._index == SECRET or self._side_by_side(width):
            return 1
        return 1 + -(-max(1, cell_len(self.value)) // max(1, width - _NUMBER_WIDTH))

    def _side_by_side(self, width: int) -> bool:
        room = width - _NUMBER_WIDTH - _LABEL_WIDTH - _MARK_WIDTH - 1
        return width >= _SIDE_BY_SIDE and cell_len(self.value) <= room

    def render(self) -> Text:
        """The row as it stands."""
        width = self.size.width
        row = Text(no_wrap=True, overflow="crop")
        row.append(f"{self._index + 1}".ljust(_NUMBER_WIDTH), self._style("number"))
        row.append(LABELS[self._index].ljust(_LABEL_WIDTH), self._style("label"))
        beside = self._index == SECRET or self._side_by_side(width)
        if beside:
            row.append(self.value, self._style("quiet" if self._index == SECRET else "value"))
            if self.remark:
                row.append(f"  {self.remark}" if self.value else self.remark, self._style("quiet"))
        mark, style = self._mark()
        row.truncate(width - cell_len(mark) - 1)
        row.pad_right(max(0, width - row.cell_len - cell_len(mark)))
        row.append(mark, style)
        if not beside:
            row.append_text(self._value_below(width - _NUMBER_WIDTH))
        return row

    def _value_below(self, room: int) -> Text:
        lines = (self.value[at : at + room] for at in range(0, len(self.value), room))
        below = "".join(f"\n{' ' * _NUMBER_WIDTH}{line}" for line in lines)
        return Text(below, self._style("value"))

    def _mark(self) -> tuple[str, Style]:
        if self.is_next:
            return "next: c ", self._style("next")
        return self.mark and f"{self.mark} ", self._style("mark")

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"credential-row--{name}", partial=True)

    def on_click(self, event: events.Click) -> None:
        """A click copies."""
        event.stop()
        self.post_message(self.Clicked(self._index))


class CredentialRows(Vertical):
    """All five, and the line on which the secret can be seen, right below its row."""

    DEFAULT_CSS = """
    CredentialRows { height: auto; }
    """

    def __init__(self, monotonic: Callable[[], float], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.rows = tuple(CredentialRow(index) for index in range(len(LABELS)))
        self.secret = SecretField(monotonic)
        self._expiry = ""

    def compose(self) -> ComposeResult:
        """In the order of the form."""
        for index, row in enumerate(self.rows):
            yield row
            if index == SECRET:
                yield self.secret

    def set_expiry(self, expiry: str) -> None:
        """Say when the secret expires, where it can be shown and is not."""
        self._expiry = expiry
        self._lay_out_secret()

    def on_resize(self) -> None:
        """The secret stands in the column of the values."""
        self._lay_out_secret()

    def _lay_out_secret(self) -> None:
        if self.size.width >= _SIDE_BY_SIDE:
            self.rows[SECRET].value = MASK
            self.secret.indent, self.secret.caption = _NUMBER_WIDTH + _LABEL_WIDTH, self._expiry
        else:
            self.rows[SECRET].value = ""
            self.secret.indent, self.secret.caption = _NUMBER_WIDTH, f"{MASK}  {self._expiry}"

    def set_next(self, index: int | None) -> None:
        """Mark the row that `c` copies next."""
        for row in self.rows:
            row.is_next = index is not None and row is self.rows[index]

    def on_secret_field_changed(self, event: SecretField.Changed) -> None:
        """Say beside the mask how much of the visible time is left; the screen hears of it too."""
        left = event.seconds_left
        if event.visible:
            remark = f"{left} s, r hides it"
        elif not left:
            remark = "was shown"
        elif left < SECONDS_VISIBLE:
            remark = f"r shows it, {left} s left"
        else:
            remark = f"r shows it once, {left} s"
        self.rows[SECRET].remark = remark
