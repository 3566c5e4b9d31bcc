"""The list of connections: what it shows at once, what is added, which keys act, and that nothing moves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from pipeops_tui.connections.connection import ConnectionState
from pipeops_tui.connections.connection_actions import ConnectionAction
from pipeops_tui.connections.connection_search import ConnectionSearch, FoundConnections
from pipeops_tui.connections.known_connections import KnownConnections
from pipeops_tui.core.problem import CloudError, FailureKind, Problem
from pipeops_tui.provisioning import Origin
from pipeops_tui.ui.connections.connections_screen import ConnectionsScreen
from pipeops_tui.ui.widgets.picker import Picker
from tests.ui.connections.listed import (
    EVERY_STATE,
    Decisions,
    ada,
    connection,
    listed,
    no_owners,
    telling,
    unfinished,
)
from tests.ui.memory import Stage

KNOWN = KnownConnections(
    unfinished=(unfinished(),), connections=tuple(connection(n, ConnectionState.NOT_CHECKED) for n in (1, 2))
)


def picker(stage: Stage) -> Picker:
    return stage.app.screen.query_one(Picker)


async def test_what_this_computer_knows_is_there_without_signing_in() -> None:
    async with listed(KNOWN) as stage:
        screen = await stage.sees("A connection was not finished", "Sign in to check these and to find others")
        rows = [line for line in screen.splitlines() if "PipeOps" in line and "Pay-As-You-Go  " in line]
        assert [("not finished" in row, "not checked" in row) for row in rows[:3]] == [
            (True, False),
            (False, True),
            (False, True),
        ]
        assert "▌ PipeOps " in rows[0]
        assert "Others" not in screen


async def test_an_empty_list_says_what_to_do() -> None:
    async with listed(KnownConnections()) as stage:
        await stage.sees("This computer knows no connection", "Sign in to find those in your tenants")


async def test_every_state_is_told_by_a_glyph_and_a_word() -> None:
    async with listed(KnownConnections(), telling(FoundConnections(EVERY_STATE))) as stage:
        screen = await stage.sees("8 connections")
        for words in (
            "in 120 days +✓ in order",
            "in 12 days +! expires soon",
            "3 days ago +✗ expired",
            "in 170 days +! two secrets",
            "✗ role missing",
            "✗ group missing",
            "✗ application deleted",
            r"\? could not be asked",
        ):
            await stage.sees(words)
        assert "Others" in screen


async def test_what_a_tenant_adds_moves_nothing() -> None:
    go_on = asyncio.Event()

    async def ask(_by_hand: bool) -> AsyncIterator[FoundConnections]:
        await go_on.wait()
        yield FoundConnections((connection(3, ConnectionState.WORKS), connection(2, ConnectionState.NO_ROLE)))
        yield FoundConnections((connection(1, ConnectionState.WORKS),))
        yield FoundConnections((unfinished("Elsewhere", "2"),))

    async with listed(KNOWN, ConnectionSearch(ask, lambda: None, no_owners)) as stage:
        await stage.presses("down", "down")
        await stage.sees("▌ PipeOps-2 .*not checked")
        line = picker(stage).list.region.y + 2
        assert "▌ PipeOps-2" in stage.screen.splitlines()[line]
        go_on.set()
        await stage.sees("▌ PipeOps-2 .*role missing", "PipeOps-3 .*in order", "Elsewhere")
        await stage.sees("PipeOps-1 .*in order")
        names = [row.cells[0] if row.cells[1] != "Elsewhere" else "new run" for row in picker(stage).list.filter.shown]
        assert names == ["PipeOps", "new run", "PipeOps-1", "PipeOps-2", "PipeOps-3", "Others"]


async def test_letters_filter_and_escape_clears_the_filter_first() -> None:
    async with listed(KnownConnections(connections=EVERY_STATE)) as stage:
        await stage.presses(*"ops", "minus", "3")
        await stage.sees("1 of 8 shown", "▌ PipeOps-3")
        await stage.presses("escape")
        await stage.sees("8 of 8 shown")
        await stage.presses("escape")
        await stage.until(lambda: not isinstance(stage.app.screen, ConnectionsScreen), "the step")


@pytest.mark.parametrize(("key", "action"), [("enter", "continue"), ("u", "undo")])
async def test_keys_act_on_the_unfinished_run_that_is_highlighted(key: str, action: str) -> None:
    decisions = Decisions()
    async with listed(KNOWN, decisions=decisions) as stage:
        await stage.sees("⏎ Continue", "u Undo…", "f Forget…")
        await stage.presses(key)
        await stage.until(lambda: bool(decisions.made), "a decision")
    decision = decisions.made[0]
    assert decision is not None
    assert (decision.action, decision.connection) == (ConnectionAction(action), KNOWN.unfinished[0])


async def test_forgetting_asks_first_and_says_how_to_find_the_application() -> None:
    decisions, copied = Decisions(), list[tuple[str, str]]()
    async with listed(KNOWN, decisions=decisions, copied=copied, size=(120, 40)) as stage:
        await stage.presses("f")
        await stage.sees("Forget this connection", "To find the application again", "App registrations")
        await stage.presses("c")
        assert "az ad app list --filter \"tags/any(t:t eq 'pipeops-tui-run:1')\"" in copied[0][0]
        await stage.presses("enter")  # the focus rests on keeping it
        await stage.until(lambda: "Forget this" not in stage.screen, "the list")
        assert not decisions.made
        await stage.presses("f")
        await stage.sees("Forget this connection")
        await stage.presses("tab", "enter")
        await stage.until(lambda: bool(decisions.made), "a decision")
    assert decisions.made[0] is not None
    assert decisions.made[0].action is ConnectionAction.FORGET


async def test_the_same_letters_filter_elsewhere_and_behind_a_slash() -> None:
    decisions = Decisions()
    async with listed(KNOWN, decisions=decisions) as stage:
        await stage.presses("slash", "u")
        await stage.sees("/ u ", "of 3 shown")
        await stage.presses("escape", "down")
        await stage.sees("▌ PipeOps-1", "⏎ Open")
        assert "u Undo" not in stage.screen
        await stage.presses("f", "u", "o")
        await stage.sees("/ fuo", "Nothing matches")
    assert not decisions.made


async def test_others_are_listed_on_request_and_hidden_again() -> None:
    other = connection(9, ConnectionState.UNKNOWN, group_name="", subscription_name="", secrets=())
    search = telling(FoundConnections((connection(1, ConnectionState.WORKS),), (other,)))
    async with listed(KnownConnections(), search) as stage:
        await stage.sees("1 connection", "Others .*Enter looks for applications that look like PipeOps'")
        assert "PipeOps-9" not in stage.screen
        await stage.presses("end", "enter")
        await stage.sees(r"PipeOps-9 .*\? only its tag", "Enter hides")
        await stage.presses("down")
        await stage.sees("No resource group is known for it, so pipeops-tui cannot change it")
        await stage.presses("up")
        await stage.presses("o")
        await stage.until(lambda: "PipeOps-9" not in stage.screen, "only connections")


async def test_a_search_that_fails_is_said_and_can_be_repeated() -> None:
    asked = []

    async def ask(_by_hand: bool) -> AsyncIterator[FoundConnections]:
        asked.append(1)
        if len(asked) == 1:
            raise CloudError(FailureKind.UNREACHABLE, Problem("Azure cannot be reached", "No answer came."))
        yield FoundConnections((connection(2, ConnectionState.WORKS),))

    async with listed(KNOWN, ConnectionSearch(ask, lambda: None, no_owners)) as stage:
        await stage.sees("✗ Azure cannot be reached. F5 checks again", "not checked")
        await stage.presses("f5")
        await stage.sees("✓ 2 connections", "PipeOps-2 .*in order")


async def test_two_thousand_rows_come_in_batches_and_are_filtered() -> None:
    every = [connection(number, ConnectionState.WORKS) for number in range(2_000)]
    batches = [FoundConnections(tuple(every[start : start + 100])) for start in range(0, 2_000, 100)]
    async with listed(KNOWN, telling(*batches)) as stage:
        await stage.sees("2,000 connections", "2,002 of 2,002 shown")
        await stage.sees("▌ PipeOps +PipeOpsRG .*not finished")  # still where it was
        await stage.presses("slash", *"rg", "minus", *"1999")
        await stage.sees("1 of 2,002 shown", "▌ PipeOps-1999")
        await stage.presses("escape", "end")
        await stage.sees("▌ Others")


async def test_forgetting_what_was_made_by_hand_names_no_tag_and_says_what_is_lost() -> None:
    """Of an application that was made by hand, only the journal knows which client secrets pipeops-tui has added."""
    run = unfinished().recorded
    assert run is not None
    adopted = replace(unfinished(), recorded=replace(run, state=replace(run.state, origin=Origin.ADOPTED)))
    copied = list[tuple[str, str]]()
    async with listed(KnownConnections(unfinished=(adopted,)), copied=copied, size=(120, 40)) as stage:
        await stage.presses("f")
        screen = await stage.sees("Forget this connection", "App registrations", "It was made by hand: once this")
        assert "its tag" not in screen
        await stage.presses("c")
        assert "pipeops-tui-run" not in copied[0][0]


async def test_what_could_not_be_read_is_said_though_no_connection_depends_on_it() -> None:
    deleted = "Contoso: its deleted applications could not be read: Not allowed."
    found = FoundConnections((connection(2, ConnectionState.WORKS),), notes=(deleted,))
    async with listed(KNOWN, telling(found), size=(160, 40)) as stage:
        await stage.sees(f"! 2 connections. {deleted} F5 checks again")
    more = FoundConnections(notes=("Contoso: the role assignments in Test could not be read: Not allowed.",))
    async with listed(KNOWN, telling(found, more), size=(160, 40)) as stage:
        await stage.sees(f"2 parts could not be read. F5 checks again. The first: {deleted}")


@pytest.mark.parametrize("online", [True, False])
async def test_a_clock_that_is_wrong_is_said(online: bool) -> None:
    remark = "This computer's clock shows 30 November 2026, but a journal was begun later: the dates can be wrong."
    known = replace(KNOWN, remark=remark)
    async with listed(known, telling() if online else None, size=(160, 40)) as stage:
        await stage.sees("! .*the dates can be wrong")


async def test_owners_that_were_read_stay_when_the_search_finds_the_connection_again() -> None:
    go_on = asyncio.Event()

    async def ask(_by_hand: bool) -> AsyncIterator[FoundConnections]:
        await go_on.wait()
        yield FoundConnections((connection(1, ConnectionState.WORKS, object_id="0f1e"),))

    known = KnownConnections(connections=(connection(1, ConnectionState.NOT_CHECKED, object_id="0f1e"),))
    async with listed(known, ConnectionSearch(ask, lambda: None, ada)) as stage:
        await stage.presses("enter")
        await stage.sees(r"Owners +Ada Lovelace")
        go_on.set()
        await stage.sees("✓ in order", r"Owners +Ada Lovelace")
