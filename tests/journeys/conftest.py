"""Every journey gets a simulated Azure of its own, so that what it holds afterwards is what the journey made."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator


@pytest.fixture
def azure() -> Iterator[RunningSimulator]:
    """The plain world, untouched."""
    with start_simulator(SimulatorConfig(auto_approve_device_codes=True)) as running:
        yield running
