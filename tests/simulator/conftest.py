"""One simulated Azure for each test module that does not ask for its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator


@pytest.fixture(scope="module")
def azure() -> Iterator[RunningSimulator]:
    """The plain world."""
    with start_simulator(SimulatorConfig(auto_approve_device_codes=True)) as running:
        yield running
