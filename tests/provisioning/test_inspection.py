"""What undo looks at before it removes: what is not this run's stays, and so does what can no longer be told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from pipeops_tui.core.marks import assignment_name
from pipeops_tui.core.model import CONTRIBUTOR_ROLE_ID
from pipeops_tui.provisioning.events import Leftover
from pipeops_tui.provisioning.run import Run
from tests.provisioning.bench import MemoryJournal, Watcher, assert_nothing, new_run, resumed
from tests.provisioning.small_azure import SUBSCRIPTION_SCOPE, USER, Registered
from tests.provisioning.world import Fault, FaultKind, World
from tests.support.clocks import VirtualClock

REMOVALS = {"remove_password", "delete_role_assignment", "delete_application", "purge_application"}
SCOPE = f"{SUBSCRIPTION_SCOPE}/resourceGroups/PipeOpsRG"
FOREVER = 10**9


class Past:
    """A finished run of some days ago, whose journal and Azure can be changed before it is undone."""

    def __init__(self, world: World, journal: MemoryJournal, run: Run) -> None:
        self.world = world
        self.journal = journal
        self.run = run

    @classmethod
    async def lived(cls, *faults: Fault) -> Past:
        world, journal = World(VirtualClock(), faults), MemoryJournal()
        run = new_run(world, journal)
        await run.execute()
        await run.mark_delivered()
        world.clock.advance(3 * 86_400)
        return cls(world, journal, run)

    @property
    def registered(self) -> Registered:
        return self.world.living[0]

    def edit(self, old: str, new: str) -> None:
        """Change an id in the journal, wherever it stands."""
        assert old.encode() in self.journal.text
        self.journal.text = self.journal.text.replace(old.encode(), new.encode())

    async def undo(self) -> tuple[Leftover, ...]:
        """Undo it in another process; no request before counts."""
        self.world.requests.clear()
        run = resumed(self.world, self.world.clock, self.journal)
        assert run is not None
        self.run = run
        Watcher(run)
        return await run.undo()

    def assert_untouched(self) -> None:
        """The application, its secret, its service principal and its role assignment are there, and nothing of them
        was tried to be removed."""
        assert not set(self.world.requests) & REMOVALS
        assert len(self.world.living) == len(self.world.principals) == len(self.world.assignments) == 1
        assert self.world.live_secrets >= 1


def next_year(world: World) -> datetime:
    return world.clock.now() + timedelta(days=365)


async def foreign_application(world: World) -> Registered:
    """An application of another team, with a secret."""
    made = await world.create_application("Payroll", ["payroll"])
    await world.add_password(made.object_id, str(UUID(int=7, version=4)), "payroll", next_year(world))
    return world.registered(made.object_id)


async def test_an_application_that_a_team_has_adopted_keeps_its_secret_and_its_access() -> None:
    past = await Past.lived()
    past.registered.record.properties["tags"] = ["payroll"]
    left = await past.undo()
    assert {item.why for item in left} == {"PipeOps no longer carries the tag of pipeops-tui"}
    past.assert_untouched()


async def test_an_application_with_a_secret_of_someone_else_stays() -> None:
    past = await Past.lived()
    object_id = past.registered.record.object_id
    await past.world.add_password(object_id, str(UUID(int=8, version=4)), "payroll", next_year(past.world))
    left = await past.undo()
    assert {item.why for item in left} == {"PipeOps has a client secret that this run did not add"}
    past.assert_untouched()
    assert past.world.live_secrets == 2


async def test_a_secret_with_another_end_than_an_older_journal_says_stays() -> None:
    """Only an older version's journal says whose a secret is: its key id is random."""
    past = await Past.lived()
    older = str(UUID(int=5, version=4))
    past.edit(past.registered.passwords[0].key_id, older)
    past.edit('"version":3', '"version":2')
    past.registered.record.passwords[0].key_id = older
    past.registered.record.passwords[0].end += 86_400
    assert {item.why for item in await past.undo()} == {"PipeOps has a client secret that this run did not add"}
    past.assert_untouched()


async def test_an_edited_journal_removes_no_foreign_secret() -> None:
    past = await Past.lived()
    ours = past.registered.passwords[0].key_id
    object_id, foreign = past.registered.record.object_id, str(UUID(int=8, version=4))
    await past.world.add_password(object_id, foreign, "payroll", next_year(past.world))
    past.edit(ours, foreign)
    assert await past.undo() != ()
    past.assert_untouched()
    assert past.world.live_secrets == 2


async def test_continuing_with_an_edited_journal_removes_no_foreign_secret() -> None:
    world, journal = World(VirtualClock()), MemoryJournal()
    await new_run(world, journal).execute()
    world.clock.advance(600)
    ours, foreign = world.living[0].passwords[0].key_id, str(UUID(int=8, version=4))
    await world.add_password(world.living[0].record.object_id, foreign, "payroll", next_year(world))
    journal.text = journal.text.replace(ours.encode(), foreign.encode())
    run = resumed(world, world.clock, journal)
    assert run is not None
    watcher = Watcher(run)
    await run.execute()
    assert watcher.failure == "PipeOps has a client secret that this run did not add"
    assert "remove_password" not in world.requests
    assert world.live_secrets == 2


async def test_an_edited_journal_touches_no_foreign_application() -> None:
    past = await Past.lived()
    other = await foreign_application(past.world)
    past.edit(past.run.state.application.id, other.record.object_id)
    left = await past.undo()
    assert {item.why for item in left} == {"Payroll no longer carries the tag of pipeops-tui"}
    assert not set(past.world.requests) & REMOVALS
    assert not other.deleted
    assert len(other.passwords) == 1


async def test_an_application_with_another_client_id_than_the_journal_says_stays() -> None:
    past = await Past.lived()
    past.edit(past.run.state.client_id, str(UUID(int=9, version=4)))
    assert {item.why for item in await past.undo()} == {"PipeOps is not the application of this run"}
    past.assert_untouched()


async def test_an_application_whose_service_principal_is_another_one_stays() -> None:
    past = await Past.lived()
    past.edit(past.run.state.principal.id, str(UUID(int=9, version=4)))
    assert {item.why for item in await past.undo()} == {"PipeOps is not the application of this run"}
    past.assert_untouched()


async def test_an_edited_journal_removes_no_foreign_role_assignment() -> None:
    past = await Past.lived()
    world, ours = past.world, past.run.state.assignment.name
    foreign = str(UUID(int=10, version=4))
    other = await foreign_application(world)
    principal = await world.create_service_principal(other.record.app_id)
    await world.put_role_assignment(SCOPE, foreign, principal.object_id, CONTRIBUTOR_ROLE_ID)
    past.edit(ours, foreign)
    left = await past.undo()
    assert {item.why for item in left} >= {"A role assignment on PipeOpsRG is not the one of this run"}
    assert not set(world.requests) & REMOVALS
    assert {ours, foreign} == set(world.assignments)


async def test_nor_one_of_another_run_of_this_program() -> None:
    """Its name is made as this run's own: only its service principal tells them apart."""
    past = await Past.lived()
    world, ours, principal_id = past.world, past.run.state.assignment.name, past.run.state.principal.id
    other = await foreign_application(world)
    principal = await world.create_service_principal(other.record.app_id)
    foreign = assignment_name(SCOPE, principal.object_id, CONTRIBUTOR_ROLE_ID)
    await world.put_role_assignment(SCOPE, foreign, principal.object_id, CONTRIBUTOR_ROLE_ID)
    past.edit(ours, foreign)
    assert await past.undo() != ()
    past.edit(principal_id, principal.object_id)
    assert await past.undo() != ()
    assert not set(world.requests) & REMOVALS
    assert {ours, foreign} == set(world.assignments)


async def test_an_assignment_of_another_role_stays() -> None:
    past = await Past.lived()
    world, name, principal_id = past.world, past.run.state.assignment.name, past.run.state.principal.id
    item = next(one for one in world.azure.world.assignments if one.name == name)
    world.azure.world.assignments.remove(item)
    world.azure.world.assignments.add(replace(item, role_id="acdd72a7-3385-48ef-bd42-f606fba81ae7"))
    assert {found.why for found in await past.undo()} >= {"A role assignment on PipeOpsRG is not the one of this run"}
    assert principal_id == world.assignments[name].principal_id
    assert not set(world.requests) & REMOVALS


async def test_the_assignment_of_a_deleted_application_is_known_by_its_name() -> None:
    """It stays as "Identity not found", and nothing but its name tells whose it was."""
    past = await Past.lived()
    await past.world.delete_application(past.registered.record.object_id)
    assert await past.undo() == ()
    assert_nothing(past.world)


async def test_a_foreign_assignment_is_not_removed_when_the_application_is_gone() -> None:
    past = await Past.lived()
    world, ours, foreign = past.world, past.run.state.assignment.name, str(UUID(int=10, version=4))
    await world.delete_application(past.registered.record.object_id)
    item = next(one for one in world.azure.world.assignments if one.name == ours)
    world.azure.world.assignments.add(replace(item, name=foreign, principal_id=USER))
    past.edit(ours, foreign)
    past.edit(past.run.state.principal.id, USER)
    assert await past.undo() != ()
    assert not set(world.requests) & REMOVALS
    assert foreign in world.assignments


async def test_nor_one_of_another_connection_whose_application_is_there() -> None:
    """Its name is made as this run's own would be; that its service principal is there tells them apart."""
    past = await Past.lived()
    world, ours, principal_id = past.world, past.run.state.assignment.name, past.run.state.principal.id
    other = await foreign_application(world)
    principal = await world.create_service_principal(other.record.app_id)
    foreign = assignment_name(SCOPE, principal.object_id, CONTRIBUTOR_ROLE_ID)
    await world.put_role_assignment(SCOPE, foreign, principal.object_id, CONTRIBUTOR_ROLE_ID)
    await world.delete_application(past.registered.record.object_id)
    past.edit(ours, foreign)
    past.edit(principal_id, principal.object_id)
    assert {item.why for item in await past.undo()} == {"A role assignment on PipeOpsRG is not the one of this run"}
    assert not set(world.requests) & REMOVALS
    assert foreign in world.assignments


async def test_only_a_deleted_application_with_the_mark_is_purged() -> None:
    past = await Past.lived(Fault(FaultKind.REFUSED, "purge_application", 1, FOREVER))
    past.world.fill_group("PipeOpsRG", 1)
    await past.undo()
    other = await foreign_application(past.world)
    await past.world.delete_application(other.record.object_id)
    past.edit(past.run.state.deleted_application, other.record.object_id)
    past.world.faults.clear()
    left = await past.undo()
    assert "The deleted application does not carry the tag of pipeops-tui" in {item.why for item in left}
    assert "purge_application" not in past.world.requests
    assert other.record.object_id in past.world.applications


@pytest.mark.parametrize("read", ["get_application", "passwords", "service_principal_of", "get_role_assignment"])
async def test_what_cannot_be_looked_at_is_not_removed(read: str) -> None:
    past = await Past.lived()
    past.world.faults.append(Fault(FaultKind.REFUSED, read, 1, FOREVER))
    assert await past.undo() != ()
    past.assert_untouched()
    past.world.faults.clear()
    assert await past.undo() == ()
    assert_nothing(past.world)


async def test_all_of_it_is_looked_at_before_the_first_removal() -> None:
    past = await Past.lived()
    await past.undo()
    first = min(past.world.requests.index(removal) for removal in REMOVALS)
    before = past.world.requests[:first]
    assert {"get_application", "passwords", "service_principal_of", "get_role_assignment"} <= set(before)
