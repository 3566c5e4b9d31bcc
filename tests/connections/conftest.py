"""The simulated Azure half a year after PipeOps was connected, and an account that did not make any of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from pipeops_tui.core.model import SignInMethod
from pipeops_tui.core.ports import Session
from pipeops_tui.simulator import PreparedConnection, RunningSimulator, SimulatorConfig, start_simulator
from tests.azure.conftest import connector_for, unseen


@pytest.fixture
def later() -> Iterator[RunningSimulator]:
    with start_simulator(SimulatorConfig(scenario="six-months-later", auto_approve_device_codes=True)) as running:
        yield running


@pytest.fixture
def prepared(later: RunningSimulator) -> dict[str, PreparedConnection]:
    """The connections that pipeops-tui made there, by what is to be seen at them."""
    return {one.kind: one for one in later.prepared()}


@pytest_asyncio.fixture
async def session(later: RunningSimulator) -> AsyncIterator[Session]:
    connector = connector_for(later)
    yield await connector.sign_in(SignInMethod.DEVICE_CODE, unseen)
    await connector.close()
