"""Renewing: at no instant is there no working secret, and only the typed yes removes the one that was in use."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from pipeops_tui.core.marks import secret_key_id, secret_number
from pipeops_tui.core.model import Application, Subscription, SubscriptionState, Write
from pipeops_tui.doctor.account_writes import give_role
from pipeops_tui.doctor.finding import RoleToGive
from pipeops_tui.provisioning import Extent, Origin, found_elsewhere
from pipeops_tui.provisioning.found_runs import adopted
from pipeops_tui.provisioning.run import Run
from pipeops_tui.simulator.world.authorization import CLOUD_APPLICATION_ADMINISTRATOR
from tests.provisioning.bench import PLAN, MemoryJournal, Watcher, assert_nothing, new_ids, new_run, resumed
from tests.provisioning.network import Fault, FaultKind, Killed
from tests.provisioning.small_azure import COLLEAGUE, USER
from tests.provisioning.world import World
from tests.support.clocks import VirtualClock

DAY = 86_400
FOREVER = 10**9
FOREIGN = str(UUID(int=9, version=4))


class Connection:
    """What was created 170 days ago and is in use, in another process."""

    def __init__(self, world: World, journal: MemoryJournal, run: Run) -> None:
        self.world = world
        self.journal = journal
        self.run = run
        self.old = run.state.secrets[-1].live_key

    @classmethod
    async def lived(cls, *faults: Fault) -> Connection:
        world, journal = World(VirtualClock()), MemoryJournal()
        run = new_run(world, journal)
        await run.execute()
        await run.mark_delivered()
        world.clock.advance(170 * DAY)
        world.faults = list(faults)
        connection = cls(world, journal, run)
        connection.again()
        world.requests.clear()
        return connection

    def again(self) -> Run:
        """Another process takes it up."""
        self.world.restart()
        run = resumed(self.world, self.world.clock, self.journal)
        assert run is not None
        self.run = run
        return run

    async def renew(self) -> Watcher:
        watcher = Watcher(self.run)
        await self.run.begin_renewal(PLAN.secret_description, 180)
        await self.run.execute()
        return watcher

    @property
    def keys(self) -> list[str]:
        """Key ids of the secrets that the application has."""
        self.world.settle()
        return [key.key_id for key in self.world.living[0].passwords]

    async def add_foreign(self) -> None:
        object_id = self.world.living[0].record.object_id
        expires = self.world.clock.now() + timedelta(days=90)
        await self.world.add_password(object_id, FOREIGN, "of a colleague", expires)


async def test_a_renewal_adds_a_secret_and_keeps_the_one_in_use() -> None:
    connection = await Connection.lived()
    watcher = await connection.renew()
    assert watcher.failure == ""
    assert [row.key for row in connection.run.rows] == ["secret", "test-sign-in"]
    assert connection.keys[0] == connection.old
    assert len(connection.keys) == 2
    new = connection.run.state.secrets[-1]
    assert secret_number(connection.run.state.run_id, new.live_key) == 1
    credentials = connection.run.credentials
    assert credentials is not None
    assert credentials.client_secret.reveal() == connection.world.living[0].secrets[new.live_key]
    assert not {"put_group", "put_role_assignment", "upsert_application"} & set(connection.world.requests)


async def test_only_the_answer_that_pipeops_works_removes_the_old_one() -> None:
    connection = await Connection.lived()
    await connection.renew()
    with pytest.raises(RuntimeError):
        await connection.run.remove_old_secrets()
    await connection.run.mark_delivered()
    watcher = Watcher(connection.run)
    await connection.run.remove_old_secrets()
    assert watcher.failure == ""
    assert connection.keys == [connection.run.state.secrets[-1].live_key]
    assert not connection.run.state.unfinished


async def test_another_new_secret_replaces_only_that_of_the_renewal() -> None:
    connection = await Connection.lived()
    await connection.renew()
    first = connection.run.state.secrets[-1].live_key
    await connection.run.mark_delivered()
    watcher = Watcher(connection.run)
    await connection.run.new_secret()
    assert watcher.failure == ""
    assert connection.old in connection.keys
    assert first not in connection.keys
    assert len(connection.keys) == 2


@pytest.mark.parametrize("delivered", [True, False])
async def test_discarding_a_renewal_leaves_what_was(delivered: bool) -> None:
    connection = await Connection.lived()
    await connection.renew()
    if delivered:
        await connection.run.mark_delivered()
    connection.again()
    assert [row.key for row in connection.run.undo_rows()] == ["undo:secret"]
    assert await connection.run.undo() == ()
    assert connection.keys == [connection.old]
    assert connection.run.state.outcome is None
    assert not connection.run.state.unfinished


async def test_what_has_replaced_the_old_one_is_not_discarded() -> None:
    connection = await Connection.lived(Fault(FaultKind.FAILED, "remove_password", 1, FOREVER))
    await connection.renew()
    await connection.run.mark_delivered()
    await connection.run.remove_old_secrets()
    assert connection.run.state.retiring
    connection.world.faults.clear()
    run = connection.again()
    Watcher(run)
    assert run.undo_rows() == ()
    assert await run.undo() == ()
    assert len(connection.keys) == 2
    await run.execute()
    assert connection.keys == [run.state.secrets[-1].live_key]


async def test_a_secret_of_someone_else_is_never_touched() -> None:
    connection = await Connection.lived()
    await connection.add_foreign()
    await connection.renew()
    await connection.run.mark_delivered()
    await connection.run.remove_old_secrets()
    new = connection.run.state.secrets[-1].live_key
    assert set(connection.keys) == {FOREIGN, new}
    # The new one is in use now: there is nothing to discard any more.
    assert connection.run.undo_rows() == ()
    assert await connection.run.undo() == ()
    assert set(connection.keys) == {FOREIGN, new}


async def test_the_next_renewal_keeps_all_that_are_in_use() -> None:
    connection = await Connection.lived()
    await connection.renew()
    await connection.run.mark_delivered()
    before = set(connection.keys)
    connection.world.clock.advance(5 * DAY)
    connection.again()
    watcher = await connection.renew()
    assert watcher.failure == ""
    assert before < set(connection.keys)
    assert len(connection.run.state.kept_secrets) == 2


async def test_the_next_renewal_replaces_what_was_never_delivered() -> None:
    connection = await Connection.lived()
    await connection.renew()
    undelivered = connection.run.state.secrets[-1].live_key
    connection.again()
    watcher = await connection.renew()
    assert watcher.failure == ""
    assert [one.live_key for one in connection.run.state.kept_secrets] == [connection.old]
    assert undelivered not in connection.keys
    assert connection.keys == [connection.old, connection.run.state.secrets[-1].live_key]


async def test_a_secret_that_another_computer_has_added_keeps_its_key_id() -> None:
    connection = await Connection.lived()
    run_id = connection.run.state.run_id
    expires = connection.world.clock.now() + timedelta(days=180)
    theirs = secret_key_id(run_id, 1)
    await connection.world.add_password(connection.world.living[0].record.object_id, theirs, "elsewhere", expires)
    watcher = await connection.renew()
    assert watcher.failure == ""
    assert connection.keys == [connection.old, theirs, secret_key_id(run_id, 2)]


async def test_the_old_one_stays_where_the_new_one_is_gone() -> None:
    connection = await Connection.lived()
    await connection.renew()
    await connection.run.mark_delivered()
    connection.world.clock.advance(DAY)
    new = connection.run.state.secrets[-1].live_key
    await connection.world.remove_password(connection.world.living[0].record.object_id, new)
    connection.again()
    watcher = Watcher(connection.run)
    await connection.run.remove_old_secrets()
    assert watcher.failure == "The new client secret no longer exists"
    assert connection.keys == [connection.old]


async def test_a_team_that_took_the_tag_off_keeps_its_secrets() -> None:
    connection = await Connection.lived()
    await connection.renew()
    await connection.run.mark_delivered()
    connection.world.clock.advance(DAY)
    connection.world.living[0].record.properties["tags"] = ["payroll"]
    both = connection.keys
    connection.again()
    Watcher(connection.run)
    await connection.run.remove_old_secrets()
    assert connection.keys == both
    assert await connection.run.undo(Extent.EVERYTHING) != ()
    assert connection.keys == both


@pytest.mark.parametrize("kind", sorted(FaultKind))
@pytest.mark.parametrize("operation", ["passwords", "add_password", "sign_in_as", "read_group", "get_role_assignment"])
async def test_a_lasting_fault_can_be_continued_or_discarded(kind: FaultKind, operation: str) -> None:
    for ending in ("continue", "discard"):
        connection = await Connection.lived(Fault(kind, operation, 1, FOREVER))
        watcher = await connection.renew()
        assert connection.old in connection.keys
        connection.world.faults.clear()
        if ending == "discard":
            assert await connection.run.undo() == ()
            assert connection.keys == [connection.old]
        else:
            await connection.run.retry()
            assert watcher.failure == ""
            assert connection.keys == [connection.old, connection.run.state.secrets[-1].live_key]


@pytest.mark.parametrize("ending", ["continue", "discard"])
@pytest.mark.parametrize("carried_out", [False, True])
async def test_killed_anywhere_the_old_one_works_and_the_renewal_can_be_continued(
    carried_out: bool, ending: str
) -> None:
    boundary = 0
    while True:
        boundary += 1
        connection = await Connection.lived()
        connection.world.kill_at = (boundary, carried_out)
        try:
            await connection.renew()
            await connection.run.mark_delivered()
            await connection.run.remove_old_secrets()
        except Killed:
            assert connection.world.living[0].passwords, boundary
        else:
            break
        run = connection.again()
        connection.world.clock.advance(60)
        watcher = Watcher(run)
        if not run.state.unfinished:  # nothing was asked for yet, or only the answer is missing
            continue
        if ending == "discard" and not run.state.retiring:
            assert await run.undo() == ()
            assert connection.keys == [connection.old], boundary
            continue
        await run.execute()
        assert watcher.failure == "", boundary
        if run.state.kept_secrets:
            await run.mark_delivered()
            await run.remove_old_secrets()
        assert connection.keys == [run.state.secrets[-1].live_key], boundary
    assert boundary > 8


async def test_removing_the_connection_leaves_nothing() -> None:
    connection = await Connection.lived()
    await connection.renew()
    await connection.run.mark_delivered()
    assert await connection.run.undo(Extent.EVERYTHING) == ()
    assert_nothing(connection.world)


async def test_a_deleted_application_comes_back_with_its_role_and_a_new_secret() -> None:
    connection = await Connection.lived()
    user = connection.world.azure.world.directory.users[USER]
    user.directory_roles = (CLOUD_APPLICATION_ADMINISTRATOR,)
    application = connection.world.living[0].application
    await connection.world.delete_application(application.object_id)
    connection.world.settle()
    connection.again()
    watcher = Watcher(connection.run)
    await connection.run.begin_renewal(PLAN.secret_description, 180, restores=True)
    await connection.run.execute()
    assert watcher.failure == ""
    assert [found.application.object_id for found in connection.world.living] == [application.object_id]
    principal = connection.world.principals[application.app_id]
    assert [one.principal_id for one in connection.world.assignments.values()] == [principal.object_id]
    assert connection.run.credentials is not None


async def test_an_application_that_is_gone_for_good_cannot_be_restored() -> None:
    connection = await Connection.lived()
    object_id = connection.world.living[0].application.object_id
    await connection.world.delete_application(object_id)
    await connection.world.purge_application(object_id)
    connection.again()
    watcher = Watcher(connection.run)
    await connection.run.begin_renewal(PLAN.secret_description, 180, restores=True)
    await connection.run.execute()
    assert watcher.failure == "PipeOps cannot be restored"
    assert connection.world.living == []


def as_azure_shows_it(connection: Connection) -> Application:
    registered = connection.world.living[0]
    application = registered.application
    return Application(
        application.object_id,
        application.app_id,
        application.display_name,
        application.created,
        application.tags,
        secrets=tuple(registered.passwords),
    )


async def taken_over(connection: Connection) -> Run:
    """The same connection on a computer that has no journal of it."""
    world, run_id = connection.world, connection.run.state.run_id
    application = as_azure_shows_it(connection)
    entries = found_elsewhere(
        run_id,
        world.resource_manager,
        PLAN,
        application,
        world.principals.get(application.app_id),
        list(world.assignments.values()),
        owns_group=True,
        now=world.clock.now(),
    )
    connection.journal = MemoryJournal()
    return Run.take_over(entries, world, world.clock, new_ids("another computer"), connection.journal)


async def test_a_removal_finds_the_role_that_doctor_gave() -> None:
    connection = await Connection.lived()
    world = connection.world
    for name in list(world.assignments):
        await world.delete_role_assignment(PLAN.group_scope, name)
    assert not world.assignments
    subscription = Subscription(PLAN.subscription_id, "Servers", PLAN.tenant_id, "Contoso", SubscriptionState.ENABLED)
    role = RoleToGive(subscription, PLAN.application_name, world.living[0].application.app_id)
    await give_role(world, role, PLAN.group_name)
    assert len(world.assignments) == 1
    run = await taken_over(connection)
    assert "undo:assignment" in [row.key for row in run.undo_rows()]
    assert await run.undo() == ()
    assert not world.assignments


async def test_another_computer_can_renew_it() -> None:
    connection = await Connection.lived()
    await connection.add_foreign()
    connection.run = await taken_over(connection)
    assert not connection.run.state.unfinished
    watcher = await connection.renew()
    assert watcher.failure == ""
    assert len(connection.keys) == 3
    await connection.run.mark_delivered()
    connection.again()
    Watcher(connection.run)
    await connection.run.remove_old_secrets()
    assert set(connection.keys) == {FOREIGN, connection.run.state.secrets[-1].live_key}


async def test_another_computer_can_remove_it() -> None:
    connection = await Connection.lived()
    run = await taken_over(connection)
    Watcher(run)
    assert await run.undo(Extent.EVERYTHING) == ()
    assert_nothing(connection.world)


async def test_of_what_was_made_by_hand_only_the_added_secret_is_removed() -> None:
    connection = await Connection.lived()
    world = connection.world
    world.living[0].record.properties["tags"] = []
    application = as_azure_shows_it(connection)
    run_id = str(UUID(int=77, version=4))
    entries = adopted(run_id, world.resource_manager, PLAN, application, world.clock.now())
    connection.journal = MemoryJournal()
    connection.run = Run.take_over(entries, world, world.clock, new_ids("adopting"), connection.journal)
    world.requests.clear()
    watcher = await connection.renew()
    assert watcher.failure == ""
    assert connection.keys == [connection.old, secret_key_id(run_id, 0)]
    await connection.run.mark_delivered()
    connection.again()
    Watcher(connection.run)
    assert [row.key for row in connection.run.undo_rows(Extent.EVERYTHING)] == ["undo:secret"]
    assert await connection.run.undo(Extent.EVERYTHING) == ()
    assert connection.keys == [connection.old]
    assert world.living[0].application.tags == ()


async def test_a_journal_of_an_older_version_can_be_renewed_and_is_left_alone_by_older_programs() -> None:
    connection = await Connection.lived()
    random_id = str(UUID(int=5, version=4))
    connection.journal.text = connection.journal.text.replace(b'"version":3', b'"version":2').replace(
        connection.old.encode(), random_id.encode()
    )
    connection.world.living[0].record.passwords[0].key_id = random_id
    connection.old = random_id
    connection.again()
    assert connection.run.state.older
    watcher = await connection.renew()
    assert watcher.failure == ""
    await connection.run.mark_delivered()
    await connection.run.remove_old_secrets()
    assert connection.keys == [connection.run.state.secrets[-1].live_key]


@pytest.mark.parametrize("refused", [False, True])
async def test_a_second_owner_is_added_last_and_a_refusal_stops_nothing(refused: bool) -> None:
    faults = [Fault(FaultKind.REFUSED, "add_owner", 1, FOREVER)] if refused else []
    world = World(VirtualClock(), faults)
    plan = replace(PLAN, second_owner_id=COLLEAGUE, second_owner_name="Robin")
    run = new_run(world, MemoryJournal(), plan)
    watcher = Watcher(run)
    assert [row.key for row in run.rows][-1] == "owner"
    await run.execute()
    assert run.credentials is not None
    assert world.requests.index("add_password") < world.requests.index("add_owner")
    assert (watcher.failure != "") is refused
    assert (COLLEAGUE in world.living[0].record.owners) is not refused
    assert await run.undo() == ()
    assert_nothing(world)


async def test_a_secret_under_the_same_key_id_of_another_computer_is_not_taken_for_the_lost_one() -> None:
    """This computer is killed before it sends; the other one, which knows nothing of that, takes the same key id."""
    connection = await Connection.lived()
    connection.world.kill_at = (4, False)
    with pytest.raises(Killed):
        await connection.renew()
    assert connection.world.requests[-1] == "add_password"
    theirs = connection.again().state.secrets[-1].key_id
    connection.world.clock.advance(DAY)
    expires = connection.world.clock.now() + timedelta(days=180)
    object_id = connection.world.living[0].record.object_id
    await connection.world.add_password(object_id, theirs, "elsewhere", expires)
    await connection.world.remove_password(object_id, connection.old)
    run = connection.again()
    watcher = Watcher(run)
    await run.execute()
    assert watcher.failure == ""
    assert theirs in connection.keys
    assert await run.undo() == ()
    assert connection.keys == [theirs]


async def test_what_is_known_to_be_gone_does_not_let_the_old_one_go() -> None:
    """The yes comes when the newest was deleted elsewhere; another new secret then leaves the old one alone."""
    connection = await Connection.lived()
    await connection.renew()
    await connection.run.mark_delivered()
    connection.world.clock.advance(DAY)
    new = connection.run.state.secrets[-1].live_key
    await connection.world.remove_password(connection.world.living[0].record.object_id, new)
    run = connection.again()
    Watcher(run)
    await run.remove_old_secrets()
    connection.world.faults = [Fault(FaultKind.REFUSED, "add_password", 1, FOREVER)]
    await run.new_secret()
    assert connection.keys == [connection.old]


async def test_a_secret_whose_delivery_was_not_journaled_goes_only_after_another_works() -> None:
    connection = await Connection.lived()
    await connection.renew()  # delivered, and the entry that says so is lost
    run, before = connection.again(), connection.keys
    connection.world.faults = [Fault(FaultKind.REFUSED, "add_password", 1, FOREVER)]
    Watcher(run)
    await run.execute()
    assert connection.keys == before
    connection.world.faults.clear()
    await run.retry()
    assert connection.keys == [connection.old, run.state.secrets[-1].live_key]


async def test_a_journal_cut_short_while_it_was_taken_over_loses_nothing() -> None:
    connection = await Connection.lived()
    run = await taken_over(connection)
    await connection.renew()
    whole = connection.journal.text.splitlines(keepends=True)
    assert run.state.origin is Origin.FOUND
    before, writes = connection.keys, {"put_role_assignment", "upsert_application", "put_group"}
    for lines in range(1, len(whole)):
        connection.journal.text = b"".join(whole[:lines])
        found = connection.again()
        Watcher(found)
        connection.world.requests.clear()
        if found.state.unfinished:
            await found.execute()
        assert connection.old in connection.keys, lines
        assert not writes & set(connection.world.requests), lines
    assert connection.old in before


async def test_what_was_delivered_long_ago_is_kept_when_an_interrupted_new_secret_is_continued() -> None:
    world, journal = World(VirtualClock()), MemoryJournal()
    run = new_run(world, journal)
    await run.execute()
    await run.mark_delivered()
    in_use = run.state.secrets[-1].live_key
    world.kill_at = (len(world.requests) + 3, False)
    with pytest.raises(Killed):
        await run.new_secret()
    world.restart()
    world.clock.advance(60 * DAY)
    again = resumed(world, world.clock, journal)
    assert again is not None
    assert again.state.unfinished
    watcher = Watcher(again)
    await again.execute()
    assert watcher.failure == ""
    assert in_use in [key.key_id for key in world.living[0].passwords]


async def test_a_discard_that_fails_can_be_repeated() -> None:
    connection = await Connection.lived()
    await connection.renew()
    await connection.run.mark_delivered()
    run = connection.again()
    Watcher(run)
    connection.world.faults = [Fault(FaultKind.REFUSED, "remove_password", 1, FOREVER)]
    assert await run.undo() != ()
    connection.world.faults.clear()
    run = connection.again()
    Watcher(run)
    assert run.state.unfinished
    assert await run.undo() == ()
    assert connection.keys == [connection.old]


async def test_nothing_is_rolled_back_of_what_is_in_use() -> None:
    world = World(VirtualClock())
    run = new_run(world, MemoryJournal(), replace(PLAN, doubts=(Write.SECRET,)))
    await run.execute()
    await run.mark_delivered()
    world.faults = [Fault(FaultKind.REFUSED, "add_password", 1, FOREVER)]
    watcher = Watcher(run)
    await run.new_secret()
    assert watcher.failure != ""
    assert len(world.living) == 1
    assert run.state.outcome is None
