"""What is typed before the next screen is there meets that screen whole, in order, once."""

from __future__ import annotations

import asyncio

from textual.events import Key, Paste
from textual.widgets import Input

from pipeops_tui.screens.resource_group import ResourceGroupScreen
from pipeops_tui.simulator import RunningSimulator
from pipeops_tui.wizard import Step
from tests.person import Person, person_at


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
        await person.sees("Which subscription")
        await person.settles()
        assert person.app.journey.wizard.step is Step.SUBSCRIPTION
