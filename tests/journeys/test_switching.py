"""Leaving an account without leaving the program: tokens go, what was typed stays, and never in the middle of a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeops_tui.core.model import SubscriptionState
from pipeops_tui.core.settings import Settings
from pipeops_tui.core.wizard import STEPS, Step
from pipeops_tui.simulator import RunningSimulator
from tests.journeys.holdings import writes
from tests.support.inside import held_tokens
from tests.support.person import PROVED, Person, person_at
from tests.ui.memory import at

_SIZE = (110, 34)
_KEYS = {" ": "space"}


async def palette(person: Person, command: str) -> None:
    """Pick `command` in the palette."""
    await person.presses("ctrl+p")
    await person.types(command)
    await person.sees(f"{command}\\b")
    await person.presses("down", "enter")


async def test_signing_out_drops_the_tokens_and_keeps_what_was_typed(azure: RunningSimulator) -> None:
    async with person_at(azure, size=_SIZE) as person:
        await person.walks_to(Step.RESOURCE_GROUP)
        await person.presses("end", "ctrl+u")
        await person.types("Shop")
        await person.sees("free")
        await person.walks_to(Step.APPLICATION)
        await person.presses("end", "ctrl+u")
        await person.types("Shop app")
        await person.walks_to(Step.ACCESS)
        session = person.app.journey.session
        await palette(person, "Sign out")
        screen = await person.sees("Choose how to sign in", "Signed out: you@contoso.com")
        assert "you@contoso.com" not in screen.splitlines()[1]
        assert person.app.journey.session is None
        assert session is not None
        assert held_tokens(session) == []
        assert writes(azure) == []

        since = len(azure.requests())
        await person.presses("enter")
        await person.sees("14 subscriptions")
        assert "requestDeviceCode" in {request["operation"] for request in azure.requests()[since:]}
        screen = await person.walks_to(Step.CREATE)
        assert "Shop in" in screen
        assert "Shop app" in screen


async def test_another_account_is_looked_at_anew(azure: RunningSimulator) -> None:
    async with person_at(azure, size=_SIZE) as person:
        await person.walks_to(Step.ACCESS)
        await palette(person, "Switch account")
        await person.sees("Choose how to sign in.")
        since = len(azure.requests())
        await person.walks_to(Step.ACCESS)
        asked = {request["operation"] for request in azure.requests()[since:]}
        assert {"requestDeviceCode", "listSubscriptions", "listPermissions", "getResourceGroup"} <= asked


async def test_the_account_can_be_left_on_the_first_screen(azure: RunningSimulator) -> None:
    async with person_at(azure, size=_SIZE) as person:
        await person.walks_to(Step.SUBSCRIPTION)
        await person.presses("escape")
        await person.sees("s Switch account", "o Sign out")
        await person.presses("o")
        screen = await person.sees("Signed out: you@contoso.com")
        assert "Sign out" not in screen
        await person.presses("enter")
        await person.sees("14 subscriptions")


@pytest.mark.parametrize("command", ["Sign out", "Switch account"])
@pytest.mark.parametrize("step", [step for step in STEPS if step not in (Step.SIGN_IN, Step.CREDENTIALS)])
async def test_every_step_can_be_left_for_another_account_or_none(step: Step, command: str) -> None:
    async with at(step) as stage:
        await stage.presses("ctrl+p", *(_KEYS.get(letter, letter) for letter in command))
        await stage.sees(command)
        await stage.presses("down", "enter")
        await stage.until(lambda: stage.app.journey.session is None, "nobody is signed in")
        await stage.sees("Choose how to sign in to Azure", r"Signed out: no token|Choose how to sign in.")
        assert stage.world.requests == []


async def test_tokens_lie_nowhere_but_in_memory(
    azure: RunningSimulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    async with person_at(azure, size=_SIZE, state_dir=tmp_path / "state") as person:
        await person.accepts_everything()
        session = person.app.journey.session
        tokens = held_tokens(session)
        assert len(tokens) >= 4, "for Resource Manager and for Graph"
        written = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert written, "the journal at least"
        for path in written:
            content = path.read_bytes()
            assert not [token for token in tokens if token.encode() in content], path
            assert b"refresh_token" not in content, path
    operations = [request["operation"] for request in azure.requests()]
    assert operations.count("requestDeviceCode") == 1, "one sign-in for both, and for every tenant"


async def test_while_something_was_created_nobody_signs_out(azure: RunningSimulator) -> None:
    async with person_at(azure, size=_SIZE, settings=Settings(demo="happy")) as person:
        await person.accepts_everything()
        await palette(person, "Sign out")
        await person.sees("Not now: the account is needed here", PROVED)
        assert person.app.journey.session is not None
        chosen = person.app.journey.choices.subscription
        assert chosen is not None
        assert chosen.state is SubscriptionState.ENABLED
