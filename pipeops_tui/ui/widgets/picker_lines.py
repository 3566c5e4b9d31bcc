"""How one line of a picker's list is drawn: mark, cells, remark, and what the filter has matched. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.cache import FIFOCache
from textual.strip import Strip

from pipeops_tui.ui.widgets.picker_rows import GAP, Column, PickerRow, short_id
from pipeops_tui.ui.widgets.showing import shorten

_MARK = "▌ "
_NO_MARK = "  "
_FREE = 1
"""Cells between the longest line and the scrollbar."""
AROUND = len(_MARK) + _FREE
"""Cells of a line that no column gets."""
_KEPT = 256
"""Lines that are kept: those that a few keys in a filter bring into sight."""
_RUN = re.compile(rb"\x01+")


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
        """Of what `component` gives for the name of a part; `bold` for the first column."""

        def style(name: str) -> Style:
            return backdrop + component(name)

        return cls(
            backdrop,
            mark=style("mark"),
            first=style("row") + Style(bold=bold or None),
            rest=style("muted"),
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


class DrawnLines:
    """The lines of one layout in one set of styles. What was drawn before is not drawn again."""

    def __init__(self, layout: Layout, plain: LineStyles, highlight: LineStyles) -> None:
        self._layout = layout
        self._plain, self._highlight = plain, highlight
        self._rows: FIFOCache[tuple[str, tuple[str, ...], bool], Strip] = FIFOCache(_KEPT)
        self._remarks: FIFOCache[str, Strip] = FIFOCache(_KEPT)

    @property
    def backdrop(self) -> Style:
        """Of what no line reaches."""
        return self._plain.backdrop

    def row(self, row: PickerRow, words: tuple[str, ...], *, highlighted: bool) -> Strip:
        """See `draw_row`. Rows are told apart by their keys."""
        strip = self._rows.get((row.key, words, highlighted))
        if strip is None:
            styles = self._highlight if highlighted else self._plain
            strip = draw_row(row, self._layout, styles, words, highlighted=highlighted)
            self._rows[row.key, words, highlighted] = strip
        return strip

    def remark(self, text: str) -> Strip:
        """A line that is no row; `text` is shortened where it is too long."""
        strip = self._remarks.get(text)
        if strip is None:
            width = self._layout.width
            strip = self._remarks[text] = Strip(
                [Segment(set_cell_size(shorten(text, width), width), self._plain.rest)], width
            )
        return strip


def draw_row(row: PickerRow, layout: Layout, styles: LineStyles, words: Sequence[str], *, highlighted: bool) -> Strip:
    """The line of `row`, exactly as wide as `layout` says, with `words` (casefolded) emphasised where they occur.

    Put together by hand: Rich's text takes three times as long, and this is drawn for each row and each key.
    """
    cells = [(_MARK if highlighted else _NO_MARK, styles.mark), *_cells(row, layout, styles)]
    text = "".join(cell for cell, _style in cells)
    segments: list[Segment] = []
    start = 0
    matches = _matches(text, words) if words else ()
    for cell, style in cells:
        segments += _emphasised(cell, start, style, styles.match, matches)
        start += len(cell)
    line = Strip(segments, cell_len(text))
    if line.cell_length > layout.width - _FREE:
        line = Strip([*line.crop(0, max(0, layout.width - _FREE - 1)), Segment("…", styles.rest)])
    return line.adjust_cell_length(layout.width, styles.backdrop)


def _cells(row: PickerRow, layout: Layout, styles: LineStyles) -> list[tuple[str, Style]]:
    first, rest = (styles.first, styles.rest) if row.enabled else (styles.disabled, styles.disabled)
    widths = layout.widths
    shown = [index for index, cells in enumerate(widths) if cells]
    last = len(widths) - 1
    spanning = bool(row.remark) and (last not in shown or cell_len(row.remark) > layout.room_for(last))
    drawn: list[tuple[str, Style]] = []
    gap = " " * GAP
    for index in shown:
        if spanning and index > 0:
            break
        text = row.remark if index == last and row.remark else row.cells[index]
        cells = widths[index]
        if layout.columns[index].is_id:
            text = short_id(text, cells)
        if index == last:
            cells = max(cells, layout.room_for(last))
        cell = set_cell_size(shorten(text, cells), cells)
        drawn.append((gap + cell, rest) if index else (cell, first))
    if spanning and shown:
        if len(shown) > 1:
            # A long remark reaches back over the room that a short name leaves.
            over = AROUND + widths[0] + GAP + cell_len(row.remark) - layout.width
            spare = min(over, widths[0] - cell_len(row.cells[0]))
            if spare > 0:
                name, style = drawn[0]
                drawn[0] = (name[:-spare], style)
        drawn.append((gap + row.remark, rest))
    return drawn


def _matches(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where `words` occur in `text`: from, to; in order and apart from each other."""
    plain = text.casefold()
    if len(plain) != len(text):
        return []  # a letter became two: the places would be wrong
    inside = bytearray(len(plain))
    for word in words:
        start = plain.find(word)
        while start >= 0:
            end = start + len(word)
            inside[start:end] = b"\x01" * len(word)
            start = plain.find(word, end)
    return [found.span() for found in _RUN.finditer(inside)]


def _emphasised(
    cell: str, start: int, style: Style, match: Style, matches: Sequence[tuple[int, int]]
) -> Iterable[Segment]:
    """`cell`, which begins at `start` of the line, in pieces."""
    position = 0
    for begin, end in matches:
        begin, end = max(begin - start, position), min(end - start, len(cell))
        if begin < end:
            if position < begin:
                yield Segment(cell[position:begin], style)
            yield Segment(cell[begin:end], style + match)
            position = end
    if position < len(cell):
        yield Segment(cell[position:], style)
