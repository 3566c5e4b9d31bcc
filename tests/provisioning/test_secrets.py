"""Client secrets: which one is removed, when, and when it counts as gone."""

from __future__ import annotations

from uuid import UUID

from pipeops_tui.provisioning.run import Run
from tests.provisioning.bench import MemoryJournal, Watcher, assert_one_of_everything, new_run, resumed
from tests.provisioning.network import Fault, FaultKind
from tests.provisioning.test_inspection import Past
from tests.provisioning.test_renewal import DAY, FOREVER, Connection
from tests.provisioning.world import World
from tests.support.clocks import VirtualClock


def again(world: World, journal: MemoryJournal) -> Run:
    """The run, taken up by another process."""
    world.restart()
    run = resumed(world, world.clock, journal)
    assert run is not None
    return run


async def test_what_the_person_has_stays_until_another_secret_works() -> None:
    world, journal = World(VirtualClock()), MemoryJournal()
    run = new_run(world, journal)
    await run.execute()
    await run.mark_delivered()
    run = again(world, journal)
    world.faults = [Fault(FaultKind.REFUSED, "add_password", 1, FOREVER)]
    watcher = Watcher(run)
    await run.new_secret()
    assert watcher.failure != ""
    assert world.live_secrets == 1
    world.faults.clear()
    await run.retry()
    assert watcher.failure == ""
    assert_one_of_everything(world, run)


async def test_a_secret_with_another_description_than_an_older_journal_says_stays() -> None:
    """Only an older version's journal says whose a secret is: its key id is random."""
    past = await Past.lived()
    older = str(UUID(int=5, version=4))
    past.edit(past.registered.passwords[0].key_id, older)
    past.edit('"version":3', '"version":2')
    past.registered.record.passwords[0].key_id = older
    past.registered.record.passwords[0].display_name = "payroll"
    assert {item.why for item in await past.undo()} == {"PipeOps has a client secret that this run did not add"}
    past.assert_untouched()


async def test_a_random_key_id_in_a_journal_of_this_version_makes_no_secret_its_own() -> None:
    past = await Past.lived()
    foreign = str(UUID(int=5, version=4))
    past.edit(past.registered.passwords[0].key_id, foreign)
    past.registered.record.passwords[0].key_id = foreign
    assert {item.why for item in await past.undo()} == {"PipeOps has a client secret that this run did not add"}
    past.assert_untouched()


async def test_a_lost_secret_that_shows_only_after_the_test_sign_in_is_removed() -> None:
    world = World(VirtualClock(), [Fault(FaultKind.DROP_ANSWER, "add_password")])
    world.lag = 40
    run = new_run(world, MemoryJournal())
    watcher = Watcher(run)
    await run.execute()
    assert watcher.failure == ""
    assert_one_of_everything(world, run)


async def test_a_secret_that_replaces_another_is_tested_as_well() -> None:
    world = World(VirtualClock())
    run = new_run(world, MemoryJournal())
    await run.execute()
    run.forget_secret()
    world.requests.clear()
    await run.execute()
    added = world.requests.index("add_password")
    assert "read_group" in world.requests[added:]
    assert_one_of_everything(world, run)


async def test_a_new_secret_is_removed_although_it_is_not_listed_yet() -> None:
    world = World(VirtualClock())
    run = new_run(world, MemoryJournal())
    await run.execute()
    world.lag = 60
    world.faults = [Fault(FaultKind.REFUSED, "delete_application", 1, FOREVER)]
    assert await run.undo() != ()
    assert world.live_secrets == 0


async def test_what_replaces_several_is_not_discarded_once_the_first_is_on_its_way_out() -> None:
    """The process dies between the entries that say which ones are being removed."""
    connection = await Connection.lived()
    await connection.renew()
    await connection.run.mark_delivered()
    connection.world.clock.advance(5 * DAY)
    connection.again()
    await connection.renew()
    await connection.run.mark_delivered()
    before = connection.keys
    assert len(before) == 3
    connection.world.faults = [Fault(FaultKind.FAILED, "remove_password", 1, FOREVER)]
    Watcher(connection.run)
    await connection.run.remove_old_secrets()
    connection.world.faults.clear()
    lines = connection.journal.text.splitlines(keepends=True)
    first = next(number for number, line in enumerate(lines) if b'"kind":"removing"' in line)
    connection.journal.text = b"".join(lines[: first + 1])
    run = connection.again()
    Watcher(run)
    assert run.undo_rows() == ()
    assert await run.undo() == ()
    assert connection.keys == before
    await run.execute()
    assert before[-1] in connection.keys
