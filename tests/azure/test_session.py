"""What the screens read, through the real SDKs from the simulated Azure."""

from __future__ import annotations

import asyncio
import sys

import pytest

from pipeops_tui.core.model import SignInMethod, Subscription
from pipeops_tui.core.ports import Connector, Session, Workspace
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.simulator import RunningSimulator
from tests.azure.conftest import unseen


def new_requests(azure: RunningSimulator, since: int) -> list[str]:
    """Operations the simulated Azure has answered after the `since` first."""
    return [str(request["operation"]) for request in azure.requests()[since:]]


async def test_the_account_is_known_from_its_token(session: Session) -> None:
    assert session.account.name == "you@contoso.com"
    assert session.account.method is SignInMethod.DEVICE_CODE
    assert session.account.home_tenant_id
    assert session.account.object_id


async def test_subscriptions_come_tenant_by_tenant_the_own_one_known(session: Session, azure: RunningSimulator) -> None:
    pages = [page async for page in session.subscriptions()]

    assert [page.tenants_pending for page in pages] == sorted((page.tenants_pending for page in pages), reverse=True)
    assert pages[-1].tenants_pending == 0
    expected = {item["subscriptionId"] for item in azure.state()["subscriptions"]}
    assert {one.subscription_id for page in pages for one in page.subscriptions} == expected
    assert all(one.tenant_name == page.tenant.display_name for page in pages for one in page.subscriptions)


async def test_one_sign_in_serves_every_tenant_and_both_services(connector: Connector, azure: RunningSimulator) -> None:
    since = len(azure.requests())
    session = await connector.sign_in(SignInMethod.DEVICE_CODE, unseen)
    subscriptions = [one async for page in session.subscriptions() for one in page.subscriptions]
    await asyncio.gather(*(session.directory(tenant) for tenant in {one.tenant_id for one in subscriptions}))

    assert new_requests(azure, since).count("requestDeviceCode") == 1
    assert new_requests(azure, since).count("redeemDeviceCode") == 1


async def test_tokens_are_fetched_once_for_requests_side_by_side(
    session: Session, subscription: Subscription, azure: RunningSimulator
) -> None:
    await session.directory(subscription.tenant_id)
    since = len(azure.requests())
    await asyncio.gather(*(session.applications_named(subscription.tenant_id, f"name {n}") for n in range(5)))

    assert new_requests(azure, since) == ["listApplications"] * 5


async def test_regions_are_physical_recommended_first_and_know_kubernetes(
    session: Session, subscription: Subscription
) -> None:
    regions = await session.regions(subscription)

    recommended = [region.recommended for region in regions]
    assert recommended == sorted(recommended, reverse=True)
    assert any(recommended)
    assert not [region for region in regions if "stage" in region.name or "euap" in region.name]
    assert {region.has_kubernetes for region in regions} == {True, False}
    assert next(region for region in regions if region.name == "westeurope").geography == "Europe"


async def test_resource_groups_by_name(session: Session, subscription: Subscription) -> None:
    groups = await session.resource_groups(subscription)

    names = [group.name.casefold() for group in groups]
    assert names == sorted(names)
    assert (await session.resource_group(subscription, groups[0].name)) == groups[0]
    assert await session.resource_group(subscription, "no-such-group") is None


async def test_only_the_providers_asked_for_are_asked(
    session: Session, subscription: Subscription, azure: RunningSimulator
) -> None:
    since = len(azure.requests())
    found = await session.providers(subscription, ["Microsoft.Compute", "Microsoft.Network"])

    assert [provider.namespace for provider in found] == ["Microsoft.Compute", "Microsoft.Network"]
    assert new_requests(azure, since) == ["getProvider", "getProvider"]
    assert {"Microsoft.Compute", "Microsoft.Network"} <= {
        one.namespace for one in await session.providers(subscription)
    }


async def test_permissions_at_subscription_and_group(session: Session, subscription: Subscription) -> None:
    group = (await session.resource_groups(subscription))[0].name

    for permissions in (await session.permissions(subscription), await session.permissions(subscription, group)):
        assert any("*" in permission.actions for permission in permissions)


async def test_the_directory_and_who_one_is_in_it(session: Session, subscription: Subscription) -> None:
    directory = await session.directory(subscription.tenant_id)

    assert directory.display_name == "Contoso"
    assert directory.primary_domain == "contoso.com"
    assert directory.user_type == "Member"


async def test_applications_are_found_by_exact_name_quotes_included(
    session: Session, subscription: Subscription, workspace: Workspace
) -> None:
    name = "O'Neill's ''app'' & more"
    made = await workspace.create_application(name, ["of-a-test"])
    try:
        found = await session.applications_named(subscription.tenant_id, name)
        assert [one.object_id for one in found] == [made.object_id]
        assert await session.applications_named(subscription.tenant_id, "O'Neill") == []
    finally:
        await workspace.delete_application(made.object_id)


async def test_the_workspace_refuses_a_tenant_the_token_is_not_for(
    session: Session, subscription: Subscription, azure: RunningSimulator
) -> None:
    foreign = Subscription(
        subscription_id=subscription.subscription_id,
        display_name="moved",
        tenant_id="contoso.com",
        tenant_name="Contoso",
        state=subscription.state,
    )
    with pytest.raises(CloudError, match="tenant is not the subscription's") as caught:
        await session.workspace(foreign)
    assert caught.value.kind is FailureKind.FINAL


async def test_the_clock_is_compared_with_the_services(session: Session) -> None:
    assert session.clock_skew is not None
    assert abs(session.clock_skew) < 60


async def test_a_closed_session_holds_no_token(connector: Connector) -> None:
    session = await connector.sign_in(SignInMethod.DEVICE_CODE, unseen)
    await session.close()

    with pytest.raises(CloudError):
        await session.directory(session.account.home_tenant_id)


async def test_nothing_is_imported_in_the_middle_of_a_request(
    session: Session, subscription: Subscription, workspace: Workspace
) -> None:
    await session.regions(subscription)
    before = set(sys.modules)
    await session.directory(subscription.tenant_id)
    await workspace.applications_tagged("none")
    await workspace.application_by_unique_name("none")
    await workspace.service_principal_of("00000000-0000-0000-0000-000000000001")
    await workspace.purge_application("00000000-0000-0000-0000-000000000001")

    late = {name for name in set(sys.modules) - before if name.partition(".")[0] != "pipeops_tui"}
    assert not {name for name in late if name.partition(".")[0] in ("azure", "msgraph", "httpcore", "anyio", "h11")}
