"""Who may create but not assign roles: nothing without the hand-off; with it, an Owner's one line is waited for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeops_tui.core.wizard import Step
from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from tests.journeys.earlier import Machine, offered, signs_in
from tests.journeys.holdings import Holdings, writes
from tests.journeys.test_happy_path import assert_exactly_one_of_everything
from tests.support.owner import owner_runs
from tests.support.person import PROVED, Person, person_at
from tests.support.terminal import Terminal

_SIZE = (120, 40)


@pytest.fixture
def azure() -> Iterator[RunningSimulator]:
    """A world in which the account may create everything but role assignments."""
    with start_simulator(SimulatorConfig(scenario="contributor-only", auto_approve_device_codes=True)) as running:
        yield running


async def hands_over(person: Person) -> str:
    """Everything prepared; returns the line for the Owner."""
    await person.walks_to(Step.ACCESS)
    await person.sees("✗ blocked", "No permission to assign roles", "h Ask an Owner")
    await person.presses("h")
    await person.sees("You will ask an Owner to assign the role")
    await person.walks_to(Step.CREATE)
    await person.sees("4 changes", "Role assignment +an Owner")
    await person.presses("enter")
    await person.sees("waits until an Owner has assigned the role")
    await person.presses("enter")
    await person.sees("Waiting for an Owner to assign the role", "Waiting since .* UTC", "l Look now", "m Copy message")
    run = person.app.journey.run
    assert run is not None
    assert run.owner_step is not None
    return run.owner_step.command


def test_a_demo_plays_the_owner_as_well(tmp_path: Path) -> None:
    argv = [str(Path(sys.executable).with_name("pipeops-tui")), "--demo", "contributor-only"]
    environment = {"TMPDIR": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state"), "SSH_CONNECTION": "1 2 3 4"}
    with Terminal(argv, env=environment) as terminal:
        for ready in ("✓ Ready", r"✓ \d+ subscriptions", "✓ free", "✓ .*checks passed", "✓ Name checked"):
            terminal.wait_for(ready)
            terminal.press("enter")
        terminal.wait_for("h Ask an Owner")
        terminal.press("h")
        terminal.wait_for("✓ Access|You will ask an Owner to assign the role. Nothing is created yet.")
        terminal.press("enter")
        terminal.wait_for("Nothing has been created yet")
        terminal.press("enter")
        terminal.wait_for("Create now")
        terminal.press("enter")
        screen = terminal.wait_for("● Role assignment +looking again in", "--assignee-principal-type ServicePrincipal")
        assert "In this demo a simulated Owner" in " ".join(line[30:].strip() for line in screen.splitlines())
        screen = terminal.wait_for("Client Secret", PROVED)
        assert "Access blocked" not in screen


async def test_nothing_is_written_without_the_hand_off(azure: RunningSimulator) -> None:
    async with person_at(azure, size=_SIZE) as person:
        await person.walks_to(Step.ACCESS)
        await person.sees("✗ blocked", "No permission to assign roles", "Who can fix it: An Owner")
        await person.sees("m Copy message", "h Ask an Owner")
        await person.presses("enter", "enter")
        await person.settles()
        assert person.app.journey.wizard.step is Step.ACCESS
    assert writes(azure) == []


async def test_an_owner_assigns_the_role_and_it_goes_on_to_the_five_values(azure: RunningSimulator) -> None:
    before = Holdings.of(azure)
    async with person_at(azure, size=_SIZE) as person:
        command = await hands_over(person)
        assert "addPassword" not in writes(azure)
        owner_runs(azure, command)
        await person.presses("l")
        await person.sees("Client Secret", PROVED)
    assert_exactly_one_of_everything(Holdings.of(azure).new_since(before), group="PipeOpsRG")
    assert not [name for name in writes(azure) if "RoleAssignment" in name][1:]


async def test_it_is_closed_while_waiting_and_continued_later(azure: RunningSimulator, tmp_path: Path) -> None:
    before = Holdings.of(azure)
    machine = Machine(azure, tmp_path)
    async with machine.starts(size=_SIZE) as person:
        command = await hands_over(person)
        await person.presses("ctrl+q")
        await person.sees("Quit before everything is created")
        await person.presses("tab", "enter")
        await person.waits_until(lambda _: not person.app.is_running, "the end")
    assert command in person.app.receipt
    owner_runs(azure, command)
    async with machine.starts(size=_SIZE) as person:
        assert "waits for an Owner" in await offered(person)
        await person.presses("enter")
        await signs_in(person)
        await person.sees("Client Secret", PROVED)
    assert_exactly_one_of_everything(Holdings.of(azure).new_since(before), group="PipeOpsRG")


async def test_it_is_undone_while_it_waits(azure: RunningSimulator, tmp_path: Path) -> None:
    before = Holdings.of(azure)
    async with Machine(azure, tmp_path).starts(size=_SIZE) as person:
        await hands_over(person)
        await person.presses("escape")
        await person.sees("Stop creating")
        await person.presses("tab", "enter")
        await person.sees("Stopped", "Undo")
        await person.presses("tab", "enter")
        await person.sees("Undo what was created", "Type PipeOps")
        await person.types("PipeOps")
        await person.presses("enter")
        await person.sees("Nothing that was created is left")
    assert Holdings.of(azure).new_since(before) == {}
