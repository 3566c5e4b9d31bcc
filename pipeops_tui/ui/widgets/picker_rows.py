"""The rows of a picker: which are shown, how wide their columns are. Pure, and made for 10,000 of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rich.cells import cell_len

GAP = 2
_WIDEST = 40
"""No column grows wider than this, except for GUIDs."""
_COMFORTABLE = 20
_MOST_AIR = 4
_SHORT_ID = 15


@dataclass(frozen=True, slots=True)
class Column:
    """One column. Where there is not enough room, columns with a high `rank` go first."""

    least: int
    """Cells below which it is not worth showing."""
    rank: int = 0
    is_id: bool = False
    """GUIDs are shown whole or shortened in the middle, never cut."""


@dataclass(frozen=True, slots=True)
class PickerRow:
    """One entry to pick. `key` is its identity: the highlight stays on it whatever comes and goes."""

    key: str
    cells: tuple[str, ...]
    """One text a column."""
    remark: str = ""
    """Takes the place of all columns but the first where it does not fit into the last one."""
    enabled: bool = True
    """A row that is not can be seen, but not picked."""
    also: str = ""
    """Further text by which it can be found."""
    search: str = field(init=False)

    def __post_init__(self) -> None:
        """What the filter looks through, folded once."""
        object.__setattr__(self, "search", " ".join((*self.cells, self.remark, self.also)).casefold())


class RowFilter:
    """All rows in order, and those of them that contain every word of the filter."""

    def __init__(self) -> None:
        self.all: tuple[PickerRow, ...] = ()
        self.shown: tuple[PickerRow, ...] = ()
        self.words: tuple[str, ...] = ()

    def replace(self, rows: Iterable[PickerRow]) -> None:
        """New rows, same filter."""
        self.all = tuple(rows)
        self.shown = self._matching(self.all)

    def narrow(self, text: str) -> None:
        """Another filter. One that only got longer looks through what is shown, not through everything."""
        words = tuple(text.casefold().split())
        longer = len(words) >= len(self.words) and all(old in new for old, new in zip(self.words, words, strict=False))
        self.words = words
        self.shown = self._matching(self.shown if longer else self.all)

    def position(self, key: str | None) -> int | None:
        """Where a row stands among those shown."""
        return next((index for index, row in enumerate(self.shown) if row.key == key), None)

    def pickable(self, start: int, step: int) -> int | None:
        """The nearest enabled row at or after `start` in direction `step` (1 or -1)."""
        index = start
        while 0 <= index < len(self.shown):
            if self.shown[index].enabled:
                return index
            index += step
        return None

    def _matching(self, rows: Sequence[PickerRow]) -> tuple[PickerRow, ...]:
        words = self.words
        if not words:
            return tuple(rows)
        if len(words) == 1:
            word = words[0]
            return tuple(row for row in rows if word in row.search)
        return tuple(row for row in rows if all(word in row.search for word in words))


def natural_widths(columns: Sequence[Column], rows: Iterable[PickerRow]) -> tuple[int, ...]:
    """How many cells each column would like: its longest text, within reason."""
    widths = [column.least for column in columns]
    for row in rows:
        for index, text in enumerate(row.cells):
            # ASCII needs no table of cell widths, and most names are.
            length = len(text) if text.isascii() else cell_len(text)
            if length > widths[index]:
                widths[index] = length
        if row.remark and (length := cell_len(row.remark)) > widths[-1]:
            widths[-1] = length
    return tuple(
        width if column.is_id else min(width, max(column.least, _WIDEST))
        for column, width in zip(columns, widths, strict=True)
    )


def fit_widths(columns: Sequence[Column], natural: Sequence[int], room: int) -> tuple[int, ...]:
    """Widths for `room` cells, gaps between columns included; 0 where a column is left out.

    A column is shown when those of lower rank are comfortable beside it; room that is left makes them all natural.
    """
    comfort = [_comfort(column, width) for column, width in zip(columns, natural, strict=True)]
    order = sorted(range(len(columns)), key=lambda index: columns[index].rank)
    kept = order[:1]
    for index in order[1:]:
        if sum(comfort[one] for one in kept) + GAP * len(kept) + columns[index].least > room:
            break
        kept.append(index)
    widths = [column.least if index in kept else 0 for index, column in enumerate(columns)]
    spare = room - sum(widths) - GAP * (len(kept) - 1)
    for target in (comfort, natural):
        for index in kept:
            more = _growth(columns[index], widths[index], target[index], spare)
            widths[index] += more
            spare -= more
    if spare < 0:
        widths[kept[0]] = max(1, widths[kept[0]] + spare)
    elif spare >= len(kept):
        # Room to spare is spread between the columns, so that wide screens breathe.
        for index in kept:
            widths[index] += min(spare // len(kept), _MOST_AIR)
    return tuple(widths)


def _comfort(column: Column, natural: int) -> int:
    return column.least if column.is_id else max(column.least, min(natural, _COMFORTABLE))


def _growth(column: Column, width: int, target: int, spare: int) -> int:
    """How much wider a column becomes: a GUID in steps, everything else as far as there is room."""
    more = max(0, min(target - width, spare))
    if column.is_id and width + more < target:
        return _SHORT_ID - width if width < _SHORT_ID <= width + more else 0
    return more


def short_id(guid: str, room: int) -> str:
    """A GUID in `room` cells: whole, or its first block and last four digits, or its first block."""
    if len(guid) <= room:
        return guid
    return f"{guid[:8]}-…-{guid[-4:]}" if room >= _SHORT_ID else f"{guid[:8]}…"
