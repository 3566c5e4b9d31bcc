"""Places that Azure refuses: Microsoft's own restrictions, and an organization's policies, before and at the write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.simulator.client import Client, code_of

World = Callable[[str], Client]
_POLICIES = "providers/Microsoft.Authorization/policyAssignments"
_ALLOWED = "/providers/Microsoft.Authorization/policyDefinitions/e56962a6-4747-49cd-b67b-bf8b01975c4c"
_CLUSTERS = "Microsoft.ContainerService/managedClusters"
_GROUPS = "Microsoft.Resources/subscriptions/resourceGroups"


def restricted(client: Client, kind: str, *locations: str, **content: str) -> dict[str, Any]:
    """What the check answers about `locations` for a resource of type `kind`."""
    question = {
        "resourceDetails": {"resourceContent": {"type": kind, **content}},
        "pendingFields": [{"field": "location", "values": list(locations)}],
    }
    path = f"{client.scope}/providers/Microsoft.PolicyInsights/checkPolicyRestrictions"
    answer: dict[str, Any] = client.arm("POST", path, "2022-03-01", json=question).json()
    return answer


def denied(client: Client, kind: str, *locations: str) -> list[str]:
    """Those of `locations` that are denied."""
    fields = restricted(client, kind, *locations)["fieldRestrictions"]
    return [value for field in fields for one in field["restrictions"] for value in one["values"]]


def create(client: Client, kind: str, location: str) -> Any:
    """The answer to a resource of type `kind` in a new group, which is in a region that may be closed."""
    assert client.group("PipeOpsRG", location).status_code in (200, 201), "a group alone is not refused"
    version = {"Microsoft.Storage/storageAccounts": "2024-01-01", _CLUSTERS: "2024-09-01"}[kind]
    path = f"{client.scope}/resourceGroups/PipeOpsRG/providers/{kind}/one"
    return client.arm("PUT", path, version, json={"location": location})


def test_a_student_has_five_regions_four_cores_and_a_spending_limit(world: World) -> None:
    client = world("student").as_user()
    (one,) = client.arm("GET", "/subscriptions", "2022-12-01").json()["value"]
    assert one["subscriptionPolicies"]["quotaId"] == "AzureForStudents_2018-01-01"
    assert one["subscriptionPolicies"]["spendingLimit"] == "On"
    (listed,) = client.arm("GET", f"{client.scope}/{_POLICIES}", "2022-06-01").json()["value"]
    assert listed["name"] == "sys.regionrestriction"
    allowed = listed["properties"]["parameters"]["listOfAllowedLocations"]["value"]
    assert len(allowed) == 5
    usages = client.arm("GET", f"{client.scope}/providers/Microsoft.Compute/locations/uksouth/usages", "2024-07-01")
    assert [one["limit"] for one in usages.json()["value"] if one["name"]["value"] == "cores"] == [4]


@pytest.mark.parametrize("kind", [_CLUSTERS, "Microsoft.Storage/storageAccounts"])
def test_a_resource_in_a_region_that_microsoft_has_closed_is_refused(world: World, kind: str) -> None:
    client = world("student").as_user()
    refused = create(client, kind, "eastus")
    assert (refused.status_code, code_of(refused)) == (403, "RequestDisallowedByAzure")
    assert "best available regions" in refused.json()["error"]["message"]
    client.arm("DELETE", f"{client.scope}/resourceGroups/PipeOpsRG", "2021-04-01")
    client.azure.advance_clock(60)
    assert create(client, kind, "swedencentral").status_code == 201


def test_a_template_in_a_region_that_microsoft_has_closed_is_not_valid(world: World) -> None:
    client = world("student").as_user()
    assert client.group("PipeOpsRG", "eastus").status_code == 201
    path = f"{client.scope}/resourceGroups/PipeOpsRG/providers/Microsoft.Resources/deployments/trial/validate"

    def validate(*locations: str) -> Any:
        resources = [
            {"type": _CLUSTERS, "apiVersion": "2024-09-01", "name": f"one-{where}", "location": where}
            for where in locations
        ]
        properties = {"mode": "Incremental", "template": {"resources": resources}}
        return client.arm("POST", path, "2022-09-01", json={"properties": properties})

    refused = validate("eastus", "uksouth", "[resourceGroup().location]")
    assert (refused.status_code, code_of(refused)) == (400, "InvalidTemplateDeployment")
    (detail,) = refused.json()["error"]["details"]
    assert (detail["code"], detail["target"]) == ("RequestDisallowedByAzure", "one-eastus")
    assert "best available regions" in detail["message"]
    assert validate("uksouth").status_code == 200


def test_the_check_denies_what_the_write_refuses(world: World) -> None:
    client = world("west-europe-blocked").as_user()
    assert denied(client, _CLUSTERS, "westeurope", "West Europe", "northeurope") == ["westeurope", "West Europe"]
    assert denied(client, _GROUPS, "westeurope", "northeurope") == []
    assert code_of(create(client, _CLUSTERS, "westeurope")) == "RequestDisallowedByAzure"
    (broken,) = restricted(client, _CLUSTERS, location="westeurope")["contentEvaluationResult"]["policyEvaluations"]
    assert broken["policyInfo"]["policyAssignmentId"].endswith("/sys.blockwesteurope")
    assert restricted(client, _CLUSTERS, location="eastus")["contentEvaluationResult"]["policyEvaluations"] == []


@pytest.mark.parametrize(("mode", "closed"), [("Default", ["eastus"]), ("DoNotEnforce", [])])
def test_a_policy_of_the_organization_counts_where_it_is_enforced(world: World, mode: str, closed: list[str]) -> None:
    client = world("happy").as_owner()
    sent = {
        "policyDefinitionId": _ALLOWED,
        "parameters": {"listOfAllowedLocations": {"value": ["westeurope"]}},
        "enforcementMode": mode,
    }
    made = client.arm("PUT", f"{client.scope}/{_POLICIES}/places", "2022-06-01", json={"properties": sent})
    assert made.status_code == 201
    assert denied(client, _CLUSTERS, "westeurope", "eastus") == closed
    assert denied(client, _GROUPS, "eastus") == [], "that policy is about resources"


def test_what_only_microsoft_assigns_nobody_else_can(world: World) -> None:
    client = world("happy").as_owner()
    definition = "/providers/Microsoft.Authorization/policyDefinitions/b86dabb9-b578-4d7b-b842-3b45e95769a1"
    sent = {"properties": {"policyDefinitionId": definition, "parameters": {}}}
    refused = client.arm("PUT", f"{client.scope}/{_POLICIES}/mine", "2022-06-01", json=sent)
    assert (refused.status_code, code_of(refused)) == (403, "UnauthorizedApplicationId")
