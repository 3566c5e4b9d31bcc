"""Scenarios with an obstacle in a subscription, a resource group or a region."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest

from pipeops_tui.simulator import SimulatorConfig, scenario_names, start_simulator
from tests.simulator.client import (
    Client,
    code_of,
)

World = Callable[[str], Client]


@pytest.mark.parametrize("name", scenario_names())
def test_every_scenario_starts_and_announces_itself(name: str) -> None:
    with start_simulator(SimulatorConfig(scenario=name)) as azure:
        announced = azure.announcement
        assert announced["scenario"] == name
        assert announced["tenant_id"] in {tenant["tenantId"] for tenant in azure.state()["tenants"]}
        known = {item["subscriptionId"] for item in azure.state()["subscriptions"]}
        assert announced["subscription_id"] in (known or {None})


def test_disabled_subscription(world: World) -> None:
    client = world("disabled-subscription").as_user()
    states = [item["state"] for item in client.arm("GET", "/subscriptions", "2022-12-01").json()["value"]]
    assert states[:4] == ["Disabled", "Enabled", "Warned", "PastDue"]
    refused = client.group("PipeOpsRG")
    assert (refused.status_code, code_of(refused)) == (409, "ReadOnlyDisabledSubscription")
    assert client.arm("GET", f"{client.scope}/resourcegroups", "2021-04-01").status_code == 200


def test_no_subscription(world: World) -> None:
    client = world("no-subscription").as_user()
    assert client.azure.announcement["subscription_id"] is None
    answer = client.arm("GET", "/subscriptions", "2022-12-01")
    assert (answer.status_code, answer.json()) == (200, {"value": []})
    assert len(client.arm("GET", "/tenants", "2022-12-01").json()["value"]) == 3


def test_lighthouse(world: World) -> None:
    client = world("lighthouse").as_user()
    listed = client.arm("GET", "/subscriptions", "2022-12-01").json()["value"]
    delegated = next(item for item in listed if item["tenantId"] != client.tenant)
    assert delegated["managedByTenants"] == [{"tenantId": client.tenant}]
    scope = delegated["id"]
    group = client.arm("PUT", f"{scope}/resourcegroups/PipeOpsRG", "2021-04-01", json={"location": "uksouth"})
    assert group.status_code == 201
    _, principal = client.identity()
    assert client.assign(scope, principal["id"], str(uuid4())).status_code == 403


def test_no_quota(world: World) -> None:
    client = world("no-quota").as_user()
    small = ("standardBSFamily", "cores", "standardEv3Family", "standardDSv5Family")
    limits = {}
    for region in ("eastus", "centralus", "westus3"):
        path = f"{client.scope}/providers/Microsoft.Compute/locations/{region}/usages"
        rows = {row["name"]["value"]: row["limit"] for row in client.arm("GET", path, "2024-07-01").json()["value"]}
        limits[region] = [rows[name] for name in small]
    assert limits == {"eastus": [0, 10, 100, 0], "centralus": [0, 10, 100, 10], "westus3": [10, 10, 100, 0]}


def test_policy_requires_tag(world: World) -> None:
    client = world("policy-requires-tag").as_user()
    content = {"type": "Microsoft.Resources/subscriptions/resourceGroups", "location": "westeurope"}
    asked = client.arm(
        "POST",
        f"{client.scope}/providers/Microsoft.PolicyInsights/checkPolicyRestrictions",
        "2022-03-01",
        json={"resourceDetails": {"resourceContent": content}},
    ).json()
    assert asked["fieldRestrictions"][0]["field"] == "tags.costCenter"
    assert asked["contentEvaluationResult"]["policyEvaluations"][0]["evaluationResult"] == "NonCompliant"
    refused = client.group("PipeOpsRG")
    assert (refused.status_code, code_of(refused)) == (403, "RequestDisallowedByPolicy")
    assert refused.json()["error"]["message"].startswith("Resource 'PipeOpsRG' was disallowed by policy. Reasons: '")
    violation = refused.json()["error"]["details"][0]["additionalInfo"][0]
    assert violation["type"] == "PolicyViolation"
    assert violation["info"]["policyAssignmentDisplayName"] == "Groups need a cost center"
    assert client.group("PipeOpsRG", tags={"CostCenter": "4711"}).status_code == 201


def test_region_closed(world: World) -> None:
    client = world("region-closed").as_user()
    refused = client.group("PipeOpsRG", "eastus")
    assert (refused.status_code, code_of(refused)) == (400, "LocationNotAvailableForResourceGroup")
    listed = refused.json()["error"]["message"].rpartition(" is '")[2].rstrip("'.").split(",")
    assert "eastus" not in listed
    assert "swedencentral" in listed
    assert client.group("PipeOpsRG", listed[0]).status_code == 201


def test_group_deleting(world: World) -> None:
    client = world("group-deleting").as_user()
    path = f"{client.scope}/resourcegroups/PipeOpsRG"
    group = client.arm("GET", path, "2021-04-01").json()
    assert group["properties"]["provisioningState"] == "Deleting"
    refused = client.group("PipeOpsRG")
    assert (refused.status_code, code_of(refused)) == (409, "ResourceGroupBeingDeleted")
    client.azure.advance_clock(60)
    assert client.arm("GET", path, "2021-04-01").status_code == 404
    assert client.group("PipeOpsRG").status_code == 201


def test_locked_group(world: World) -> None:
    client = world("locked-group").as_user()
    frozen, kept = (f"{client.scope}/resourceGroups/{name}" for name in ("frozen-rg", "kept-rg"))
    locks = client.arm("GET", f"{frozen}/providers/Microsoft.Authorization/locks", "2016-09-01").json()["value"]
    assert [item["properties"]["level"] for item in locks] == ["ReadOnly"]
    _, principal = client.identity()
    refused = client.assign(frozen, principal["id"], str(uuid4()))
    assert (refused.status_code, code_of(refused)) == (409, "ScopeLocked")
    assert f"'{frozen}'" in refused.json()["error"]["message"]
    name = str(uuid4())
    assert client.assign(kept, principal["id"], name).status_code == 201
    removal = client.arm("DELETE", f"{kept}/providers/Microsoft.Authorization/roleAssignments/{name}")
    assert (removal.status_code, code_of(removal)) == (409, "ScopeLocked")
    assert client.arm("DELETE", kept, "2021-04-01").status_code == 409


def test_providers_unregistered(world: World) -> None:
    client = world("providers-unregistered").as_user()
    path = f"{client.scope}/providers/Microsoft.ContainerService"
    assert client.arm("GET", path, "2021-04-01").json()["registrationState"] == "NotRegistered"
    registered = client.arm("POST", f"{path}/register", "2021-04-01")
    assert (registered.status_code, registered.json()["registrationState"]) == (200, "Registering")
    client.azure.advance_clock(20)
    assert client.arm("GET", path, "2021-04-01").json()["registrationState"] == "Registered"
    free = client.arm("GET", f"{client.scope}/providers/Microsoft.Authorization", "2021-04-01").json()
    assert free["registrationState"] == "Registered"


def test_many(world: World) -> None:
    client = world("many").as_user()
    assert len(client.arm("GET", "/tenants", "2022-12-01").json()["value"]) == 40
    assert len(client.arm("GET", "/subscriptions", "2022-12-01").json()["value"]) == 250
    seen: list[str] = []
    url: str | None = f"{client.scope}/resourcegroups"
    while url:
        page = client.arm("GET", url, "2021-04-01") if not seen else client.follow(url)
        seen += [group["name"] for group in page.json()["value"]]
        assert "nextLink" not in page.json() or "&%24skiptoken=" in page.json()["nextLink"]
        url = page.json().get("nextLink")
    assert len(seen) == len(set(seen)) == 3000
