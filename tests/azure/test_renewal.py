"""Signing in again: not from a cache of old refusals, not as another account, and without losing the old session."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from pipeops_tui.core.model import DeviceCode, SignInMethod
from pipeops_tui.core.ports import Connector, Session
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from tests.azure.conftest import connector_for, unseen
from tests.azure.test_sign_in import visit


@pytest.fixture(scope="module")
def single_factor_azure() -> Iterator[RunningSimulator]:
    """A simulated Azure whose sign-ins bring no second factor unless it is asked for."""
    with start_simulator(SimulatorConfig(scenario="mfa-on-write", auto_approve_device_codes=True)) as running:
        yield running


@pytest.fixture
def other_tenant(session: Session, azure: RunningSimulator) -> str:
    """A tenant of the account that is not its home."""
    tenants = [str(tenant["tenantId"]) for tenant in azure.state()["tenants"]]
    return next(tenant for tenant in tenants if tenant != session.account.home_tenant_id)


@pytest.mark.parametrize("operation", ["requestDeviceCode", "redeemDeviceCode"])
@pytest.mark.parametrize("fault", ["401-claims", "500", "429=30", "503-html"])
async def test_a_sign_in_that_failed_can_be_tried_again_at_once(
    session: Session, azure: RunningSimulator, operation: str, fault: str
) -> None:
    """MSAL would repeat a 400 from its own memory for 60 s and a 5xx for 5 s (msal, `ThrottledHttpClient`)."""
    home = session.account.home_tenant_id
    azure.add_fault(f"{operation}:{fault}")
    with pytest.raises(CloudError):
        await session.renew(home, "", unseen)
    await session.renew(home, "", unseen)


@pytest.mark.parametrize("fault", ["500", "429=1", "503-html"])
async def test_a_token_that_failed_is_asked_for_again_and_not_answered_from_memory(
    connector: Connector, azure: RunningSimulator, other_tenant: str, fault: str
) -> None:
    session = await connector.sign_in(SignInMethod.DEVICE_CODE, unseen)
    azure.add_fault(f"redeemRefreshToken:{fault}")
    since = len(azure.requests())
    assert (await session.directory(other_tenant)).display_name
    asked = [request["status"] for request in azure.requests()[since:] if request["operation"] == "redeemRefreshToken"]
    assert len(asked) == 2
    await session.close()


async def test_what_the_token_service_said_reaches_the_person(
    connector: Connector, azure: RunningSimulator, other_tenant: str
) -> None:
    session = await connector.sign_in(SignInMethod.DEVICE_CODE, unseen)
    azure.add_fault("redeemRefreshToken:429=30")
    with pytest.raises(CloudError) as caught:
        await session.token_facts(other_tenant)
    assert (caught.value.kind, caught.value.retry_after) == (FailureKind.THROTTLED, 30)
    assert dict(caught.value.problem.details)["Status"] == "429"
    await session.close()


async def test_a_renewal_that_fails_leaves_the_session_as_it_was(
    connector: Connector, azure: RunningSimulator, other_tenant: str
) -> None:
    session = await connector.sign_in(SignInMethod.DEVICE_CODE, unseen)
    azure.add_fault("redeemDeviceCode:500")
    with pytest.raises(CloudError):
        await session.renew(other_tenant, "", unseen)
    since = len(azure.requests())
    assert (await session.directory(other_tenant)).display_name
    assert "requestDeviceCode" not in {request["operation"] for request in azure.requests()[since:]}
    await session.close()


async def test_a_renewal_serves_every_service_and_tenant(
    connector: Connector, azure: RunningSimulator, other_tenant: str
) -> None:
    session = await connector.sign_in(SignInMethod.DEVICE_CODE, unseen)
    codes: list[DeviceCode] = []
    await session.renew(session.account.home_tenant_id, "", codes.append)
    assert [page async for page in session.subscriptions()][-1].tenants_pending == 0
    assert (await session.directory(other_tenant)).display_name
    assert (await session.directory(session.account.home_tenant_id)).display_name
    assert len(codes) == 1
    await session.close()


async def test_after_a_challenge_of_graph_its_next_request_brings_the_new_sign_in_along(
    connector: Connector, azure: RunningSimulator
) -> None:
    session = await connector.sign_in(SignInMethod.DEVICE_CODE, unseen)
    home = session.account.home_tenant_id
    azure.add_fault("listApplications:401-claims")
    with pytest.raises(CloudError) as caught:
        await session.applications_named(home, "x")
    assert caught.value.tenant_id == home
    await session.renew(home, caught.value.claims, unseen)
    since = len(azure.requests())
    await session.applications_named(home, "x")
    assert [request["operation"] for request in azure.requests()[since:]] == ["redeemRefreshToken", "listApplications"]
    await session.close()


@pytest.mark.parametrize("method", [SignInMethod.DEVICE_CODE, SignInMethod.BROWSER])
async def test_a_locked_tenant_is_signed_in_to_with_the_claims_that_it_asked_for(
    method: SignInMethod, single_factor_azure: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROWSER", "true")  # a program that does nothing
    azure, shown = single_factor_azure, list[DeviceCode]()
    connector = connector_for(azure)
    visits: list[asyncio.Future[None]] = []

    def show(code: DeviceCode) -> None:
        shown.append(code)
        if not code.user_code:
            visits.append(asyncio.ensure_future(asyncio.to_thread(visit, code.verification_uri, azure)))

    session = await connector.sign_in(method, show)
    home = session.account.home_tenant_id
    azure.add_fault("redeemRefreshToken@*:401-claims")
    locked = [page.tenant async for page in session.subscriptions() if page.tenant.locked is not None]
    azure.clear_faults()
    assert home not in {tenant.tenant_id for tenant in locked}

    page = await session.unlock_tenant(locked[0].tenant_id, show)
    assert page.subscriptions
    assert len(shown) == 2
    facts = [await session.token_facts(tenant.tenant_id) for tenant in locked]
    assert facts[0].second_factor, "the claims asked for one"
    await asyncio.gather(*visits)
    await connector.close()


async def test_a_closed_session_can_get_no_token_silently(connector: Connector, azure: RunningSimulator) -> None:
    session = await connector.sign_in(SignInMethod.DEVICE_CODE, unseen)
    home = session.account.home_tenant_id
    await session.close()
    since = len(azure.requests())
    with pytest.raises(CloudError):
        await session.applications_named(home, "x")
    assert len(azure.requests()) == since
