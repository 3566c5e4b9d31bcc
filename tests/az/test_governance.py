"""`az lock`, `az policy`, `az resource`, `az vm`, `az rest`: what surrounds the groups and applications."""

from __future__ import annotations

import pytest

from tests.az.azure_cli import AzureCli
from tests.az.conftest import NewCli

pytestmark = pytest.mark.az
_ALLOWED_LOCATIONS = "e56962a6-4747-49cd-b67b-bf8b01975c4c"


def made_group(az: AzureCli, name: str) -> str:
    """The ARM id of a new group."""
    return str(az.run("group", "create", "--name", name, "--location", "westeurope")["id"])


class TestLocks:
    def test_a_lock_holds_until_it_is_deleted(self, az: AzureCli, name: str) -> None:
        scope = made_group(az, name)
        where = ("--name", "keep", "--resource-group", name)
        made = az.run("lock", "create", *where, "--lock-type", "CanNotDelete", "--notes", "Backups")
        assert (made["level"], made["notes"]) == ("CanNotDelete", "Backups")
        assert [item["name"] for item in az.run("lock", "list", "--resource-group", name)] == ["keep"]
        assert az.run("lock", "show", *where)["id"] == made["id"]
        assert az.run("resource", "list", "--resource-group", name) == []
        said = az.error("group", "delete", "--name", name, "--yes")
        assert said.startswith(f"(ScopeLocked) The scope '{scope.replace('resourceGroups', 'resourcegroups')}' cannot")
        assert az.run("lock", "update", *where, "--lock-type", "ReadOnly")["level"] == "ReadOnly"
        assert az.error("group", "update", "--name", name, "--tags", "a=b").startswith("(ScopeLocked)")
        az.run("lock", "delete", *where)
        assert az.run("lock", "list", "--resource-group", name) == []
        az.run("group", "delete", "--name", name, "--yes", "--no-wait")


class TestGroups:
    def test_tags_are_changed(self, az: AzureCli, name: str) -> None:
        made_group(az, name)
        assert az.run("group", "update", "--name", name, "--tags", "a=1", "b=2")["tags"] == {"a": "1", "b": "2"}
        assert az.run("group", "update", "--name", name, "--set", "tags.a=3")["tags"] == {"a": "3", "b": "2"}


class TestResources:
    def test_made_listed_tagged_and_deleted(self, az: AzureCli, name: str) -> None:
        made_group(az, name)
        kind = ("--resource-type", "Microsoft.Storage/storageAccounts")
        which = (*kind, "--name", "azdata", "--resource-group", name)
        made = az.run("resource", "create", *which, "--location", "westeurope", "--properties", "{}")
        assert made["type"] == "Microsoft.Storage/storageAccounts"
        assert az.run("resource", "show", *which)["id"] == made["id"]
        assert [item["name"] for item in az.run("resource", "list", "--resource-group", name)] == ["azdata"]
        assert [item["name"] for item in az.run("resource", "list", *kind, "--name", "azdata")] == ["azdata"]
        assert az.run("resource", "list", "--tag", "nothing=here") == []
        az.run("resource", "tag", *which, "--tags", "a=1")
        assert [item["name"] for item in az.run("resource", "list", "--tag", "a=1")] == ["azdata"]
        az.run("resource", "delete", *which)
        assert az.run("resource", "list", "--resource-group", name) == []
        assert az.run("vm", "list") == []
        assert az.run("aks", "list", "--resource-group", name) == []

    def test_a_region_says_what_it_offers(self, az: AzureCli) -> None:
        usages = az.run("vm", "list-usage", "--location", "westeurope")
        assert "Total Regional vCPUs" in [item["localName"] for item in usages]
        sizes = az.run("vm", "list-skus", "--location", "westeurope", "--all", "--query", "[].name")
        assert "Standard_D2s_v3" in sizes
        versions = az.run("aks", "get-versions", "--location", "westeurope")["values"]
        assert versions[0]["capabilities"]["supportPlan"]


class TestPolicies:
    def test_an_assignment_is_made_listed_shown_and_deleted(self, az: AzureCli, name: str) -> None:
        scope = made_group(az, name)
        create = ("policy", "assignment", "create", "--name", name[:24], "--scope", scope)
        places = ("--params", '{"listOfAllowedLocations": {"value": ["eastus"]}}')
        made = az.run(*create, "--policy", _ALLOWED_LOCATIONS, "--display-name", "Places", *places)
        assert made["scope"] == scope
        assert made["name"] in [item["name"] for item in az.run("policy", "assignment", "list", "--scope", scope)]
        which = ("--name", name[:24], "--scope", scope)
        assert az.run("policy", "assignment", "show", *which)["displayName"] == "Places"
        az.run("policy", "assignment", "delete", *which)
        assert az.error("policy", "assignment", "show", *which).startswith("(PolicyAssignmentNotFound)")
        said = az.error("policy", "definition", "show", "--name", "nothing")
        assert "PolicyDefinitionNotFound" in said


class TestAccess:
    def test_an_assignment_is_deleted_by_its_id(self, az: AzureCli, name: str) -> None:
        scope = made_group(az, name)
        principal = az.run("ad", "sp", "create-for-rbac", "--name", name, "--role", "Reader", "--scopes", scope)
        (made,) = az.run("role", "assignment", "list", "--scope", scope, "--assignee", principal["appId"])
        az.run("role", "assignment", "delete", "--ids", made["id"])
        assert az.run("role", "assignment", "list", "--scope", scope) == []

    def test_a_custom_role_is_made_assigned_and_deleted(self, az: AzureCli, name: str) -> None:
        scope = made_group(az, name)
        definition = (
            f'{{"Name": "{name}", "Description": "Reads", "Actions": ["*/read"], "AssignableScopes": ["{scope}"]}}'
        )
        made = az.run("role", "definition", "create", "--role-definition", definition)
        assert made["roleType"] == "CustomRole"
        az.run("role", "definition", "delete", "--name", name, "--scope", scope)
        assert az.run("role", "definition", "list", "--name", name, "--scope", scope) == []


class TestDirectory:
    def test_an_owner_is_added_listed_and_removed(self, az: AzureCli, name: str) -> None:
        app_id = az.run("ad", "app", "create", "--display-name", name)["appId"]
        principal = az.run("ad", "sp", "create", "--id", app_id)["id"]
        owner = ("--id", app_id, "--owner-object-id", principal)
        az.run("ad", "app", "owner", "add", *owner)
        assert principal in [item["id"] for item in az.run("ad", "app", "owner", "list", "--id", app_id)]
        az.run("ad", "app", "owner", "remove", *owner)
        assert principal not in [item["id"] for item in az.run("ad", "app", "owner", "list", "--id", app_id)]
        assert len(az.run("ad", "sp", "owner", "list", "--id", principal)) == 1

    def test_a_credential_is_deleted_and_does_not_sign_in(self, new_cli: NewCli, name: str) -> None:
        az = new_cli()
        made = az.run("ad", "sp", "create-for-rbac", "--name", name)
        (key,) = az.run("ad", "app", "credential", "list", "--id", made["appId"])
        az.run("ad", "app", "credential", "delete", "--id", made["appId"], "--key-id", key["keyId"])
        assert az.run("ad", "app", "credential", "list", "--id", made["appId"]) == []
        who = ("--service-principal", "--username", made["appId"], f"--password={made['password']}")
        assert new_cli().error("login", *who, "--tenant", az.simulated.tenant).startswith("AADSTS7000215")

    def test_a_federated_credential_is_made_listed_and_deleted(self, az: AzureCli, name: str) -> None:
        app_id = az.run("ad", "app", "create", "--display-name", name)["appId"]
        trust = '{"name": "ci", "issuer": "https://ci.example", "subject": "main", "audiences": ["api://x"]}'
        made = az.run("ad", "app", "federated-credential", "create", "--id", app_id, "--parameters", trust)
        which = ("--id", app_id, "--federated-credential-id", made["id"])
        assert az.run("ad", "app", "federated-credential", "show", *which)["name"] == "ci"
        az.run("ad", "app", "federated-credential", "delete", *which)
        assert az.run("ad", "app", "federated-credential", "list", "--id", app_id) == []


class TestRest:
    def test_each_service_gets_its_own_token(self, az: AzureCli) -> None:
        graph, arm = az.simulated.graph, az.simulated.base_url
        found = az.run("rest", "--method", "get", "--url", f"{graph}/v1.0/organization?$select=ID")
        assert [item["id"] for item in found["value"]] == [az.simulated.tenant]
        path = f"/subscriptions/{az.simulated.subscription}"
        shown = az.run("rest", "--method", "get", "--url", f"{arm}{path}?api-version=2022-12-01")
        assert shown["id"] == path
        wrong = ("--resource", "https://management.core.windows.net/")
        said = az.error("rest", "--method", "get", "--url", f"{graph}/v1.0/organization", *wrong)
        assert "Invalid audience." in said
