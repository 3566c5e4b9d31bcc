"""Refusals of a sign-in as people have met them: each keeps its number, says who can do what, and is no loop."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from pipeops_tui.azure import AzureConnector
from pipeops_tui.azure.session import AzureSession
from pipeops_tui.checks import checks_for
from pipeops_tui.core.model import CheckOutcome, SignInMethod, Subscription
from pipeops_tui.core.problem import CloudError, FailureKind, Problem
from pipeops_tui.core.wizard import Choices, Step
from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from tests.azure.conftest import connector_for, unseen
from tests.support import wrong_answers
from tests.support.wrong_answers import put_case, put_entries

CASES_FOLDER = Path(wrong_answers.__file__).parent / "cases"
IDS_AND_TIMES = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-|Trace|Correlation|Timestamp|\d\d:\d\d")


@asynccontextmanager
async def answering(case: str = "") -> AsyncIterator[tuple[RunningSimulator, AzureConnector]]:
    """A simulated Azure of its own that answers as `case` says, and a connector to it."""
    with start_simulator(SimulatorConfig(auto_approve_device_codes=True)) as azure:
        if case:
            put_case(azure, case)
        connector = connector_for(azure)
        try:
            yield azure, connector
        finally:
            await connector.close()


def in_environment(azure: RunningSimulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the simulated owner, a service principal, into the environment."""
    owner = azure.announcement["owner"]
    assert isinstance(owner, dict)
    monkeypatch.setenv("AZURE_CLIENT_ID", owner["client_id"])
    monkeypatch.setenv("AZURE_CLIENT_SECRET", owner["client_secret"])
    monkeypatch.setenv("AZURE_TENANT_ID", str(azure.announcement["tenant_id"]))
    monkeypatch.setenv("AZURE_AUTHORITY_HOST", azure.base_url)


async def own_subscription(session: AzureSession) -> Subscription:
    """The first enabled subscription of the account's own tenant."""
    found = [one async for page in session.subscriptions() for one in page.subscriptions]
    return next(one for one in found if not one.unusable and one.tenant_id == session.account.home_tenant_id)


async def refused_sign_in(connector: AzureConnector, method: SignInMethod) -> CloudError:
    """What signing in fails with."""
    with pytest.raises(CloudError) as caught:
        await connector.sign_in(method, unseen)
    return caught.value


def sentences(problem: Problem) -> str:
    """What a person reads before opening the details."""
    return " ".join((problem.title, problem.what, problem.why, problem.who))


async def test_a_blocked_tenant_comes_last_and_offers_no_sign_in() -> None:
    async with answering() as (azure, connector):
        blocked = next(str(one["tenantId"]) for one in azure.state()["tenants"] if one["displayName"] == "Fabrikam")
        entries = json.loads((CASES_FOLDER / "dead-tenant-interaction-required.json").read_text())
        put_entries(azure, [{**entry, "path": f"^/{blocked}/oauth2/v2.0/token"} for entry in entries])
        session = await connector.sign_in(SignInMethod.DEVICE_CODE, unseen)
        pages = [page async for page in session.subscriptions()]

        assert [page.tenant.display_name for page in pages] == ["Contoso", "Northwind Traders", "Fabrikam"]
        dead = pages[-1].tenant
        assert dead.closed
        assert not dead.asks_sign_in
        assert dead.locked is not None
        assert dead.locked.title == "This tenant is blocked because it was not used"
        assert dead.locked.who == "An administrator of that tenant, with Microsoft support"
        assert not IDS_AND_TIMES.search(sentences(dead.locked))
        details = dict(dead.locked.details)
        assert (details["Code"], details["Correlation ID"]) == (
            "AADSTS5000225",
            "22222222-aaaa-bbbb-cccc-000000000000",
        )


async def test_a_refusal_for_graph_alone_keeps_its_number_and_is_no_loop() -> None:
    """MSAL answers the second question from its memory, where azure-identity finds no number."""
    async with answering("graph-device-not-managed-person") as (azure, connector):
        session = await connector.sign_in(SignInMethod.DEVICE_CODE, unseen)
        subscription = await own_subscription(session)
        for _ in range(3):
            since = len(azure.requests())
            with pytest.raises(CloudError) as caught:
                await session.directory(subscription.tenant_id)
            assert caught.value.kind is FailureKind.REFUSED, "signing in again cannot help"
            assert caught.value.code == "AADSTS530003"
            assert caught.value.problem.title == "Microsoft Graph is open only to managed devices"
            assert "Conditional Access Administrator" in caught.value.problem.who
            assert "Sign in again" not in caught.value.problem.remedy
            assert dict(caught.value.problem.details)["Code"] == "AADSTS530003"
        assert [one["operation"] for one in azure.requests()[since:]] == [], "the third was answered from memory"


async def test_no_check_is_ok_where_graph_gave_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    async with answering("graph-device-not-managed-env-create") as (azure, connector):
        in_environment(azure, monkeypatch)
        session = await connector.sign_in(SignInMethod.ENVIRONMENT, unseen)
        subscription = await own_subscription(session)
        with pytest.raises(CloudError) as caught:
            await session.directory(subscription.tenant_id)
        assert caught.value.problem.title == "A policy blocks this service principal"
        assert "Microsoft Graph" in caught.value.problem.what

        choices = Choices(subscription=subscription, application_name="PipeOps")
        specs = [*checks_for(Step.TENANT, choices), *checks_for(Step.APPLICATION, choices)]
        checks = {spec.key: await spec.run(session, choices) for spec in specs}
        assert CheckOutcome.OK not in {check.outcome for check in checks.values()}, checks
        assert checks["register-applications"].outcome is CheckOutcome.BLOCKED
        assert "A policy blocks this service principal" in checks["register-applications"].detail


async def test_a_service_that_is_switched_off_is_named_with_what_to_enable() -> None:
    async with answering("arm-500014") as (_, connector):
        error = await refused_sign_in(connector, SignInMethod.DEVICE_CODE)
        problem = error.problem
        assert error.kind is FailureKind.REFUSED
        assert problem.title == "Azure Resource Manager is switched off in this tenant"
        assert "797f4846-ba00-4fd7-ba43-dac1f8f63013" in problem.remedy
        assert problem.who == "A Cloud Application Administrator of this tenant"
        assert not IDS_AND_TIMES.search(sentences(problem))
        assert "tenant this tenant" not in problem.as_text()


async def test_a_service_principal_is_given_no_advice_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    async with answering("principal-not-in-tenant") as (azure, connector):
        in_environment(azure, monkeypatch)
        error = await refused_sign_in(connector, SignInMethod.ENVIRONMENT)
        problem = error.problem
        assert error.kind is FailureKind.FINAL
        assert problem.title == "The service principal is not in this tenant"
        assert "AZURE_TENANT_ID" in problem.remedy
        assert problem.who == "A Cloud Application Administrator of this tenant"
        assert problem.command == "az ad sp create --id 33333333-aaaa-bbbb-cccc-000000000000"
        assert "--client-id" not in problem.as_text()
        assert not IDS_AND_TIMES.search(sentences(problem))


async def test_a_token_without_an_object_id_means_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Resource Manager's 401 to an application without a service principal; there is nothing to sign in to again."""
    message = (
        "The received access token is not valid: at least one of the claims 'puid' or 'altsecid' or 'oid' should be "
        "present. If you are accessing as application please make sure service principal is properly created in the "
        "tenant."
    )
    body = {"error": {"code": "InvalidAuthenticationToken", "message": message}}
    async with answering() as (azure, connector):
        in_environment(azure, monkeypatch)
        session = await connector.sign_in(SignInMethod.ENVIRONMENT, unseen)
        azure.add_fault("listTenants@*:answer", {"status": 401, "body": body})
        with pytest.raises(CloudError) as caught:
            [page async for page in session.subscriptions()]
        assert caught.value.kind is FailureKind.FINAL
        assert caught.value.problem.title == "The service principal is not in this tenant"
        assert caught.value.problem.command == f"az ad sp create --id {session.account.name}"


async def test_a_program_is_told_to_try_again_and_not_to_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    async with answering() as (azure, connector):
        in_environment(azure, monkeypatch)
        session = await connector.sign_in(SignInMethod.ENVIRONMENT, unseen)
        subscription = await own_subscription(session)
        body = {"error": {"code": "InvalidAuthenticationToken", "message": "The access token is invalid."}}
        azure.add_fault("listLocations@*:answer", {"status": 401, "body": body})
        with pytest.raises(CloudError) as caught:
            await session.regions(subscription)
        assert "Sign in again" not in caught.value.problem.remedy
        assert caught.value.problem.remedy.startswith("Try again")


async def test_a_personal_account_is_told_to_name_the_tenant() -> None:
    async with answering("device-500200") as (_, connector):
        error = await refused_sign_in(connector, SignInMethod.DEVICE_CODE)
        assert error.kind is FailureKind.REFUSED
        assert error.problem.title == "This account does not say which tenant it belongs to"
        assert "--tenant" in error.problem.remedy
        assert "ann@outlook.com" not in sentences(error.problem)


async def test_a_partner_s_account_needs_a_role_from_the_customer() -> None:
    async with answering("partner-not-in-directory") as (_, connector):
        session = await connector.sign_in(SignInMethod.DEVICE_CODE, unseen)
        subscription = await own_subscription(session)
        assert (await session.directory(subscription.tenant_id)).account_missing
        choices = Choices(subscription=subscription)
        spec = next(one for one in checks_for(Step.TENANT, choices) if one.key == "register-applications")
        check = await spec.run(session, choices)
        assert check.outcome is CheckOutcome.BLOCKED
        assert check.problem is not None
        assert "GDAP" in check.problem.remedy
        assert check.problem.who.startswith("A Global Administrator of the customer")
        assert "GDAP" in check.message


async def test_a_refusal_that_a_new_sign_in_did_not_change_gets_other_advice() -> None:
    async with answering() as (azure, connector):
        session = await connector.sign_in(SignInMethod.DEVICE_CODE, unseen)
        home = session.account.home_tenant_id
        other = next(str(one["tenantId"]) for one in azure.state()["tenants"] if one["tenantId"] != home)
        text = "AADSTS50076: you must use multi-factor authentication to access this."
        refused: dict[str, Any] = {
            "path": f"/{other}/oauth2",
            "request_body": "grant_type=refresh_token",
            "status": 400,
        }
        body: dict[str, Any] = {"error": "interaction_required", "error_description": text, "error_codes": [50076]}
        azure.add_fault("*@*:answer", {**refused, "body": body})

        async def refusal() -> CloudError:
            with pytest.raises(CloudError) as caught:
                await session.directory(other)
            return caught.value

        first = await refusal()
        assert (first.kind, first.code) == (FailureKind.SIGN_IN, "AADSTS50076")
        assert first.problem.remedy == "Sign in again; nothing was lost."
        await session.renew(home, "", unseen)
        assert (await refusal()).kind is FailureKind.SIGN_IN, "that sign-in was for another tenant"

        await session.renew(other, "", unseen)
        second = await refusal()
        assert (second.kind, second.code) == (FailureKind.REFUSED, "AADSTS50076")
        assert "does not help" in second.problem.remedy
        assert "administrator of this tenant" in second.problem.who


async def refused_group(connector: AzureConnector, tags: tuple[tuple[str, str], ...] = ()) -> CloudError:
    """What creating the resource group fails with."""
    session = await connector.sign_in(SignInMethod.DEVICE_CODE, unseen)
    workspace = await session.workspace(await own_subscription(session))
    with pytest.raises(CloudError) as caught:
        await workspace.put_group("PipeOpsRG", "westeurope", tags)
    return caught.value


async def test_a_region_that_microsoft_has_closed_is_no_missing_right_and_the_open_ones_are_named() -> None:
    async with answering("group-refused-by-azure") as (azure, connector):
        put_case(azure, "region-policy-readable")
        error = await refused_group(connector)
        problem = error.problem
        assert (error.kind, error.code) == (FailureKind.FINAL, "RequestDisallowedByAzure")
        assert problem.title == "Microsoft has closed this region to your subscription"
        assert "not a missing permission" in problem.why
        assert problem.remedy == (
            "Choose one of the open regions: uksouth, northeurope, polandcentral, norwayeast, swedencentral."
        )
        assert "administrator" not in problem.who
        assert problem.who == "Only Microsoft support can open another region"
        assert "best available regions" in dict(problem.details)["Message"]


async def test_where_the_open_regions_cannot_be_read_the_refusal_is_told_without_them() -> None:
    async with answering("group-refused-by-azure") as (azure, connector):
        azure.add_fault("listPolicyAssignments@*:answer", {"status": 403, "body": {"error": {"code": "x"}}})
        error = await refused_group(connector)
        assert error.code == "RequestDisallowedByAzure"
        assert error.problem.remedy == "Choose another region."


async def test_a_policy_without_a_message_of_its_own_is_named_with_the_tag_that_it_requires() -> None:
    async with answering("policy-refusal-is-json") as (_, connector):
        error = await refused_group(connector)
        problem = error.problem
        assert (error.kind, error.code) == (FailureKind.REFUSED, "RequestDisallowedByPolicy")
        assert problem.what == (
            "Could not create the resource group. The policy “Require mandatory tags on resource groups” requires the "
            "tag costCenter."
        )
        assert "{" not in sentences(problem)
        assert "tags" in problem.remedy


async def test_a_policy_that_is_named_only_in_the_message_is_named_without_json() -> None:
    rule = [{"policyAssignment": {"name": "Places", "id": "/subscriptions/1/policyAssignments/p"}}]
    message = f"Resource 'PipeOpsRG' was disallowed by policy. Policy identifiers: '{json.dumps(rule)}'."
    body = {"error": {"code": "RequestDisallowedByPolicy", "message": message}}
    async with answering() as (azure, connector):
        azure.add_fault("putResourceGroup:answer", {"status": 403, "body": body})
        what = (await refused_group(connector)).problem.what
        assert what == "Could not create the resource group. The policy “Places” does not allow it."
        broken = {"error": {"code": "RequestDisallowedByPolicy", "message": message.replace("}}]", "}")}}
        azure.add_fault("putResourceGroup:answer", {"status": 403, "body": broken})
        what = (await refused_group(connector)).problem.what
        assert what == "Could not create the resource group. Resource 'PipeOpsRG' was disallowed by policy."
