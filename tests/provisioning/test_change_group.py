"""Another resource group in place of the one that Azure refused: the run goes on with it, and nothing is doubled."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeops_tui.provisioning.events import Event, RowChanged
from pipeops_tui.provisioning.journal.codec import read_state
from pipeops_tui.provisioning.run import Run
from tests.provisioning.bench import PLAN, MemoryJournal, Watcher, assert_nothing, assert_one_of_everything, new_run
from tests.provisioning.bench import resumed as resumed_run
from tests.provisioning.world import Fault, FaultKind, World
from tests.support.clocks import VirtualClock

OTHER = replace(PLAN, group_name="Other")
"""A plan whose group is to be refused, so that the usual one is what it is changed to."""


async def refused(journal: MemoryJournal | None = None) -> tuple[World, Run]:
    """A run whose resource group Azure has refused; everything beside it is made."""
    world = World(VirtualClock(), [Fault(FaultKind.REFUSED, "put_group")])
    run = new_run(world, journal, OTHER)
    await run.execute()
    assert run.may_change_group
    return world, run


async def change(run: Run) -> bool:
    return await run.change_group("PipeOpsRG", "swedencentral", "Sweden Central", (("costCenter", "4711"),))


async def test_the_run_goes_on_with_the_other_group() -> None:
    world, run = await refused()
    watcher = Watcher(run)
    assert await change(run)
    details = {row.key: row.detail for row in run.rows}
    assert details["group"] == "PipeOpsRG in Sweden Central"
    assert "PipeOpsRG" in details["assignment"]
    await run.retry()
    assert watcher.failure == ""
    assert_one_of_everything(world, run)
    group = world.groups["pipeopsrg"]
    assert group.location == "swedencentral"
    assert ("costCenter", "4711") in group.tags
    assert run.credentials is not None
    assert run.credentials.resource_group_name == "PipeOpsRG"
    assert world.requests.count("upsert_application") == 1
    assert await run.undo() == ()
    assert_nothing(world)


async def test_the_change_survives_the_process() -> None:
    journal = MemoryJournal()
    world, run = await refused(journal)
    assert await change(run)
    state = read_state(journal.text)
    assert state is not None
    assert (state.plan.group_name, state.plan.location) == ("PipeOpsRG", "swedencentral")
    again = resumed_run(world, world.clock, journal)
    assert again is not None
    await again.execute()
    assert_one_of_everything(world, again)


async def test_a_group_that_was_made_after_all_is_kept() -> None:
    world = World(VirtualClock(), [Fault(FaultKind.DROP_ANSWER, "put_group")])
    run = new_run(world)

    def stop_once_it_is_lost(event: Event) -> None:
        if isinstance(event, RowChanged) and event.row.key == "group" and "No answer received" in event.row.reason:
            run.stop()

    unsubscribe = run.subscribe(stop_once_it_is_lost)
    await run.execute()
    unsubscribe()
    assert run.may_change_group
    assert not await run.change_group("Other", "swedencentral", "Sweden Central", ())
    await run.retry()
    assert_one_of_everything(world, run)


async def test_a_group_that_is_there_cannot_be_exchanged() -> None:
    run = new_run(World(VirtualClock()))
    await run.execute()
    assert not run.may_change_group
    with pytest.raises(RuntimeError):
        await change(run)
