"""What Azure knows of connections, half a year later: through the real SDKs, in the simulated Azure."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from pipeops_tui.connections.connection import Connection, ConnectionState, FoundBy
from pipeops_tui.connections.journaled import journaled_connections
from pipeops_tui.connections.state_words import state_words
from pipeops_tui.connections.tenant_search import Findings, TenantSearch
from pipeops_tui.core.clock import Clock, SystemClock
from pipeops_tui.core.marks import run_tag, secret_key_id
from pipeops_tui.core.model import SignInMethod, SubscriptionPage
from pipeops_tui.core.ports import Session
from pipeops_tui.simulator import PreparedConnection, RunningSimulator
from pipeops_tui.simulator.scenarios import world_steps
from pipeops_tui.simulator.simulated_azure import SimulatedAzure
from pipeops_tui.simulator.wire import Json
from tests.azure.conftest import unseen
from tests.connections.journals import client_id, journal_of_prepared, named, run_id, write_journal
from tests.simulator.client import Client
from tests.support.clocks import RealTimeClock
from tests.support.person import connector_to

Prepared = dict[str, PreparedConnection]


def now() -> datetime:
    return datetime.now(UTC)


def remembered(folder: Path, azure: RunningSimulator, made: Iterable[PreparedConnection]) -> list[Connection]:
    """What this computer would know if it had made them."""
    for number, one in enumerate(made, start=1):
        journal_of_prepared(folder, azure.base_url, number, one)
    return list(journaled_connections(folder, now()).connections)


async def search(
    session: Session,
    journaled: Sequence[Connection] = (),
    *,
    by_hand: bool = False,
    owners: bool = True,
    clock: Clock | None = None,
) -> Findings:
    """All that is found."""
    found = TenantSearch(session, journaled, clock or SystemClock(), by_hand=by_hand, owners=owners)
    batches = [one async for one in found.findings(session.subscriptions())]
    return Findings(
        tuple(one for batch in batches for one in batch.connections),
        tuple(one for batch in batches for one in batch.others),
        tuple(one for batch in batches for one in batch.refusals),
        tuple(one for batch in batches for one in batch.notes),
    )


def kinds(found: Findings, prepared: Prepared) -> dict[str, Connection]:
    """The connections found, by what the scenario calls them."""
    by_client = {one.client_id: one.kind for one in prepared.values()}
    named_so = {by_client.get(one.client_id, one.client_id): one for one in found.connections}
    assert len(named_so) == len(found.connections), "each is told once"
    return named_so


async def test_on_another_computer_a_role_on_one_group_proves_the_tag(session: Session, prepared: Prepared) -> None:
    found = await search(session)
    states = {kind: one.state for kind, one in kinds(found, prepared).items()}
    assert states == {
        "works": ConnectionState.WORKS,
        "in-use": ConnectionState.WORKS,
        "expires-soon": ConnectionState.EXPIRES_SOON,
        "expired": ConnectionState.EXPIRED,
        "two-secrets": ConnectionState.TWO_SECRETS,
    }
    for kind, one in kinds(found, prepared).items():
        made = prepared[kind]
        assert one.found_by is FoundBy.TAG
        assert (one.run_id, one.object_id) == (made.run_id, made.object_id)
        assert (one.group_name, one.subscription_id) == (made.group_name, made.subscription_id)
        assert [secret.key_id for secret in one.secrets] == [secret.key_id for secret in made.secrets]
        assert all(secret.ours and len(secret.hint) == 3 for secret in one.secrets)
        assert [owner.account_name for owner in one.owners] == [made.account]
        assert made.group_name in one.notes
    assert found.refusals == ()


async def test_other_tags_are_only_claims(session: Session, prepared: Prepared) -> None:
    found = await search(session)
    others = {one.application.app_id: one for one in found.others}
    assert set(others) == {prepared[kind].client_id for kind in ("no-role", "no-group", "deleted", "unfinished")}
    claim = others[prepared["no-role"].client_id]
    assert [owner.account_name for owner in claim.owners] == [prepared["no-role"].account]
    assert claim.application.created is not None
    assert claim.restorable_until is None
    until = others[prepared["deleted"].client_id].restorable_until
    assert until is not None
    assert round((until - now()) / timedelta(days=1)) == 20


async def test_what_this_computer_made_is_looked_at_again(
    session: Session, later: RunningSimulator, prepared: Prepared, tmp_path: Path
) -> None:
    journaled = remembered(tmp_path, later, prepared.values())
    found = await search(session, journaled)
    again = kinds(found, prepared)
    assert found.refusals == ()
    assert {kind: one.state for kind, one in again.items()} == {
        "works": ConnectionState.WORKS,
        "in-use": ConnectionState.WORKS,
        "expires-soon": ConnectionState.EXPIRES_SOON,
        "expired": ConnectionState.EXPIRED,
        "two-secrets": ConnectionState.TWO_SECRETS,
        "no-role": ConnectionState.NO_ROLE,
        "no-group": ConnectionState.NO_GROUP,
        "deleted": ConnectionState.DELETED,
        "unfinished": ConnectionState.UNFINISHED,
    }
    assert {one.found_by for one in again.values()} == {FoundBy.JOURNAL}
    assert all(one.recorded is not None for one in again.values())
    assert found.others == ()
    (secret,) = again["works"].secrets
    assert (secret.ours, secret.delivered, len(secret.hint)) == (True, True, 3)
    until = again["deleted"].restorable_until
    assert until is not None
    assert state_words(again["deleted"], now()).startswith("application deleted, can be restored until ")


async def test_made_by_hand_is_found_on_request(session: Session, prepared: Prepared) -> None:
    found = await search(session, by_hand=True)
    (one,) = (one for one in found.connections if one.found_by is FoundBy.ASSIGNMENT)
    assert (one.application_name, one.group_name, one.state) == ("PipeOps", "pipeops-by-hand", ConnectionState.WORKS)
    assert (one.run_id, [secret.ours for secret in one.secrets]) == ("", [False])
    assert len(kinds(found, prepared)) == 6


def add_secret(azure: RunningSimulator, object_id: str, days: float, key_id: str = "") -> str:
    """Somebody adds a client secret; returns its key id."""
    ends = (now() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    chosen = {"keyId": key_id} if key_id else {}
    with Client(azure) as client:
        body = {"passwordCredential": {"displayName": "by somebody", "endDateTime": ends, **chosen}}
        added = client.as_owner().graph("POST", f"/applications/{object_id}/addPassword", json=body)
        assert added.status_code == 200, added.text
        return str(added.json()["keyId"])


async def test_a_secret_of_somebody_else_is_named_and_never_ours(
    session: Session, later: RunningSimulator, prepared: Prepared
) -> None:
    one = prepared["expired"]
    foreign = add_secret(later, one.object_id, 100)
    another_runs = add_secret(later, one.object_id, 90, secret_key_id(run_id(5), 0))
    found = kinds(await search(session), prepared)["expired"]
    ours = {secret.key_id: secret.ours for secret in found.secrets}
    assert ours == {one.secrets[0].key_id: True, foreign: False, another_runs: False}
    assert found.state is ConnectionState.WORKS, "somebody can sign in, with two secrets that are not ours"


async def test_a_role_on_two_groups_makes_the_tag_a_claim(
    session: Session, later: RunningSimulator, prepared: Prepared
) -> None:
    one = prepared["works"]
    with Client(later) as client:
        scope = f"/subscriptions/{one.subscription_id}/resourceGroups/pipeops-shop"
        assert client.as_owner().assign(scope, one.principal_id, str(uuid4())).status_code == 201
    found = await search(session, by_hand=True)
    assert "works" not in kinds(found, prepared)
    assert one.client_id in {other.application.app_id for other in found.others}


async def test_a_journal_that_names_somebody_elses_application_owns_nothing_of_it(
    session: Session, later: RunningSimulator, prepared: Prepared, tmp_path: Path
) -> None:
    made = prepared["works"]
    edited = replace(made, run_id=run_id(77))
    (known,) = remembered(tmp_path, later, [edited])
    add_secret(later, made.object_id, 50, secret_key_id(run_id(77), 1))
    found = kinds(await search(session, [known]), prepared)["works"]
    ours = {secret.key_id: secret.ours for secret in found.secrets}
    assert ours == {made.secrets[0].key_id: True, secret_key_id(run_id(77), 1): False}


async def test_refused_reads_make_single_rows_unknown(
    session: Session, later: RunningSimulator, prepared: Prepared, tmp_path: Path
) -> None:
    wanted = ("works", "expired", "deleted", "no-group", "unfinished")
    journaled = remembered(tmp_path, later, [prepared[kind] for kind in wanted])
    later.add_fault("listRoleAssignments@*:answer", refusal("AuthorizationFailed"))
    found = await search(session, journaled)
    again = kinds(found, prepared)
    assert {kind: one.state for kind, one in again.items()} == {
        "works": ConnectionState.UNKNOWN,
        "expired": ConnectionState.EXPIRED,
        "deleted": ConnectionState.DELETED,
        "no-group": ConnectionState.NO_GROUP,
        "unfinished": ConnectionState.UNFINISHED,
    }
    assert again["works"].reason
    assert state_words(again["works"], now()) == f"could not be asked: {again['works'].reason}"
    assert [one for one in found.refusals if prepared["works"].client_id in one]
    assert again["works"].secrets[0].hint, "what was answered is kept"


async def test_a_directory_that_refuses_leaves_the_journals_rows(
    session: Session, later: RunningSimulator, prepared: Prepared, tmp_path: Path
) -> None:
    journaled = remembered(tmp_path, later, [prepared["works"], prepared["expired"]])
    for operation in ("getApplication", "listApplications", "listDeletedApplications"):
        later.add_fault(f"{operation}@*:answer", refusal("Authorization_RequestDenied"))
    found = await search(session, journaled)
    assert [one.state for one in found.connections] == [ConnectionState.UNKNOWN] * 2
    assert all(one.reason and one.expires for one in found.connections)
    assert len(found.refusals) >= 3


def refusal(code: str) -> dict[str, Json]:
    return {"status": 403, "body": {"error": {"code": code, "message": "Not you."}}, "effect": False}


async def test_what_the_account_cannot_see_is_unknown_and_no_refusal(
    session: Session, later: RunningSimulator, prepared: Prepared, tmp_path: Path
) -> None:
    made = prepared["works"]
    hidden = replace(made, run_id=run_id(1), subscription_id=str(uuid4()))
    away = replace(prepared["in-use"], run_id=run_id(2), tenant_id=str(uuid4()))
    found = await search(session, remembered(tmp_path, later, [hidden, away]))
    reasons = {one.client_id: one.reason for one in found.connections if one.state is ConnectionState.UNKNOWN}
    assert reasons == {
        hidden.client_id: "this account cannot see the subscription",
        away.client_id: "this account cannot see the tenant",
    }
    assert found.refusals == ()


async def test_connections_of_another_cloud_are_left_alone(session: Session, tmp_path: Path) -> None:
    write_journal(tmp_path, 1, now() + timedelta(days=3), plan=named("elsewhere"))
    found = await search(session, journaled_connections(tmp_path, now()).connections)
    assert client_id(1) not in {one.client_id for one in found.connections}


async def test_a_clock_that_is_wrong_does_not_make_secrets_expire(later: RunningSimulator, prepared: Prepared) -> None:
    clock = RealTimeClock(now() + timedelta(days=400))
    connector = connector_to(later, clock)
    session = await connector.sign_in(SignInMethod.DEVICE_CODE, unseen)
    found = await search(session, clock=clock)
    await connector.close()
    assert kinds(found, prepared)["works"].state is ConnectionState.WORKS


async def test_a_lost_network_ends_with_unknown_rows(
    session: Session, later: RunningSimulator, prepared: Prepared, tmp_path: Path
) -> None:
    journaled = remembered(tmp_path, later, [prepared["works"]])
    later.add_fault("listTenants@*:answer", refusal("AuthorizationFailed"))
    found = await search(session, journaled)
    assert [one.state for one in found.connections] == [ConnectionState.UNKNOWN]
    assert "The tenants could not be listed" in found.refusals[0]


async def test_closing_the_iterator_ends_every_request(session: Session) -> None:
    pages = [page async for page in session.subscriptions()]
    before = asyncio.all_tasks()

    async def endless() -> AsyncIterator[SubscriptionPage]:
        for page in pages:
            yield page
        await asyncio.Event().wait()

    findings = TenantSearch(session, (), SystemClock()).findings(endless())
    await anext(findings)
    await findings.aclose()
    assert asyncio.all_tasks() - before == set()


def claims(azure: SimulatedAzure, number: int) -> None:
    """Somebody registers applications with our tag."""
    world = azure.world
    tenant = world.tenant(world.announced.tenant_id)
    for one in range(number):
        item = world_steps.application(world, tenant, f"claim {one}")
        item.properties["tags"] = ["pipeops-tui", run_tag(str(uuid4()))]
        world_steps.secret(world, item, "somebody's")


@pytest.mark.parametrize("owners", [True, False])
async def test_thousands_of_claims_are_told_and_hide_nothing(
    owners: bool, later: RunningSimulator, session: Session, prepared: Prepared, tmp_path: Path
) -> None:
    number = 300 if owners else 3000
    later.call(lambda azure: claims(azure, number))
    later.advance_clock(600)
    journaled = remembered(tmp_path, later, [prepared["works"]])
    before = len(later.requests())
    found = await search(session, journaled, owners=owners)
    assert sum(one.application.display_name.startswith("claim") for one in found.others) == number
    assert len(kinds(found, prepared)) == 5
    asked = len(later.requests()) - before
    assert asked < (number + 100 if owners else 100)


@pytest.mark.parametrize("hostile", ["\x1b]52;c;eA==\x07", "a\nb", "\u202eevil"])
async def test_names_and_notes_of_a_directory_are_shown_clean(
    hostile: str, session: Session, later: RunningSimulator, prepared: Prepared
) -> None:
    with Client(later) as client:
        body = {"displayName": hostile, "notes": hostile}
        changed = client.as_owner().graph("PATCH", f"/applications/{prepared['works'].object_id}", json=body)
        assert changed.status_code == 204, changed.text
    one = kinds(await search(session), prepared)["works"]
    assert one.application_name.isprintable()
    assert one.notes.isprintable()


async def test_an_application_made_a_moment_ago_is_not_called_deleted(
    session: Session, later: RunningSimulator, prepared: Prepared, tmp_path: Path
) -> None:
    new = replace(prepared["works"], run_id=run_id(1), client_id=str(uuid4()), made=now() - timedelta(minutes=1))
    old = replace(prepared["works"], run_id=run_id(2), client_id=str(uuid4()), made=now() - timedelta(hours=1))
    found = await search(session, remembered(tmp_path, later, [new, old]))
    states = {one.client_id: one.state for one in found.connections if one.found_by is FoundBy.JOURNAL}
    assert states == {new.client_id: ConnectionState.UNKNOWN, old.client_id: ConnectionState.DELETED}
    assert found.refusals == ()
