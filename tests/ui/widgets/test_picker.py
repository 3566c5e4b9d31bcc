"""The picker under keys and mouse: what is highlighted, what is on the screen."""

from __future__ import annotations

import pytest
from textual import events
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from pipeops_tui.ui import theme
from pipeops_tui.ui.widgets import picker_lines
from pipeops_tui.ui.widgets.picker import Picker
from pipeops_tui.ui.widgets.picker_lines import Layout, LineStyles, draw_row
from pipeops_tui.ui.widgets.picker_list import PickerList
from pipeops_tui.ui.widgets.picker_rows import Column, PickerRow
from tests.ui.widgets.host import Host, cells_of, until

COLUMNS = (Column(12), Column(9, rank=1, is_id=True))


def rows(*names: str, disabled: tuple[str, ...] = ()) -> list[PickerRow]:
    return [
        PickerRow(name, (name, f"{index:08x}"), "stopped" if name in disabled else "", name not in disabled)
        for index, name in enumerate(names)
    ]


def picker_of(*names: str, disabled: tuple[str, ...] = ()) -> tuple[Host, Picker]:
    picker = Picker(COLUMNS, placeholder="type")
    host = Host(picker)
    host.call_later(picker.set_rows, rows(*names, disabled=disabled))
    return host, picker


def highlighted(picker: Picker) -> str | None:
    return picker.highlighted.cells[0] if picker.highlighted else None


MANY = tuple(f"row {index:05}" for index in range(10_000))


async def test_the_first_row_that_can_be_picked_is_highlighted() -> None:
    host, picker = picker_of("one", "two", "three", disabled=("one",))
    async with host.run_test(size=(50, 10)) as pilot:
        await pilot.pause()
        assert highlighted(picker) == "two"
        assert "▌ two" in "\n".join(host.lines())


async def test_keys_move_in_the_list_while_the_filter_has_the_focus() -> None:
    host, picker = picker_of(*MANY)
    async with host.run_test(size=(50, 12)) as pilot:
        await pilot.pause()
        height = picker.list.size.height
        for key, expected in (
            ("down", 1),
            ("up", 0),
            ("up", 0),
            ("pagedown", height - 1),
            ("end", 9_999),
            ("down", 9_999),
            ("pageup", 9_999 - height + 1),
            ("home", 0),
        ):
            await pilot.press(key)
            assert highlighted(picker) == MANY[expected], key
            assert host.focused is picker.entry
            assert f"▌ {MANY[expected]}" in "\n".join(host.lines()), key


def refused(picker: Picker) -> str | None:
    """The row that is highlighted and cannot be picked."""
    row = picker.list.refused
    return None if row is None else row.key


async def test_the_keyboard_reaches_rows_that_cannot_be_picked_and_nothing_is_picked_there() -> None:
    host, picker = picker_of("one", "two", "three", "four", disabled=("two", "four"))
    async with host.run_test(size=(50, 10), message_hook=host.keep) as pilot:
        await pilot.pause()
        assert any("two" in line and "stopped" in line for line in host.lines())
        assert highlighted(picker) == "one", "what can be picked is preselected"
        await pilot.press("down")
        assert (highlighted(picker), refused(picker)) == (None, "two")
        assert any("▌" in line and "two" in line for line in host.lines())
        await pilot.press("down")
        assert (highlighted(picker), refused(picker)) == ("three", None)
        await pilot.press("end")
        assert picker.list.highlighted_key == "four"
        await pilot.press("home")
        assert highlighted(picker) == "one"


async def test_typing_narrows_and_escape_clears() -> None:
    host, picker = picker_of("alpha", "beta", "gamma", "alphabet")
    async with host.run_test(size=(50, 10)) as pilot:
        await pilot.press(*"BET")
        assert highlighted(picker) == "beta"
        shown = "\n".join(host.lines())
        assert "2 of 4 shown" in shown
        assert "gamma" not in shown
        await pilot.press("escape")
        assert picker.entry.value == ""
        assert "4 of 4 shown" in "\n".join(host.lines())
        assert highlighted(picker) == "beta", "the row that was found stays"


async def test_nothing_found_is_said_in_words_and_nothing_can_be_picked() -> None:
    host, picker = picker_of("alpha")
    picker.list.empty_text = "Nothing matches."
    async with host.run_test(size=(50, 10)) as pilot:
        await pilot.press(*"xyz")
        assert highlighted(picker) is None
        assert any("Nothing matches." in line for line in host.lines())
        await pilot.press("down", "end", "pageup")
        assert highlighted(picker) is None


async def test_rows_that_arrive_leave_the_highlighted_one_on_its_line() -> None:
    host, picker = picker_of(*(f"m{index:02}" for index in range(30)))
    async with host.run_test(size=(50, 12)) as pilot:
        await pilot.press(*["down"] * 15)
        before = next(y for y, line in enumerate(host.lines()) if "▌ m15" in line)
        picker.set_rows(rows(*(f"a{index:02}" for index in range(7)), *(f"m{index:02}" for index in range(30)), "z"))
        await pilot.pause()
        assert highlighted(picker) == "m15"
        assert "▌ m15" in host.lines()[before]


async def test_a_row_that_goes_gives_the_highlight_to_the_first() -> None:
    host, picker = picker_of("one", "two", "three")
    async with host.run_test(size=(50, 10), message_hook=host.keep) as pilot:
        await pilot.press("down")
        picker.set_rows(rows("one", "three"))
        await pilot.pause()
        assert highlighted(picker) == "one"
        told = [message.row.cells[0] for message in host.of_kind(PickerList.Highlighted) if message.row]
        assert told[-2:] == ["two", "one"]


async def test_a_click_picks_and_a_double_click_goes_on() -> None:
    host, picker = picker_of("one", "two", "three", disabled=("three",))
    async with host.run_test(size=(50, 10), message_hook=host.keep) as pilot:
        await pilot.pause()
        await pilot.click(PickerList, offset=(4, 1))
        assert highlighted(picker) == "two"
        assert host.focused is picker.entry
        assert not host.of_kind(PickerList.Activated)
        await pilot.click(PickerList, offset=(4, 1), times=2)
        assert len(host.of_kind(PickerList.Activated)) == 1
        await pilot.click(PickerList, offset=(4, 2))
        assert highlighted(picker) is None
        assert len(host.of_kind(PickerList.Refused)) == 1
        await pilot.click(PickerList, offset=(4, 5))
        assert picker.list.highlighted_key == "three", "below the rows is nothing"


async def test_the_wheel_scrolls_without_picking() -> None:
    host, picker = picker_of(*MANY)
    async with host.run_test(size=(50, 12)) as pilot:
        await pilot.pause()
        wheel = events.MouseScrollDown(picker.list, 3, 3, 0, 1, 0, False, False, False)
        for _ in range(3):
            picker.list.post_message(wheel)
        await until(pilot, lambda: MANY[0] not in "\n".join(host.lines()))
        assert highlighted(picker) == MANY[0]
        await pilot.press("down")
        assert f"▌ {MANY[1]}" in "\n".join(host.lines()), "moving brings the highlight back into sight"


@pytest.mark.parametrize("width", [24, 40, 80, 200])
async def test_no_line_is_wider_than_the_list(width: int) -> None:
    host, picker = picker_of("a name that is rather long for a column", "短い", disabled=("短い",))
    async with host.run_test(size=(width, 10)) as pilot:
        await pilot.pause()
        for y in range(3):
            strip = picker.list.render_line(y)
            assert strip.cell_length == picker.list.scrollable_content_region.width


async def test_only_visible_lines_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    host, picker = picker_of(*MANY)
    async with host.run_test(size=(50, 12)) as pilot:
        await pilot.pause()
        drawn: list[int] = []
        original = PickerList.render_line

        def counting(self: PickerList, y: int) -> object:
            drawn.append(y)
            return original(self, y)

        monkeypatch.setattr(PickerList, "render_line", counting)
        await pilot.press("5")
        await pilot.pause()
        assert drawn
        assert max(drawn) < picker.list.size.height


async def test_a_long_reason_never_takes_the_place_of_a_long_name() -> None:
    name = "a subscription whose name is longer than any column can be"
    host, picker = picker_of("short")
    async with host.run_test(size=(50, 10)) as pilot:
        reason = "belongs to another organization (Azure Lighthouse)"
        picker.set_rows([PickerRow("x", (name, "00000000"), reason, enabled=False)])
        await pilot.pause()
        assert any(name[:10] in line and "belongs" in line for line in host.lines())


async def test_what_is_typed_and_what_it_leaves_are_painted_in_one_frame() -> None:
    host, _ = picker_of(*MANY)
    frames: list[str] = []
    async with host.run_test(size=(60, 12)) as pilot:
        await pilot.pause()
        host.post_display_hook = lambda: frames.append("\n".join(host.lines()))  # type: ignore[method-assign]
        await pilot.press(*"432")
        await until(pilot, lambda: any("/ 432" in frame for frame in frames))
        assert all("/ 432" in frame for frame in frames if "23 of 10,000 shown" in frame)
        assert all("23 of 10,000 shown" in frame and "row 00432" in frame for frame in frames if "/ 432" in frame)


async def test_a_move_draws_no_line_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    host, _ = picker_of(*MANY)
    async with host.run_test(size=(50, 12)) as pilot:
        await pilot.press("down", "down")
        await until(pilot, lambda: "▌ row 00002" in "\n".join(host.lines()))
        drawn: list[tuple[str, bool]] = []

        def noting(
            row: PickerRow, layout: Layout, styles: LineStyles, words: tuple[str, ...], *, highlighted: bool
        ) -> Strip:
            drawn.append((row.cells[0], highlighted))
            return draw_row(row, layout, styles, words, highlighted=highlighted)

        monkeypatch.setattr(picker_lines, "draw_row", noting)
        await pilot.press("down")
        await until(pilot, lambda: "▌ row 00003" in "\n".join(host.lines()))
        assert drawn == [("row 00003", True)], "the line that the mark has left was drawn before"


async def test_nothing_that_was_drawn_before_outlives_its_row_or_its_theme() -> None:
    host, picker = picker_of("aaaa", "bbbb")
    async with host.run_test(size=(50, 10)) as pilot:
        await pilot.pause()
        picker.set_rows([PickerRow(row.key, ("cccc", row.cells[1]), enabled=False) for row in picker.list.filter.all])
        await until(pilot, lambda: "\n".join(host.lines()).count("cccc") == 2)
        assert "aaaa" not in "\n".join(host.lines())
        before = cells_of(picker.list.render_line(1))
        host.register_theme(theme.LIGHT)
        host.theme = theme.LIGHT.name
        await until(pilot, lambda: cells_of(picker.list.render_line(1)) != before)


@pytest.mark.parametrize("names", [MANY, MANY[:3], ()], ids=["scrolled", "few", "none"])
@pytest.mark.parametrize("typed", ["", "0 1", "nowhere"])
async def test_the_list_is_drawn_as_textual_would_draw_it(names: tuple[str, ...], typed: str) -> None:
    host, picker = picker_of(*names, disabled=("row 00001",))
    async with host.run_test(size=(50, 12)) as pilot:
        await pilot.pause()
        picker.list.empty_text = "Nothing is called that."
        picker.entry.value = typed
        await pilot.press("down")
        await pilot.pause()
        for crop in (picker.list.size.region, Region(0, 1, picker.list.size.width, 4), Region(3, 0, 20, 9)):
            ours = [cells_of(strip) for strip in picker.list.render_lines(crop)]
            assert ours == [cells_of(strip) for strip in Widget.render_lines(picker.list, crop)]
            assert all(len(line) == crop.width for line in ours)


async def test_a_list_that_got_shorter_than_its_view_loses_the_scrollbar_and_is_scrolled_back() -> None:
    host, picker = picker_of(*MANY)
    async with host.run_test(size=(50, 12)) as pilot:
        await pilot.press("end")
        await until(pilot, lambda: picker.list.scroll_y > 9_000)
        assert picker.list.show_vertical_scrollbar
        await pilot.press(*"0999")
        await until(pilot, lambda: picker.list.scroll_y == 2 and "▌ row 09999" in "\n".join(host.lines()))
        await pilot.press("8")
        await until(pilot, lambda: not picker.list.show_vertical_scrollbar)
        assert "▌ row 09998" in "\n".join(host.lines())
        await pilot.press("escape")
        await until(pilot, lambda: picker.list.show_vertical_scrollbar and "▌ row 09998" in "\n".join(host.lines()))
