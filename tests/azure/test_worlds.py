"""Worlds in which something is wrong, through the real SDKs: what is known before anything is created."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from pipeops_tui.checks import ALL_CHECKS, SECOND_FACTOR_CLAIMS
from pipeops_tui.core.clock import SystemClock
from pipeops_tui.core.model import Check, CheckOutcome, SignInMethod, Subscription, SubscriptionPage
from pipeops_tui.core.ports import Session
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.core.wizard import Choices
from pipeops_tui.journey.lookups import ReadCache
from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from tests.azure.conftest import connector_for, unseen


@asynccontextmanager
async def signed_in(scenario: str) -> AsyncIterator[tuple[RunningSimulator, Session]]:
    """A session in a world of its own."""
    with start_simulator(SimulatorConfig(scenario=scenario, auto_approve_device_codes=True)) as azure:
        connector = connector_for(azure)
        try:
            yield azure, await connector.sign_in(SignInMethod.DEVICE_CODE, unseen)
        finally:
            await connector.close()


async def pages_of(session: Session) -> list[SubscriptionPage]:
    return [page async for page in session.subscriptions()]


async def first_subscription(session: Session) -> Subscription:
    return next(one for page in await pages_of(session) for one in page.subscriptions)


async def look(session: Session, *, group: str = "") -> dict[str, Check]:
    """All checks that apply, with the first subscription and a new or existing group."""
    subscription = await first_subscription(session)
    regions = await session.regions(subscription)
    existing = await session.resource_group(subscription, group) if group else None
    choices = Choices(subscription=subscription, existing_group=existing, group_name="PipeOpsRG", region=regions[0])
    cache = ReadCache(session, SystemClock())
    checks = await asyncio.gather(*(spec.run(cache.reads, choices) for spec in ALL_CHECKS if spec.ready(choices)))
    await cache.close()
    return {check.key: check for check in checks}


def writes(azure: RunningSimulator) -> list[object]:
    """Requests that change something, sign-in apart."""
    return [
        request["operation"]
        for request in azure.requests()
        if request["method"] not in ("GET", "HEAD")
        and not str(request["operation"]).startswith(("redeem", "request", "check"))
    ]


async def test_in_a_good_world_every_check_is_ok_and_nothing_is_written() -> None:
    async with signed_in("happy") as (azure, session):
        checks = await look(session)
        assert {check.outcome for check in checks.values()} == {CheckOutcome.OK}
        assert set(checks) == {spec.key for spec in ALL_CHECKS} - {"group-content"}, "which is for existing groups"
        assert writes(azure) == []


@pytest.mark.parametrize(
    ("scenario", "key", "outcome", "words"),
    [
        ("contributor-only", "assign-roles", CheckOutcome.BLOCKED, "missing"),
        ("rbac-admin-conditioned", "assign-roles", CheckOutcome.BLOCKED, "condition"),
        ("pim-eligible", "assign-roles", CheckOutcome.BLOCKED, "Owner can be activated"),
        ("pim-eligible", "create-group", CheckOutcome.BLOCKED, "Owner can be activated"),
        ("guest", "register-applications", CheckOutcome.BLOCKED, "guest"),
        ("apps-restricted", "register-applications", CheckOutcome.BLOCKED, "not allowed in this tenant"),
        ("secrets-forbidden", "client-secrets", CheckOutcome.BLOCKED, "does not allow client secrets"),
        ("lifetime-capped", "client-secrets", CheckOutcome.WARNING, "90 days"),
        ("quota-full", "owned-applications", CheckOutcome.BLOCKED, "250"),
        ("mfa-on-write", "second-factor", CheckOutcome.BLOCKED, "second factor"),
        ("policy-requires-tag", "group-policies", CheckOutcome.BLOCKED, "costCenter"),
        ("group-deleting", "group-name", CheckOutcome.WARNING, "being deleted"),
        ("assignment-limit", "assignment-limit", CheckOutcome.BLOCKED, "4000"),
        ("disabled-subscription", "subscription", CheckOutcome.BLOCKED, "disabled"),
        ("providers-unregistered", "resource-providers", CheckOutcome.OK, "you can register them here"),
        ("twins", "same-name", CheckOutcome.WARNING, "1 application of this name"),
    ],
)
async def test_what_is_wrong_is_known_before(scenario: str, key: str, outcome: CheckOutcome, words: str) -> None:
    async with signed_in(scenario) as (azure, session):
        check = (await look(session))[key]
        assert check.outcome is outcome, check
        assert words in check.detail
        if outcome is CheckOutcome.BLOCKED:
            assert check.problem is not None
            assert check.problem.remedy
        assert writes(azure) == []


async def test_locks_and_deny_assignments_of_existing_groups_are_named() -> None:
    async with signed_in("locked-group") as (_, session):
        frozen = (await look(session, group="frozen-rg"))["locks"]
        assert frozen.outcome is CheckOutcome.BLOCKED
        assert "audit-freeze" in frozen.detail
        assert "az lock delete" in frozen.message
        kept = (await look(session, group="kept-rg"))["locks"]
        assert (kept.outcome, "keep" in kept.detail) == (CheckOutcome.WARNING, True)
        managed = (await look(session, group="mrg-backup-service"))["deny-assignments"]
        assert (managed.outcome, "managed application" in managed.detail) == (CheckOutcome.WARNING, True)


async def test_what_an_existing_group_holds_is_counted() -> None:
    async with signed_in("happy") as (_, session):
        details = {
            name: (await look(session, group=name))["group-content"].detail for name in ("empty-rg", "web-prod-rg")
        }
        assert details == {"empty-rg": "empty", "web-prod-rg": "2 resources: PipeOps can change and delete them"}


async def test_refused_checks_are_unknown_never_no() -> None:
    async with signed_in("checks-refused") as (azure, session):
        found = await look(session)
        unknown = {key for key, check in found.items() if check.outcome is CheckOutcome.UNKNOWN}
        assert unknown == {
            "register-applications",
            "client-secrets",
            "owned-applications",
            "create-group",
            "assign-roles",
            "resource-providers",
            "locks",
            "group-policies",
            "region",
            "assignment-limit",
            "same-name",
            "deny-assignments",
        }
        assert {check.outcome for key, check in found.items() if key not in unknown} == {CheckOutcome.OK}
        assert writes(azure) == []


async def test_a_locked_tenant_opens_after_its_own_sign_in() -> None:
    async with signed_in("locked-tenant") as (_, session):
        locked = [page.tenant for page in await pages_of(session) if page.tenant.locked]
        assert [tenant.display_name for tenant in locked] == ["Fabrikam"]
        assert locked[0].locked is not None
        assert "second factor" in locked[0].locked.title

        page = await session.unlock_tenant(locked[0].tenant_id, unseen)
        assert page.subscriptions
        assert page.tenant.locked is None
        assert (await session.directory(locked[0].tenant_id)).display_name == "Fabrikam"


async def test_a_delegated_subscription_is_recognized() -> None:
    async with signed_in("lighthouse") as (_, session):
        subscriptions = [one for page in await pages_of(session) for one in page.subscriptions]
        delegated = [one for one in subscriptions if one.home_tenant_id != one.tenant_id]
        assert [one.unusable for one in delegated] == ["another organization's"]
        identifiers = [one.subscription_id for one in subscriptions]
        assert len(identifiers) == len(set(identifiers))


async def test_tenants_without_subscriptions_answer_empty() -> None:
    async with signed_in("no-subscription") as (_, session):
        pages = await pages_of(session)
        assert len(pages) == 3
        assert not any(page.subscriptions or page.tenant.locked for page in pages)


async def test_the_second_factor_can_be_shown_before_the_first_write() -> None:
    async with signed_in("mfa-on-write") as (_, session):
        subscription = await first_subscription(session)
        await session.renew(subscription.tenant_id, SECOND_FACTOR_CLAIMS, unseen)
        assert (await look(session))["second-factor"].outcome is CheckOutcome.OK
        workspace = await session.workspace(subscription)
        assert (await workspace.put_group("PipeOpsRG", "westeurope", [])).name == "PipeOpsRG"


async def test_a_surprising_challenge_is_met_by_the_claims_it_brings() -> None:
    async with signed_in("mfa-surprise") as (_, session):
        workspace = await session.workspace(await first_subscription(session))
        with pytest.raises(CloudError) as caught:
            await workspace.put_group("PipeOpsRG", "westeurope", [])
        assert caught.value.kind is FailureKind.SIGN_IN
        assert caught.value.claims
        assert await workspace.get_group("PipeOpsRG") is None

        await session.renew(workspace.tenant_id, caught.value.claims, unseen)
        assert (await workspace.put_group("PipeOpsRG", "westeurope", [])).name == "PipeOpsRG"


async def test_a_revoked_session_asks_for_a_new_sign_in() -> None:
    async with signed_in("revoked-session") as (_, session):
        workspace = await session.workspace(await first_subscription(session))
        with pytest.raises(CloudError) as caught:
            await workspace.put_group("PipeOpsRG", "westeurope", [])
        assert caught.value.kind is FailureKind.SIGN_IN

        await session.renew(workspace.tenant_id, caught.value.claims, unseen)
        assert (await workspace.put_group("PipeOpsRG", "westeurope", [])).name == "PipeOpsRG"


@pytest.mark.parametrize(
    ("scenario", "location", "title"),
    [
        ("policy-requires-tag", "westeurope", "A policy of your organization does not allow this"),
        ("region-closed", "eastus", "This region is not available for resource groups"),
        ("disabled-subscription", "westeurope", "The subscription is disabled"),
    ],
)
async def test_a_group_that_azure_refuses_says_why(scenario: str, location: str, title: str) -> None:
    async with signed_in(scenario) as (_, session):
        workspace = await session.workspace(await first_subscription(session))
        with pytest.raises(CloudError) as caught:
            await workspace.put_group("PipeOpsRG", location, [])
        assert caught.value.problem.title == title


async def test_a_service_that_is_down_is_named() -> None:
    async with signed_in("down") as (_, session):
        subscription = await first_subscription(session)
        with pytest.raises(CloudError) as caught:
            await session.directory(subscription.tenant_id)
        assert caught.value.kind is FailureKind.UNREACHABLE
        assert caught.value.problem.title == "No connection to localhost"
