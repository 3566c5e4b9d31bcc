"""How one line of a picker's list is drawn: mark, cells, remark, and what the filter has matched. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from rich.text import Text

from pipeops_tui.widgets.picker_rows import GAP, Column, PickerRow, short_id
from pipeops_tui.widgets.slip import shorten

_MARK = "▌ "
_NO_MARK = "  "
_FREE = 1
"""Cells between the longest line and the scrollbar."""
AROUND = len(_MARK) + _FREE
"""Cells of a line that no column gets."""


@dataclass(frozen=True, slots=True)
class LineStyles:
    """The styles of one kind of line, over its backdrop."""

    backdrop: Style
    mark: Style
    first: Style
    """The first column."""
    rest: Style
    disabled: Style
    match: Style

    @classmethod
    def over(cls, backdrop: Style, component: Callable[[str], Style], *, bold: bool = False) -> LineStyles:
        """Of what `component` gives for the name of a component class; `bold` for the first column."""

        def style(name: str) -> Style:
            return backdrop + component(f"picker-list--{name}")

        return cls(
            backdrop,
            mark=style("mark"),
            first=style("row") + Style(bold=bold or None),
            rest=style("quiet"),
            disabled=style("disabled"),
            match=style("match"),
        )


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the columns are. `widths` has 0 for a column that is left out; `width` is that of the whole line."""

    columns: tuple[Column, ...]
    widths: tuple[int, ...]
    width: int

    def room_for(self, column: int) -> int:
        """Cells from where `column` begins to the end of the line."""
        before = [cells for cells in self.widths[:column] if cells]
        return max(0, self.width - AROUND) - sum(before) - GAP * len(before)


def draw_row(row: PickerRow, layout: Layout, styles: LineStyles, words: Sequence[str], *, highlighted: bool) -> Text:
    """The line of `row`, exactly as wide as `layout` says, with `words` (casefolded) emphasised where they occur."""
    line = Text(no_wrap=True, end="")
    line.append(_MARK if highlighted else _NO_MARK, styles.mark)
    _append_cells(line, row, layout, styles)
    if words:
        _emphasise(line, words, styles.match)
    line.truncate(layout.width - _FREE, overflow="ellipsis")
    line.pad_right(layout.width - line.cell_len)
    line.stylize_before(styles.backdrop)
    return line


def _append_cells(line: Text, row: PickerRow, layout: Layout, styles: LineStyles) -> None:
    first, rest = (styles.first, styles.rest) if row.enabled else (styles.disabled, styles.disabled)
    widths = layout.widths
    shown = [index for index, cells in enumerate(widths) if cells]
    last = len(widths) - 1
    spanning = bool(row.remark) and (last not in shown or cell_len(row.remark) > layout.room_for(last))
    for index in shown:
        if spanning and index > 0:
            # A long remark reaches back over the room that a short name leaves.
            over = line.cell_len + GAP + cell_len(row.remark) + _FREE - layout.width
            spare = min(over, widths[0] - cell_len(row.cells[0]))
            if spare > 0:
                line.right_crop(spare)
            line.append(" " * GAP + row.remark, rest)
            return
        text = row.remark if index == last and row.remark else row.cells[index]
        cells = widths[index]
        if layout.columns[index].is_id:
            text = short_id(text, cells)
        if index == last:
            cells = max(cells, layout.room_for(last))
        line.append(" " * GAP if index else "")
        line.append(set_cell_size(shorten(text, cells), cells), rest if index else first)
    if spanning and shown == [0]:
        line.append(" " * GAP + row.remark, rest)


def _emphasise(line: Text, words: Sequence[str], style: Style) -> None:
    plain = line.plain.casefold()
    if len(plain) != len(line.plain):
        return
    for word in words:
        start = plain.find(word)
        while start >= 0:
            line.stylize(style, start, start + len(word))
            start = plain.find(word, start + len(word))
