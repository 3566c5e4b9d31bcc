"""Header, rail, slip, status and keys: single lines that must say the right thing at every width."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.binding import Binding
from textual.screen import Screen
from textual.types import AnimationLevel

from pipeops_tui.core.retry import Wait
from pipeops_tui.ui.base.frame import (
    HeaderLine,
    ProgressLine,
    Rail,
    RailStep,
    Slip,
    SlipValues,
    StepMark,
    shorten_middle_parts,
)
from pipeops_tui.ui.widgets.key_bar import KeyBar
from pipeops_tui.ui.widgets.showing import shorten
from pipeops_tui.ui.widgets.status_line import SPINNER, StatusLine, spell_seconds
from tests.support.clocks import VirtualClock
from tests.support.inside import has_running_timer
from tests.ui.widgets.host import Host, until

WHO = "somebody.with.a.long.name@contoso.com · Contoso · simulated Azure"


@pytest.mark.parametrize(
    ("room", "said"),
    [
        (80, WHO),
        (50, "somebody.with.a.long.… · Contoso · simulated Azure"),
        (30, "Contoso · simulated Azure"),
        (16, "simulated Azure"),
        (8, "simulat…"),
        (0, ""),
    ],
)
def test_the_header_keeps_the_name_of_the_cloud_longest(room: int, said: str) -> None:
    assert shorten_middle_parts(WHO, room) == said


@given(st.text(), st.integers(0, 40))
def test_shortened_text_fits(text: str, room: int) -> None:
    assert cell_len(shorten(text, room)) <= room or cell_len(text) <= room


async def test_the_header_is_one_line_with_the_name_at_the_left() -> None:
    header = HeaderLine()
    host = Host(header)
    async with host.run_test(size=(60, 3)) as pilot:
        header.who = "you@contoso.com · Contoso"
        await pilot.pause()
        assert host.lines()[0] == "pipeops-tui                        you@contoso.com · Contoso"


def steps(*marks: StepMark) -> tuple[RailStep, ...]:
    names = ("Sign in", "Subscription", "Resource group")
    return tuple(
        RailStep(name, mark, current=mark is StepMark.CURRENT, reachable=mark is StepMark.DONE)
        for name, mark in zip(names, marks, strict=True)
    )


async def test_the_rail_marks_every_step_with_a_glyph_and_tells_of_clicks_on_reached_ones() -> None:
    rail = Rail()
    host = Host(rail)
    async with host.run_test(size=(40, 10), message_hook=host.keep) as pilot:
        rail.steps = steps(StepMark.DONE, StepMark.CURRENT, StepMark.BLOCKED)
        await pilot.pause()
        assert host.lines()[:3] == ["✓ Sign in", "● Subscription", "! Resource group"]
        await pilot.click(Rail, offset=(3, 2))
        await pilot.click(Rail, offset=(3, 7))
        assert not host.of_kind(Rail.StepClicked)
        await pilot.click(Rail, offset=(3, 0))
        assert [message.index for message in host.of_kind(Rail.StepClicked)] == [0]


async def test_the_progress_line_names_the_step_and_what_is_blocked_ahead() -> None:
    line = ProgressLine()
    host = Host(line)
    async with host.run_test(size=(60, 3)) as pilot:
        line.steps = steps(StepMark.DONE, StepMark.CURRENT, StepMark.BLOCKED)
        await pilot.pause()
        assert host.lines()[0] == "Step 2 of 3 · Subscription · ! Resource group blocked"


async def test_the_slip_uses_its_own_short_labels_and_shortens_ids() -> None:
    slip = Slip()
    host = Host(slip)
    async with host.run_test(size=(25, 8)) as pilot:
        assert host.lines()[1] == "Resource group  –"
        slip.values = SlipValues("PipeOpsRG", "3f0d6f0e-52b1-4b0a-9a51-c5a0b9a1f7d3", "", "made", "1b7e09cc")
        await pilot.pause()
        assert host.lines()[:6] == [
            "For PipeOps",
            "Resource group  PipeOpsRG",
            "Tenant ID       3f0d6f0e…",
            "Client ID       –",
            "Client secret   made",
            "Subscription    1b7e09cc",
        ]


def clock_at_100() -> VirtualClock:
    """A clock that is moved by hand and shows 100 seconds."""
    clock = VirtualClock(by_hand=True)
    clock.advance(100)
    return clock


async def test_the_status_counts_seconds_by_the_given_clock_and_says_how_long_it_took() -> None:
    clock = clock_at_100()
    status = StatusLine(clock.monotonic)
    host = Host(status)
    async with host.run_test(size=(60, 3)) as pilot:
        status.running("Asking Azure")
        await pilot.pause()
        assert host.lines()[0][1:] == " Asking Azure"
        clock.advance(7.2)
        await until(pilot, lambda: host.lines()[0][1:] == " Asking Azure, 7 s")
        status.running("Asking Azure")
        await until(pilot, lambda: host.lines()[0].endswith("7 s"))
        status.done("14 subscriptions", 1.84)
        await pilot.pause()
        assert host.lines()[0] == "✓ 14 subscriptions, 1.8 s"
        status.warn("look out")
        await pilot.pause()
        assert host.lines()[0] == "! look out"
        status.failed("no")
        await pilot.pause()
        assert host.lines()[0] == "✗ no"
        status.say("")
        await pilot.pause()
        assert host.lines()[0] == ""


async def test_the_status_counts_down_while_a_read_waits_and_then_goes_on_as_before() -> None:
    clock = clock_at_100()
    status = StatusLine(clock.monotonic)
    host = Host(status)
    async with host.run_test(size=(60, 3)) as pilot:
        status.running("Asking Azure")
        status.waits = (Wait("An answer got lost", 101.0, 1), Wait("Azure asks to slow down", 104.2, 1))
        await until(pilot, lambda: host.lines()[0] == "! Azure asks to slow down. Retrying in 5 s")
        clock.advance(3)
        await until(pilot, lambda: host.lines()[0] == "! Azure asks to slow down. Retrying in 2 s")
        status.waits = (Wait("Azure had a failure", 105.0, 2),)
        await until(pilot, lambda: host.lines()[0] == "! Azure had a failure. Retrying in 2 s (try 3)")
        status.waits = ()
        await until(pilot, lambda: host.lines()[0][1:] == " Asking Azure, 3 s")
        status.failed("no")
        status.waits = (Wait("Azure had a failure", 105.0, 2),)
        await pilot.pause()
        assert host.lines()[0] == "✗ no"


@pytest.mark.parametrize(("level", "glyphs"), [("none", {"●"}), ("full", set(SPINNER[1:4]))])
async def test_a_spinner_turns_in_its_place_and_only_where_animations_are_wanted(
    level: AnimationLevel, glyphs: set[str]
) -> None:
    clock = clock_at_100()
    status = StatusLine(clock.monotonic)
    host = Host(status)
    host.animation_level = level
    async with host.run_test(size=(60, 3)):
        status.running("Asking")
        seen = []
        for _ in range(3):
            clock.advance(0.125)
            seen.append(str(status.render()))
        assert {line[0] for line in seen} == glyphs
        assert {line[1:] for line in seen} == {" Asking"}


async def test_nothing_ticks_while_nothing_runs() -> None:
    status = StatusLine(clock_at_100().monotonic)
    host = Host(status)
    async with host.run_test(size=(60, 3)) as pilot:
        status.running("Asking")
        await pilot.pause()
        assert has_running_timer(status)
        status.done("Asked")
        await until(pilot, lambda: not has_running_timer(status))


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.04, "0.0 s"), (9.94, "9.9 s"), (12.4, "12 s"), (59.7, "1 min 0 s"), (125, "2 min 5 s")]
)
def test_times_are_as_exact_as_a_person_wants_them(seconds: float, said: str) -> None:
    assert spell_seconds(seconds) == said


class Keys(Screen[None]):
    """A screen with keys of all kinds."""

    BINDINGS = [
        Binding("escape", "back", "Back", key_display="esc"),
        Binding("enter", "continue", "Continue", key_display="⏎"),
        Binding("n", "new", "New code"),
        Binding("x", "hidden", "Hidden"),
        Binding("f1", "help", "What is this?", key_display="F1"),
        Binding("ctrl+t", "quit", "Quit", key_display="^q"),
    ]
    pressed: list[str]

    def compose(self) -> list[KeyBar]:
        self.pressed = []
        return [KeyBar()]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return {"hidden": False, "continue": None}.get(action, True)

    def action_new(self) -> None:
        self.pressed.append("new")

    def action_continue(self) -> None:
        self.pressed.append("continue")


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (80, "             esc Back   n New code   F1 What is this?   ^q Quit"),
        (56, "             esc Back   n New code   F1 Help   ^q Quit"),
        (46, "             esc Back   n New code   ^q Quit"),
        (37, "             esc Back   n New code"),
        (24, "             esc Back"),
        (20, ""),
    ],
)
async def test_only_keys_that_work_are_shown_the_less_needed_give_way(width: int, line: str) -> None:
    """Continue is about to work: its place is kept."""
    host = Host()
    async with host.run_test(size=(width, 4)) as pilot:
        await host.push_screen(Keys())
        await pilot.pause()
        assert host.lines()[0] == line


class StuckKeys(Screen[None]):
    """More keys than a small screen has room for, as where an account may do too little."""

    BINDINGS = [
        Binding("escape", "back", "Back", key_display="esc"),
        Binding("f2", "toggle_slip", "Values", key_display="F2"),
        Binding("t", "try_anyway", "Try anyway"),
        Binding("m", "copy_message", "Copy message"),
        Binding("d", "details", "Details"),
        Binding("r", "check_again", "Check again"),
        Binding("h", "leave_to_owner", "Ask an Owner"),
        Binding("f1", "help", "What is this?", key_display="F1"),
        Binding("ctrl+t", "quit", "Quit", key_display="^q"),
    ]

    def compose(self) -> list[KeyBar]:
        return [KeyBar()]


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (82, "esc Back   t Try anyway   m Message   d Details   r Check   h Ask Owner   ^q Quit"),
        (72, "esc Back   t Try anyway   m Message   d Details   r Check   h Ask Owner"),
        (61, "esc Back   t Try anyway   m Message   r Check   h Ask Owner"),
        (56, "esc Back   t Try anyway   m Message   h Ask Owner"),
    ],
)
async def test_what_leads_on_stays_longest(width: int, line: str) -> None:
    host = Host()
    async with host.run_test(size=(width, 3)) as pilot:
        await host.push_screen(StuckKeys())
        await pilot.pause()
        assert host.lines()[0] == line


async def test_a_click_on_a_key_is_a_press_unless_it_does_not_work_yet() -> None:
    host = Host()
    async with host.run_test(size=(80, 4)) as pilot:
        screen = Keys()
        await host.push_screen(screen)
        await pilot.pause()
        await pilot.click(KeyBar, offset=(3, 0))
        await pilot.click(KeyBar, offset=(12, 0))
        assert screen.pressed == []
        await pilot.click(KeyBar, offset=(26, 0))
        await pilot.pause()
        assert screen.pressed == ["new"]
