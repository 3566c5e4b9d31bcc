"""The line that the program tells to run when Azure asks more of the Azure CLI's session than it has."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path
from typing import cast

import pytest

from pipeops_tui.core.wizard import Step
from pipeops_tui.simulator import SimulatorConfig, start_simulator
from tests.az.azure_cli import AzureCli, Simulated, find_az
from tests.journeys.holdings import Holdings
from tests.journeys.test_happy_path import assert_exactly_one_of_everything
from tests.support.person import PROVED, person_at

pytestmark = pytest.mark.az
_PATIENCE = 120


async def test_it_can_be_run_as_it_is_and_the_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = SimulatorConfig(scenario="mfa-surprise", auto_approve_device_codes=True)
    with start_simulator(config) as azure:
        az = AzureCli(find_az(), cast("Simulated", azure), tmp_path)
        for name, value in az.environment().items():
            monkeypatch.setenv(name, str(value))
        monkeypatch.setenv("PATH", str(az.program.parent), prepend=":")
        monkeypatch.delenv("DISPLAY", raising=False)
        await asyncio.to_thread(az.use_simulated_cloud)
        await asyncio.to_thread(az.run, "login", "--use-device-code")

        before, copied = Holdings.of(azure), list[str]()
        async with person_at(azure, size=(120, 44)) as person:
            monkeypatch.setattr(person.app, "copy", lambda text, name: copied.append(text))
            await person.sees(r"▌.*Azure CLI", "continue as you@contoso.com")
            await person.walks_to(Step.CREATE)
            await person.presses("enter")
            await person.sees("Create now")
            await person.presses("enter")
            await person.sees("in another terminal", "Try again", "Copy command")
            await person.presses("c")
            (line,) = copied
            assert "--claims-challenge" in line

            run = await asyncio.to_thread(
                subprocess.run, ["/bin/sh", "-c", line], capture_output=True, text=True, timeout=_PATIENCE, check=False
            )
            assert run.returncode == 0, run.stderr
            await person.presses("enter")
            await person.sees("Client Secret", PROVED)
        assert_exactly_one_of_everything(Holdings.of(azure).new_since(before), group="PipeOpsRG")
