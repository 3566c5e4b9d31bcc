"""One provider document answers for regions and registration states; a state is asked for again the second time."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from pipeops_tui.azure import AzureConnector
from pipeops_tui.core.model import SignInMethod, Subscription
from pipeops_tui.core.ports import Session
from pipeops_tui.simulator import RunningSimulator
from tests.azure.conftest import unseen

KUBERNETES = "Microsoft.ContainerService"


@pytest_asyncio.fixture(loop_scope="session")
async def new_session(fresh: AzureConnector) -> AsyncIterator[Session]:
    """One that has not asked for any provider yet."""
    session = await fresh.sign_in(SignInMethod.DEVICE_CODE, unseen)
    yield session
    await session.close()


def asked_for(azure: RunningSimulator, since: int, namespace: str = KUBERNETES) -> int:
    wanted = f"/providers/{namespace}".casefold()
    return sum(str(request["path"]).casefold().endswith(wanted) for request in azure.requests()[since:])


async def test_regions_and_states_share_one_request(
    new_session: Session, subscription: Subscription, azure: RunningSimulator
) -> None:
    since = len(azure.requests())
    await new_session.regions(subscription)
    (provider,) = await new_session.providers(subscription, [KUBERNETES])
    assert provider.state == "Registered"
    assert asked_for(azure, since) == 1


async def test_a_state_is_asked_for_again_after_the_first_answer(
    new_session: Session, subscription: Subscription, azure: RunningSimulator
) -> None:
    since = len(azure.requests())
    for number in (1, 2, 3):
        await new_session.providers(subscription, [KUBERNETES])
        assert asked_for(azure, since) == number
    await new_session.regions(subscription)
    assert asked_for(azure, since) == 3


async def test_a_failure_is_not_kept(new_session: Session, subscription: Subscription, azure: RunningSimulator) -> None:
    azure.add_fault("getProvider@*:401-claims")
    regions = await new_session.regions(subscription)
    assert {region.has_kubernetes for region in regions} == {None}
    azure.clear_faults()
    regions = await new_session.regions(subscription)
    assert {region.has_kubernetes for region in regions} == {True, False}
