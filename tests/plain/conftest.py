"""An Azure half a year after PipeOps was connected, and a computer that knows some of the connections."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeops_tui.cli.demo_journals import remember_prepared
from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from tests.plain.half_year import HalfYear


@pytest.fixture
def half_year(tmp_path: Path) -> Iterator[HalfYear]:
    """Device codes are approved at once. The journal of the unfinished run is on this computer, and those of three
    connections."""
    config = SimulatorConfig(scenario="six-months-later", auto_approve_device_codes=True)
    with start_simulator(config) as running:
        remembered(running, tmp_path)
        yield HalfYear(running, tmp_path)


def remembered(azure: RunningSimulator, home: Path) -> None:
    """Write the journals."""
    asyncio.run(remember_prepared(home / "pipeops-tui", azure))
