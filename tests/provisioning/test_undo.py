"""Undo: newest first, only what this run made, and honest about what stays."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest

from pipeops_tui.core.problem import FailureKind
from pipeops_tui.provisioning.events import Event, RowChanged, RowState
from pipeops_tui.provisioning.run import Run
from pipeops_tui.provisioning.undo import Extent
from tests.provisioning.bench import (
    PLAN,
    MemoryJournal,
    Watcher,
    assert_nothing,
    assert_one_of_everything,
    new_run,
    resumed,
)
from tests.provisioning.world import Fault, FaultKind, World
from tests.support.clocks import VirtualClock

FOREVER = 10**9
REMOVALS = {
    *("remove_password", "delete_role_assignment", "delete_application", "purge_application", "delete_group"),
}


async def executed(world: World, journal: MemoryJournal | None = None) -> Run:
    run = new_run(world, journal)
    await run.execute()
    assert run.credentials is not None
    return run


async def test_removes_newest_first_with_live_rows() -> None:
    world = World(VirtualClock())
    run = await executed(world)
    expected = ["undo:secret", "undo:assignment", "undo:application", "undo:purge", "undo:group"]
    assert [row.key for row in run.undo_rows()] == expected
    assert all(row.equivalent.startswith("az ") for row in run.undo_rows())
    seen: list[str] = []

    def hear(event: Event) -> None:
        if isinstance(event, RowChanged) and event.row.state is RowState.RUNNING and event.row.key not in seen:
            seen.append(event.row.key)

    run.subscribe(hear)
    watcher = Watcher(run)
    assert await run.undo() == ()
    assert seen == expected
    assert {row.state for row in run.undo_rows()} == {RowState.DONE}
    assert watcher.undone.left == ()
    assert run.credentials is None
    assert_nothing(world)
    assert not world.applications  # purged


async def test_without_purge_the_deleted_application_stays_in_the_directory() -> None:
    world = World(VirtualClock())
    run = await executed(world)
    assert "undo:purge" not in [row.key for row in run.undo_rows(Extent.BUT_FOR_DELETED)]
    assert await run.undo(Extent.BUT_FOR_DELETED) == ()
    assert [found.deleted for found in world.applications.values()] == [True]


async def test_nothing_to_undo_is_no_failure() -> None:
    run = new_run(World(VirtualClock()))
    assert run.undo_rows() == ()
    assert await run.undo() == ()


async def test_a_group_that_holds_something_stays() -> None:
    world = World(VirtualClock())
    run = await executed(world)
    world.fill_group("PipeOpsRG", 1)
    left = await run.undo()
    assert [item.what for item in left] == ["Resource group PipeOpsRG"]
    assert left[0].why == "PipeOpsRG is not empty"
    assert "az group delete" in left[0].command
    assert "pipeopsrg" in world.groups
    assert not world.living
    world.fill_group("PipeOpsRG", 0)
    assert await run.undo() == ()
    assert_nothing(world)


async def test_what_has_lost_the_mark_stays() -> None:
    world = World(VirtualClock())
    run = await executed(world)
    world.groups["pipeopsrg"] = replace(world.groups["pipeopsrg"], tags=())
    registered = world.living[0]
    registered.record.properties["tags"] = []
    left = await run.undo()
    assert len(left) == 4
    assert all("no longer carries the tag" in item.why for item in left)
    assert not registered.deleted
    assert len(registered.passwords) == len(world.assignments) == len(world.principals) == 1
    assert "pipeopsrg" in world.groups
    assert not set(world.requests) & REMOVALS
    assert next(row for row in run.undo_rows() if row.key == "undo:purge").state is RowState.WAITING


async def test_one_thing_that_cannot_be_removed_does_not_keep_the_rest() -> None:
    world = World(VirtualClock(), [Fault(FaultKind.REFUSED, "delete_role_assignment", 1, FOREVER)])
    run = await executed(world)
    left = await run.undo()
    assert [item.what for item in left] == ["Role assignment on PipeOpsRG"]
    assert not world.living


@pytest.mark.parametrize(
    ("operation", "subject"),
    [
        ("remove_password", "secret"),
        ("delete_role_assignment", "assignment"),
        ("delete_application", "application"),
        ("delete_group", "group"),
    ],
)
async def test_a_removal_is_journaled_before_it_is_asked_for(operation: str, subject: str) -> None:
    journal = MemoryJournal()
    run = await executed(World(VirtualClock(), [Fault(FaultKind.REFUSED, operation, 1, FOREVER)]), journal)
    await run.undo()
    entries = [json.loads(line) for line in journal.text.splitlines()]
    assert subject in {entry["subject"] for entry in entries if entry.get("kind") == "removing"}


@pytest.mark.parametrize(
    ("operation", "subject"),
    [
        ("put_group", "group"),
        ("upsert_application", "application"),
        ("upsert_service_principal", "principal"),
        ("put_role_assignment", "assignment"),
        ("add_password", "secret"),
    ],
)
async def test_a_creation_is_journaled_before_it_is_asked_for(operation: str, subject: str) -> None:
    journal = MemoryJournal()
    run = new_run(World(VirtualClock(), [Fault(FaultKind.SIGN_IN, operation, 1, FOREVER)]), journal)
    await run.execute()
    entries = [json.loads(line) for line in journal.text.splitlines()]
    assert subject in {entry["subject"] for entry in entries if entry.get("kind") == "intended"}


async def test_a_needed_sign_in_pauses_undo() -> None:
    world = World(VirtualClock(), [Fault(FaultKind.SIGN_IN, "remove_password")])
    run = await executed(world)
    watcher = Watcher(run)
    assert len(await run.undo()) > 1
    assert watcher.undone.error is not None
    assert watcher.undone.error.kind is FailureKind.SIGN_IN
    assert world.living
    assert await run.undo() == ()
    assert_nothing(world)


async def test_stop_ends_undo_and_it_can_be_gone_on_with() -> None:
    world = World(VirtualClock())
    run = await executed(world)
    watcher = Watcher(run)
    undoing = asyncio.ensure_future(run.undo())
    while "delete_role_assignment" not in world.requests:
        await asyncio.sleep(0)
    run.stop()
    assert len(await undoing) > 0
    assert watcher.undone.stopped
    assert await run.undo() == ()
    assert_nothing(world)


async def test_registrations_stay_and_are_named() -> None:
    world = World(VirtualClock())
    run = new_run(world, plan=replace(PLAN, providers=("Microsoft.Compute",)))
    await run.execute()
    watcher = Watcher(run)
    assert await run.undo() == ()
    assert [item.what for item in watcher.undone.kept] == ["Registration of Microsoft.Compute"]
    assert set(world.providers) == {"Microsoft.Compute"}


@pytest.mark.parametrize("lag", [0.0, 60.0])
@pytest.mark.parametrize(
    "operation", ["put_group", "upsert_application", "upsert_service_principal", "put_role_assignment", "add_password"]
)
async def test_undo_right_after_a_stop_finds_what_is_carried_out_late(operation: str, lag: float) -> None:
    world = World(VirtualClock(), [Fault(FaultKind.LATE, operation, 1, FOREVER)], lag=lag)
    run = new_run(world)
    Watcher(run)
    running = asyncio.ensure_future(run.execute())
    for _ in range(100_000):
        if operation in world.requests:
            break
        await asyncio.sleep(0)
    run.stop()
    await running
    assert await run.undo() == ()
    assert_nothing(world)


async def test_an_earlier_run_is_undone_from_its_journal() -> None:
    world = World(VirtualClock())
    journal = MemoryJournal()
    run = await executed(world, journal)
    await run.mark_delivered()
    world.clock.advance(86_400)
    later = resumed(world, world.clock, journal)
    assert later is not None
    assert not later.state.unfinished
    assert len(later.undo_rows()) == 5
    assert await later.undo() == ()
    assert_nothing(world)


async def test_a_half_undone_run_can_be_finished_again() -> None:
    world = World(VirtualClock(), [Fault(FaultKind.REFUSED, "group_is_empty", 1, FOREVER)])
    run = await executed(world)
    assert await run.undo() != ()
    await run.execute()
    assert_one_of_everything(world, run)


async def test_an_undone_run_cannot_be_executed() -> None:
    run = await executed(World(VirtualClock()))
    await run.undo()
    with pytest.raises(RuntimeError):
        await run.execute()
