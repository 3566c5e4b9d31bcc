"""Rows of operations: each state as a glyph and a word, and nothing that jumps."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial

import pytest

from pipeops_tui.core.problem import Problem
from pipeops_tui.provisioning.events import Row, RowState
from pipeops_tui.ui.widgets.operation_rows import OperationRows
from tests.support.inside import has_running_timer
from tests.ui.widgets.host import Host, until

GROUP = Row("group", "Resource group", "PipeOpsRG in West Europe")
PRINCIPAL = Row("principal", "Identity", "service principal")
PROOF = Row("test-sign-in", "Proof", "sign in as the application, read PipeOpsRG", writes=False)
REASON = "Waiting for Microsoft Entra to copy the new application, try 2"

STATES = [
    (replace(GROUP), "○ waiting", ""),
    (replace(GROUP, state=RowState.RUNNING, started=94.0), "● running", "6 s"),
    (replace(GROUP, state=RowState.RETRYING, started=90.0, retry_at=104.0, reason=REASON), "● retrying", "in 4 s"),
    (replace(GROUP, state=RowState.LOOKING, started=90.0, retry_at=115.0), "● looking", "again in 15 s"),
    (replace(GROUP, state=RowState.DONE, seconds=1.42), "✓ done", "1.4 s"),
    (replace(GROUP, state=RowState.FAILED, seconds=0.31, problem=Problem("Refused", "No.")), "✗ failed", "0.3 s"),
    (replace(GROUP, state=RowState.STOPPED, seconds=2.0), "– stopped", "2.0 s"),
]


@pytest.mark.parametrize(("row", "state", "time"), STATES, ids=[row.state for row, *_ in STATES])
async def test_a_wide_row_says_state_title_detail_and_time_on_one_line(row: Row, state: str, time: str) -> None:
    host = Host(rows := OperationRows(lambda: 100.0))
    rows.show([row, PRINCIPAL])
    async with host.run_test(size=(100, 6)):
        line = host.lines()[0]
        assert line.startswith(state)
        assert "Resource group" in line
        assert "PipeOpsRG in West Europe" in line
        assert line.endswith(time)


@pytest.mark.parametrize(("row", "state", "time"), STATES, ids=[row.state for row, *_ in STATES])
async def test_a_narrow_row_says_the_same_on_two(row: Row, state: str, time: str) -> None:
    host = Host(rows := OperationRows(lambda: 100.0))
    rows.show([row, PRINCIPAL])
    async with host.run_test(size=(50, 6)):
        glyph, word = state.split()
        first, second = host.lines()[:2]
        assert re.fullmatch(rf"{glyph} Resource group +{word} ?{re.escape(time)}", first)
        assert second.startswith("  ")
        assert second.strip()


async def test_why_it_waits_stands_beside_it() -> None:
    host = Host(rows := OperationRows(lambda: 100.0))
    rows.show([GROUP, PRINCIPAL])
    async with host.run_test(size=(110, 6)) as pilot:
        rows.update_row(replace(PRINCIPAL, state=RowState.RUNNING, started=90.0, reason=REASON))
        await until(pilot, lambda: REASON in "\n".join(host.lines()))
        assert "service principal" in "\n".join(host.lines())


async def test_a_failure_shows_its_reason() -> None:
    host = Host(rows := OperationRows(lambda: 100.0))
    rows.show([replace(GROUP, state=RowState.FAILED, problem=Problem("You may not create groups", "No."))])
    async with host.run_test(size=(50, 6)):
        assert "You may not create groups" in "\n".join(host.lines())


@pytest.mark.parametrize("size", [(50, 8), (50, 20), (110, 4), (110, 20)])
async def test_no_state_moves_another_row(size: tuple[int, int]) -> None:
    host = Host(rows := OperationRows(lambda: 100.0))
    rows.show([GROUP, PRINCIPAL, PROOF])
    async with host.run_test(size=size) as pilot:

        def places() -> list[int]:
            lines = host.lines()
            return [next(at for at, line in enumerate(lines) if title in line) for title in ("Identity", "Proof")]

        before = places()
        for row, state, _ in STATES:
            rows.update_row(row)
            await until(pilot, partial(_stands_first, host, state.split()[1]))
            assert places() == before


def _stands_first(host: Host, word: str) -> bool:
    return word in host.lines()[0]


async def test_before_it_begins_rows_say_what_they_will_do() -> None:
    host = Host(rows := OperationRows(lambda: 0.0))
    rows.show([GROUP, PROOF], planned="writes")
    async with host.run_test(size=(100, 6)) as pilot:
        lines = [line for line in host.lines() if line]
        assert lines[0].startswith("○ writes")
        assert lines[1].startswith("○ checks")
        rows.show([GROUP, PROOF])
        await until(pilot, lambda: host.lines()[0].startswith("○ waiting"))


async def test_what_the_test_sign_in_found_takes_the_place_of_what_it_announced() -> None:
    host = Host(rows := OperationRows(lambda: 0.0))
    found = "Signed in and read PipeOpsRG"
    rows.show([replace(PROOF, state=RowState.DONE, reason=found, seconds=1.0)])
    async with host.run_test(size=(90, 6)):
        assert found in host.lines()[0]


async def test_seconds_are_counted_while_it_runs_and_nothing_ticks_at_rest() -> None:
    time = [100.0]
    host = Host(rows := OperationRows(lambda: time[0]))
    rows.show([replace(GROUP, state=RowState.RUNNING, started=100.0)])
    async with host.run_test(size=(90, 6)) as pilot:
        time[0] = 107.0
        await until(pilot, lambda: host.lines()[0].endswith("7 s"))
        rows.update_row(replace(GROUP, state=RowState.DONE, seconds=7.0))
        await until(pilot, lambda: host.lines()[0].startswith("✓"))
        assert not has_running_timer(rows)


async def test_the_row_at_work_is_announced_so_that_it_can_be_scrolled_to() -> None:
    host = Host(rows := OperationRows(lambda: 0.0))
    rows.show([GROUP, PRINCIPAL, PROOF])
    async with host.run_test(size=(50, 30), message_hook=host.keep) as pilot:
        rows.update_row(replace(PROOF, state=RowState.RUNNING, started=0.0))
        await until(pilot, lambda: bool(host.of_kind(OperationRows.Moved)))
        moved = host.of_kind(OperationRows.Moved)[-1].region
        assert "Proof" in host.lines()[moved.y]


async def test_dense_rows_take_a_second_line_only_for_what_has_to_be_read_there() -> None:
    host = Host(rows := OperationRows(lambda: 100.0, dense=True))
    rows.show([GROUP])
    async with host.run_test(size=(100, 12)) as pilot:
        await until(pilot, lambda: rows.size.height == 1)
        rows.show([GROUP, PRINCIPAL])
        await until(pilot, lambda: rows.size.height == 2)
        assert [line.split()[1:3] for line in host.lines()[:2]] == [["waiting", "Resource"], ["waiting", "Identity"]]
        rows.show([GROUP, replace(PRINCIPAL, state=RowState.RETRYING, reason=REASON)])
        await until(pilot, lambda: rows.size.height == 4)
        assert REASON in host.lines()[3]
