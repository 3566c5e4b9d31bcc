"""What cannot succeed is said before anything is created; what might be refused leaves nothing when it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from pipeops_tui.wizard import Step
from tests.journeys.holdings import Holdings, writes
from tests.person import Person, person_at

_SIZE = (120, 40)


@contextmanager
def world(scenario: str) -> Iterator[RunningSimulator]:
    """A simulated Azure of one scenario."""
    with start_simulator(SimulatorConfig(scenario=scenario, auto_approve_device_codes=True)) as running:
        yield running


async def reaches(person: Person, step: Step) -> None:
    """Accept every default until `step` is there, and its checks are done."""
    await person.walks_to(step)
    await person.settles()


@pytest.mark.parametrize(
    ("scenario", "step", "said", "who"),
    [
        ("guest", Step.TENANT, "you are a guest here", "Privileged Role Administrator"),
        ("apps-restricted", Step.TENANT, "the directory does not let you register", "Privileged Role Administrator"),
        ("secrets-forbidden", Step.TENANT, "the directory forbids client secrets", "Cloud Application Administrator"),
        ("quota-full", Step.TENANT, "you own 250 applications", "Cloud Application Administrator"),
        ("assignment-limit", Step.ACCESS, "4000 of 4000", "Owner or User Access Administrator"),
    ],
)
async def test_it_is_said_before_create_and_enter_does_not_pass(scenario: str, step: Step, said: str, who: str) -> None:
    with world(scenario) as azure:
        async with person_at(azure, size=_SIZE) as person:
            await reaches(person, step)
            await person.sees("✗ blocked", said, who, f"! {step.value}", "m Copy message")
            await person.presses("enter", "enter")
            await person.settles()
            assert person.app.journey.wizard.step is step
        assert writes(azure) == []


@pytest.mark.parametrize(
    ("scenario", "refusal"),
    [
        ("guest", "may not register"),
        ("apps-restricted", "may not register"),
        ("secrets-forbidden", "forbids client secrets"),
        ("quota-full", "quota"),
    ],
)
async def test_trying_anyway_leaves_nothing_when_it_is_refused(scenario: str, refusal: str) -> None:
    with world(scenario) as azure:
        before = Holdings.of(azure)
        async with person_at(azure, size=_SIZE) as person:
            await reaches(person, Step.TENANT)
            await person.presses("t")
            await person.sees("Trying anyway: that change goes first and alone")
            await reaches(person, Step.CREATE)
            await person.sees("goes first and alone")
            await person.presses("enter")
            await person.sees("Create now")
            await person.presses("enter")
            await person.sees("✗", refusal, "Nothing of", "Try again", "Back")
            await person.settles()
            after = Holdings.of(azure)
            assert after.new_since(before) == {}
            assert after.gone_since(before) == []
            await person.presses("escape")
            await person.sees("What may PipeOps do")
        assert not {"createOrUpdateResourceGroup", "createRoleAssignment", "createServicePrincipal"} & set(
            writes(azure)
        )


async def test_a_locked_group_is_said_before_it_is_used() -> None:
    with world("locked-group") as azure:
        async with person_at(azure, size=_SIZE) as person:
            await reaches(person, Step.RESOURCE_GROUP)
            await person.presses("ctrl+u")
            await person.types("frozen-rg")
            await person.sees("already there|exists")
            await reaches(person, Step.ACCESS)
            await person.sees("✗ blocked", "lock")
            await person.presses("enter")
            await person.settles()
            assert person.app.journey.wizard.step is Step.ACCESS
        assert writes(azure) == []


@pytest.mark.parametrize("scenario", ["lighthouse", "disabled-subscription"])
async def test_a_subscription_that_cannot_be_used_says_why_and_cannot_be_picked(scenario: str) -> None:
    said = {"lighthouse": "another organization", "disabled-subscription": "disabled: billing stopped it"}[scenario]
    with world(scenario) as azure:
        async with person_at(azure, size=_SIZE) as person:
            await reaches(person, Step.SUBSCRIPTION)
            await person.sees(said)
        assert writes(azure) == []


async def test_checks_that_are_refused_are_unknown_and_stop_nobody() -> None:
    with world("checks-refused") as azure:
        async with person_at(azure, size=_SIZE) as person:
            await reaches(person, Step.TENANT)
            await person.sees(r"\? unknown")
            await reaches(person, Step.ACCESS)
            screen = await person.sees(r"\? unknown")
            assert "✗" not in screen
            await person.accepts_everything()
