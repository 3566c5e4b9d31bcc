"""Leaving an account without leaving the program: tokens go, what was typed stays, and never in the middle of a run."""

from __future__ import annotations

from pipeops_tui.model import SubscriptionState
from pipeops_tui.settings import Settings
from pipeops_tui.simulator import RunningSimulator
from pipeops_tui.wizard import Step
from tests.journeys.holdings import writes
from tests.person import PROVED, Person, person_at

_SIZE = (110, 34)


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
        screen = await person.sees("How do you sign in", "Signed out: no token of you@contoso.com is left")
        assert "you@contoso.com" not in screen.splitlines()[1]
        assert person.app.journey.session is None
        assert session is not None
        assert session._clients.tokens._tokens == {}  # type: ignore[attr-defined]
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
        await person.sees("Pick how to sign in")
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
        screen = await person.sees("Signed out: no token of you@contoso.com is left")
        assert "Sign out" not in screen
        await person.presses("enter")
        await person.sees("14 subscriptions")


async def test_while_something_was_created_nobody_signs_out(azure: RunningSimulator) -> None:
    async with person_at(azure, size=_SIZE, settings=Settings(demo="happy")) as person:
        await person.accepts_everything()
        await palette(person, "Sign out")
        await person.sees("Not now: this run needs the account", PROVED)
        assert person.app.journey.session is not None
        chosen = person.app.journey.choices.subscription
        assert chosen is not None
        assert chosen.state is SubscriptionState.ENABLED
