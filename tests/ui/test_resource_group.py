"""Step 3: name and region, new and existing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID

import pytest

from pipeops_tui.core.model import Region, RegionRestriction, ResourceGroup, Subscription, SubscriptionPage
from pipeops_tui.core.problem import CloudError, FailureKind, Problem
from pipeops_tui.core.settings import Settings
from pipeops_tui.core.wizard import Step
from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from tests.support.person import Person, person_at
from tests.ui.memory import CONTOSO, PAY_AS_YOU_GO, MemorySession, at
from tests.ui.test_subscription import marked
from tests.ui.ways import on_resource_group, to_resource_group, to_subscription


async def rename(person: Person, name: str) -> None:
    """Type another name over the one that stands there."""
    await person.presses("ctrl+u")
    await person.types(name)


async def test_the_default_is_the_first_free_name_in_the_first_recommended_region(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        screen = await to_resource_group(person)
        assert "free: a new group will be created" in screen
        assert "East US · eastus · United States" in screen
        assert "recommended, with managed Kubernetes" in screen
        assert marked(screen).startswith("PipeOpsRG ")
        await person.presses("enter")
        await person.sees("Check your organization")
        choices = person.app.journey.choices
        assert (choices.group_name, choices.existing_group) == ("PipeOpsRG", None)
        assert choices.region is not None
        assert choices.region.name == "eastus"


async def test_a_name_that_is_taken_makes_the_next_one_the_default(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await to_subscription(person)
        await person.types("(dev)")
        await person.sees("1 of 14 shown")
        await person.presses("enter")
        assert marked(await on_resource_group(person)).startswith("PipeOpsRG-2 ")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("my group", "✗ A space is not allowed"),
        ("rg!", "✗ “!” is not allowed"),
        ("rg.", "✗ A resource group name cannot end with a period"),
        ("", "✗ A resource group needs a name"),
        ("x" * 91, "✗ Too long by 1"),
    ],
)
async def test_a_name_that_azure_would_refuse_is_refused_as_it_is_typed(
    azure: RunningSimulator, typed: str, said: str
) -> None:
    async with person_at(azure) as person:
        await to_resource_group(person)
        await rename(person, typed)
        await person.sees(said)
        await person.presses("enter")
        await person.sees("Choose the resource group", said[2:20])
        assert person.app.journey.wizard.step.value == "Resource group"


async def test_a_name_that_clusters_cannot_carry_gets_a_hint_and_enter_goes_on(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await to_resource_group(person)
        await rename(person, "größe-rg")
        await person.sees(r"! free, but managed Kubernetes \(AKS\) does not take “ö”")
        await person.presses("enter")
        await person.sees("Check your organization")


async def test_a_name_that_exists_in_any_case_is_offered_where_it_lies(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await to_resource_group(person)
        await rename(person, "DATA-rg")
        screen = await person.sees(
            "! exists in North Europe: Enter uses it there", "an existing group keeps its region"
        )
        assert marked(screen).startswith("data-rg")
        await person.presses("enter")
        await person.sees("Check your organization")
        group = person.app.journey.choices.existing_group
        assert group is not None
        assert (group.name, group.location) == ("data-rg", "northeurope")


async def test_an_existing_group_is_picked_from_the_list_and_given_up_again(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await to_resource_group(person)
        await person.presses("down")
        screen = await person.sees("! in North Europe: PipeOps can change everything in it")
        assert marked(screen).startswith("data-rg")
        await person.presses("up")
        screen = await person.sees("✓ free")
        assert marked(screen).startswith("PipeOpsRG")
        await person.presses("end", "enter")
        await person.sees("Check your organization", "Resource group +web-prod…")


async def test_a_group_made_by_somebody_else_meanwhile_is_noticed(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await to_resource_group(person)
        subscription = person.app.journey.choices.subscription
        session = person.app.journey.session
        assert subscription is not None
        assert session is not None
        workspace = await session.workspace(subscription)
        await workspace.put_group("late-rg", "westeurope", ())
        try:
            await rename(person, "late-rg")
            await person.sees("! exists in West Europe: Enter uses it there")
        finally:
            await workspace.delete_group("late-rg")


async def test_the_region_is_picked_by_any_of_its_names(azure: RunningSimulator) -> None:
    async with person_at(azure, size=(120, 36)) as person:
        await to_resource_group(person)
        await person.presses("tab")
        for text in ("sweden", "swedencentral", "Sweden Central"):
            await person.types(text)
            await person.waits_until(lambda screen: marked(screen).startswith("Sweden Central"), "Sweden Central")
            await person.presses("escape")
        await person.types("west eur")
        await person.waits_until(lambda screen: marked(screen).startswith("West Europe"), "West Europe")
        await person.presses("enter")
        await person.sees("Check your organization")
        region = person.app.journey.choices.region
        assert region is not None
        assert region.name == "westeurope"


async def test_the_filter_of_the_region_gives_way_to_the_choice(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await to_resource_group(person)
        await person.presses("tab")
        await person.types("westeurope")
        await person.presses("shift+tab")
        screen = await person.sees("Region +West Europe · westeurope · Europe")
        assert marked(screen).startswith("PipeOpsRG")


async def test_a_region_without_managed_kubernetes_is_marked(azure: RunningSimulator) -> None:
    async with person_at(azure, size=(120, 36)) as person:
        await to_resource_group(person)
        without = [
            region.name
            for region in (await person.app.journey.lookups.regions(_subscription(person))).value
            if region.has_kubernetes is False
        ]
        assert without, "the world has such a region"
        await person.presses("tab")
        await person.types(without[0])
        await person.sees("no Kubernetes", "! no managed Kubernetes in this region")


def _subscription(person: Person) -> Subscription:
    subscription = person.app.journey.choices.subscription
    assert subscription is not None
    return subscription


async def test_given_values_prefill_the_screen(azure: RunningSimulator) -> None:
    settings = Settings(demo="happy", resource_group="acme-rg", location="West Europe")
    async with person_at(azure, settings=settings) as person:
        screen = await to_resource_group(person)
        assert marked(screen).startswith("acme-rg")
        assert "West Europe · westeurope · Europe" in screen


async def test_a_given_region_that_does_not_exist_is_said(azure: RunningSimulator) -> None:
    async with person_at(azure, settings=Settings(demo="happy", location="atlantis")) as person:
        await to_resource_group(person)
        await person.sees("! --location atlantis is not available to you", "East US · eastus")


async def test_a_given_group_that_exists_is_used_where_it_is(azure: RunningSimulator) -> None:
    settings = Settings(demo="happy", resource_group="web-prod-rg", location="eastus")
    async with person_at(azure, settings=settings) as person:
        await to_resource_group(person)
        await person.sees("! exists in West Europe: Enter uses it there", "keeps its region, not --location")


async def test_another_subscription_keeps_the_typed_name_and_asks_for_its_own_groups(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await to_resource_group(person)
        await rename(person, "pipeopsrg")
        await person.sees("✓ free")
        await person.presses("escape")
        await person.sees("Choose the subscription")
        await person.presses("down", "enter")
        await on_resource_group(person)
        await person.sees("Name +pipeopsrg", "! exists in .*: Enter uses it there")


async def test_groups_that_may_not_be_listed_leave_the_name_to_be_checked_alone(faulty: RunningSimulator) -> None:
    async with person_at(faulty) as person:
        await to_subscription(person)
        faulty.add_fault("listResourceGroups@*:500")
        await person.presses("down", "down", "enter")
        await person.sees("existing groups could not be listed")
        await rename(person, "acme-rg")
        await person.sees("✓ free: a new group will be created")
        await person.presses("enter")
        await person.sees("Check your organization")


async def test_what_is_said_of_a_name_is_asked_for_again_with_one_key() -> None:
    async def refuse(*_: object) -> None:
        raise CloudError(FailureKind.REFUSED, Problem("Azure refused", "No."), status=403)

    def unreadable(session: MemorySession) -> None:
        session.resource_groups = refuse  # type: ignore[method-assign, assignment]
        session.resource_group = refuse  # type: ignore[method-assign, assignment]

    async with at(Step.RESOURCE_GROUP, prepare=unreadable) as stage:
        await stage.sees(r"\? could not check whether it is free: Azure refused", "F5 Check again", passing=0.1)
        del stage.session.resource_groups, stage.session.resource_group
        await stage.presses("f5")
        screen = await stage.sees("✓ free: a new group will be created", passing=0.1)
        assert "F5" not in screen


async def test_regions_that_cannot_be_read_are_a_problem_that_can_be_tried_again(faulty: RunningSimulator) -> None:
    async with person_at(faulty) as person:
        await to_subscription(person)
        faulty.add_fault("listLocations@*:500")
        await person.presses("down", "down", "down", "enter")
        await person.sees("✗", "Try again")
        faulty.clear_faults()
        await person.presses("enter")
        await on_resource_group(person)


async def test_a_locked_group_looks_locked_in_the_list() -> None:
    with start_simulator(SimulatorConfig(scenario="locked-group", auto_approve_device_codes=True)) as locked:
        async with person_at(locked, size=(80, 24)) as person:
            await person.walks_to(Step.RESOURCE_GROUP)
            await person.sees("frozen-rg .* locked", "kept-rg .* existing")
            await person.presses("ctrl+u")
            await person.types("frozen-rg")
            await person.sees("! locked by audit-freeze: PipeOps")


EAST, WEST = (
    Region(name, name.title(), "Somewhere", recommended=True, has_kubernetes=True) for name in ("east", "west")
)
EAST_CLOSED = RegionRestriction("sys.regionrestriction", allowed=("west",), by_microsoft=True)


async def two_regions(*_: object) -> list[Region]:
    return [EAST, WEST]


async def test_the_default_waits_for_the_closed_regions_a_moment_and_no_longer() -> None:
    answered = asyncio.Event()

    async def restrictions(*_: object) -> list[RegionRestriction]:
        await answered.wait()
        return [EAST_CLOSED]

    def prepare(session: MemorySession) -> None:
        session.regions = two_regions  # type: ignore[method-assign, assignment]
        session.region_restrictions = restrictions  # type: ignore[method-assign, assignment]

    async with at(Step.RESOURCE_GROUP, prepare=prepare) as stage:
        await stage.sees("Asking Azure for regions")
        await stage.presses("enter")
        await stage.sees("Choose the resource group", "Asking Azure for regions")
        await stage.sees("East · east · Somewhere", passing=0.1)
        answered.set()
        await stage.sees("West · west · Somewhere", "✓ recommended")
        await stage.presses("tab")
        await stage.sees("East +.*closed by Microsoft")


async def test_a_region_that_the_person_has_chosen_stays_when_it_turns_out_to_be_closed() -> None:
    answered = asyncio.Event()

    async def restrictions(*_: object) -> list[RegionRestriction]:
        await answered.wait()
        return [EAST_CLOSED]

    def prepare(session: MemorySession) -> None:
        session.regions = two_regions  # type: ignore[method-assign, assignment]
        session.region_restrictions = restrictions  # type: ignore[method-assign, assignment]

    async with at(Step.RESOURCE_GROUP, prepare=prepare) as stage:
        await stage.sees("East · east · Somewhere", passing=0.1)
        await stage.presses("tab", "down", "up")
        answered.set()
        await stage.sees("East · east · Somewhere", "! closed by Microsoft for this subscription: no servers")


async def test_a_late_answer_about_the_subscription_before_changes_nothing() -> None:
    asked, released, listed, answered = (asyncio.Event() for _ in range(4))
    second = replace(PAY_AS_YOU_GO, subscription_id=str(UUID(int=2)), display_name="Second")
    taken = ResourceGroup("PipeOpsRG", "westeurope", "Succeeded")

    async def subscriptions(*_: object) -> AsyncIterator[SubscriptionPage]:
        yield SubscriptionPage(CONTOSO, (PAY_AS_YOU_GO, second), 0)

    async def groups(subscription: Subscription) -> list[ResourceGroup]:
        if subscription == second:
            listed.set()
        return [taken] if subscription == second else []

    async def group(subscription: Subscription, name: str) -> ResourceGroup | None:
        if subscription == second:
            return taken
        asked.set()
        await released.wait()
        return None

    async def restrictions(subscription: Subscription) -> list[RegionRestriction]:
        if subscription == second:
            await answered.wait()
        return []

    def prepare(session: MemorySession) -> None:
        session.subscriptions = subscriptions  # type: ignore[method-assign]
        session.resource_groups = groups  # type: ignore[method-assign]
        session.resource_group = group  # type: ignore[method-assign]
        session.region_restrictions = restrictions  # type: ignore[method-assign]

    async with at(Step.RESOURCE_GROUP, prepare=prepare) as stage:
        await stage.sees("✓ free")
        await stage.presses("ctrl+u", *"pipeopsrg")
        await stage.until(asked.is_set, "the question whether the name is free", passing=0.1)
        await stage.presses("escape")
        await stage.sees("Choose the subscription")
        await stage.presses("down", "enter")
        await stage.sees("Asking Azure for regions")
        await stage.until(listed.is_set, "the groups of the second subscription")
        await stage.pilot.pause()
        released.set()
        await stage.pilot.pause()
        answered.set()
        await stage.sees("Name +pipeopsrg", "! exists in .*: Enter uses it there")
