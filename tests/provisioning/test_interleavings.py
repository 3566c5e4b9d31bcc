"""Any faults, any kills, any lag: whatever a run has been through, it can be finished and it can be undone."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeops_tui.core.model import Write
from pipeops_tui.provisioning.run import Run
from tests.provisioning.bench import (
    PLAN,
    MemoryJournal,
    Watcher,
    assert_nothing,
    assert_one_of_everything,
    new_run,
    resumed,
)
from tests.provisioning.world import Fault, FaultKind, Killed, World
from tests.support.clocks import VirtualClock

OPERATIONS = (
    *("*", "get_group", "put_group", "upsert_application", "application_by_unique_name", "create_application"),
    *("applications_tagged", "upsert_service_principal", "create_service_principal", "put_role_assignment"),
    "role_assignments_of",
    *("get_role_assignment", "add_password", "passwords", "remove_password", "sign_in_as", "read_group"),
    *("delete_application", "purge_application", "delete_role_assignment", "group_is_empty", "delete_group"),
)


@st.composite
def faults(draw: st.DrawFn) -> Fault:
    operation = draw(st.sampled_from(OPERATIONS))
    first = draw(st.integers(1, 25 if operation == "*" else 3))
    kind = draw(st.sampled_from(sorted(FaultKind)))
    return Fault(kind, operation, first, first + draw(st.sampled_from([0, 0, 1, 3, 50])))


@dataclass(frozen=True)
class Life:
    """One process: what it tries, at which request it is killed, and how long until the next one."""

    undoes: bool
    dies_at: int
    carried_out: bool
    torn: int
    """Bytes of a line that was being written when it died."""
    pause: float


LIVES = st.builds(
    Life,
    undoes=st.booleans(),
    dies_at=st.integers(1, 25),
    carried_out=st.booleans(),
    torn=st.sampled_from([0, 0, 1, 20]),
    pause=st.sampled_from([0.0, 1.0, 30.0, 1000.0]),
)


async def live(world: World, journal: MemoryJournal, run: Run, life: Life) -> Run | None:
    """Let `run` live `life`; the run that goes on afterwards, None when its journal never began."""
    world.kill_at = (len(world.requests) + life.dies_at, life.carried_out)
    Watcher(run)
    try:
        await (run.undo() if life.undoes else run.execute())
    except Killed:
        journal.tear(life.torn)
        world.restart()
        world.clock.advance(life.pause)
        return resumed(world, world.clock, journal)
    world.kill_at = None
    return run


async def finish(world: World, run: Run) -> None:
    watcher = Watcher(run, patience=1)
    await run.execute()
    world.faults.clear()
    for _ in range(3):
        if run.state.outcome is not None:
            assert_nothing(world)  # a write that was only tried was refused, and everything taken back
            return
        if watcher.ended.failed is None and not watcher.ended.stopped:
            break
        await run.retry()
    assert watcher.ended.failed is None
    if run.plan.owner_assigns:
        world.forget_orphans()  # an Owner's assignment to a principal that undo took is not the run's to remove
    assert_one_of_everything(world, run)


async def take_back(world: World, run: Run) -> None:
    Watcher(run, patience=1)
    left = await run.undo()
    world.faults.clear()
    for _ in range(3):
        left = await run.undo() if left else ()
    assert left == ()
    assert_nothing(world)


@settings(max_examples=150)
@given(
    faults=st.lists(faults(), max_size=5),
    lives=st.lists(LIVES, max_size=3),
    lag=st.sampled_from([0.0, 5.0, 30.0, 60.0]),
    index_lag=st.sampled_from([0.0, 10.0, 55.0]),
    upserts=st.booleans(),
    owner_after=st.sampled_from([None, None, 0.0, 40.0, 5000.0]),
    doubts=st.sampled_from([(), (), (Write.APPLICATION,), (Write.SECRET,), tuple(Write)]),
    seed=st.integers(0, 2**32),
    ending=st.sampled_from(["finish", "take back", "finish and take back"]),
)
def test_one_of_everything_or_nothing(
    faults: list[Fault],
    lives: list[Life],
    lag: float,
    index_lag: float,
    upserts: bool,
    owner_after: float | None,
    doubts: tuple[Write, ...],
    seed: int,
    ending: str,
) -> None:
    async def story() -> None:
        world = World(VirtualClock(), faults, seed=seed, lag=lag)
        world.index_lag, world.refuse_upserts = index_lag, not upserts
        world.owner_after = owner_after
        journal = MemoryJournal()
        plan = replace(PLAN, owner_assigns=owner_after is not None, doubts=doubts)
        run: Run | None = new_run(world, journal, plan)
        for life in lives:
            if run is not None and run.state.outcome is None:
                run = await live(world, journal, run, life)
        if run is None:
            assert_nothing(world)
            return
        if run.state.outcome is None and "finish" in ending:
            await finish(world, run)
        if run.state.outcome is not None or "take back" in ending:
            await take_back(world, run)

    asyncio.run(story())
