"""Choices side by side."""

from __future__ import annotations

from pipeops_tui.ui.widgets.fields import Tick
from pipeops_tui.ui.widgets.pills import Pill, Pills
from tests.ui.widgets.host import Host, until

CHOICES = (Pill(90, "90"), Pill(180, "180 recommended"), Pill(365, "365", enabled=False), Pill(0, "other"))


async def test_arrows_take_the_neighbour_that_can_be_taken() -> None:
    host = Host(pills := Pills(CHOICES, 180))
    async with host.run_test(size=(60, 4), message_hook=host.keep) as pilot:
        pills.focus()
        await pilot.press("right")
        assert pills.value == 0, "365 cannot be taken"
        await pilot.press("right")
        assert pills.value == 0, "there is no further one"
        await pilot.press("left", "left", "left")
        assert pills.value == 90
        assert [taken.value for taken in host.of_kind(Pills.Taken)] == [0, 180, 90]


async def test_a_click_takes_what_was_clicked() -> None:
    host = Host(pills := Pills(CHOICES, 180))
    async with host.run_test(size=(60, 4)) as pilot:
        await pilot.click(pills, offset=(1, 0))
        assert pills.value == 90
        await pilot.click(pills, offset=(host.lines()[0].index("365"), 0))
        assert pills.value == 90, "it cannot be taken"
        await pilot.click(pills, offset=(host.lines()[0].index("other"), 0))
        assert pills.value == 0


async def test_what_does_not_fit_goes_on_the_next_line_and_can_be_clicked_there() -> None:
    host = Host(pills := Pills(CHOICES, 180))
    async with host.run_test(size=(24, 6)) as pilot:
        await until(pilot, lambda: "other" in host.lines()[1])
        await pilot.click(pills, offset=(host.lines()[1].index("other"), 1))
        assert pills.value == 0


async def test_a_tick_turns_with_space_and_leaves_enter_alone() -> None:
    host = Host(tick := Tick("Register them", True))
    async with host.run_test(size=(40, 3)) as pilot:
        tick.focus()
        await pilot.press("enter")
        assert tick.value
        await pilot.press("space")
        assert not tick.value
