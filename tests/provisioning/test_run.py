"""A run from plan to credentials, when all goes well and when one thing does not."""

from __future__ import annotations

from tests.provisioning.bench import MemoryJournal, Watcher, assert_nothing, assert_one_of_everything, new_run
from tests.provisioning.world import World
from tests.virtual_time import VirtualClock


async def test_creates_one_of_everything_and_proves_it() -> None:
    world = World(VirtualClock())
    run = new_run(world, MemoryJournal())
    watcher = Watcher(run)
    await run.execute()
    assert watcher.ended.failed is None
    assert not watcher.ended.stopped
    assert watcher.announced == 1
    assert_one_of_everything(world, run)


async def test_undo_leaves_nothing() -> None:
    world = World(VirtualClock())
    run = new_run(world, MemoryJournal())
    await run.execute()
    assert await run.undo() == ()
    assert_nothing(world)
