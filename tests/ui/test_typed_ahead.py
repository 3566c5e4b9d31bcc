"""Keys are answered in order, each once, by the screen that is in front when those before it have had their effect."""

from __future__ import annotations

import asyncio

from textual.events import Key, Paste
from textual.widgets import Input

from pipeops_tui.core.wizard import Step
from pipeops_tui.simulator import RunningSimulator
from pipeops_tui.ui.steps.access.screen import AccessScreen
from pipeops_tui.ui.steps.resource_group.screen import ResourceGroupScreen
from pipeops_tui.ui.steps.subscription.screen import SubscriptionScreen
from tests.support.inside import notices
from tests.support.person import Person, person_at
from tests.ui.memory import at


async def is_about_to_see(person: Person, screen: type[object]) -> None:
    """Press Enter, and go on when `screen` is in front but nothing of it is there yet."""
    person.app.post_message(Key("enter", None))
    while not isinstance(person.app.screen, screen):
        await asyncio.sleep(0)
    assert not person.app.screen.is_mounted


async def test_what_is_typed_before_a_screen_is_there_stands_in_its_entry(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await person.walks_to(Step.SUBSCRIPTION)
        await person.settles()
        await is_about_to_see(person, ResourceGroupScreen)
        for event in (Key("minus", "-"), Paste("typed"), Key("x", "x"), Key("backspace", None)):
            person.app.post_message(event)
        await person.settles()
        assert person.app.screen.query_one("#name", Input).value.endswith("-typed")


async def test_keys_that_come_before_their_screen_do_what_they_do_on_it(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await person.walks_to(Step.SUBSCRIPTION)
        await person.settles()
        await is_about_to_see(person, ResourceGroupScreen)
        person.app.post_message(Key("escape", None))
        await person.sees("Choose the subscription")
        await person.settles()
        assert person.app.journey.wizard.step is Step.SUBSCRIPTION


async def test_two_enters_in_one_packet_are_for_two_screens(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await person.walks_to(Step.APPLICATION)
        await person.settles()
        for key in (Key("enter", None), Key("escape", None), Key("enter", None)):
            person.app.post_message(key)
        await person.waits_until(lambda _screen: person.app.journey.wizard.step is Step.ACCESS, "Access")
        await person.settles()
        assert isinstance(person.app.screen, AccessScreen)


async def test_a_step_that_is_in_front_already_is_arrived_at_and_takes_keys() -> None:
    """As when somebody has gone on by the rail while they sign in again, and the sign-in ends."""
    async with at(Step.SUBSCRIPTION) as stage:
        screen = stage.app.screen
        assert isinstance(screen, SubscriptionScreen)
        stage.app.journey.wizard.step = Step.SIGN_IN
        stage.app.forward()
        assert isinstance(stage.app.screen, SubscriptionScreen)
        await stage.until(lambda: not screen.arriving, "the arrival")
        await stage.presses("x")
        assert screen.query_one(Input).value == "x"


async def test_what_a_screen_never_gets_ready_for_is_left_out_and_that_is_said() -> None:
    async with at(Step.SUBSCRIPTION, toasts=True) as stage:
        screen = stage.app.screen
        assert isinstance(screen, SubscriptionScreen)
        stuck = asyncio.Event()

        async def hold_up() -> None:
            await stuck.wait()

        screen.call_later(hold_up)
        screen.arrive()
        stage.app.post_message(Key("x", "x"))
        async with asyncio.timeout(10):  # not with the pilot, which would wait for the screen
            while not any("type again" in note for note in notices(stage.app)):
                await asyncio.sleep(0.01)
        stuck.set()
        await stage.until(lambda: not screen.arriving, "the arrival")
        await stage.presses("y")
        assert screen.query_one(Input).value == "y"
