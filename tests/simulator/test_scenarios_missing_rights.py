"""Scenarios in which the user lacks a right, or cannot read what it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from pipeops_tui.simulator import SimulatorConfig, start_simulator
from tests.simulator.client import (
    CONTRIBUTOR,
    READER,
    Client,
    claims_of,
    code_of,
)

World = Callable[[str], Client]


def test_contributor_only(world: World) -> None:
    client = world("contributor-only").as_user()
    assert client.group("PipeOpsRG").status_code == 201
    _, principal = client.identity()
    refused = client.assign(f"{client.scope}/resourceGroups/PipeOpsRG", principal["id"], str(uuid4()))
    assert refused.status_code == 403
    assert code_of(refused) == "AuthorizationFailed"
    message = refused.json()["error"]["message"]
    assert "'Microsoft.Authorization/roleAssignments/write'" in message
    assert "ABAC" not in message
    assert refused.headers["x-ms-failure-cause"] == "gateway"


def test_a_helpful_owner_assigns_the_role_to_whom_it_is_waited_for() -> None:
    config = SimulatorConfig(scenario="contributor-only", owner_assigns_after_s=12)
    with start_simulator(config) as azure, Client(azure) as client:
        client.as_user()
        client.group("PipeOpsRG")
        _, principal = client.identity()
        group = f"{client.scope}/resourceGroups/PipeOpsRG"

        def look() -> list[dict[str, Any]]:
            path = f"{group}/providers/Microsoft.Authorization/roleAssignments"
            answer = client.arm("GET", path, params={"$filter": f"principalId eq '{principal['id']}'"})
            found: list[dict[str, Any]] = answer.json()["value"]
            return found

        assert look() == []
        azure.advance_clock(11)
        assert look() == []
        azure.advance_clock(1)
        (made,) = look()
        assert made["properties"]["scope"] == group
        assert made["properties"]["principalId"] == principal["id"]
        assert made["properties"]["roleDefinitionId"].endswith(CONTRIBUTOR)
        azure.advance_clock(60)
        assert look() == [made]


def test_rbac_admin_conditioned(world: World) -> None:
    client = world("rbac-admin-conditioned").as_user()
    path = f"{client.scope}/providers/Microsoft.Authorization/permissions"
    held = client.arm("GET", path, "2022-05-01-preview").json()["value"]
    assert any("Microsoft.Authorization/roleAssignments/write" in item["actions"] for item in held)
    assert any(item["condition"] for item in held)
    assert "condition" not in client.arm("GET", path, "2022-04-01").json()["value"][0]
    _, principal = client.identity()
    refused = client.assign(client.scope, principal["id"], str(uuid4()))
    assert refused.status_code == 403
    assert "or an ABAC condition not fulfilled" in refused.json()["error"]["message"]
    me = client.graph("GET", "/me").json()["id"]
    assert client.assign(client.scope, me, str(uuid4()), READER, "User").status_code == 201


def test_pim_eligible(world: World) -> None:
    client = world("pim-eligible").as_user()
    path = f"{client.scope}/providers/Microsoft.Authorization/roleEligibilityScheduleInstances"
    eligible = client.arm("GET", path, "2020-10-01", params={"$filter": "asTarget()"}).json()["value"]
    assert [item["properties"]["expandedProperties"]["roleDefinition"]["displayName"] for item in eligible] == ["Owner"]
    assert code_of(client.group("PipeOpsRG")) == "AuthorizationFailed"


def test_guest(world: World) -> None:
    client = world("guest").as_user()
    me = client.graph("GET", "/me?$select=id,userType,userPrincipalName").json()
    assert me["userType"] == "Guest"
    assert "#EXT#" in me["userPrincipalName"]
    refused = client.application()
    assert (refused.status_code, code_of(refused)) == (403, "Authorization_RequestDenied")
    assert refused.json()["error"]["message"] == "Insufficient privileges to complete the operation."
    home = client.sign_in()
    claims = claims_of(home.json()["access_token"])
    assert claims["tid"] != client.tenant


def test_apps_restricted(world: World) -> None:
    client = world("apps-restricted").as_user()
    policy = client.graph("GET", "/policies/authorizationPolicy?$select=defaultUserRolePermissions,guestUserRoleId")
    assert policy.json()["defaultUserRolePermissions"]["allowedToCreateApps"] is False
    assert code_of(client.application()) == "Authorization_RequestDenied"


def count_query(client: Client) -> dict[str, Any]:
    return {
        "subscriptions": [client.subscription],
        "query": "authorizationresources | where type =~ 'microsoft.authorization/roleassignments' and id startswith "
        f"'/subscriptions/{client.subscription}' | count",
    }


def test_checks_refused(world: World) -> None:
    client = world("checks-refused").as_user()
    scope, authorization = client.scope, f"{client.scope}/providers/Microsoft.Authorization"
    refused = [
        client.arm("GET", f"{authorization}/permissions"),
        client.arm("GET", f"{authorization}/roleAssignments"),
        client.arm("GET", f"{authorization}/roleEligibilityScheduleInstances", "2020-10-01"),
        client.arm("GET", f"{authorization}/locks", "2016-09-01"),
        client.arm("GET", f"{scope}/providers/Microsoft.Compute", "2021-04-01"),
        client.arm(
            "POST", f"{scope}/providers/Microsoft.PolicyInsights/checkPolicyRestrictions", "2022-03-01", json={}
        ),
        client.arm("POST", "/providers/Microsoft.ResourceGraph/resources", "2021-03-01", json=count_query(client)),
        client.graph("GET", "/policies/authorizationPolicy"),
        client.graph("GET", "/me/transitiveMemberOf/microsoft.graph.directoryRole"),
        client.graph("GET", "/policies/defaultAppManagementPolicy"),
        client.graph("GET", "/me/ownedObjects/microsoft.graph.application?$count=true&$top=1"),
        client.graph("GET", "/applications?$filter=displayName eq 'PipeOps'"),
    ]
    assert [answer.status_code for answer in refused] == [403] * len(refused)
    assert code_of(refused[7]) == "AccessDenied"
    working = [
        client.arm("GET", "/subscriptions", "2022-12-01"),
        client.arm("GET", f"{scope}/resourcegroups/nothing", "2021-04-01"),
        client.arm("GET", f"{scope}/locations", "2022-12-01"),
        client.group("PipeOpsRG"),
    ]
    assert [answer.status_code for answer in working] == [200, 404, 200, 201]
    _, principal = client.identity()
    assert client.assign(f"{scope}/resourceGroups/PipeOpsRG", principal["id"], str(uuid4())).status_code == 201


def test_secrets_forbidden(world: World) -> None:
    client = world("secrets-forbidden").as_user()
    policy = client.graph("GET", "/policies/defaultAppManagementPolicy").json()
    assert policy["isEnabled"] is True
    restriction = policy["applicationRestrictions"]["passwordCredentials"][0]
    assert (restriction["restrictionType"], restriction["state"]) == ("passwordAddition", "enabled")
    application, _ = client.identity()
    refused = client.graph("POST", f"/applications/{application['id']}/addPassword", json={})
    assert (refused.status_code, code_of(refused)) == (400, "CredentialTypeNotAllowedAsPerAppPolicy")
    assert "assigned policy '" in refused.json()["error"]["message"]


def test_lifetime_capped(world: World) -> None:
    client = world("lifetime-capped").as_user()
    policy = client.graph("GET", "/policies/defaultAppManagementPolicy").json()
    assert policy["applicationRestrictions"]["passwordCredentials"][0]["maxLifetime"] == "P90D"
    application, _ = client.identity()
    path = f"/applications/{application['id']}/addPassword"
    refused = client.graph("POST", path, json={})
    assert (refused.status_code, code_of(refused)) == (400, "CredentialInvalidLifetimeAsPerAppPolicy")
    assert refused.json()["error"]["details"][0]["target"] == "EndDate"
    start, end = "2030-01-01T00:00:00Z", "2030-04-01T00:00:00Z"
    dates = {"startDateTime": start, "endDateTime": end}
    assert client.graph("POST", path, json={"passwordCredential": dates}).status_code == 200


def test_quota_full(world: World) -> None:
    client = world("quota-full").as_user()
    count = client.graph(
        "GET",
        "/me/ownedObjects/microsoft.graph.application?$count=true&$top=1",
        headers={"ConsistencyLevel": "eventual"},
    ).json()
    assert count["@odata.count"] == 250
    assert len(count["value"]) == 1
    refused = client.application()
    assert (refused.status_code, code_of(refused)) == (403, "Directory_QuotaExceeded")
    mine = client.graph("GET", "/me/ownedObjects/microsoft.graph.application?$top=1").json()["value"][0]["id"]
    client.graph("DELETE", f"/applications/{mine}")
    assert code_of(client.application()) == "Directory_QuotaExceeded"
    assert client.graph("DELETE", f"/directory/deletedItems/{mine}").status_code == 204
    assert client.application().status_code == 201


def test_twins(world: World) -> None:
    client = world("twins").as_user()
    found = client.graph("GET", "/applications?$filter=displayName eq 'PipeOps'&$select=id,appId").json()["value"]
    assert len(found) == 1
    refused = client.graph("POST", f"/applications/{found[0]['id']}/addPassword", json={})
    assert code_of(refused) == "Authorization_RequestDenied"
    client.identity()
    assert len(client.graph("GET", "/applications?$filter=displayName eq 'PipeOps'").json()["value"]) == 2


def test_assignment_limit(world: World) -> None:
    client = world("assignment-limit").as_user()
    counted = client.arm("POST", "/providers/Microsoft.ResourceGraph/resources", "2021-03-01", json=count_query(client))
    assert counted.json()["data"] == [{"Count": 4000}]
    _, principal = client.identity()
    refused = client.assign(client.scope, principal["id"], str(uuid4()))
    assert code_of(refused) == "RoleAssignmentLimitExceeded"
