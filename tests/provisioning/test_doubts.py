"""Writes that a check speaks against: they go first and alone, and a refusal leaves nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeops_tui.core.model import Write
from pipeops_tui.provisioning.events import RollbackStarted
from tests.provisioning.bench import PLAN, MemoryJournal, Watcher, assert_nothing, assert_one_of_everything, new_run
from tests.provisioning.world import Fault, FaultKind, World
from tests.support.clocks import VirtualClock

REQUEST = {
    Write.GROUP: "put_group",
    Write.APPLICATION: "upsert_application",
    Write.SECRET: "add_password",
    Write.ASSIGNMENT: "put_role_assignment",
}
BEFORE = {
    Write.GROUP: set(),
    Write.APPLICATION: set(),
    Write.SECRET: {"upsert_application"},
    Write.ASSIGNMENT: {"put_group", "upsert_application", "upsert_service_principal"},
}
CREATIONS = {*REQUEST.values(), "upsert_service_principal"}


@pytest.mark.parametrize("write", Write)
async def test_a_refusal_leaves_nothing(write: Write) -> None:
    world = World(VirtualClock(), [Fault(FaultKind.REFUSED, REQUEST[write])])
    run = new_run(world, MemoryJournal(), replace(PLAN, doubts=(write,)))
    watcher = Watcher(run)
    await run.execute()
    assert watcher.failure
    assert watcher.ended.rolled_back
    assert_nothing(world)
    assert set(world.requests) & CREATIONS == BEFORE[write] | {REQUEST[write]}
    told = [event for event in watcher.events if isinstance(event, RollbackStarted)]
    assert len(told) == bool(BEFORE[write])


@pytest.mark.parametrize("write", [Write.GROUP, Write.APPLICATION])
async def test_what_was_plainly_refused_is_not_looked_for(write: Write) -> None:
    world = World(VirtualClock(), [Fault(FaultKind.REFUSED, REQUEST[write])])
    await new_run(world, MemoryJournal(), replace(PLAN, doubts=(write,))).execute()
    assert world.clock.monotonic() < 2


async def test_what_may_have_been_made_before_the_refusal_is_found_and_removed() -> None:
    faults = [
        Fault(FaultKind.DROP_ANSWER, "upsert_application"),
        Fault(FaultKind.REFUSED, "upsert_application", 2),
    ]
    world = World(VirtualClock(), faults)
    run = new_run(world, MemoryJournal(), replace(PLAN, doubts=(Write.APPLICATION,)))
    watcher = Watcher(run)
    await run.execute()
    assert watcher.ended.rolled_back
    assert "delete_application" in world.requests
    assert_nothing(world)


async def test_what_could_not_be_taken_back_is_not_called_gone() -> None:
    faults = [
        Fault(FaultKind.REFUSED, "put_role_assignment"),
        Fault(FaultKind.FAILED, "delete_application", 1, 10**9),
    ]
    world = World(VirtualClock(), faults)
    run = new_run(world, MemoryJournal(), replace(PLAN, doubts=(Write.ASSIGNMENT,)))
    watcher = Watcher(run)
    await run.execute()
    assert not watcher.ended.rolled_back
    assert len(world.living) == 1
    world.faults.clear()
    assert await run.undo() == ()
    assert_nothing(world)


@pytest.mark.parametrize("doubts", [*((write,) for write in Write), tuple(Write)])
async def test_where_azure_does_not_refuse_it_all_succeeds(doubts: tuple[Write, ...]) -> None:
    world = World(VirtualClock())
    run = new_run(world, MemoryJournal(), replace(PLAN, doubts=doubts))
    watcher = Watcher(run)
    await run.execute()
    assert watcher.failure == ""
    assert_one_of_everything(world, run)


async def test_a_failure_of_what_nobody_doubted_is_not_taken_back() -> None:
    world = World(VirtualClock(), [Fault(FaultKind.REFUSED, "put_role_assignment")])
    run = new_run(world, MemoryJournal(), replace(PLAN, doubts=(Write.APPLICATION,)))
    watcher = Watcher(run)
    await run.execute()
    assert watcher.failure
    assert not watcher.ended.rolled_back
    await run.retry()
    assert_one_of_everything(world, run)
