"""Signing in with five pasted values: what the application sees, how it is refused, and where its secret goes."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from pathlib import Path

import pytest
from azure.identity.aio import ClientSecretCredential

from pipeops_tui.core.model import CONTRIBUTOR_ROLE_ID
from pipeops_tui.core.ports import ExaminedApplication, Examiner
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from pipeops_tui.simulator.simulated_azure import SimulatedAzure
from tests.azure.conftest import connector_for
from tests.azure.examined import (
    LOOK_UP,
    NO_ID,
    NOBODY,
    SIGN_IN,
    Values,
    application_in,
    changed_world,
    make_values,
    open_sessions,
    operations_since,
    patched,
    refusal,
)
from tests.support.patience import PATIENCE

# What it sees


async def test_an_application_sees_its_group_and_nothing_else(
    examiner: Examiner, world: RunningSimulator, values: Values
) -> None:
    application: ExaminedApplication = await values.sign_in(examiner)
    subscription = await application.subscription(values.subscription_id.upper())
    assert subscription is not None
    assert (subscription.subscription_id, subscription.tenant_id) == (values.subscription_id, values.tenant_id)
    ((where, seen),) = await application.visible_groups()
    assert (where, seen.name) == (subscription, values.group)
    assert await application.subscription(NOBODY) is None

    group = await application.resource_group(subscription, values.group)
    assert group is not None
    assert group.location == "westeurope"
    (permission,) = await application.permissions(subscription, values.group)
    assert permission.actions == ("*",)
    (role,) = await application.own_roles(subscription, values.group)
    assert role.role_definition_id.endswith(CONTRIBUTOR_ROLE_ID)
    assert role.scope == subscription.scope_of(values.group)
    assert await application.locks(subscription, values.group) == []
    assert await application.deny_assignments(subscription, values.group) == []
    for name in ("web-prod-rg", "no-such-group"):
        with pytest.raises(CloudError) as caught:
            await application.resource_group(subscription, name)
        assert caught.value.kind is FailureKind.REFUSED
    await application.close()


async def test_without_a_role_it_sees_no_subscription(examiner: Examiner, world: RunningSimulator) -> None:
    values = make_values(world)

    def take(azure: SimulatedAzure) -> None:
        for held in tuple(azure.world.assignments.of(values.principal_id)):
            azure.world.assignments.remove(held)

    changed_world(world, take)
    application = await values.sign_in(examiner)
    assert await application.subscription(values.subscription_id) is None
    assert await application.visible_groups() == ()


async def test_groups_of_all_subscriptions_are_seen_and_a_refusal_hides_only_its_own(
    examiner: Examiner, world: RunningSimulator
) -> None:
    values = make_values(world)
    other = next(one for one in world.state()["subscriptions"] if one["displayName"] == "Pay-As-You-Go (dev)")

    def give(azure: SimulatedAzure) -> None:
        held = next(iter(azure.world.assignments.of(values.principal_id)))
        held.scope = f"/subscriptions/{other['subscriptionId']}"

    changed_world(world, give)
    application = await values.sign_in(examiner)
    assert {group.name for _, group in await application.visible_groups()} == {"PipeOpsRG", "playground"}
    refused = {"error": {"code": "AuthorizationFailed", "message": "No."}}
    world.add_fault("listResourceGroups:answer", {"effect": False, "status": 403, "body": refused})
    assert await application.visible_groups() == ()
    world.add_fault("listResourceGroups:answer", {"effect": False, "status": 404, "body": refused})
    with pytest.raises(CloudError):
        await application.visible_groups()


async def test_the_token_is_used_for_its_tenant_s_subscriptions_and_azure_says_where_it_is_not_valid(
    examiner: Examiner, world: RunningSimulator, values: Values
) -> None:
    foreign = next(one for one in world.state()["subscriptions"] if one["tenantId"] != values.tenant_id)
    application = await values.sign_in(examiner)
    own = await application.subscription(values.subscription_id)
    assert own is not None
    since = len(world.requests())
    for tenant_id in (values.tenant_id, str(foreign["tenantId"])):
        elsewhere = type(own)(str(foreign["subscriptionId"]), "", tenant_id, "", own.state)
        with pytest.raises(CloudError) as caught:
            await application.resource_groups(elsewhere)
        assert caught.value.code == "InvalidAuthenticationTokenTenant"
    assert SIGN_IN not in operations_since(world, since)


async def test_a_closed_application_reads_nothing_and_closing_the_connector_closes_it(
    world: RunningSimulator, values: Values
) -> None:
    connector = connector_for(world)
    first, second = [await values.sign_in(await connector.examiner()) for _ in range(2)]
    subscription = await first.subscription(values.subscription_id)
    assert subscription is not None
    assert await second.subscription(values.subscription_id) == subscription
    await first.close()
    await connector.close()
    since = len(world.requests())
    for application in (first, second):
        with pytest.raises(CloudError):
            await application.resource_groups(subscription)
    assert operations_since(world, since) == []


# Refusals


Change = Callable[[RunningSimulator, Values], None]


def _expire(world: RunningSimulator, values: Values) -> None:
    def change(azure: SimulatedAzure) -> None:
        (password,) = application_in(azure, values).passwords
        password.end = azure.world.now() - 86_400

    changed_world(world, change)


def _drop_principal(world: RunningSimulator, values: Values) -> None:
    def change(azure: SimulatedAzure) -> None:
        directory = azure.world.directory
        directory.delete_service_principal(directory.service_principals[values.principal_id])

    changed_world(world, change)


def _by_microsoft(world: RunningSimulator, values: Values) -> None:
    def change(azure: SimulatedAzure) -> None:
        properties = application_in(azure, values).properties
        properties["disabledByMicrosoftStatus"] = "DisabledDueToViolationOfServicesAgreement"

    changed_world(world, change)


def _switch_off(world: RunningSimulator, values: Values) -> None:
    patched(world, f"/servicePrincipals/{values.principal_id}", accountEnabled=False)


def _deactivate(world: RunningSimulator, values: Values) -> None:
    patched(world, f"/applications/{values.object_id}", isDisabled=True)


@pytest.mark.parametrize(
    ("change", "number", "title"),
    [
        (_expire, 7000222, "The client secret has expired"),
        (_drop_principal, 7000229, "The application has no service principal in this tenant"),
        (_switch_off, 7000112, "The application is disabled"),
        (_deactivate, 7000112, "The application is disabled"),
        (_by_microsoft, 7000112, "The application is disabled"),
    ],
)
async def test_what_happened_to_the_application_is_told_apart(
    examiner: Examiner, world: RunningSimulator, change: Change, number: int, title: str
) -> None:
    values = make_values(world)
    await (await values.sign_in(examiner)).close()
    change(world, values)
    error = await refusal(values, examiner)
    assert (error.code, error.problem.title, error.kind) == (f"AADSTS{number}", title, FailureKind.FINAL)
    assert (values.client_id in error.problem.command) == (number == 7000229)
    details = dict(error.problem.details)
    assert details["Code"] == f"AADSTS{number}"
    assert details["Operation"] == "sign in with these values"
    assert details["Correlation ID"]


async def test_wrong_values_are_told_apart(examiner: Examiner, world: RunningSimulator, values: Values) -> None:
    fabrikam = next(str(one["tenantId"]) for one in world.state()["tenants"] if one["displayName"] == "Fabrikam")
    other = make_values(world)
    for pasted, number, title in (
        ({"client_id": NOBODY}, 700016, "Microsoft Entra does not know this client ID"),
        ({"client_id": values.object_id}, 700016, "Microsoft Entra does not know this client ID"),
        ({"client_id": values.principal_id}, 700016, "Microsoft Entra does not know this client ID"),
        ({"tenant_id": fabrikam}, 700016, "Microsoft Entra does not know this client ID"),
        ({"secret": values.key_id}, 7000215, "The client secret is wrong"),
        ({"secret": values.secret[:-1]}, 7000215, "The client secret is wrong"),
        ({"secret": other.secret}, 7000215, "The client secret is wrong"),
    ):
        error = await refusal(values, examiner, **pasted)
        assert (error.code, error.problem.title) == (f"AADSTS{number}", title), pasted
        assert "AZURE_" not in error.problem.as_text()
    since = len(world.requests())
    for text in ("", " ", values.secret, NO_ID):
        error = await refusal(values, examiner, client_id=text, secret=values.client_id)
        assert error.problem.title == "This is not a client ID"
        assert not text.strip() or text not in f"{error!r}{error.problem.as_text()}"
    assert operations_since(world, since) == []


async def test_conditional_access_is_no_fault_of_the_values() -> None:
    with start_simulator(SimulatorConfig(scenario="applications-blocked")) as world:
        values = make_values(world)
        connector = connector_for(world)
        error = await refusal(values, await connector.examiner())
        await connector.close()
    assert (error.code, error.kind) == ("AADSTS53003", FailureKind.REFUSED)
    assert error.problem.title == "A policy does not let this application sign in from here"
    assert error.claims == ""


# The secret


async def test_the_secret_is_sent_once_to_the_sign_in_and_is_written_nowhere(
    world: RunningSimulator, values: Values, tmp_path: Path
) -> None:
    path = tmp_path / "requests.log"
    connector = connector_for(world, log_file=path)
    since = len(world.requests())
    examiner = await connector.examiner()
    application = await values.sign_in(examiner)
    await application.visible_groups()
    await refusal(values, examiner, secret=f"{values.secret}x")
    gc.collect()
    assert not [one for one in gc.get_objects() if isinstance(one, ClientSecretCredential)]
    await connector.close()

    assert operations_since(world, since).count(SIGN_IN) == 2
    text = path.read_text()
    assert len(text.splitlines()) == len(world.requests()) - since
    assert f"/{values.tenant_id}/oauth2/v2.0/token" in text
    for shown in (text, repr(application), repr(examiner), repr(vars(application))):
        assert values.secret not in shown
        assert "Bearer" not in shown


async def test_it_goes_to_the_sign_in_of_the_cloud_whatever_the_tenant_s_document_says(
    examiner: Examiner, world: RunningSimulator, values: Values
) -> None:
    strange = "https://attacker.example/token"
    world.add_fault(f"{LOOK_UP}@*:answer", {"set": [["token_endpoint", strange], ["authorization_endpoint", strange]]})
    application = await values.sign_in(examiner)
    assert await application.subscription(values.subscription_id) is not None


async def test_signing_in_can_be_cancelled_and_leaves_nothing_open(
    examiner: Examiner, world: RunningSimulator, values: Values
) -> None:
    assert await examiner.tenant(values.tenant_id) is not None
    world.add_fault(f"{SIGN_IN}:delay=30")
    before, since = open_sessions(), len(world.requests())
    task = asyncio.create_task(values.sign_in(examiner))
    async with asyncio.timeout(PATIENCE):
        while not open_sessions() - before:
            await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert open_sessions() <= before
    assert LOOK_UP not in operations_since(world, since)


async def test_a_refused_sign_in_leaves_no_connection_open(
    examiner: Examiner, world: RunningSimulator, values: Values
) -> None:
    before = open_sessions()
    for pasted in ({"secret": values.key_id}, {"client_id": NOBODY}, {"tenant_id": NOBODY}):
        await refusal(values, examiner, **pasted)
    assert open_sessions() <= before
    application = await values.sign_in(examiner)
    assert len(open_sessions() - before) == 1
    await application.close()
    assert open_sessions() <= before


async def test_a_challenge_that_only_a_new_sign_in_could_answer_is_a_problem(
    examiner: Examiner, world: RunningSimulator, values: Values
) -> None:
    application = await values.sign_in(examiner)
    since = len(world.requests())
    world.add_fault("listSubscriptions:401-claims")
    with pytest.raises(CloudError):
        await application.subscription(values.subscription_id)
    assert SIGN_IN not in operations_since(world, since)
