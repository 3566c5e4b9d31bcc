"""One simulated Azure for all screens that only read it, and one for each test that changes it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator


@pytest.fixture(scope="package")
def azure() -> Iterator[RunningSimulator]:
    """The plain world; it approves its own device codes."""
    with start_simulator(SimulatorConfig(auto_approve_device_codes=True)) as running:
        yield running


@pytest.fixture
def faulty(azure: RunningSimulator) -> Iterator[RunningSimulator]:
    """The same world, whose faults are gone after the test."""
    yield azure
    azure.clear_faults()


@pytest.fixture
def patient_azure() -> Iterator[RunningSimulator]:
    """A world that waits for a person to approve device codes."""
    with start_simulator(SimulatorConfig()) as running:
        yield running
