"""The lines that an Owner is asked to run, run by the real Azure CLI exactly as they are printed."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from pipeops_tui.core.settings import Settings
from pipeops_tui.core.wizard import Step
from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from tests.az.azure_cli import AzureCli, Simulated, find_az
from tests.journeys.holdings import Holdings
from tests.support.person import PROVED, Person, person_at

pytestmark = pytest.mark.az


@pytest.fixture
def azure() -> Iterator[RunningSimulator]:
    """A world in which the account may create everything but role assignments."""
    with start_simulator(SimulatorConfig(scenario="contributor-only", auto_approve_device_codes=True)) as running:
        yield running


@pytest.fixture
def owner(azure: RunningSimulator, tmp_path: Path) -> AzureCli:
    """The Azure CLI of an Owner."""
    announced: Any = azure.announcement
    facts = SimpleNamespace(
        base_url=azure.base_url,
        graph=announced["graph"],
        ca_file=str(azure.ca_file),
        tenant=announced["tenant_id"],
        client_id=announced["owner"]["client_id"],
        client_secret=announced["owner"]["client_secret"],
    )
    cli = AzureCli(find_az(), cast("Simulated", facts), tmp_path)
    cli.use_simulated_cloud()
    cli.sign_in()
    return cli


async def runs(cli: AzureCli, line: str) -> None:
    """Paste `line` into a shell."""
    path = f"{cli.program.parent}:{os.environ.get('PATH', '')}"
    shell = ["bash", "-c", line]
    ran = await asyncio.to_thread(
        subprocess.run, shell, env={**cli.environment(), "PATH": path}, capture_output=True, text=True, timeout=120
    )
    assert ran.returncode == 0, ran.stderr


async def waits_for_the_owner(person: Person) -> str:
    """Everything else prepared in a group that exists; returns the line for the Owner."""
    await person.walks_to(Step.ACCESS)
    await person.presses("h")
    await person.walks_to(Step.CREATE)
    await person.presses("enter")
    await person.sees("Create now")
    await person.presses("enter")
    await person.sees("Waiting for an Owner to assign the role")
    run = person.app.journey.run
    assert run is not None
    assert run.owner_step is not None
    return run.owner_step.command


async def test_an_owner_runs_what_is_printed_to_give_the_access_and_to_clear_up(
    azure: RunningSimulator, owner: AzureCli
) -> None:
    before = Holdings.of(azure)
    settings = Settings(resource_manager=azure.base_url, resource_group="empty-rg")
    async with person_at(azure, size=(120, 40), settings=settings) as person:
        await runs(owner, await waits_for_the_owner(person))
        await person.presses("l")
        await person.sees("Client Secret", PROVED)
        made = Holdings.of(azure).new_since(before)
        assert {kind: len(items) for kind, items in made.items()} == {
            "applications": 1,
            "service_principals": 1,
            "role_assignments": 1,
        }
        await person.presses("ctrl+p")
        await person.types("Undo what was created")
        await person.sees("Undo what was created…")
        await person.presses("enter")
        await person.sees("Type PipeOps")
        await person.types("PipeOps")
        await person.presses("enter")
        await person.sees("Nothing that was created is left")
        await person.presses("enter")
        await person.waits_until(lambda _: not person.app.is_running, "the end")
    assert list(Holdings.of(azure).new_since(before)) == ["role_assignments"]
    (removing,) = [line for line in person.app.receipt.splitlines() if "az role assignment delete" in line]
    await runs(owner, removing.removeprefix("  To remove it: "))
    assert Holdings.of(azure).new_since(before) == {}
