"""The Azure CLI's session, with a program called `az` that answers from the simulated Azure: used without asking,
renewed with the very line on the screen, and never mistaken for somebody else's."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeops_tui.azure.sign_in import azure_cli
from pipeops_tui.core.wizard import Step
from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from tests.azure.fake_az import FakeCli
from tests.journeys.holdings import Holdings, writes
from tests.journeys.test_happy_path import assert_exactly_one_of_everything
from tests.support.person import PROVED, person_at

_SIZE = (120, 44)
_PAGE = 40
"""The column behind the rail."""


@pytest.fixture
def azure() -> Iterator[RunningSimulator]:
    """Asks for a second factor at the first write, although the sign-in brought one."""
    with start_simulator(SimulatorConfig(scenario="mfa-surprise", auto_approve_device_codes=True)) as running:
        yield running


@pytest.fixture
def cli(azure: RunningSimulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeCli:
    """Signed in as the person."""
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    made = FakeCli(tmp_path, azure)
    runs("az login --scope https://management.azure.com/.default")
    return made


def runs(line: str) -> None:
    """What a person does in another terminal."""
    subprocess.run(["/bin/sh", "-c", line], check=True, timeout=60)


def logins(azure: RunningSimulator) -> int:
    """How often anyone has signed in with a code: in these worlds only `az login` does."""
    return sum(request["operation"] == "requestDeviceCode" for request in azure.requests())


def challenged(azure: RunningSimulator, since: int) -> bool:
    """Whether Azure has refused a write for want of a better sign-in, after the `since` first requests."""
    return any(request["method"] == "PUT" and request["status"] == 401 for request in azure.requests()[since:])


async def test_a_challenge_in_the_middle_gives_the_line_to_run_and_loses_nothing(
    azure: RunningSimulator, cli: FakeCli, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, copied = Holdings.of(azure), list[str]()
    async with person_at(azure, size=_SIZE) as person:
        monkeypatch.setattr(person.app, "copy", lambda text, name: copied.append(text))
        await person.sees(r"▌.*Azure CLI.*recommended", "continue as you@contoso.com")
        await person.walks_to(Step.CREATE)
        await person.sees("you@contoso.com · Contoso")
        await person.presses("enter")
        await person.sees("Create now")
        await person.presses("enter")
        screen = await person.sees("✗", "in another terminal", "Try again", "Copy command")
        await person.presses("c")
        (line,) = copied
        assert line.startswith(f"az login --tenant {cli.tenant_id} --scope https://management.")
        assert " --claims-challenge " in line
        shown = "".join(row[_PAGE:].strip() for row in screen.splitlines())
        assert line.replace(" ", "") in shown.replace(" ", "")

        since = len(azure.requests())
        await person.presses("enter")  # too early: nobody has run it
        await person.waits_until(lambda _: challenged(azure, since), "the second refusal")
        await person.sees("✗", "in another terminal", "Try again")

        await asyncio.to_thread(runs, line)
        await person.presses("enter")
        await person.sees("Client Secret", PROVED)
    assert logins(azure) == 2
    assert_exactly_one_of_everything(Holdings.of(azure).new_since(before), group="PipeOpsRG")


async def test_whatever_becomes_of_the_session_is_said_and_mended_with_another_try(
    azure: RunningSimulator, cli: FakeCli, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with person_at(azure, size=_SIZE) as person:
        await person.walks_to(Step.SUBSCRIPTION)
        cli.learn(refusal="ERROR: Please run 'az login' to setup account.")
        await person.presses("enter")
        await person.waits_until(lambda _: person.app.journey.wizard.step is Step.RESOURCE_GROUP, "the group")
        await person.waits_until(lambda _: person.ready, "the group, ready")
        await person.presses("enter")
        await person.sees("✗ The Azure CLI is not signed in", f"az login --tenant {cli.tenant_id}", "Copy command")

        monkeypatch.setattr(azure_cli, "PROBE_SECONDS", 0.1)
        # Not for Graph: what was looked up ahead may be asking for its token at this moment, with all the time it had.
        cli.learn(refusal="", **{"token seconds": 30, "slow for": "https://management."})
        await person.presses("enter")
        await person.sees("✗ The Azure CLI does not answer", "Try again")

        monkeypatch.setattr(azure_cli, "PROBE_SECONDS", 30)
        somebody = {"environmentName": "SimulatedCloud", "user": {"name": "robin@contoso.com", "type": "user"}}
        you = cli.facts["account show"]
        cli.learn(**{"account show": somebody, "token seconds": 0})
        await person.presses("enter")
        await person.sees("✗ That was another account", "It was not used")

        cli.learn(**{"account show": you, "as owner": True})  # by its name the same, but not by its tokens
        await person.presses("enter")
        await person.sees("✗ That was another account", "It was not used")

        cli.learn(**{"as owner": False})
        await person.presses("enter")
        await person.sees("Applications you own", "✓ Contoso: .*checks passed")
        await person.walks_to(Step.APPLICATION)
    assert writes(azure) == []
