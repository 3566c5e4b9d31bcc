"""Regions that are closed to a subscription: said before anything is created, and never the default."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from pipeops_tui.core.settings import Settings
from pipeops_tui.core.wizard import Step
from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from tests.journeys.holdings import Holdings
from tests.journeys.test_happy_path import assert_exactly_one_of_everything
from tests.support.person import Person, person_at
from tests.support.wrong_answers import put_case
from tests.ui.test_subscription import marked

_SIZE = (120, 36)
_BY_MICROSOFT = "closed by Microsoft for this subscription"
_READS = {"listPolicyAssignments", "checkPolicyRestrictions"}


@contextmanager
def world(scenario: str) -> Iterator[RunningSimulator]:
    """A simulated Azure of one scenario."""
    with start_simulator(SimulatorConfig(scenario=scenario, auto_approve_device_codes=True)) as running:
        yield running


def region_of(azure: RunningSimulator, group: str) -> str:
    """Where a resource group is."""
    return next(str(one["location"]) for one in azure.state()["resource_groups"] if one["name"] == group)


async def lists_regions(person: Person) -> str:
    """Go to the list of regions; returns the screen."""
    await person.walks_to(Step.RESOURCE_GROUP)
    await person.presses("tab")
    return await person.waits_until(
        lambda screen: "westus2" in screen or "closed by Microsoft" in screen, "the regions"
    )


async def test_a_student_starts_on_an_open_region_without_another_enter() -> None:
    with world("student") as azure:
        before = Holdings.of(azure)
        async with person_at(azure, size=_SIZE) as person:
            await person.walks_to(Step.RESOURCE_GROUP)
            screen = await person.sees("✓ recommended, with managed Kubernetes")
            assert "UK South · uksouth" in screen or "North Europe · northeurope" in screen
            await person.accepts_everything()
        assert_exactly_one_of_everything(Holdings.of(azure).new_since(before), group="PipeOpsRG")
        assert region_of(azure, "PipeOpsRG") in (
            "uksouth",
            "northeurope",
            "swedencentral",
            "polandcentral",
            "norwayeast",
        )


async def test_a_student_sees_five_open_regions_first_and_why_the_others_are_closed() -> None:
    with world("student") as azure:
        async with person_at(azure, size=_SIZE) as person:
            screen = await lists_regions(person)
            order = [name for name in ("uksouth", "swedencentral", "norwayeast", "polandcentral") if name in screen]
            first_closed = screen.index("closed by Microsoft")
            assert len(order) == 4
            assert all(screen.index(name) < first_closed for name in order)
            await person.types("westeurope")
            await person.waits_until(lambda shown: marked(shown).startswith("West Europe"), "West Europe")
            await person.sees(f"! {_BY_MICROSOFT}: no servers here")
            await person.presses("enter")
            await person.sees("Check your organization")
            chosen = person.app.journey.choices.region
            assert chosen is not None
            assert chosen.name == "westeurope", "the group itself is allowed there"


async def test_west_europe_is_closed_to_new_customers_and_says_so() -> None:
    with world("west-europe-blocked") as azure:
        async with person_at(azure, size=_SIZE) as person:
            screen = await lists_regions(person)
            assert marked(screen).startswith("East US")
            assert "closed by Microsoft" not in screen, "one closed region is at the end"
            await person.presses("end")
            screen = await person.sees(f"! {_BY_MICROSOFT}")
            assert marked(screen).startswith("West Europe")
            await person.presses("home")
            await person.accepts_everything()
        assert region_of(azure, "PipeOpsRG") == "eastus"


async def test_a_given_region_that_is_closed_stays_and_is_warned_about() -> None:
    with world("west-europe-blocked") as azure:
        settings = Settings(demo="west-europe-blocked", location="westeurope")
        async with person_at(azure, size=_SIZE, settings=settings) as person:
            await person.walks_to(Step.RESOURCE_GROUP)
            await person.sees("West Europe · westeurope", f"! {_BY_MICROSOFT}: no servers here")


async def test_an_existing_group_in_a_closed_region_is_told_to_use_another_region_in_pipeops() -> None:
    with world("west-europe-blocked") as azure:
        settings = Settings(demo="west-europe-blocked", resource_group="web-prod-rg")
        async with person_at(azure, size=_SIZE, settings=settings) as person:
            await person.walks_to(Step.RESOURCE_GROUP)
            await person.sees("an existing group keeps its region, which is closed", "another one in PipeOps")


async def test_a_policy_of_the_organization_closes_regions_to_clusters(azure: RunningSimulator) -> None:
    policy = {"policyAssignmentId": "/subscriptions/1/providers/Microsoft.Authorization/policyAssignments/only-europe"}
    restriction: Any = {"result": "Deny", "values": ["eastus", "East US 2"], "policy": policy}
    body: Any = {"fieldRestrictions": [{"field": "location", "restrictions": [restriction]}]}
    azure.add_fault(
        "checkPolicyRestrictions@*:answer", {"request_body": "managedClusters", "status": 200, "body": body}
    )
    async with person_at(azure, size=_SIZE) as person:
        screen = await lists_regions(person)
        assert not marked(screen).startswith("East US")
        await person.types("eastus")
        await person.sees("closed by a policy of your organization", r"\(only-europe\): no\s+servers")


@pytest.mark.parametrize("operation", ["listPolicyAssignments", "checkPolicyRestrictions"])
async def test_a_read_that_is_refused_changes_nothing(azure: RunningSimulator, operation: str) -> None:
    refusal = {"error": {"code": "AuthorizationFailed", "message": "No."}}
    azure.add_fault(f"{operation}@*:answer", {"status": 403, "body": refusal})
    async with person_at(azure, size=_SIZE) as person:
        screen = await lists_regions(person)
        assert marked(screen).startswith("East US")
        assert "closed" not in screen
        await person.accepts_everything()
    assert region_of(azure, "PipeOpsRG") == "eastus"


async def test_closed_regions_cost_two_requests_and_none_after_create(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await person.walks_to(Step.CREATE)
        await person.settles()
        asked = [request for request in azure.requests() if request["operation"] in _READS]
        counted = Counter(str(request["operation"]) for request in asked)
        assert counted["listPolicyAssignments"] == 1
        assert counted["checkPolicyRestrictions"] == 2, "one about the group, one about clusters"
        await person.accepts_everything()
        later = [request["operation"] for request in azure.requests() if request["operation"] in _READS]
        assert len(later) == len(asked)


async def test_a_refused_group_names_the_open_regions_and_can_be_changed_on_the_spot(azure: RunningSimulator) -> None:
    async with person_at(azure, size=_SIZE) as person:
        await person.walks_to(Step.CREATE)
        put_case(azure, "group-refused-by-azure")
        put_case(azure, "region-policy-readable")
        await person.presses("enter")
        await person.sees("Create now")
        await person.presses("enter")
        screen = await person.sees("✗ Microsoft has closed this region", "Choose one of the open regions: uksouth,")
        assert "Ask an administrator" not in screen
        await person.sees("Change the resource group…")
