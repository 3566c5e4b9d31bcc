"""Simulated Azures for the tests: one standard world for a module, and others by scenario."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from tests.simulator.client import Client


@pytest.fixture(scope="module")
def azure() -> Iterator[RunningSimulator]:
    """The standard world, shared by the tests of a module."""
    with start_simulator(SimulatorConfig(auto_approve_device_codes=True)) as running:
        yield running


@pytest.fixture
def world() -> Iterator[Callable[[str], Client]]:
    """Starts a scenario of its own for a test and returns a client of it."""
    with ExitStack() as stack:

        def start(scenario: str) -> Client:
            running = stack.enter_context(start_simulator(SimulatorConfig(scenario=scenario)))
            return stack.enter_context(Client(running))

        yield start
