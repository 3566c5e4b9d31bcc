"""One simulated Azure, one connector and one session for the whole room, over TLS, on one event loop."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from pipeops_tui.azure import AzureConnector
from pipeops_tui.core.clock import SystemClock
from pipeops_tui.core.model import DeviceCode, SignInMethod, SignInOption, Subscription, SubscriptionState
from pipeops_tui.core.ports import Connector, Examiner, Session, Workspace
from pipeops_tui.simulator import PreparedConnection, RunningSimulator, SimulatorConfig, start_simulator
from tests.azure.examined import Values, make_values


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests here share connections, which belong to one event loop."""
    for item in items:
        mine = Path(__file__).parent in item.path.parents
        if mine and isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.function):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


shared = pytest_asyncio.fixture(scope="session", loop_scope="session")


@pytest.fixture(scope="session")
def azure() -> Iterator[RunningSimulator]:
    """A simulated Azure that approves its own device codes."""
    with start_simulator(SimulatorConfig(auto_approve_device_codes=True)) as running:
        yield running


@pytest.fixture(scope="session")
def strict_azure() -> Iterator[RunningSimulator]:
    """A simulated Azure where a person has to enter the code."""
    with start_simulator(SimulatorConfig(seed=2)) as running:
        yield running


@pytest.fixture(autouse=True)
def no_faults(azure: RunningSimulator, strict_azure: RunningSimulator) -> Iterator[None]:
    """Faults that a test did not use up do not reach the next one."""
    yield
    azure.clear_faults()
    strict_azure.clear_faults()


def connector_for(
    running: RunningSimulator,
    *,
    log_file: Path | None = None,
    client_id: str | None = None,
    tenant: str | None = None,
    resource_manager: str = "",
) -> AzureConnector:
    """A connector that finds `running` the way `--resource-manager` and `--ca-file` do."""
    return AzureConnector(
        cloud="AzureCloud",
        resource_manager=resource_manager or running.base_url,
        ca_file=running.ca_file,
        client_id=client_id,
        tenant=tenant,
        log_file=log_file,
        clock=SystemClock(),
    )


def unseen(code: DeviceCode) -> None:
    """Shows no code: for sign-ins that the simulator approves by itself."""


@shared
async def connector(azure: RunningSimulator) -> AsyncIterator[Connector]:
    """A prepared connector; the annotation makes mypy compare it with the port."""
    connector: Connector = connector_for(azure)
    await connector.prepare()
    yield connector
    await connector.close()


@shared
async def session(connector: Connector) -> Session:
    """Signed in by device code. Closed with its connector."""
    return await connector.sign_in(SignInMethod.DEVICE_CODE, unseen)


@shared
async def subscription(session: Session) -> Subscription:
    """The first enabled subscription of the account's own tenant."""
    found = [one async for page in session.subscriptions() for one in page.subscriptions]
    return next(one for one in found if not one.unusable and one.tenant_id == session.account.home_tenant_id)


@shared
async def workspace(session: Session, subscription: Subscription) -> Workspace:
    """The writes into that subscription."""
    return await session.workspace(subscription)


@pytest_asyncio.fixture(loop_scope="session")
async def fresh(azure: RunningSimulator) -> AsyncIterator[AzureConnector]:
    """A connector that has not asked the CLI yet."""
    connector = connector_for(azure)
    await connector.prepare()
    yield connector
    await connector.close()


Prepared = dict[str, PreparedConnection]
"""Connections by kind."""


@pytest.fixture(scope="session")
def later() -> Iterator[RunningSimulator]:
    """A simulated Azure half a year after PipeOps was connected."""
    config = SimulatorConfig(scenario="six-months-later", auto_approve_device_codes=True)
    with start_simulator(config) as running:
        yield running


@shared
async def visitor(later: RunningSimulator) -> AsyncIterator[Session]:
    """Signed in there as another member than the one who made the connections."""
    connector = connector_for(later)
    session: Session = await connector.sign_in(SignInMethod.DEVICE_CODE, unseen)
    yield session
    await connector.close()


@pytest.fixture
def prepared(later: RunningSimulator) -> Iterator[Prepared]:
    """The connections there. Faults that a test did not use up do not reach the next one."""
    yield {one.kind: one for one in later.prepared()}
    later.clear_faults()


@pytest.fixture
def tenant(later: RunningSimulator) -> str:
    """Their tenant."""
    return str(later.announcement["tenant_id"])


def subscription_of(one: PreparedConnection) -> Subscription:
    """The subscription of a connection."""
    return Subscription(
        one.subscription_id, one.subscription_name, one.tenant_id, one.tenant_name, SubscriptionState.ENABLED
    )


@pytest.fixture(scope="session")
def world() -> Iterator[RunningSimulator]:
    """A simulated Azure that tests change, in which doctor examines values."""
    with start_simulator(SimulatorConfig(seed=5)) as running:
        yield running


@pytest.fixture(scope="session")
def values(world: RunningSimulator) -> Values:
    """Five values that work there."""
    return make_values(world)


@pytest_asyncio.fixture(loop_scope="session")
async def examiner(world: RunningSimulator) -> AsyncIterator[Examiner]:
    """What doctor asks, of a connector of its own that is prepared."""
    connector: Connector = connector_for(world)
    await connector.prepare()
    yield await connector.examiner()
    await connector.close()
    world.clear_faults()


async def way(connector: AzureConnector, method: SignInMethod) -> SignInOption:
    """How a way is offered once everything is known."""
    offered = [ways async for ways in connector.sign_in_options()]
    assert len(offered) == 2
    assert [one.method for one in offered[0]] == [one.method for one in offered[1]]
    return next(one for one in offered[-1] if one.method is method)
