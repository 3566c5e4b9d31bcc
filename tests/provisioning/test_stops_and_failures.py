"""What a stop or a failure ends at once, what it lets finish, and what it never begins."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import pytest

from pipeops_tui.core.problem import FailureKind
from pipeops_tui.provisioning.events import RowState
from pipeops_tui.provisioning.operations.operation import upsert_refused
from pipeops_tui.provisioning.run import Run
from tests.provisioning.bench import (
    MemoryJournal,
    Watcher,
    assert_nothing,
    assert_one_of_everything,
    new_run,
    resumed,
)
from tests.provisioning.network import failure
from tests.provisioning.world import Fault, FaultKind, Killed, World
from tests.support.clocks import VirtualClock

FOREVER = 10**9


async def begun(run: Run, world: World, operation: str) -> asyncio.Task[None]:
    """The execution of `run`, which has just sent the request `operation`."""
    running = asyncio.create_task(run.execute())
    await sent(world, operation)
    return running


async def sent(world: World, operation: str) -> None:
    while operation not in world.requests:
        await asyncio.sleep(0)


def states(run: Run) -> dict[str, RowState]:
    return {row.key: row.state for row in run.rows}


def intended(journal: MemoryJournal) -> set[str]:
    """What the journal says was going to be made."""
    entries = [json.loads(line) for line in journal.text.splitlines()]
    return {entry["subject"] for entry in entries if entry.get("kind") == "intended"}


async def test_a_run_is_executed_once_at_a_time() -> None:
    world = World(VirtualClock())
    run = new_run(world)
    running = await begun(run, world, "upsert_application")
    with pytest.raises(RuntimeError, match="busy"):
        await run.execute()
    await running
    assert_one_of_everything(world, run)


async def test_after_a_stop_nothing_more_is_journaled_as_intended() -> None:
    world, journal = World(VirtualClock()), MemoryJournal()
    world.latency = 0.5
    run = new_run(world, journal)
    running = await begun(run, world, "get_group")
    before = intended(journal)
    run.stop()
    await running
    assert "group" not in before
    assert intended(journal) == before
    world.latency = 0.1
    await run.retry()
    assert_one_of_everything(world, run)


async def test_what_was_not_begun_when_it_stopped_still_waits_its_turn() -> None:
    world = World(VirtualClock())
    run = new_run(world)
    running = await begun(run, world, "upsert_application")
    run.stop()
    await running
    assert {key: state for key, state in states(run).items() if key != "group"} == {
        "application": RowState.DONE,
        "principal": RowState.WAITING,
        "assignment": RowState.WAITING,
        "secret": RowState.WAITING,
        "test-sign-in": RowState.WAITING,
    }


async def test_no_removal_begins_after_a_stop() -> None:
    world = World(VirtualClock())
    run = new_run(world)
    await run.execute()
    undoing = asyncio.create_task(run.undo())
    await sent(world, "remove_password")
    run.stop()
    await undoing
    now = {row.key: row.state for row in run.undo_rows()}
    assert now["undo:application"] is RowState.WAITING
    assert now["undo:group"] is RowState.WAITING
    assert await run.undo() == ()
    assert_nothing(world)


async def test_a_failure_ends_the_waits_of_the_others() -> None:
    faults = [
        Fault(FaultKind.REFUSED, "put_group", 1, FOREVER),
        Fault(FaultKind.THROTTLED, "upsert_application", retry_after=300),
    ]
    world = World(VirtualClock(), faults)
    run = new_run(world)
    watcher = Watcher(run)
    await run.execute()
    assert watcher.failure
    assert world.clock.monotonic() < 60
    assert not world.living


@pytest.mark.parametrize("refused", ["put_group", "upsert_application"])
async def test_of_two_failures_the_one_that_a_sign_in_solves_is_told(refused: str) -> None:
    wants_sign_in = {"put_group": "upsert_application", "upsert_application": "put_group"}[refused]
    faults = [Fault(FaultKind.REFUSED, refused, 1, FOREVER), Fault(FaultKind.SIGN_IN, wants_sign_in)]
    world = World(VirtualClock(), faults)
    run = new_run(world)
    watcher = Watcher(run)
    await run.execute()
    assert {refused, wants_sign_in} <= set(world.requests)
    error = watcher.ended.error
    assert error is not None
    assert error.kind is FailureKind.SIGN_IN


@pytest.mark.parametrize(
    ("code", "falls_back"), [("Authorization_RequestDenied", True), ("AuthorizationFailed", False)]
)
def test_an_upsert_that_the_account_is_not_allowed_is_tried_as_a_post(code: str, falls_back: bool) -> None:
    assert upsert_refused(failure(FailureKind.REFUSED, 403, code)) is falls_back


async def test_an_upsert_refused_for_another_reason_is_not_tried_as_a_post() -> None:
    world = World(VirtualClock(), [Fault(FaultKind.REFUSED, "upsert_application", 1, FOREVER)])
    watcher = Watcher(run := new_run(world))
    await run.execute()
    assert watcher.failure
    assert "create_application" not in world.requests


def lives_on(world: World, journal: MemoryJournal) -> Callable[[], Run]:
    """Another process takes the run up."""

    def again() -> Run:
        world.restart()
        run = resumed(world, world.clock, journal)
        assert run is not None
        return run

    return again


async def test_what_an_earlier_process_may_have_made_is_not_forgotten_because_this_one_is_refused() -> None:
    world, journal = World(VirtualClock(), lag=100.0), MemoryJournal()
    again = lives_on(world, journal)
    run = new_run(world, journal)
    world.kill_at = (1, True)
    while "upsert_application" not in world.requests[-1:]:
        world.restart()
        run = again() if journal.text else new_run(world, journal)
        world.kill_at = (len(world.requests) + 1, True)
        with pytest.raises(Killed):
            await run.execute()
    world.faults = [Fault(FaultKind.REFUSED, "upsert_application", 1, FOREVER)]
    run = again()
    await run.execute()
    assert "upsert_application" in world.requests[-3:]
    world.clock.advance(200)
    assert await run.undo() == ()
    assert_nothing(world)
