"""Filtering and column widths, without a screen."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from pipeops_tui.ui.widgets.picker_lines import AROUND, Layout, LineStyles, draw_row
from pipeops_tui.ui.widgets.picker_rows import (
    GAP,
    Column,
    PickerRow,
    RowFilter,
    fit_widths,
    natural_widths,
    short_id,
)

COLUMNS = (Column(12), Column(8, rank=2), Column(9, rank=1, is_id=True), Column(20, rank=3))
GUID = "1b7e09cc-4a2e-4f2f-9d0a-6f6d1f0aa0c4"


def row(name: str, *, enabled: bool = True, key: str = "") -> PickerRow:
    return PickerRow(key or name, (name, "Contoso", GUID, "enabled"), enabled=enabled, also="contoso.com")


def filled(*rows: PickerRow) -> RowFilter:
    shown = RowFilter()
    shown.replace(rows)
    return shown


def names(shown: RowFilter) -> list[str]:
    return [one.cells[0] for one in shown.shown]


@pytest.mark.parametrize("text", ["pay", "PAY", "go pay", "1b7e09cc", "contoso.com dev", "  dev  ", "a0c4 (dev)"])
def test_every_word_is_looked_for_in_every_column_ignoring_case(text: str) -> None:
    shown = filled(row("Pay-As-You-Go (dev)"), PickerRow("other", ("Other", "Fabrikam", "77aa31b5", "enabled")))
    shown.narrow(text)
    assert names(shown) == ["Pay-As-You-Go (dev)"]


def test_case_is_folded_as_unicode_asks() -> None:
    shown = filled(row("Straße"), row("Strasbourg"))
    shown.narrow("STRASSE")
    assert names(shown) == ["Straße"]


def test_new_rows_are_filtered_as_the_old_ones() -> None:
    shown = filled(row("one"))
    shown.narrow("two")
    shown.replace([row("one"), row("two")])
    assert names(shown) == ["two"]


@given(st.lists(st.text("ab -", max_size=6), max_size=6), st.lists(st.text("ab ", max_size=5), max_size=6))
def test_typing_and_deleting_ends_where_a_fresh_filter_would(texts: list[str], typed: list[str]) -> None:
    rows = [row(text, key=str(index)) for index, text in enumerate(texts)]
    shown, fresh = filled(*rows), filled(*rows)
    for text in typed:
        shown.narrow(text)
    fresh.narrow(typed[-1] if typed else "")
    assert shown.shown == fresh.shown


def test_the_nearest_row_that_can_be_picked() -> None:
    shown = filled(row("a", enabled=False), row("b"), row("c", enabled=False), row("d"))
    assert shown.pickable(0, 1) == 1
    assert shown.pickable(2, 1) == 3
    assert shown.pickable(2, -1) == 1
    assert shown.pickable(0, -1) is None
    assert filled().pickable(0, 1) is None


@pytest.mark.parametrize(
    ("room", "shown"),
    [(120, (0, 1, 2, 3)), (70, (0, 1, 2)), (45, (0, 1, 2)), (33, (0, 2)), (12, (0,)), (5, (0,))],
)
def test_columns_give_way_by_rank(room: int, shown: tuple[int, ...]) -> None:
    widths = fit_widths(COLUMNS, (24, 17, 36, 28), room)
    assert tuple(index for index, width in enumerate(widths) if width) == shown


@given(st.integers(1, 250), st.lists(st.integers(1, 60), min_size=4, max_size=4))
def test_columns_never_take_more_than_there_is(room: int, wanted: list[int]) -> None:
    natural = [max(column.least, width) for column, width in zip(COLUMNS, wanted, strict=True)]
    widths = [width for width in fit_widths(COLUMNS, natural, room) if width]
    assert sum(widths) + GAP * (len(widths) - 1) <= room


def test_natural_widths_follow_the_longest_text_in_cells_not_characters() -> None:
    wide = PickerRow("wide", ("日本語の名前の長いもの", "x", GUID, ""), remark="disabled: billing stopped it")
    rows = [row("short"), wide]
    assert natural_widths(COLUMNS, rows) == (22, 8, 36, 28)


def test_ids_are_never_cut_in_the_middle() -> None:
    assert short_id(GUID, 36) == GUID
    assert short_id(GUID, 20) == "1b7e09cc-…-a0c4"
    assert short_id(GUID, 9) == "1b7e09cc…"


def test_ten_thousand_rows_are_filtered_in_a_blink() -> None:
    shown = filled(*(row(f"Team {index} production", key=str(index)) for index in range(10_000)))
    slowest = 0.0
    for end in range(1, len("team 42 prod") + 1):
        started = time.perf_counter()
        shown.narrow("team 42 prod"[:end])
        slowest = max(slowest, time.perf_counter() - started)
    assert len(shown.shown) == sum("42" in str(index) for index in range(10_000))
    assert slowest < 0.25, "more than ten times what it takes on a slow machine"


PLAIN = LineStyles.over(Style(), lambda _name: Style())


@given(
    st.text("abcdefgh ", min_size=1, max_size=30),
    st.text("abcdefghij ", max_size=60),
    st.booleans(),
    st.integers(30, 140),
)
def test_no_line_reaches_the_scrollbar(name: str, remark: str, highlighted: bool, width: int) -> None:
    one = PickerRow(name, (name, "Contoso and sons", GUID, "n" * 30), remark=remark)
    layout = Layout(COLUMNS, fit_widths(COLUMNS, natural_widths(COLUMNS, [one]), width - AROUND), width)
    line = draw_row(one, layout, PLAIN, (), highlighted=highlighted)
    assert line.cell_length == cell_len(line.text) == width
    assert line.text.endswith(" ")
