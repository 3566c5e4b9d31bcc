"""After the five values were copied: what a person sees of PipeOps at work, or of what it is refused."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from pipeops_tui.core.wizard import Step
from pipeops_tui.simulator import SimulatorConfig, start_simulator
from tests.support.clocks import hurried_clock
from tests.support.person import Person, person_at


@asynccontextmanager
async def handed_over(scenario: str, size: tuple[int, int] = (100, 30)) -> AsyncIterator[Person]:
    """A person who has everything created and copied in the world `scenario`; waiting takes a fortieth of its time."""
    with start_simulator(SimulatorConfig(scenario=scenario, auto_approve_device_codes=True)) as azure:
        async with person_at(azure, size=size, clock=hurried_clock(azure)) as person:
            screen = await person.accepts_everything()
            assert "w Watch" not in screen, "PipeOps cannot have the secret yet"
            await person.presses("a")
            await person.sees("All five values copied", "w Watch")
            yield person


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
async def test_the_first_resource_ends_the_day(size: tuple[int, int]) -> None:
    async with handed_over("pipeops-at-work", size) as person:
        await person.presses("w")
        await person.sees("First server", "looking", "again in")
        await person.sees("✓ PipeOps is at work in your Azure subscription", "✓ done +First server")
        said = re.compile(
            r"The first resource is there: pipeops-cluster in North Europe, after (less than a|\d) minutes?\."
        )
        screen = await person.waits_until(lambda text: said.search(" ".join(text.split())) is not None, said.pattern)
        assert "Resource Group Name" in screen, "the values stay"
        group = person.app.journey.choices.group_name
        names = [one["name"] for one in person.azure.state()["resource_groups"]]
        assert f"MC_{group}_pipeops-cluster_northeurope" in names or group in names


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
async def test_a_refusal_is_told_with_its_cure(size: tuple[int, int]) -> None:
    async with handed_over("pipeops-refused", size) as person:
        await person.presses("w")
        screen = await person.sees("✗ failed +First server +Azure has refused something", "d Details")
        said = " ".join(screen.split())
        assert "The quota of processors is used up. Choose a smaller size or another region in PipeOps" in said
        assert "An Owner of the subscription" in said
        assert "Signed in and read" not in said or size[0] > 80
        await person.presses("d")
        await person.sees("Insufficient vcpu quota", "requested 8, remaining 4", "managedClusters/write")
        await person.presses("escape")
        await person.sees("Resource Group Name", "✗ failed +First server")


async def test_what_cannot_be_seen_is_said() -> None:
    async with handed_over("happy", (120, 36)) as person:
        await person.presses("w")
        await person.sees(
            "Nothing yet", "A sign-in of PipeOps cannot be seen from here. Refusals appear some minutes late"
        )


async def test_watching_ends_after_half_an_hour_and_can_begin_again() -> None:
    async with handed_over("happy") as person:
        await person.presses("w")
        await person.sees("Nothing yet")
        await person.sees("Nothing seen. Press w to watch again", "w Watch")
        asked = len([one for one in person.azure.requests() if one["operation"] == "listActivityLog"])
        assert 30 < asked <= 91
        await person.presses("w")
        await person.sees("● looking +First server")


async def test_watching_stops_when_another_step_is_looked_at() -> None:
    async with handed_over("happy") as person:
        await person.presses("w")
        await person.sees("● looking +First server")
        person.app.show_step(Step.ACCESS)
        await person.sees("Give PipeOps access")
        person.app.show_step(Step.CREDENTIALS)
        await person.sees("Nothing seen. Press w to watch again")


async def test_a_lost_sign_in_asks_for_a_new_one_and_watching_goes_on() -> None:
    async with handed_over("pipeops-at-work") as person:
        person.azure.add_fault("listGroupResources@*:401-claims")
        await person.presses("w")
        await person.sees("Sign in again")
        person.azure.clear_faults()
        await person.presses("enter")
        await person.sees("✓ PipeOps is at work in your Azure subscription")
