"""The hand-off: an Owner assigns the role, and the run waits for it without ever making or removing it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from pipeops_tui.core.model import Plan
from pipeops_tui.journey.receipt_text import receipt_text
from pipeops_tui.provisioning.events import Row, RowState
from pipeops_tui.provisioning.journal.codec import read_state
from pipeops_tui.provisioning.operations.await_owner import LOOK_OFTEN, LOOK_OFTEN_FOR, LOOK_SELDOM
from pipeops_tui.provisioning.run import Run
from tests.provisioning.bench import PLAN, MemoryJournal, Watcher, assert_one_of_everything, new_run, resumed
from tests.provisioning.test_run import reach
from tests.provisioning.world import Fault, World
from tests.support.clocks import VirtualClock

HANDED_OVER: Plan = replace(PLAN, owner_assigns=True)


def waiting_world(after: float | None, *faults: Fault) -> World:
    world = World(VirtualClock(), faults)
    world.owner_after = after
    return world


async def waits(run: Run) -> asyncio.Task[None]:
    """Let `run` work until it waits for the Owner."""
    task = asyncio.create_task(run.execute())
    await reach(lambda: run.owner_step is not None)
    return task


def _access(run: Run) -> Row:
    return next(row for row in run.rows if row.key == "assignment")


async def test_the_secret_is_made_only_when_the_assignment_has_appeared() -> None:
    world = waiting_world(100.0)
    run = new_run(world, MemoryJournal(), HANDED_OVER)
    watcher = Watcher(run)
    await run.execute()
    assert watcher.failure == ""
    assert "put_role_assignment" not in world.requests
    assert world.requests.index("add_password") > world.requests.index("role_assignments_of")
    assert run.owner_step is None
    assert_one_of_everything(world, run)


async def test_it_waits_for_days_without_asking_for_patience_and_looks_less_often() -> None:
    days = 3 * 86_400.0
    world = waiting_world(days)
    run = new_run(world, MemoryJournal(), HANDED_OVER)
    watcher = Watcher(run)
    await run.execute()
    assert watcher.failure == ""
    looks = world.requests.count("role_assignments_of")
    assert looks <= LOOK_OFTEN_FOR / LOOK_OFTEN + days / LOOK_SELDOM + 2


async def test_looking_now_ends_the_pause() -> None:
    world = waiting_world(None)
    run = new_run(world, MemoryJournal(), HANDED_OVER)
    task = await waits(run)
    await reach(lambda: _access(run).state is RowState.LOOKING)
    assert _access(run).reason == "Waiting for an Owner to assign the role"
    looks = world.requests.count("role_assignments_of")
    before = world.clock.monotonic()
    world.owner_after = 0.0
    run.look_now()
    await reach(lambda: world.requests.count("role_assignments_of") > looks)
    assert world.clock.monotonic() - before < LOOK_OFTEN
    await task
    assert_one_of_everything(world, run)


async def test_what_the_owner_runs_names_principal_role_and_scope() -> None:
    world = waiting_world(None)
    run = new_run(world, MemoryJournal(), HANDED_OVER)
    task = await waits(run)
    assert run.owner_step is not None
    (principal,) = world.principals.values()
    for part in (principal.object_id, "--role", "Contributor", "ServicePrincipal", HANDED_OVER.group_scope):
        assert part in run.owner_step.command
    assert run.owner_step.command in run.receipt().owner_command
    run.stop()
    await task


async def test_a_run_that_waits_outlives_its_process() -> None:
    world, journal = waiting_world(None), MemoryJournal()
    run = new_run(world, journal, HANDED_OVER)
    task = await waits(run)
    run.stop()
    await task
    state = read_state(journal.text)
    assert state is not None
    assert state.awaits_owner
    world.restart()
    world.owner_after = 0.0
    again = resumed(world, world.clock, journal)
    assert again is not None
    watcher = Watcher(again)
    await again.execute()
    assert watcher.failure == ""
    assert_one_of_everything(world, again)


async def test_undo_leaves_the_owners_assignment_and_says_how_to_remove_it() -> None:
    world = waiting_world(1.0)
    await world.put_group("PipeOpsRG", "westeurope", ())
    run = new_run(world, MemoryJournal(), replace(HANDED_OVER, group_is_new=False))
    await run.execute()
    watcher = Watcher(run)
    assert await run.undo() == ()
    assert "delete_role_assignment" not in world.requests
    (kept,) = watcher.undone.kept
    assert "Contributor" in kept.what
    assert kept.command.startswith("az role assignment delete --ids ")
    assert kept in run.receipt().left
    assert kept.command in receipt_text(run.receipt())
    assert len(world.assignments) == 1
    assert not world.living


async def test_with_its_own_group_nothing_of_it_stays() -> None:
    world = waiting_world(1.0)
    run = new_run(world, MemoryJournal(), HANDED_OVER)
    await run.execute()
    watcher = Watcher(run)
    assert await run.undo() == ()
    assert watcher.undone.kept == ()
    assert receipt_text(run.receipt()) == "Undone: nothing that was created is left in Azure."
    assert not world.assignments
    assert not world.groups
