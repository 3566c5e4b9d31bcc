"""The five values in the order of PipeOps' form, each whole, each with what became of it; above them the form's name.

On wide screens the boxes of the form are drawn at the end of the rows (`form_boxes.py`).
"""

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

from pipeops_tui.core.secret import MASK
from pipeops_tui.ui.widgets import form_boxes
from pipeops_tui.ui.widgets.form_boxes import BoxState, FormEdge
from pipeops_tui.ui.widgets.secret_field import SecretField

LABELS = ("Resource Group Name", "Tenant ID", "Client ID", "Client Secret", "Subscription ID")
"""PipeOps' own words, in PipeOps' own order."""
SECRET = 3
"""Position of the client secret among `LABELS`."""
NAME = -1
"""Stands for the form's first box, which wants a name and can stay empty, where the position of a value is meant."""

_BAR = "▌ "
_NUMBER_WIDTH = 5
_LABEL_WIDTH = 20
_VALUE_COLUMN = 26
_MARK_WIDTH = 9
_SIDE_BY_SIDE = _VALUE_COLUMN + 36 + 1 + _MARK_WIDTH
"""Cells from which label, a GUID and the mark fit on one line."""
_STYLES = ("bar", "number", "label", "value", "muted", "mark", "next", *form_boxes.STYLES)


class CopyMark(StrEnum):
    """What was done with a value; the text is shown at the end of its row."""

    TO_DO = ""
    COPIED = "✓ copied"
    SENT = "? copied"
    SHOWN = "✓ shown"
    UNCHANGED = "unchanged"
    """PipeOps has it already: only the client secret is new."""


@dataclass
class Clicked(Message):
    """The person wants this value copied; `index` counts from 0."""

    index: int


def _css(name: str) -> str:
    return f"""
    {name} {{
        height: auto;
        color: $text;
        pointer: pointer;
        & > .row--bar {{ color: $primary; }}
        & > .row--number {{ color: $text-muted; }}
        & > .row--label {{ color: $text-muted; }}
        & > .row--value {{ color: $text; text-style: bold; }}
        & > .row--muted {{ color: $text-muted; }}
        & > .row--mark {{ color: $text-success; }}
        & > .row--next {{ color: $text-primary; text-style: bold; }}
        & > .row--box {{ color: $text-muted; }}
        & > .row--box-next {{ color: $text-primary; text-style: bold; }}
        & > .row--box-done {{ color: $text-success; }}
        &.-next {{ background: $row; }}
    }}
    """


class _RowDrawing:
    """Draws what all rows have: a bar where the person is, number and label at the left, the mark at the right, and
    behind it the box of the form where that is shown."""

    def __init__(self, widget: Widget, index: int) -> None:
        self._widget = widget
        self._index = index
        self.with_form = False

    @property
    def width(self) -> int:
        """Cells for the value and what is around it."""
        return self.room(self._widget.size.width)

    def room(self, width: int) -> int:
        """The same, of a widget that is `width` cells wide."""
        return width - form_boxes.WIDTH - form_boxes.GAP if self.with_form else width

    def style(self, name: str) -> Style:
        return self._widget.get_component_rich_style(f"row--{name}", partial=True)

    def margin(self, is_next: bool) -> Text:
        return Text(_BAR if is_next else " " * len(_BAR), self.style("bar"))

    def head(self, is_next: bool) -> Text:
        roomy = self.width >= _SIDE_BY_SIDE
        width = _VALUE_COLUMN - _NUMBER_WIDTH if roomy else _LABEL_WIDTH
        head = Text(no_wrap=True, overflow="crop")
        head.append_text(self.margin(is_next))
        head.append(f"{self._index + 1}".ljust(_NUMBER_WIDTH - len(_BAR)), self.style("number"))
        head.append(self._label.ljust(width), self.style("label"))
        return head

    @property
    def _label(self) -> str:
        return "Name (optional)" if self._index == NAME else LABELS[self._index]

    def finish(self, line: Text, mark: CopyMark, is_next: bool) -> Text:
        """`line`, filled up so that the mark ends it; then the box."""
        width = self.width
        if is_next:
            tail, name = "next: c ", "next"
        else:
            tail, name = f"{mark} "[:_MARK_WIDTH].lstrip(), "muted" if mark is CopyMark.UNCHANGED else "mark"
        line.truncate(max(0, width - cell_len(tail) - 1))
        line.pad_right(max(0, width - line.cell_len - cell_len(tail)))
        line.append(tail, self.style(name))
        if self.with_form:
            label = form_boxes.NAME_BOX if self._index == NAME else form_boxes.BOXES[self._index]
            line.append(" " * form_boxes.GAP).append_text(form_boxes.box(label, self._state(mark, is_next), self.style))
        return line

    def _state(self, mark: CopyMark, is_next: bool) -> BoxState:
        if is_next:
            return BoxState.NEXT
        if mark in (CopyMark.COPIED, CopyMark.SENT):
            return BoxState.DONE
        return BoxState.OPTIONAL if self._index == NAME else BoxState.TO_DO


class ValueRow(Widget):
    """A public value: beside its label where both fit, otherwise below it, in as many lines as it needs."""

    COMPONENT_CLASSES = {f"row--{style}" for style in _STYLES}
    DEFAULT_CSS = _css("ValueRow")

    value: reactive[str] = reactive("", layout=True)
    mark: reactive[CopyMark] = reactive(CopyMark.TO_DO)
    is_next: reactive[bool] = reactive(False, toggle_class="-next")

    def __init__(self, index: int) -> None:
        super().__init__(id=f"credential-{index + 1}")
        self._index = index
        self._drawing = _RowDrawing(self, index)

    def show_form(self, shown: bool) -> None:
        """Draw the box of the form beside the value, or not."""
        self._drawing.with_form = shown
        self.refresh(layout=True)

    def watch_is_next(self, is_next: bool) -> None:
        """On a small screen with a long value not all rows are in sight: the one whose turn it is comes into it."""
        if is_next:
            self.scroll_visible(animate=False)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One line, or one for the label and those of the value."""
        if self._beside(width):
            return 1
        return 1 + -(-max(1, cell_len(self.value)) // max(1, self._drawing.room(width) - _NUMBER_WIDTH))

    def _beside(self, width: int) -> bool:
        width = self._drawing.room(width)
        return width >= _SIDE_BY_SIDE and cell_len(self.value) <= width - _VALUE_COLUMN - _MARK_WIDTH - 1

    def render(self) -> Text:
        """The row as it stands."""
        beside, line = self._beside(self.size.width), self._drawing.head(self.is_next)
        if beside:
            line.append(self.value, self._drawing.style("muted" if self._index == NAME else "value"))
        row = self._drawing.finish(line, self.mark, self.is_next)
        if not beside:
            room = max(1, self._drawing.width - _NUMBER_WIDTH)
            for at in range(0, len(self.value), room):
                row.append("\n").append_text(self._drawing.margin(self.is_next))
                row.append(" " * (_NUMBER_WIDTH - len(_BAR)))
                row.append(self.value[at : at + room], self._drawing.style("value"))
        return row

    def on_click(self, event: events.Click) -> None:
        """A click copies."""
        event.stop()
        self.post_message(Clicked(self._index))


class SecretRow(SecretField):
    """Two lines, always. Hidden: label and mask, below them the expiry. Shown: the label and what is left of its time,
    and below them the secret, alone on its line, where a triple click or a drag takes it and nothing else."""

    COMPONENT_CLASSES = {f"row--{style}" for style in _STYLES}
    DEFAULT_CSS = _css("SecretRow") + "SecretRow { height: 2; }"

    mark: reactive[CopyMark] = reactive(CopyMark.TO_DO)
    is_next: reactive[bool] = reactive(False, toggle_class="-next")
    expiry: reactive[str] = reactive("")

    def __init__(self, monotonic: Callable[[], float]) -> None:
        super().__init__(monotonic, id=f"credential-{SECRET + 1}")
        self._drawing = _RowDrawing(self, SECRET)

    def show_form(self, shown: bool) -> None:
        """As in `ValueRow`. The secret's own line stays empty beside it."""
        self._drawing.with_form = shown
        self.refresh()

    def watch_is_next(self, is_next: bool) -> None:
        """As in `ValueRow`."""
        if is_next:
            self.scroll_visible(animate=False)

    def watch_visible_now(self, visible_now: bool) -> None:
        """What is shown is in sight, whole."""
        if visible_now:
            self.scroll_visible(animate=False)

    @property
    def secret_line(self) -> int:
        """Below its label."""
        return 1

    @property
    def secret_column(self) -> int:
        """The column of the values; further left where it would not fit."""
        column = _VALUE_COLUMN if self._roomy else _NUMBER_WIDTH
        return max(0, min(column, self.size.width - self.length))

    @property
    def _roomy(self) -> bool:
        return self._drawing.width >= _SIDE_BY_SIDE

    def words(self, y: int) -> Text:
        """Both lines."""
        muted = self._drawing.style("muted")
        if y == 0:
            line = self._drawing.head(self.is_next).append(self._beside_label, muted)
            return self._drawing.finish(line, self.mark, self.is_next)
        if self.visible_now:
            return Text()
        indent, below = (_VALUE_COLUMN, self.expiry) if self._roomy else (_NUMBER_WIDTH, f"{MASK}  {self.expiry}")
        line = Text(no_wrap=True).append_text(self._drawing.margin(self.is_next))
        return line.append(" " * (indent - len(_BAR)) + below, muted)

    @property
    def _beside_label(self) -> str:
        if self.visible_now:
            return f"for {self.seconds_left} s more" + (", r hides it" if self._roomy else "")
        return f"{MASK}  {self._offer}" if self._roomy else self._offer

    @property
    def _offer(self) -> str:
        left = self.seconds_left
        if not left:
            return "was shown"
        return f"{'Press r to show it' if self._roomy else 'r shows it'} ({left} s)"

    def on_click(self, event: events.Click) -> None:
        """A click copies."""
        event.stop()
        self.post_message(Clicked(SECRET))


class CredentialRows(Vertical):
    """All five, in the order of the form; above them the name for its first box, once there is one."""

    DEFAULT_CSS = """
    CredentialRows {
        height: auto;
        &.-form > FormEdge { display: block; }
        & > .-unnamed { display: none; }
    }
    """

    def __init__(self, monotonic: Callable[[], float], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.secret = SecretRow(monotonic)
        self.rows: tuple[ValueRow | SecretRow, ...] = tuple(
            self.secret if index == SECRET else ValueRow(index) for index in range(len(LABELS))
        )
        self.name_row = ValueRow(NAME)
        self.name_row.add_class("-unnamed")
        self._end = FormEdge(f"{'[ Connect Account ]':^{form_boxes.WIDTH}}", id="form-end")

    def compose(self) -> ComposeResult:
        """One row a value."""
        yield FormEdge("PipeOps: Enter Access Credentials", left=" " * _NUMBER_WIDTH + "Your values", id="form-title")
        yield self.name_row
        yield from self.rows
        yield self._end

    def show_form(self, shown: bool) -> None:
        """Draw PipeOps' form beside the values, or not."""
        if shown is not self.has_class("-form"):
            self.set_class(shown, "-form")
            for row in (self.name_row, *self.rows):
                row.show_form(shown)

    def set_name(self, name: str) -> None:
        """Offer `name` for the first box of the form."""
        self.name_row.value = name
        self.name_row.set_class(not name, "-unnamed")

    def set_values(self, values: tuple[str, ...]) -> None:
        """Show the public values; the place of the secret is ignored."""
        for row, value in zip(self.rows, values, strict=True):
            if isinstance(row, ValueRow):
                row.value = value

    def set_next(self, index: int | None) -> None:
        """Mark the row that `c` copies next; after the last one, the button of the form."""
        self._end.ready = index is None
        for row in self.rows:
            row.is_next = index is not None and row is self.rows[index]
