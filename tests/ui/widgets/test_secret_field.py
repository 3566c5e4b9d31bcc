"""The one place where a secret can be seen."""

from __future__ import annotations

import pytest
from textual.geometry import Offset
from textual.selection import Selection
from textual.widgets import Static

from pipeops_tui.core.secret import Secret
from pipeops_tui.ui.widgets.secret_field import SECONDS_VISIBLE, SecretField, VisibleTime
from tests.support.inside import reactive_values, texts_cached_by_rich
from tests.ui.widgets.host import Host, until

VALUE = "".join(reversed("dTuNpLs9vWm2Qk0zBy_xHr4.ylnialp~Q8rQh"))


class Hands:
    """The hands of a clock that a test moves."""

    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


def test_visible_time_is_spent_only_while_open() -> None:
    clock = Hands()
    visible = VisibleTime(clock)
    assert visible.left == SECONDS_VISIBLE
    clock.time += 1000
    assert visible.open()
    clock.time += 12
    assert visible.left == 18
    visible.close()
    clock.time += 1000
    assert visible.left == 18


def test_visible_time_never_comes_back() -> None:
    clock = Hands()
    visible = VisibleTime(clock)
    visible.open()
    clock.time += 20
    assert visible.open()
    assert visible.left == 10
    clock.time += 11
    visible.close()
    assert visible.left == 0
    assert not visible.open()


def test_a_clock_that_goes_back_gives_nothing() -> None:
    clock = Hands()
    visible = VisibleTime(clock)
    visible.open()
    clock.time -= 50
    assert visible.left == SECONDS_VISIBLE


async def test_hidden_it_draws_nothing_and_revealed_the_whole_value_on_one_line() -> None:
    field = SecretField(Hands())
    field.hold(Secret(VALUE))
    host = Host(Static("above"), field, Static("below"))
    async with host.run_test(size=(60, 6)) as pilot:
        assert host.lines()[:3] == ["above", "", "below"]
        assert field.reveal()
        await until(pilot, lambda: host.lines()[1] == VALUE)
        field.conceal()
        await until(pilot, lambda: host.lines()[1] == "")


async def test_it_is_hidden_when_its_time_is_over_and_never_shown_again() -> None:
    clock = Hands()
    field = SecretField(clock)
    field.hold(Secret(VALUE))
    host = Host(field)
    async with host.run_test(size=(60, 6), message_hook=host.keep) as pilot:
        field.reveal()
        clock.time += 10
        await until(pilot, lambda: field.seconds_left == 20)
        field.conceal()
        clock.time += 100
        assert field.reveal()
        clock.time += 19.5
        await until(pilot, lambda: any(change.seconds_left == 1 for change in host.of_kind(SecretField.Changed)))
        assert field.visible_now
        clock.time += 0.5
        await until(pilot, lambda: not field.visible_now)
        assert not field.reveal()
        assert host.lines()[0] == ""
        field.hold(Secret(VALUE))
        assert field.seconds_left == SECONDS_VISIBLE
        assert field.reveal()


async def test_it_is_never_cut() -> None:
    field = SecretField(Hands())
    field.hold(Secret(VALUE))
    host = Host(field)
    async with host.run_test(size=(60, 6)) as pilot:
        assert field.reveal()
        await pilot.resize_terminal(len(VALUE) - 1, 6)
        await until(pilot, lambda: not field.visible_now)
        assert not field.reveal()
        await pilot.resize_terminal(len(VALUE), 6)
        await until(pilot, lambda: field.fits)
        assert field.reveal()
        await until(pilot, lambda: host.lines()[0] == VALUE)


async def test_nothing_to_show_is_not_shown() -> None:
    field = SecretField(Hands())
    host = Host(field)
    async with host.run_test(size=(60, 6)):
        assert not field.reveal()
        forgotten = Secret(VALUE)
        forgotten.forget()
        field.hold(forgotten)
        assert not field.reveal()
        field.hold(Secret(VALUE))
        field.drop()
        assert not field.reveal()


async def test_forgotten_while_it_is_shown_it_disappears() -> None:
    secret = Secret(VALUE)
    field = SecretField(Hands())
    field.hold(secret)
    host = Host(field)
    async with host.run_test(size=(60, 6)) as pilot:
        field.reveal()
        await until(pilot, lambda: host.lines()[0] == VALUE)
        secret.forget()
        field.refresh()
        await until(pilot, lambda: host.lines()[0] == "")


@pytest.mark.parametrize("theme", ["pipeops-dark", "ansi-dark"])
async def test_no_cache_message_or_reactive_keeps_it(theme: str) -> None:
    field = SecretField(Hands())
    field.hold(Secret(VALUE))
    host = Host(field)
    async with host.run_test(size=(60, 6), message_hook=host.keep) as pilot:
        host.theme = theme
        field.reveal()
        await until(pilot, lambda: host.lines()[0] == VALUE)
        host.export_screenshot()
        pieces = [VALUE[at : at + 8] for at in range(len(VALUE) - 7)]
        kept = " ".join(texts_cached_by_rich())
        assert not any(piece in kept for piece in pieces)
        told = repr(host.posted) + repr(field) + repr(reactive_values(field))
        assert not any(piece in told for piece in pieces)


async def test_textual_selects_nothing_of_it() -> None:
    field = SecretField(Hands())
    field.hold(Secret(VALUE))
    host = Host(Static("above"), field, Static("below"))
    async with host.run_test(size=(60, 6)) as pilot:
        field.reveal()
        await until(pilot, lambda: host.lines()[1] == VALUE)
        host.screen.text_select_all()
        assert VALUE not in (host.screen.get_selected_text() or "")
        assert field.get_selection(Selection(Offset(0, 0), Offset(60, 0))) is None
