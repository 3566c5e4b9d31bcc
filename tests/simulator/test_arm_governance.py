"""Locks, policy assignments and custom roles: what is answered with success is there afterwards, and has its effect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from pipeops_tui.simulator import RunningSimulator
from tests.simulator.client import READER, Client, code_of

_LOCKS = "providers/Microsoft.Authorization/locks"
_POLICIES = "providers/Microsoft.Authorization/policyAssignments"
_ROLES = "providers/Microsoft.Authorization/roleDefinitions"
_STORAGE = "providers/Microsoft.Storage/storageAccounts"
World = Callable[[str], Client]


@pytest.fixture(scope="module")
def client(azure: RunningSimulator) -> Iterator[Client]:
    with Client(azure) as client:
        yield client.as_owner()


def new_group(client: Client) -> str:
    """The path of a new group."""
    name = f"g-{uuid4()}"
    assert client.group(name).status_code == 201
    return f"{client.scope}/resourceGroups/{name}"


def lock(client: Client, scope: str, level: str = "CanNotDelete", name: str = "keep") -> httpx.Response:
    return client.arm("PUT", f"{scope}/{_LOCKS}/{name}", "2016-09-01", json={"properties": {"level": level}})


def names(answer: httpx.Response) -> list[str]:
    return [item["name"] for item in answer.json()["value"]]


class TestLocks:
    def test_a_lock_is_listed_read_replaced_and_removed_and_is_no_resource(self, client: Client) -> None:
        group = new_group(client)
        path = f"{group}/{_LOCKS}/keep"
        assert client.arm("GET", path, "2020-05-01").status_code == 404
        made = lock(client, group)
        assert made.status_code == 201
        assert made.json() == {
            "properties": {"level": "CanNotDelete"},
            "id": path,
            "type": "Microsoft.Authorization/locks",
            "name": "keep",
        }
        assert client.arm("GET", path.replace("keep", "KEEP"), "2016-09-01").json() == made.json()
        assert names(client.arm("GET", f"{group}/{_LOCKS}", "2016-09-01")) == ["keep"]
        assert "keep" in names(client.arm("GET", f"{client.scope}/{_LOCKS}", "2016-09-01"))
        assert names(client.arm("GET", f"{group}/resources", "2021-04-01")) == []
        assert lock(client, group, "readonly").json()["properties"] == {"level": "ReadOnly"}
        assert client.arm("DELETE", path, "2016-09-01").status_code == 200
        assert client.arm("DELETE", path, "2016-09-01").status_code == 204
        assert code_of(client.arm("GET", path, "2016-09-01")) == "LockNotFound"

    @pytest.mark.parametrize("level", ["CanNotDelete", "ReadOnly"])
    def test_a_locked_group_cannot_be_deleted_until_the_lock_is_gone(self, client: Client, level: str) -> None:
        group = new_group(client)
        lock(client, group, level)
        refused = client.arm("DELETE", group, "2021-04-01")
        assert (refused.status_code, code_of(refused)) == (409, "ScopeLocked")
        assert f"are locked: '{group}'" in refused.json()["error"]["message"]
        changed = client.arm("PATCH", group, "2021-04-01", json={"tags": {"a": "b"}})
        assert changed.status_code == (409 if level == "ReadOnly" else 200)
        client.arm("DELETE", f"{group}/{_LOCKS}/keep", "2016-09-01")
        assert client.arm("DELETE", group, "2021-04-01").status_code == 202

    def test_a_lock_on_a_resource_protects_it_and_its_group_but_no_other(self, client: Client) -> None:
        group = new_group(client)
        one, other = f"{group}/{_STORAGE}/one", f"{group}/{_STORAGE}/other"
        for path in (one, other):
            assert client.arm("PUT", path, "2024-01-01", json={"location": "westus"}).status_code == 201
        assert lock(client, one).status_code == 201
        assert code_of(client.arm("DELETE", one, "2024-01-01")) == "ScopeLocked"
        assert code_of(client.arm("DELETE", group, "2021-04-01")) == "ScopeLocked"
        assert client.arm("DELETE", other, "2024-01-01").status_code == 200
        assert names(client.arm("GET", f"{group}/{_LOCKS}", "2016-09-01")) == ["keep"]
        at_scope = client.arm("GET", f"{group}/{_LOCKS}", "2016-09-01", params={"$filter": "atScope()"})
        assert names(at_scope) == []

    def test_what_is_wrong_with_a_lock_is_said(self, client: Client) -> None:
        group = new_group(client)
        assert code_of(lock(client, f"{group}-nowhere")) == "ResourceGroupNotFound"
        assert code_of(lock(client, f"{group}/{_STORAGE}/nowhere")) == "ResourceNotFound"
        assert code_of(lock(client, group, "Nonsense")) == "InvalidRequestContent"
        assert code_of(client.arm("PUT", f"{group}/{_LOCKS}/keep", "2016-09-01", json={})) == "InvalidRequestContent"
        assert names(client.arm("GET", f"{group}/{_LOCKS}", "2016-09-01")) == []

    def test_a_contributor_cannot_lock(self, world: World) -> None:
        client = world("contributor-only").as_user()
        assert code_of(lock(client, f"{client.scope}/resourceGroups/data-rg")) == "AuthorizationFailed"


class TestPolicies:
    DEFINITION = "/providers/Microsoft.Authorization/policyDefinitions/e56962a6-4747-49cd-b67b-bf8b01975c4c"

    def test_an_assignment_is_kept_and_goes_with_its_group(self, world: World) -> None:
        client = world("happy").as_owner()
        client.group("governed")
        group = f"{client.scope}/resourceGroups/governed"
        path = f"{group}/{_POLICIES}/places"
        sent = {
            "displayName": "Places",
            "policyDefinitionId": self.DEFINITION,
            "parameters": {"listOfAllowedLocations": {"value": ["eastus"]}},
            "enforcementMode": "Default",
        }
        made = client.arm("PUT", path, "2020-09-01", json={"properties": sent})
        assert made.status_code == 201
        assert made.json()["properties"]["metadata"]["updatedOn"] is None
        assert client.arm("GET", path, "2020-09-01").json() == made.json()
        again = client.arm("PUT", path, "2020-09-01", json={"properties": sent})
        assert again.json()["properties"]["metadata"]["updatedBy"] is not None
        assert names(client.arm("GET", f"{group}/{_POLICIES}", "2020-09-01")) == ["places"]

        def listed(scope: str, wanted: str) -> list[str]:
            return names(client.arm("GET", f"{scope}/{_POLICIES}", "2025-11-01", params={"$filter": wanted}))

        assert listed(group, "atExactScope()") == listed(group, "atScope()") == ["places"]
        assert listed(client.scope, "atScope()") == listed(client.scope, "atExactScope()") == []
        assert listed(client.scope, f"policyDefinitionId eq '{self.DEFINITION}'") == ["places"]
        assert listed(client.scope, "policyDefinitionId eq 'x'") == []
        refused = client.arm("GET", f"{group}/{_POLICIES}", "2025-11-01", params={"$filter": "colour eq 'red'"})
        assert code_of(refused) == "BadRequestFormat"
        client.arm("DELETE", group, "2021-04-01")
        client.azure.advance_clock(60)
        assert names(client.arm("GET", f"{client.scope}/{_POLICIES}", "2020-09-01")) == []

    def test_the_policy_of_a_scenario_is_listed_and_can_be_removed(self, world: World) -> None:
        client = world("policy-requires-tag").as_owner()
        (listed,) = client.arm("GET", f"{client.scope}/{_POLICIES}", "2023-04-01").json()["value"]
        definition = client.arm("GET", listed["properties"]["policyDefinitionId"], "2023-04-01").json()
        assert definition["properties"]["policyRule"]["then"] == {"effect": "deny"}
        assert client.group("untagged").status_code == 403
        assert client.arm("DELETE", listed["id"], "2023-04-01").json() == listed
        assert client.arm("DELETE", listed["id"], "2023-04-01").status_code == 204
        assert client.group("untagged").status_code == 201

    def assign(self, client: Client, definition: str, **parameters: Any) -> httpx.Response:
        sent = {"policyDefinitionId": f"/providers/Microsoft.Authorization/policyDefinitions/{definition}"}
        given = {name: {"value": value} for name, value in parameters.items()}
        body = {"properties": {**sent, "parameters": given}}
        return client.arm("PUT", f"{client.scope}/{_POLICIES}/rule", "2023-04-01", json=body)

    def test_an_assigned_policy_has_its_effect_until_it_is_removed(self, world: World) -> None:
        client = world("happy").as_owner()
        rule = f"{client.scope}/{_POLICIES}/rule"
        assert self.assign(client, "96670d01-0a4d-4649-9c89-2d3abc0a5025", tagName="team").status_code == 201
        assert code_of(client.group("untagged")) == "RequestDisallowedByPolicy"
        assert client.group("tagged", tags={"Team": "shop"}).status_code == 201
        places = ["westeurope"]
        self.assign(client, "e765b5de-1225-4ba3-bd56-1ac6695af988", listOfAllowedLocations=places)
        refused = client.group("far", "eastus")
        assert (refused.status_code, code_of(refused)) == (403, "RequestDisallowedByPolicy")
        assert rule in refused.json()["error"]["message"]
        assert client.group("near", "westeurope").status_code == 201
        self.assign(client, self.DEFINITION.rpartition("/")[2], listOfAllowedLocations=places)
        path = f"{client.scope}/resourceGroups/near/{_STORAGE}/x"
        refused = client.arm("PUT", path, "2024-01-01", json={"location": "eastus"})
        assert code_of(refused) == "RequestDisallowedByPolicy"
        client.arm("DELETE", rule, "2023-04-01")
        assert client.arm("PUT", path, "2024-01-01", json={"location": "eastus"}).status_code == 201

    def test_an_assignment_needs_the_parameters_of_its_policy(self, client: Client) -> None:
        assert code_of(self.assign(client, self.DEFINITION.rpartition("/")[2])) == "MissingPolicyParameter"
        more = {"listOfAllowedLocations": [], "colour": "red"}
        assert code_of(self.assign(client, self.DEFINITION.rpartition("/")[2], **more)) == "UndefinedPolicyParameter"

    def test_what_does_not_exist_has_the_codes_of_policy(self, client: Client) -> None:
        missing = client.arm("GET", self.DEFINITION.replace("e569", "0000"), "2023-04-01")
        assert (missing.status_code, code_of(missing)) == (404, "PolicyDefinitionNotFound")
        missing = client.arm("GET", f"{client.scope}/{_POLICIES}/nothing", "2023-04-01")
        assert (missing.status_code, code_of(missing)) == (404, "PolicyAssignmentNotFound")
        properties = {"policyDefinitionId": f"{client.scope}{self.DEFINITION}"}
        refused = client.arm("PUT", f"{client.scope}/{_POLICIES}/x", "2023-04-01", json={"properties": properties})
        assert (refused.status_code, code_of(refused)) == (404, "PolicyDefinitionNotFound")
        refused = client.arm("PUT", f"{client.scope}/{_POLICIES}/x", "2023-04-01", json={"properties": {}})
        assert (refused.status_code, code_of(refused)) == (400, "InvalidPolicyDefinitionId")


class TestCustomRoles:
    def role(self, client: Client, role_id: str, name: str, **more: Any) -> httpx.Response:
        properties = {
            "roleName": name,
            "description": "Reads groups",
            "permissions": [{"actions": ["Microsoft.Resources/subscriptions/resourceGroups/read"], "notActions": []}],
            "assignableScopes": [client.scope],
            **more,
        }
        return client.arm("PUT", f"{client.scope}/{_ROLES}/{role_id}", json={"properties": properties})

    def test_a_custom_role_is_listed_can_be_assigned_and_allows_what_it_says(self, client: Client) -> None:
        role_id, name = str(uuid4()), f"Group reader {uuid4()}"
        made = self.role(client, role_id, name)
        assert (made.status_code, made.json()["properties"]["type"]) == (201, "CustomRole")
        listed = client.arm("GET", f"{client.scope}/{_ROLES}", params={"$filter": f"roleName eq '{name}'"})
        assert names(listed) == [role_id]
        custom = client.arm("GET", f"{client.scope}/{_ROLES}", params={"$filter": "type eq 'CustomRole'"})
        assert role_id in names(custom)
        assert READER not in names(custom)

        application, principal = client.identity("custom")
        assignment = str(uuid4())
        assert client.assign(client.scope, principal["id"], assignment, role_id).status_code == 201
        secret = client.graph("POST", f"/applications/{application['id']}/addPassword", json={}).json()["secretText"]
        with Client(client.azure) as other:
            other.as_application(application["appId"], secret)
            assert other.arm("GET", f"{client.scope}/resourcegroups", "2021-04-01").status_code == 200
            assert other.group("not-mine").status_code == 403

        path = f"{client.scope}/{_ROLES}/{role_id}"
        assert code_of(client.arm("DELETE", path)) == "RoleDefinitionHasAssignments"
        client.arm("DELETE", f"{client.scope}/providers/Microsoft.Authorization/roleAssignments/{assignment}")
        assert client.arm("DELETE", path).json()["name"] == role_id
        assert client.arm("DELETE", path).status_code == 204
        assert code_of(client.arm("GET", path)) == "RoleDefinitionDoesNotExist"

    def test_what_is_wrong_with_a_role_is_said(self, client: Client) -> None:
        refused = self.role(client, "not-a-guid", "x")
        assert (refused.status_code, code_of(refused)) == (400, "InvalidRoleDefinitionId")
        refused = client.arm("GET", f"{client.scope}/{_ROLES}/not-a-guid")
        assert (refused.status_code, code_of(refused)) == (400, "InvalidRoleDefinitionId")
        assert code_of(self.role(client, READER, "x")) == "RoleDefinitionUpdateNotPermitted"
        assert code_of(self.role(client, str(uuid4()), "Reader")) == "RoleDefinitionWithSameNameExists"
        assert code_of(self.role(client, str(uuid4()), "x", permissions=[])) == "InvalidRequestContent"

    def test_it_cannot_be_assigned_outside_its_scopes(self, client: Client) -> None:
        group, role_id = new_group(client), str(uuid4())
        self.role(client, role_id, f"Elsewhere {role_id}", assignableScopes=[group])
        principal = client.identity("elsewhere")[1]["id"]
        assert code_of(client.assign(client.scope, principal, str(uuid4()), role_id)) == "RoleDefinitionDoesNotExist"
        assert client.assign(group, principal, str(uuid4()), role_id).status_code == 201


@pytest.mark.parametrize(
    "what",
    [
        "Microsoft.Authorization/policyDefinitions/x",
        "Microsoft.Authorization/denyAssignments/x",
        "Microsoft.Resources/deployments/x",
        "Microsoft.PolicyInsights/checkPolicyRestrictions/x",
    ],
)
def test_what_this_azure_does_not_keep_is_refused_and_no_resource(client: Client, what: str) -> None:
    group = new_group(client)
    answer = client.arm("PUT", f"{group}/providers/{what}", "2022-04-01", json={"location": "westus"})
    assert answer.status_code in (404, 405)
    assert names(client.arm("GET", f"{group}/resources", "2021-04-01")) == []
