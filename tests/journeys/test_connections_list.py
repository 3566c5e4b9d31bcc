"""The list of connections: offline from this computer's journals, then with what the tenants tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeops_tui.core.wizard import Step
from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from pipeops_tui.ui.base.step_screen import StepScreen
from tests.journeys.earlier import Machine
from tests.journeys.holdings import Holdings
from tests.support.inside import notices
from tests.support.person import Person, person_at


@pytest.fixture
def later() -> Iterator[RunningSimulator]:
    """Half a year after PipeOps was connected; the account did not make any of it."""
    with start_simulator(SimulatorConfig(scenario="six-months-later", auto_approve_device_codes=True)) as running:
        yield running


async def opens_the_list(person: Person) -> None:
    """Through the palette, as on every step before Create."""
    await person.presses("ctrl+p")
    await person.waits_until(lambda _: not isinstance(person.app.screen, StepScreen), "the palette")
    await person.types("Connections")
    await person.sees("What was made before|The key is l")
    await person.presses("enter")
    await person.sees("name, group, subscription or client ID")


async def test_a_connection_is_found_offline_opened_copied_and_left(azure: RunningSimulator, tmp_path: Path) -> None:
    machine = Machine(azure, tmp_path / "state")
    await machine.finishes()
    before = len(azure.requests())
    async with machine.starts() as person:
        await person.sees("✓ Ready", "l Connections")
        await person.presses("l")
        await person.sees("▌ PipeOps +PipeOpsRG .*not checked", "Sign in to check these")
        await person.types("pipeopsrg")
        await person.sees("1 of 1 shown")
        await person.presses("enter")
        screen = await person.sees("3 Client ID +[0-9a-f-]{36}", "made by pipeops-tui")
        found = re.search("3 Client ID +([0-9a-f-]{36})", screen)
        assert found is not None
        assert (
            found[1] == [one["appId"] for one in azure.state()["applications"] if one["displayName"] == "PipeOps"][-1]
        )
        await person.presses("3")
        await person.waits_until(
            lambda _: any(note.startswith("Client ID") for note in notices(person.app)), "a notice"
        )
        await person.presses("escape")
        await person.sees("/ pipeopsrg", "1 of 1 shown")
        await person.presses("escape", "escape")
        await person.sees("✓ Ready", "Choose how to sign in")
    asked = [one for one in azure.requests()[before:] if "/applications" in one["path"] or "roleAssign" in one["path"]]
    assert not asked


async def test_after_signing_in_the_tenant_adds_what_others_made(later: RunningSimulator) -> None:
    async with person_at(later, size=(120, 36)) as person:
        await person.walks_to(Step.SUBSCRIPTION)
        before = Holdings.of(later)
        await opens_the_list(person)
        await person.sees("in order", "expires soon", "✗ expired", "two secrets", r"✓ 5 connections")
        await person.sees("▌ PipeOps")
        await person.presses("end", "enter")
        await person.sees("Enter hides", r"\? only its tag", "✗ application deleted")
        await person.presses("escape")
        await person.sees("Choose the subscription to bill")
        assert person.app.journey.wizard.step is Step.SUBSCRIPTION
        assert Holdings.of(later) == before
        assert not [one for one in later.requests() if one["path"].endswith("/owners")], "no owner is shown there"


async def test_a_tenant_that_refuses_the_reads_spoils_nothing(azure: RunningSimulator, tmp_path: Path) -> None:
    machine = Machine(azure, tmp_path / "state")
    await machine.finishes()
    body = {"error": {"code": "Authorization_RequestDenied", "message": "Not you."}}
    for operation in ("getApplication", "listApplications", "listDeletedApplications"):
        azure.add_fault(f"{operation}@*:answer", {"status": 403, "body": body, "effect": False})
    async with machine.starts(size=(120, 36)) as person:
        await person.walks_to(Step.SUBSCRIPTION)
        await opens_the_list(person)
        await person.sees("▌ PipeOps +PipeOpsRG .*could not be asked", "F5 checks again")
        await person.presses("enter")
        await person.sees("Azure could not be asked: ")
        azure.clear_faults()
        await person.presses("escape", "f5")
        await person.sees("▌ PipeOps +PipeOpsRG .*in order")


async def test_sign_in_tells_what_expires_soon_and_leads_to_it(azure: RunningSimulator, tmp_path: Path) -> None:
    machine = Machine(azure, tmp_path / "state")
    await machine.finishes()
    machine.clock.skip(168 * 86_400)
    async with machine.starts() as person:
        await person.sees(
            r"The client secret of PipeOps \(PipeOpsRG\) expires in 1[12] days\.", r"Press\s+l to renew it"
        )
        await person.presses("l")
        await person.sees("▌ PipeOps +PipeOpsRG .*expires soon")


async def test_deleted_applications_that_cannot_be_listed_are_said(later: RunningSimulator) -> None:
    body = {"error": {"code": "Authorization_RequestDenied", "message": "Not you."}}
    later.add_fault("listDeletedApplications@*:answer", {"status": 403, "body": body, "effect": False})
    async with person_at(later, size=(160, 36)) as person:
        await person.walks_to(Step.SUBSCRIPTION)
        await opens_the_list(person)
        await person.sees(r"! 5 connections\. \d parts could not be read", "its deleted applications could not be read")
