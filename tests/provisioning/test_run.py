"""A run from plan to credentials: what is asked of Azure, in which order, and what the person sees of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from pipeops_tui.core.model import PasswordKey, ResourceGroup, RoleAssignment
from pipeops_tui.core.names import OWN_TAG
from pipeops_tui.core.problem import FailureKind
from pipeops_tui.provisioning.events import RowChanged, RowState, RunEnded
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
from tests.provisioning.world import Fault, FaultKind, World
from tests.support.clocks import VirtualClock

FOREVER = 10**9


def row(run: Run, key: str) -> str:
    return next(row.state for row in run.rows if row.key == key)


def reasons(watcher: Watcher, key: str) -> list[str]:
    changed = [event.row for event in watcher.events if isinstance(event, RowChanged)]
    return [row.reason for row in changed if row.key == key and row.reason]


def ended(watcher: Watcher) -> RunEnded:
    return watcher.ended


async def reach(happened: Callable[[], bool]) -> None:
    """Wait until `happened`, as long as anything still happens."""
    for _ in range(100_000):
        if happened():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never happened")


async def test_creates_one_of_everything_and_proves_it() -> None:
    world = World(VirtualClock())
    run = new_run(world, MemoryJournal())
    watcher = Watcher(run)
    await run.execute()
    assert ended(watcher).failed is None
    assert not ended(watcher).stopped
    assert watcher.announced == 1
    assert {row.state for row in run.rows} == {RowState.DONE}
    assert_one_of_everything(world, run)


async def test_takes_no_longer_than_its_critical_path() -> None:
    world = World(VirtualClock())
    await new_run(world).execute()
    # application, principal, assignment, secret, token, group: everything else runs beside these six.
    assert world.clock.monotonic() == pytest.approx(6 * world.latency)


async def test_the_review_list_is_there_before_anything_begins() -> None:
    world = World(VirtualClock())
    run = new_run(world, plan=replace(PLAN, providers=("Microsoft.Compute",)))
    assert [row.key for row in run.rows] == [
        *("group", "application", "principal", "assignment", "secret", "test-sign-in"),
        "provider:Microsoft.Compute",
    ]
    assert [row.key for row in run.rows if not row.writes] == ["test-sign-in"]
    assert {row.state for row in run.rows} == {RowState.WAITING}
    assert next(row for row in run.rows if row.key == "secret").detail == "expires 31 October 2026 (UTC)"
    assert all(row.equivalent.startswith("az ") for row in run.rows)
    assert not world.requests


async def test_uses_an_existing_group_as_it_is() -> None:
    world = World(VirtualClock())
    theirs = ResourceGroup("PipeOpsRG", "northeurope", tags=(("owner", "them"),))
    world.groups["pipeopsrg"] = theirs
    run = new_run(world, plan=replace(PLAN, group_is_new=False, location="northeurope"))
    await run.execute()
    assert run.credentials is not None
    assert "put_group" not in world.requests
    assert await run.undo() == ()
    assert world.groups == {"pipeopsrg": theirs}
    assert not world.assignments


async def test_a_group_that_appeared_meanwhile_is_left_alone() -> None:
    world = World(VirtualClock())
    theirs = ResourceGroup("PipeOpsRG", "northeurope")
    world.groups["pipeopsrg"] = theirs
    run = new_run(world)
    watcher = Watcher(run)
    await run.execute()
    assert "already exists" in watcher.failure
    assert row(run, "group") == RowState.FAILED
    assert await run.undo() == ()
    assert world.groups == {"pipeopsrg": theirs}


async def test_an_existing_group_that_is_gone_ends_the_run() -> None:
    world = World(VirtualClock())
    run = new_run(world, plan=replace(PLAN, group_is_new=False))
    watcher = Watcher(run)
    await run.execute()
    assert "no longer exists" in watcher.failure


async def test_waits_for_an_older_group_of_that_name_to_be_deleted() -> None:
    world = World(VirtualClock())
    world.groups["pipeopsrg"] = ResourceGroup("PipeOpsRG", "northeurope")
    await world.delete_group("PipeOpsRG")
    run = new_run(world)
    watcher = Watcher(run)
    await run.execute()
    assert any("still being deleted" in reason for reason in reasons(watcher, "group"))
    assert_one_of_everything(world, run)


async def test_never_touches_what_is_not_its_own() -> None:
    world = World(VirtualClock())
    made = await world.create_application("PipeOps", ())
    twin = world.applications[made.object_id]
    expires = world.clock.now() + timedelta(days=1)
    await world.add_password(twin.application.object_id, world.guid(), PLAN.secret_description, expires)
    world.refuse_upserts = True
    world.faults = [Fault(FaultKind.DROP_ANSWER, "create_application", 2), Fault(FaultKind.LATE, "add_password", 2)]
    run = new_run(world)
    await run.execute()
    assert run.credentials is not None
    await run.undo()
    assert world.living == [twin]
    assert len(twin.passwords) == 1


async def test_replication_is_waited_out_with_its_reason() -> None:
    world = World(VirtualClock(), lag=60)
    run = new_run(world)
    watcher = Watcher(run)
    await run.execute()
    assert ended(watcher).failed is None
    assert "Waiting for Microsoft Entra to copy the new application (try 2)" in reasons(watcher, "principal")
    assert any("Waiting for Azure to see the new service principal" in text for text in reasons(watcher, "assignment"))
    assert any("accept the new client secret" in text for text in reasons(watcher, "test-sign-in"))
    assert_one_of_everything(world, run)


async def test_throttling_waits_as_long_as_asked_with_a_countdown() -> None:
    world = World(VirtualClock(), [Fault(FaultKind.THROTTLED, "upsert_application", retry_after=37)])
    run = new_run(world)
    watcher = Watcher(run)
    await run.execute()
    waiting = next(
        event.row for event in watcher.events if isinstance(event, RowChanged) and event.row.state is RowState.RETRYING
    )
    assert waiting.retry_at == pytest.approx(37 + world.latency)
    assert waiting.reason == "Azure is limiting requests (try 2)"
    assert_one_of_everything(world, run)


async def test_credentials_are_shown_after_15_seconds_while_the_test_sign_in_goes_on() -> None:
    world = World(VirtualClock(), [Fault(FaultKind.REFUSED, "sign_in_as", 1, 30)])
    run = new_run(world)
    shown: list[float] = []
    watcher = Watcher(run)
    run.subscribe(lambda event: shown.append(world.clock.monotonic()) if watcher.announced == 1 else None)
    await run.execute()
    assert shown[0] == pytest.approx(15 + 4 * world.latency)
    assert watcher.announced == 1
    assert ended(watcher).failed is None


async def test_one_refused_token_of_three_asks_for_three_again() -> None:
    world = World(VirtualClock(), [Fault(FaultKind.REFUSED, "sign_in_as", 3)])
    await new_run(world).execute()
    assert world.requests.count("sign_in_as") == 6
    assert world.sessions_open == 0


async def test_access_that_spreads_slowly_asks_with_a_new_token_every_15_seconds() -> None:
    world = World(VirtualClock(), [Fault(FaultKind.REFUSED, "read_group", 1, 10)])
    run = new_run(world)
    watcher = Watcher(run)
    await run.execute()
    assert ended(watcher).failed is None
    assert world.requests.count("sign_in_as") == 3 + 10
    assert world.clock.monotonic() == pytest.approx(150, abs=4)


@pytest.mark.parametrize(
    ("operation", "seconds"),
    [("put_role_assignment", 120), ("sign_in_as", 120), ("read_group", 600), ("upsert_application", 120)],
)
async def test_at_the_end_of_a_budget_the_person_decides(operation: str, seconds: float) -> None:
    kind = FaultKind.REFUSED if operation in ("sign_in_as", "read_group") else FaultKind.FAILED
    world = World(VirtualClock(), [Fault(kind, operation, 1, FOREVER)])
    run = new_run(world)
    watcher = Watcher(run, patience=1)
    await run.execute()
    assert ended(watcher).stopped
    assert 2 * seconds * 0.85 <= world.clock.monotonic() <= 2 * seconds + 40
    world.faults.clear()
    await run.retry()
    assert_one_of_everything(world, run)


async def test_stop_ends_a_wait_at_once_and_a_request_within_a_second() -> None:
    for fault, latency in ((Fault(FaultKind.THROTTLED, "add_password", retry_after=300), 0.1), (None, 30.0)):
        world = World(VirtualClock(), [fault] if fault else [])
        world.latency = latency
        run = new_run(world)
        running = asyncio.ensure_future(run.execute())
        wanted = "add_password" if fault else "upsert_application"
        await reach(lambda world=world, wanted=wanted: wanted in world.requests)  # type: ignore[misc]
        if fault:
            await reach(lambda run=run: row(run, "secret") == RowState.RETRYING)  # type: ignore[misc]
        before = world.clock.monotonic()
        watcher = Watcher(run)
        run.stop()
        await running
        assert world.clock.monotonic() - before <= 1
        assert ended(watcher).stopped
        world.latency = 0.1
        await run.retry()
        assert_one_of_everything(world, run)


async def test_a_sign_in_that_is_needed_pauses_the_run_and_loses_nothing() -> None:
    world = World(VirtualClock(), [Fault(FaultKind.SIGN_IN, "put_role_assignment")])
    run = new_run(world)
    watcher = Watcher(run)
    await run.execute()
    error = ended(watcher).error
    assert error is not None
    assert error.kind is FailureKind.SIGN_IN
    before = len(world.requests)
    await run.retry(world)
    assert {"upsert_application", "put_group"}.isdisjoint(world.requests[before:])
    assert_one_of_everything(world, run)


async def test_a_failed_group_keeps_the_rest_from_being_made() -> None:
    world = World(VirtualClock(), [Fault(FaultKind.REFUSED, "put_group", 1, FOREVER)])
    run = new_run(world)
    watcher = Watcher(run)
    await run.execute()
    assert ended(watcher).failed is not None
    assert "put_role_assignment" not in world.requests
    assert await run.undo() == ()
    assert_nothing(world)


async def test_a_provider_that_cannot_be_registered_hinders_nothing() -> None:
    plan = replace(PLAN, providers=("Microsoft.Compute", "Microsoft.Network"))
    world = World(VirtualClock(), [Fault(FaultKind.REFUSED, "register_provider")])
    run = new_run(world, plan=plan)
    watcher = Watcher(run)
    await run.execute()
    assert ended(watcher).failed is not None
    assert row(run, "provider:Microsoft.Compute") == RowState.FAILED
    assert row(run, "provider:Microsoft.Network") == RowState.DONE
    assert row(run, "test-sign-in") == RowState.DONE
    await run.retry()
    assert ended(watcher).failed is None
    assert set(world.providers) == set(plan.providers)


async def test_no_registration_is_waited_for() -> None:
    plan = replace(PLAN, providers=("Microsoft.Compute",))
    times = {}
    for key, one in {"with": plan, "without": PLAN}.items():
        clock = VirtualClock()
        world = World(clock)
        await new_run(world, plan=one).execute()
        times[key] = clock.monotonic()
    assert times["with"] == times["without"]
    run = new_run(world := World(VirtualClock()), plan=plan)
    await run.execute()
    (provider,) = [one for one in run.rows if one.key == "provider:Microsoft.Compute"]
    assert (provider.state, provider.reason) == (RowState.DONE, "Azure completes it within a few minutes")
    assert provider.writes
    assert world.providers == {"Microsoft.Compute": "Registering"}


async def test_the_group_carries_the_mark_of_the_run() -> None:
    world = World(VirtualClock())
    run = new_run(world, plan=replace(PLAN, group_tags=(("cost-center", "42"),)))
    await run.execute()
    assert world.groups["pipeopsrg"].tags == (("cost-center", "42"), (OWN_TAG, run.state.run_id))


async def test_a_new_secret_replaces_the_old_one_once_it_is_proven() -> None:
    world = World(VirtualClock())
    run = new_run(world, MemoryJournal())
    await run.execute()
    assert run.credentials is not None
    first = run.credentials.client_secret.reveal()
    await run.mark_delivered()
    watcher = Watcher(run)
    before = len(world.requests)
    await run.new_secret()
    assert ended(watcher).failed is None
    assert watcher.announced == 1
    assert world.requests[before:].index("remove_password") > world.requests[before:].index("read_group")
    assert run.credentials.client_secret.reveal() != first
    assert not run.state.delivered
    assert not run.state.undoing
    assert_one_of_everything(world, run)


async def test_a_new_secret_that_fails_leaves_the_old_one() -> None:
    world = World(VirtualClock())
    run = new_run(world)
    await run.execute()
    world.faults = [Fault(FaultKind.REFUSED, "add_password", 2, FOREVER)]
    watcher = Watcher(run)
    await run.new_secret()
    assert ended(watcher).failed is not None
    assert_one_of_everything(world, run)
    world.faults.clear()
    await run.retry()
    assert ended(watcher).failed is None
    assert_one_of_everything(world, run)


async def test_a_new_secret_ends_a_test_sign_in_that_is_still_going_on() -> None:
    world = World(VirtualClock(), [Fault(FaultKind.REFUSED, "read_group", 1, 20)])
    run = new_run(world)
    watcher = Watcher(run)
    running = asyncio.ensure_future(run.execute())
    await reach(lambda: world.requests.count("read_group") == 2)
    world.faults.clear()
    await run.new_secret()
    await running
    assert ended(watcher).failed is None
    assert_one_of_everything(world, run)


async def test_leaving_while_the_test_sign_in_goes_on_ends_it() -> None:
    world = World(VirtualClock(), [Fault(FaultKind.REFUSED, "read_group", 1, FOREVER)])
    run = new_run(world)
    watcher = Watcher(run)
    running = asyncio.ensure_future(run.execute())
    await reach(lambda: world.requests.count("read_group") == 2)
    run.forget_secret()
    await running
    assert (ended(watcher).stopped, ended(watcher).failed) == (True, None)
    assert row(run, "test-sign-in") == RowState.STOPPED
    assert world.sessions_open == 0


class Swallowing(World):
    """Takes client secrets and keeps none."""

    async def passwords(self, object_id: str) -> Sequence[PasswordKey]:
        await super().passwords(object_id)
        return ()


@pytest.mark.parametrize("asked", ["sign_in_as", "read_group"])
async def test_a_secret_that_has_disappeared_is_no_longer_tried(asked: str) -> None:
    world = Swallowing(VirtualClock(), [Fault(FaultKind.REFUSED, asked, 1, FOREVER)])
    run = new_run(world)
    watcher = Watcher(run, patience=1)
    await run.execute()
    failed = ended(watcher).failed
    assert failed is not None
    assert failed.title == "The client secret no longer exists"
    assert run.credentials is None
    assert world.sessions_open == 0


class Dropping(World):
    """Takes role assignments and keeps none."""

    async def get_role_assignment(self, scope: str, name: str) -> RoleAssignment | None:
        await super().get_role_assignment(scope, name)
        return None


async def test_a_role_assignment_that_has_disappeared_is_no_longer_waited_for() -> None:
    world = Dropping(VirtualClock(), [Fault(FaultKind.REFUSED, "read_group", 1, FOREVER)])
    run = new_run(world)
    watcher = Watcher(run, patience=1)
    await run.execute()
    failed = ended(watcher).failed
    assert failed is not None
    assert failed.title == "The role assignment no longer exists"
    assert run.credentials is not None


async def test_a_journal_that_cannot_be_written_is_said_before_the_first_write() -> None:
    world = World(VirtualClock())
    journal = MemoryJournal(full=True)
    run = new_run(world, journal)
    watcher = Watcher(run)
    await run.execute()
    assert ended(watcher).journal_failed
    assert not world.requests
    run.without_journal()
    await run.retry()
    assert not ended(watcher).journal_failed
    assert_one_of_everything(world, run)


async def test_a_disk_that_fills_up_stops_the_next_write_and_nothing_is_forgotten() -> None:
    world = World(VirtualClock())
    journal = MemoryJournal()
    run = new_run(world, journal)
    watcher = Watcher(run)
    running = asyncio.ensure_future(run.execute())
    await reach(lambda: "upsert_service_principal" in world.requests)
    journal.full = True
    await running
    assert ended(watcher).journal_failed
    assert "put_role_assignment" not in world.requests
    journal.full = False
    await run.retry()
    assert_one_of_everything(world, run)
    entries = [json.loads(line) for line in journal.text.splitlines()]
    assert "principal" in {entry["subject"] for entry in entries if entry.get("kind") == "made"}


async def test_the_journal_never_holds_the_secret() -> None:
    world = World(VirtualClock())
    journal = MemoryJournal()
    run = new_run(world, journal)
    await run.execute()
    await run.mark_delivered()
    assert run.credentials is not None
    assert run.credentials.client_secret.reveal().encode() not in journal.text
    assert journal.text.count(b'"delivered"') == 1


async def test_the_receipt_tells_what_was_made_and_how_to_remove_it() -> None:
    world = World(VirtualClock())
    run = new_run(world)
    await run.execute()
    await run.mark_delivered()
    receipt = run.receipt()
    assert receipt.delivered
    assert receipt.client_id == world.living[0].application.app_id
    assert receipt.expires is not None
    assert len(receipt.created) == 5
    assert any(receipt.client_id in left.command for left in receipt.left)
    await run.undo()
    assert run.receipt().undone
    assert run.receipt().created == ()


async def test_forgetting_drops_the_secret() -> None:
    world = World(VirtualClock())
    run = new_run(world)
    await run.execute()
    assert run.credentials is not None
    secret = run.credentials.client_secret
    run.close()
    assert secret.forgotten
    assert run.credentials is None


async def test_a_workspace_elsewhere_is_refused() -> None:
    world = World(VirtualClock())
    with pytest.raises(ValueError):
        new_run(world, plan=replace(PLAN, subscription_id=world.guid()))


async def test_an_application_that_somebody_deleted_between_two_starts_is_made_anew_with_its_access() -> None:
    world, journal = World(VirtualClock()), MemoryJournal()
    run = new_run(world, journal)
    await run.execute()
    (first,) = world.living
    await world.delete_application(first.application.object_id)
    world.clock.advance(1000)
    world.restart()
    again = resumed(world, world.clock, journal)
    assert again is not None
    watcher = Watcher(again)
    await again.execute()
    assert watcher.failure == ""
    assert_one_of_everything(world, again)


class SlowGroups(World):
    """Shows a new group only after a minute."""

    async def get_group(self, name: str) -> ResourceGroup | None:
        found = await super().get_group(name)
        return found if self.clock.monotonic() > 60 else None


async def test_a_group_that_does_not_show_yet_is_not_made_again_by_the_next_process() -> None:
    world, journal = SlowGroups(VirtualClock()), MemoryJournal()
    run = new_run(world, journal)
    world.faults = [Fault(FaultKind.REFUSED, "put_role_assignment", 1, FOREVER)]
    await run.execute()
    world.faults.clear()
    world.restart()
    again = resumed(world, world.clock, journal)
    assert again is not None
    watcher = Watcher(again)
    await again.execute()
    assert watcher.failure == ""
    assert world.requests.count("put_group") == 1
    assert_one_of_everything(world, again)


async def test_a_run_of_another_cloud_is_not_continued_here() -> None:
    world, journal = World(VirtualClock()), MemoryJournal()
    await new_run(world, journal).execute()
    elsewhere = "https://management.chinacloudapi.cn"
    journal.text = journal.text.replace(world.resource_manager.encode(), elsewhere.encode())
    with pytest.raises(ValueError, match="not where the plan belongs"):
        resumed(world, world.clock, journal)
