"""Every request on the path, every fault: a run succeeds, or can be continued to success and undone to nothing."""

from __future__ import annotations

import pytest

from tests.provisioning.bench import MemoryJournal, Watcher, assert_nothing, assert_one_of_everything, new_run, resumed
from tests.provisioning.world import Fault, FaultKind, World
from tests.support.clocks import VirtualClock

PATH = (
    *("get_group", "put_group", "upsert_application", "upsert_service_principal", "put_role_assignment"),
    *("add_password", "sign_in_as", "read_group", "get_role_assignment", "passwords"),
)
PATH_WITHOUT_UPSERT = ("create_application", "create_service_principal", "applications_tagged")
REPEATABLE = frozenset(FaultKind) - {FaultKind.SIGN_IN, FaultKind.REFUSED}
FOREVER = 10**9


def world_with(fault: Fault, *, upserts: bool = True) -> World:
    world = World(VirtualClock(), [fault], seed=7)
    world.refuse_upserts = not upserts
    world.index_lag = 30
    return world


@pytest.mark.parametrize("kind", sorted(REPEATABLE))
@pytest.mark.parametrize("operation", PATH)
async def test_one_passing_fault_is_overcome_without_the_person(operation: str, kind: FaultKind) -> None:
    world = world_with(Fault(kind, operation))
    run = new_run(world, MemoryJournal())
    watcher = Watcher(run)
    await run.execute()
    assert watcher.ended.failed is None
    assert_one_of_everything(world, run)


@pytest.mark.parametrize("kind", sorted(REPEATABLE))
@pytest.mark.parametrize("operation", PATH_WITHOUT_UPSERT)
async def test_where_upserts_are_refused_as_well(operation: str, kind: FaultKind) -> None:
    world = world_with(Fault(kind, operation), upserts=False)
    run = new_run(world, MemoryJournal())
    watcher = Watcher(run)
    await run.execute()
    assert watcher.ended.failed is None
    assert_one_of_everything(world, run)


@pytest.mark.parametrize("undo", [False, True], ids=["continue", "undo"])
@pytest.mark.parametrize("upserts", [True, False], ids=["upsert", "post"])
@pytest.mark.parametrize("kind", sorted(FaultKind))
async def test_a_lasting_fault_can_be_continued_or_undone(kind: FaultKind, upserts: bool, undo: bool) -> None:
    for operation in PATH if upserts else PATH_WITHOUT_UPSERT:
        world = world_with(Fault(kind, operation, 1, FOREVER), upserts=upserts)
        run = new_run(world, MemoryJournal())
        watcher = Watcher(run)
        await run.execute()
        world.faults.clear()
        if undo:
            assert await run.undo() == ()
            assert_nothing(world)
        else:
            await run.retry()
            assert watcher.ended.failed is None
            assert_one_of_everything(world, run)


@pytest.mark.parametrize("lag", [5, 60])
async def test_a_lost_secret_is_removed(lag: float) -> None:
    for kind in (FaultKind.DROP_ANSWER, FaultKind.LATE, FaultKind.FAILED_AFTER):
        world = World(VirtualClock(), [Fault(kind, "add_password")], lag=lag)
        run = new_run(world, MemoryJournal())
        await run.execute()
        assert_one_of_everything(world, run)


async def test_twins_by_a_lagging_index_are_found_and_removed() -> None:
    world = World(VirtualClock(), [Fault(FaultKind.DROP_ANSWER, "create_application")])
    world.refuse_upserts = True
    world.index_lag = 75
    run = new_run(world, MemoryJournal())
    await run.execute()
    assert world.requests.count("create_application") == 2
    assert_one_of_everything(world, run)


async def test_of_two_applications_the_next_process_keeps_the_older() -> None:
    world, journal = World(VirtualClock(), [Fault(FaultKind.DROP_ANSWER, "create_application")]), MemoryJournal()
    world.refuse_upserts = True
    world.index_lag = 75
    world.faults.append(Fault(FaultKind.DROP_ANSWER, "create_application", 2))
    # After the second was sent: the first was looked for 13 times before.
    world.faults.append(Fault(FaultKind.REFUSED, "applications_tagged", 14, 10**9))
    run = new_run(world, journal)
    Watcher(run)
    await run.execute()
    first, second = sorted(world.living, key=lambda found: found.application.created or world.clock.now())
    world.faults.clear()
    world.restart()
    world.clock.advance(200)
    again = resumed(world, world.clock, journal)
    assert again is not None
    watcher = Watcher(again)
    await again.execute()
    assert watcher.failure == ""
    assert again.state.application.id == first.record.object_id
    assert second.deleted
    assert_one_of_everything(world, again)
