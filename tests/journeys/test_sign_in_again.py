"""Azure asks for another sign-in: before the writes, in the middle of them, or while reading. Nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pipeops_tui.core.wizard import Step
from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from pipeops_tui.ui.base.step_screen import StepScreen
from tests.journeys.holdings import Holdings, writes
from tests.journeys.test_happy_path import assert_exactly_one_of_everything
from tests.support.person import PROVED, Person, person_at

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
            await person.sees("✓ ok +Second factor", "All .* checks passed")
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


READS = (
    (Step.RESOURCE_GROUP, frozenset({"listResourceGroups"})),
    (Step.RESOURCE_GROUP, frozenset({"getResourceGroup", "checkPolicyRestrictions"})),
    (Step.TENANT, frozenset({"getDefaultAppManagementPolicy"})),
    (Step.APPLICATION, frozenset({"listApplications"})),
    (Step.ACCESS, frozenset({"listDenyAssignments"})),
)
DISPENSABLE = frozenset[str]().union(*(operations for _, operations in READS))
"""Reads that the steps could do without, as far as they are asked side by side."""


def troubled(person: Person) -> bool:
    """Whether a problem stands in the place of the step."""
    return person.app.screen.has_class("-problem")


def refused(person: Person) -> int:
    """How many reads the card would repeat."""
    screen = person.app.screen
    assert isinstance(screen, StepScreen)
    return len(screen.work.failed)


async def walks_into_trouble_at(person: Person, step: Step) -> None:
    """Accept every default up to `step`, where a problem is met."""
    while person.app.journey.wizard.step is not step:
        await person.waits_until(lambda _: person.ready and not troubled(person), "a screen that is ready")
        before = person.app.journey.wizard.step
        await person.presses("enter")
        await person.waits_until(lambda _, before=before: person.app.journey.wizard.step is not before, "the next")  # type: ignore[misc]
    await person.waits_until(lambda _: troubled(person), "the problem")


async def test_a_demand_to_sign_in_is_never_a_remark_and_only_what_was_refused_is_repeated() -> None:
    with world("happy") as azure:

        def refuse(*operations: frozenset[str]) -> None:
            azure.clear_faults()
            for operation in frozenset[str]().union(*operations):
                azure.add_fault(f"{operation}@*:401-claims")

        def asked(since: int) -> set[str]:
            return {str(one["operation"]) for one in azure.requests()[since:]}

        async with person_at(azure, size=_SIZE) as person:
            await person.sees("Ready")
            left = [operations for _, operations in READS]
            refuse(*left)
            for step, operations in READS:
                left.remove(operations)
                await walks_into_trouble_at(person, step)
                await person.sees("✗ Azure requires a second factor", "Sign in again", "Continue without")
                number = len(operations)
                await person.waits_until(lambda _, all_=number: refused(person) == all_, "all refused")  # type: ignore[misc]
                await person.settles()  # each refusal is a card of its own, and Enter means the one that is shown
                refuse(*left)
                since, times = len(azure.requests()), sign_ins(azure)
                await person.presses("enter")
                await person.waits_until(lambda _, wanted=operations, since=since: wanted <= asked(since), "it again")  # type: ignore[misc]
                assert sign_ins(azure) == times + 1
                assert asked(since) & DISPENSABLE <= operations | frozenset[str]().union(*left)
            await person.accepts_everything()
        assert sign_ins(azure) == 1 + len(READS)


async def test_what_is_demanded_for_a_check_can_be_gone_on_without() -> None:
    with world("happy") as azure:
        async with person_at(azure, size=_SIZE) as person:
            await person.walks_to(Step.SUBSCRIPTION)
            azure.add_fault("listDenyAssignments@*:401-claims")
            await walks_into_trouble_at(person, Step.ACCESS)
            await person.sees("✗ Azure requires a second factor", "Continue without")
            await person.presses("tab", "tab", "enter")
            await person.sees(r"(?s)\? unknown +Deny assignments.*Azure asks you to sign in again", "s Sign in again")
            azure.clear_faults()
            since = len(azure.requests())
            await person.presses("s")
            await person.sees("All .* checks passed")
            asked = {str(one["operation"]) for one in azure.requests()[since:] if "/oauth2/" not in str(one["path"])}
            assert asked - {"getOpenIdConfiguration"} == {"listDenyAssignments"}
