"""What Azure refuses about a resource group is mended where it shows, and the journey succeeds with nothing doubled."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pipeops_tui.clock import Clock
from pipeops_tui.settings import Settings
from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from pipeops_tui.wizard import Step
from tests.hurry import HurriedClock
from tests.journeys.holdings import Holdings, writes
from tests.journeys.test_happy_path import assert_exactly_one_of_everything
from tests.person import Person, person_at


@asynccontextmanager
async def somebody_in(
    scenario: str, *, hurried: bool = False, group: str | None = None, seed: int = 0, size: tuple[int, int] = (110, 34)
) -> AsyncIterator[tuple[Person, RunningSimulator, Holdings]]:
    """A person at the start of the application, in a world of its own, and what that held before."""
    with start_simulator(SimulatorConfig(scenario=scenario, seed=seed, auto_approve_device_codes=True)) as azure:
        clock: Clock | None = HurriedClock(azure) if hurried else None
        settings = Settings(demo=scenario, resource_group=group)
        before = Holdings.of(azure)
        async with person_at(azure, clock=clock, settings=settings, size=size) as person:
            yield person, azure, before


def made(azure: RunningSimulator, before: Holdings, *, group: str) -> dict[str, Any]:
    """The new group, after a look that there is exactly one of everything."""
    new = Holdings.of(azure).new_since(before)
    assert_exactly_one_of_everything(new, group=group)
    return new["resource_groups"][0]


async def creates(person: Person) -> None:
    """From the review: Create, and yes."""
    await person.presses("enter")
    await person.sees("Create now")
    await person.presses("enter")


async def test_a_tag_that_a_policy_demands_is_asked_for_on_the_resource_group_screen() -> None:
    async with somebody_in("policy-requires-tag") as (person, azure, before):
        await person.walks_to(Step.RESOURCE_GROUP)
        await person.sees("Tags +costCenter=", "policy of your organization asks for costCenter")
        await person.presses("enter")
        await person.sees("! costCenter needs a value: write costCenter=…")
        await person.presses("tab", "tab")
        await person.types("4711")
        await person.sees("costCenter=4711", "✓ with costCenter, as a policy asks")
        assert writes(azure) == []
        screen = await person.walks_to(Step.ACCESS)
        assert "✓ ok       Policies about resource groups" in screen
        await person.accepts_everything()
        assert made(azure, before, group="PipeOpsRG")["tags"]["costCenter"] == "4711"
        assert writes(azure).count("putResourceGroup") == 1


async def test_a_group_that_is_being_deleted_is_waited_for_before_it_is_used_again() -> None:
    async with somebody_in("group-deleting", group="PipeOpsRG") as (person, azure, before):
        await person.walks_to(Step.RESOURCE_GROUP)
        await person.sees("being deleted: wait, or take another name", "Waiting until Azure has removed PipeOpsRG")
        azure.advance_clock(61)
        await person.sees("PipeOpsRG is gone, its name is free again", "✓ free: a new group will be created")
        await person.accepts_everything()
        new = Holdings.of(azure).new_since(before)
        assert {kind: len(items) for kind, items in new.items()} == {
            "applications": 1,
            "service_principals": 1,
            "role_assignments": 1,
        }
        groups = [one for one in azure.state()["resource_groups"] if one["name"] == "PipeOpsRG"]
        assert [one["properties"]["provisioningState"] for one in groups if "tags" in one] == ["Succeeded"]


async def test_a_group_that_is_being_deleted_leaves_another_name_as_the_default() -> None:
    async with somebody_in("group-deleting") as (person, azure, before):
        await person.accepts_everything()
        assert made(azure, before, group="PipeOpsRG-2")["properties"]["provisioningState"] == "Succeeded"
