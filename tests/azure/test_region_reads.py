"""In which regions a subscription is refused resources, in the shapes of Azure's answers."""

from __future__ import annotations

from typing import Any

import pytest

from pipeops_tui.azure.region_reads import location_restrictions, system_restrictions
from pipeops_tui.core.model import RegionRestriction

SCOPE = "/subscriptions/1b7e09cc-4a2e-4f2f-9d0a-6f6d1f0aa0c4"
DEFINITIONS = "/providers/Microsoft.Authorization/policyDefinitions"
FIVE = ("uksouth", "northeurope", "polandcentral", "norwayeast", "swedencentral")


def assignment(name: str, *, definition: str = "b86dabb9-b578-4d7b-b842-3b45e95769a1", **more: Any) -> dict[str, Any]:
    """An assignment that allows five regions, changed by `more`."""
    properties = {
        "displayName": "Allowed resource deployment regions",
        "policyDefinitionId": f"{DEFINITIONS}/{definition}",
        "enforcementMode": "Default",
        "parameters": {"listOfAllowedLocations": {"value": list(FIVE)}},
        **more,
    }
    return {"name": name, "id": f"{SCOPE}/providers/x/{name}", "properties": properties}


def test_microsoft_s_own_list_of_regions_is_found() -> None:
    (found,) = system_restrictions([assignment("sys.regionrestriction")], SCOPE)
    assert found == RegionRestriction("sys.regionrestriction", allowed=FIVE, by_microsoft=True)
    assert not found.closes("uksouth")
    assert not found.closes("UK South")
    assert found.closes("westeurope")


@pytest.mark.parametrize("definition", ["7509877f-d414-4d79-8d1f-d600ea78d087", "7509877F-D414-4D79-8D1F-D600EA78D087"])
@pytest.mark.parametrize("name", ["sys.blockwesteurope", "0f3a"])
def test_west_europe_is_closed_by_its_definition(definition: str, name: str) -> None:
    (found,) = system_restrictions([assignment(name, definition=definition, parameters={})], SCOPE)
    assert found.by_microsoft
    assert found.closes("West Europe")
    assert not found.closes("northeurope")


@pytest.mark.parametrize(
    "item",
    [
        assignment("sys.regionrestriction", enforcementMode="DoNotEnforce"),
        assignment("sys.blockwesteurope", enforcementMode="DoNotEnforce", parameters={}),
        assignment("sys.regionrestriction", notScopes=[SCOPE.upper()]),
        assignment("sys.regionrestriction", parameters={"listOfAllowedLocations": {"value": []}}),
        assignment(
            "sys.regionrestriction",
            parameters={"listOfAllowedLocations": {"value": list(FIVE)}, "effect": {"value": "Audit"}},
        ),
        assignment("sys.mfa-write", definition="54f51f64-eaa5-44cf-8674-830bcfd14d21", parameters={}),
        assignment("allowed-locations", definition="e56962a6-4747-49cd-b67b-bf8b01975c4c"),
        {},
    ],
)
def test_what_refuses_nothing_or_is_not_microsoft_s_own_is_left_out(item: dict[str, Any]) -> None:
    assert system_restrictions([item], SCOPE) == []


def answer(result: str, *values: str, policy: str = "places", field: str = "location", **more: str) -> dict[str, Any]:
    """An answer of Policy Restrictions with one restriction."""
    reference = {"policyAssignmentId": f"{SCOPE}/providers/Microsoft.Authorization/policyAssignments/{policy}"}
    one = {"result": result, "values": list(values), "policy": reference, **more}
    return {"fieldRestrictions": [{"field": field, "restrictions": [one]}]}


def test_regions_that_a_policy_denies_or_requires_are_found() -> None:
    assert location_restrictions(answer("Deny", "west europe")) == [
        RegionRestriction("places", denied=("west europe",))
    ]
    assert location_restrictions(answer("Required", "uksouth")) == [RegionRestriction("places", allowed=("uksouth",))]
    (own,) = location_restrictions(answer("Deny", "westeurope", policy="sys.blockwesteurope"))
    assert own.by_microsoft


@pytest.mark.parametrize(
    "document",
    [
        answer("Audit", "westeurope"),
        answer("Removed", "westeurope"),
        answer("Deny"),
        answer("Deny", "westeurope", policyEffect="Audit"),
        answer("Deny", "westeurope", policy="sys.mfa-write"),
        answer("Deny", "westeurope", field="tags.region"),
        {},
    ],
)
def test_what_closes_no_region_is_left_out(document: dict[str, Any]) -> None:
    assert location_restrictions(document) == []
