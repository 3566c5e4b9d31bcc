"""Azure asks for another sign-in: before the writes, in the middle of them, or while reading. Nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from pipeops_tui.wizard import Step
from tests.journeys.holdings import Holdings, writes
from tests.journeys.test_happy_path import assert_exactly_one_of_everything
from tests.person import PROVED, Person, person_at

_SIZE = (120, 40)


@contextmanager
def world(scenario: str) -> Iterator[RunningSimulator]:
    """A simulated Azure of one scenario."""
    with start_simulator(SimulatorConfig(scenario=scenario, auto_approve_device_codes=True)) as running:
        yield running


def sign_ins(azure: RunningSimulator) -> int:
    """How often a device code was asked for."""
    return sum(request["operation"] == "requestDeviceCode" for request in azure.requests())


async def creates(person: Person) -> None:
    await person.walks_to(Step.CREATE)
    await person.presses("enter")
    await person.sees("Create now")
    await person.presses("enter")


async def test_a_second_factor_is_confirmed_before_the_writes() -> None:
    with world("mfa-on-write") as azure:
        before = Holdings.of(azure)
        async with person_at(azure, size=_SIZE) as person:
            await person.walks_to(Step.ACCESS)
            await person.sees("✗ blocked +Second factor", "s Sign in again")
            assert writes(azure) == []
            await person.presses("s")
            await person.sees("✓ ok +Second factor", "nothing in the way")
            assert writes(azure) == []
            await creates(person)
            await person.sees("Client Secret", PROVED)
        assert sign_ins(azure) == 2
        assert_exactly_one_of_everything(Holdings.of(azure).new_since(before), group="PipeOpsRG")


@pytest.mark.parametrize("scenario", ["mfa-surprise", "revoked-session"])
async def test_a_sign_in_in_the_middle_loses_nothing(scenario: str) -> None:
    with world(scenario) as azure:
        before = Holdings.of(azure)
        async with person_at(azure, size=_SIZE) as person:
            await creates(person)
            await person.sees("✗", "Sign in again", "Undo")
            await person.presses("enter")
            await person.sees("Client Secret", PROVED)
        assert sign_ins(azure) == 2
        assert_exactly_one_of_everything(Holdings.of(azure).new_since(before), group="PipeOpsRG")


async def test_a_sign_in_that_ends_while_reading_is_renewed_where_it_is_needed() -> None:
    with world("happy") as azure:
        async with person_at(azure, size=_SIZE) as person:
            await person.sees("Ready")
            azure.add_fault("listLocations@*:401-claims")
            await person.presses("enter")
            while person.app.journey.wizard.step is not Step.RESOURCE_GROUP:
                await person.waits_until(lambda _: person.ready, "a screen that is ready")
                await person.presses("enter")
                await person.settles()
            await person.sees("✗", "Sign in again", "Try again", "Back")
            azure.clear_faults()
            await person.presses("enter")
            await person.waits_until(lambda _: person.ready, "the step")
            assert sign_ins(azure) == 2
            await person.accepts_everything()


async def test_a_check_that_is_challenged_is_unknown_and_asked_again_after_a_sign_in() -> None:
    with world("happy") as azure:
        async with person_at(azure, size=_SIZE) as person:
            await person.walks_to(Step.SUBSCRIPTION)
            azure.add_fault("listDenyAssignments@*:401-claims")
            await person.walks_to(Step.ACCESS)
            await person.sees(r"(?s)\? unknown +Deny assignments.*Azure asks you to sign in again", "s Sign in again")
            azure.clear_faults()
            since = len(azure.requests())
            await person.presses("s")
            await person.sees("nothing in the way")
            asked = {str(one["operation"]) for one in azure.requests()[since:] if "/oauth2/" not in str(one["path"])}
            assert asked - {"getOpenIdConfiguration"} == {"listDenyAssignments"}
            await person.accepts_everything()
