"""What Azure refuses about a resource group is mended where it shows, and the journey succeeds with nothing doubled."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from textual.widgets import Button

from pipeops_tui.core.clock import Clock
from pipeops_tui.core.settings import Settings
from pipeops_tui.core.wizard import Step
from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from pipeops_tui.ui.widgets.fields import TextEntry
from tests.journeys.holdings import Holdings, writes
from tests.journeys.test_happy_path import assert_exactly_one_of_everything
from tests.simulator.client import Client
from tests.support.clocks import hurried_clock
from tests.support.person import PROVED, Person, person_at

UNKNOWN_REGIONS = "getProvider@*:garbage"
"""Without the resource providers nobody can tell which regions take resource groups."""


@asynccontextmanager
async def somebody_in(
    scenario: str, *, hurried: bool = False, group: str | None = None, seed: int = 0, size: tuple[int, int] = (110, 34)
) -> AsyncIterator[tuple[Person, RunningSimulator, Holdings]]:
    """A person at the start of the application, in a world of its own, and what that held before."""
    with start_simulator(SimulatorConfig(scenario=scenario, seed=seed, auto_approve_device_codes=True)) as azure:
        clock: Clock | None = hurried_clock(azure) if hurried else None
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
        await person.sees("Tags +costCenter=", "policy of your organization requires costCenter")
        size = person.app.size
        await person.pilot.resize_terminal(80, 24)
        await person.sees("✗ costCenter needs a value", "organization requires costCenter[.]")
        await person.pilot.resize_terminal(*size)
        await person.presses("enter")
        await person.sees("! costCenter needs a value: write costCenter=…")
        await person.presses("tab", "tab")
        await person.types("4711")
        await person.sees("costCenter=4711", "✓ with costCenter, as a policy requires")
        assert writes(azure) == []
        screen = await person.walks_to(Step.ACCESS)
        assert "✓ ok       Policies about resource groups" in screen
        await person.accepts_everything()
        assert made(azure, before, group="PipeOpsRG")["tags"]["costCenter"] == "4711"
        assert writes(azure).count("putResourceGroup") == 1


async def test_a_group_that_is_being_deleted_is_waited_for_before_it_is_used_again() -> None:
    async with somebody_in("group-deleting", group="PipeOpsRG") as (person, azure, before):
        await person.walks_to(Step.RESOURCE_GROUP)
        await person.sees("being deleted: wait, or use", "Waiting until Azure has removed PipeOpsRG")
        azure.advance_clock(61)
        await person.sees("PipeOpsRG is deleted, its name is free again", "✓ free: a new group will be created")
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


async def test_a_group_that_somebody_deletes_meanwhile_is_waited_for_or_given_another_name() -> None:
    async with somebody_in("group-deleting") as (person, azure, before):
        await person.walks_to(Step.CREATE)
        with Client(azure) as somebody:
            path = f"{somebody.scope}/resourcegroups/PipeOpsRG-2"
            assert somebody.as_owner().group("PipeOpsRG-2").status_code == 201
            assert somebody.arm("DELETE", path, "2021-04-01").status_code == 202
            await creates(person)
            await person.sees("An older resource group with this name is still being dele", "retrying")
            await person.presses("escape")
            await person.sees("Stop creating")
            await person.presses("tab", "enter")
            await person.sees("Stopped", "Change the resource group…")
            await person.settles()
            await changes_the_group(person)
            await person.sees("Change the resource group", "Name +PipeOpsRG-2")
            await person.waits_until(lambda _: isinstance(person.app.focused, TextEntry), "the focus in the name")
            await person.presses("ctrl+u")
            await person.types("shop")
            await person.sees("▌")
            await person.presses("enter")
            await person.sees("Client Secret", PROVED)
            azure.advance_clock(61)
            assert somebody.arm("GET", path, "2021-04-01").status_code == 404
        made(azure, before, group="shop")


async def test_a_region_that_takes_no_groups_is_not_offered_where_azure_tells() -> None:
    async with somebody_in("region-closed") as (person, azure, before):
        screen = await person.walks_to(Step.RESOURCE_GROUP)
        await person.presses("tab")
        screen = await person.sees("▌")
        assert not re.search("East US  |West Europe  ", screen)
        await person.accepts_everything()
        assert made(azure, before, group="PipeOpsRG")["location"] not in ("eastus", "westeurope")
        assert writes(azure).count("putResourceGroup") == 1


async def test_a_region_that_takes_no_groups_is_changed_where_creating_failed() -> None:
    async with somebody_in("region-closed", hurried=True) as (person, azure, before):
        azure.add_fault(UNKNOWN_REGIONS)
        await person.walks_to(Step.CREATE)
        await creates(person)
        await person.sees("✗ This region is not available for resource groups", "Change the resource group…")
        await person.settles()
        await changes_the_group(person)
        screen = await person.sees("Change the resource group", "Region", "▌")
        assert "East US  " not in screen
        await person.presses("enter")
        await person.sees("Client Secret", PROVED)
        group = made(azure, before, group="PipeOpsRG")
        assert group["location"] not in ("eastus", "westeurope")
        choices = person.app.journey.choices
        assert choices.region is not None
        assert choices.region.name == group["location"]


async def test_a_region_can_be_searched_for_and_the_name_be_another_too() -> None:
    async with somebody_in("region-closed", hurried=True) as (person, azure, before):
        azure.add_fault(UNKNOWN_REGIONS)
        await person.walks_to(Step.CREATE)
        await creates(person)
        await person.sees("✗ This region is not available for resource groups")
        await person.settles()
        await changes_the_group(person)
        await person.sees("Change the resource group", "▌")
        await person.types("sweden")
        await person.sees("▌ Sweden Central")
        await person.presses("shift+tab", "ctrl+u")
        await person.types("shop!")
        await person.sees("✗ “!” is not allowed")
        await person.presses("enter")
        await person.sees("✗ “!” is not allowed")
        await person.presses("backspace")
        await person.types("-" + "p" * 40)
        await person.sees("! over 40 characters: a cluster's own group")
        await person.presses(*["backspace"] * 41)
        await person.waits_until(lambda screen: "over 40" not in screen, "no hint about a short name")
        await person.presses("enter")
        screen = await person.sees("Client Secret", PROVED)
        assert re.search("Resource Group Name +shop", screen)
        assert made(azure, before, group="shop")["location"] == "swedencentral"


async def test_a_tag_that_nobody_knew_of_is_added_where_creating_failed() -> None:
    """Azure keeps its policies to itself until the write meets them."""
    async with somebody_in("policy-requires-tag", hurried=True) as (person, azure, before):
        azure.add_fault("checkPolicyRestrictions@*:garbage")
        await person.walks_to(Step.CREATE)
        await creates(person)
        await person.sees(
            "✗ A policy of your organization does not allow this", "costCenter", "Change the resource group…"
        )
        azure.clear_faults()
        await person.settles()
        await changes_the_group(person)
        await person.sees("Change the resource group", "Tags +costCenter=")
        await person.types("4711")
        await person.presses("enter")
        await person.sees("Client Secret", PROVED)
        group = made(azure, before, group="PipeOpsRG")
        assert group["tags"]["costCenter"] == "4711"
        assert writes(azure).count("putResourceGroup") == 2


async def test_what_was_tried_anyway_is_mended_where_it_was_refused() -> None:
    async with somebody_in("policy-requires-tag") as (person, azure, before):
        await person.walks_to(Step.RESOURCE_GROUP)
        await person.sees("Tags +costCenter=")
        await person.presses("tab", "tab", "ctrl+u")
        await person.sees("! a policy of your organization requires costCenter")
        await person.walks_to(Step.ACCESS)
        await person.sees("blocked +Policies about resource groups", "t Try anyway")
        await person.presses("t", "enter")
        await person.waits_until(lambda _: person.ready and person.app.journey.wizard.step is Step.CREATE, "Create")
        await creates(person)
        await person.sees("✗ A policy of your organization does not allow this", "Nothing that was")
        assert Holdings.of(azure).new_since(before) == {}
        await person.settles()
        await changes_the_group(person)
        await person.sees("Tags +costCenter=")
        await person.types("4711")
        await person.presses("enter")
        await person.sees("This is everything that will be created|5 changes")
        await person.waits_until(lambda _: person.ready, "the review, ready")
        await creates(person)
        await person.sees("Client Secret", PROVED)
        assert made(azure, before, group="PipeOpsRG")["tags"]["costCenter"] == "4711"


async def test_leaving_the_change_alone_leaves_everything_as_it_was() -> None:
    async with somebody_in("region-closed", hurried=True) as (person, azure, _):
        azure.add_fault(UNKNOWN_REGIONS)
        await person.walks_to(Step.CREATE)
        await creates(person)
        await person.sees("✗ This region is not available for resource groups")
        await person.settles()
        sent = len(writes(azure))
        await changes_the_group(person)
        await person.sees("Change the resource group", "▌")
        await person.presses("escape")
        await person.sees("✗ This region is not available for resource groups", "Try again", "Undo…")
        assert len(writes(azure)) == sent


async def changes_the_group(person: Person) -> None:
    """Press the button that offers it."""
    for button in person.app.screen.query(Button):
        if str(button.label).startswith("Change the resource group"):
            button.press()
