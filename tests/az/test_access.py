"""`az role`, and what the roles do: `az ad sp create-for-rbac` and the rights it gives."""

from __future__ import annotations

import pytest

from tests.az.azure_cli import AzureCli
from tests.az.conftest import NewCli

pytestmark = pytest.mark.az
_CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
_NOBODY = "5d6a1e0c-5f8e-4a44-9e0f-2f7f6f0a0b0c"


def made_group(az: AzureCli, name: str) -> str:
    """The ARM id of a new group."""
    return str(az.run("group", "create", "--name", name, "--location", "westeurope")["id"])


class TestRoles:
    def test_definitions_are_listed(self, az: AzureCli) -> None:
        (found,) = az.run("role", "definition", "list", "--name", "Contributor")
        assert found["roleName"] == "Contributor"
        assert found["name"] == _CONTRIBUTOR
        assert "Microsoft.Authorization/*/Write" in found["permissions"][0]["notActions"]
        names = az.run("role", "definition", "list", "--query", "[].roleName")
        assert {"Owner", "Contributor", "Reader", "User Access Administrator"} <= set(names)
        assert az.run("role", "definition", "list", "--custom-role-only", "true") == []

    def test_assignments_are_made_listed_and_deleted(self, az: AzureCli, name: str) -> None:
        scope = made_group(az, name)
        app_id = az.run("ad", "app", "create", "--display-name", name)["appId"]
        principal = az.run("ad", "sp", "create", "--id", app_id)["id"]
        whom = ("--assignee-object-id", principal, "--assignee-principal-type", "ServicePrincipal")
        create = ("role", "assignment", "create", *whom, "--role", "Reader", "--scope", scope)
        made = az.run(*create)
        assert made["principalId"] == principal
        assert made["scope"] == scope
        assert az.run(*create)["id"] == made["id"], "the same assignment is found, not made again"
        (listed,) = az.run("role", "assignment", "list", "--scope", scope, "--assignee", app_id)
        assert (listed["roleDefinitionName"], listed["principalName"]) == ("Reader", app_id)
        assert len(az.run("role", "assignment", "list", "--all", "--assignee", principal)) == 1
        az.run("role", "assignment", "delete", "--assignee", app_id, "--role", "Reader", "--scope", scope)
        assert az.run("role", "assignment", "list", "--scope", scope) == []

    def test_errors_have_their_texts(self, az: AzureCli, name: str) -> None:
        scope = made_group(az, name)
        create = ("role", "assignment", "create", "--scope", scope)
        said = az.error(*create, "--role", "Reader", "--assignee-object-id", _NOBODY)
        assert said.startswith(f"(PrincipalNotFound) Principal {_NOBODY.replace('-', '')} does not exist in the dir")
        application = az.run("ad", "app", "create", "--display-name", name)["id"]
        whom = ("--assignee-object-id", application, "--assignee-principal-type", "ServicePrincipal")
        said = az.error(*create, "--role", "Reader", *whom)
        assert "Principals of type Application cannot validly be used in role assignments." in said
        assert "Role 'Nonsense' doesn't exist." in az.error(*create, "--role", "Nonsense", *whom)


class TestCreateForRbac:
    def test_it_may_do_what_its_role_allows_and_nothing_else(self, new_cli: NewCli, name: str) -> None:
        az, other = new_cli(), new_cli()
        scope = made_group(az, name)
        made = az.run("ad", "sp", "create-for-rbac", "--name", name, "--role", "Contributor", "--scopes", scope)
        assert made["displayName"] == name
        assert made["tenant"] == az.simulated.tenant
        (seen,) = other.sign_in(made["appId"], made["password"])
        assert seen["id"] == az.simulated.subscription
        assert other.run("group", "show", "--name", name)["id"] == scope
        other.run("group", "update", "--name", name, "--tags", "by=contributor")
        subscription = f"/subscriptions/{az.simulated.subscription}"
        said = other.error("group", "create", "--name", f"{name}-2", "--location", "westeurope")
        assert said.startswith(f"(AuthorizationFailed) The client '{made['appId']}' with object id '")
        action = "Microsoft.Resources/subscriptions/resourcegroups/"
        assert f"does not have authorization to perform action '{action}" in said
        assert f"over scope '{subscription}/resourcegroups/{name}-2' or the scope is invalid." in said
        whom = ("--assignee-object-id", _NOBODY, "--assignee-principal-type", "ServicePrincipal")
        said = other.error("role", "assignment", "create", *whom, "--role", _CONTRIBUTOR, "--scope", scope)
        assert "(AuthorizationFailed)" in said
        assert "Microsoft.Authorization/roleAssignments/write" in said
        said = other.error("ad", "app", "list", "--all")
        assert said.startswith("Insufficient privileges to complete the operation.")

    def test_again_it_takes_over_what_has_the_name(self, az: AzureCli, name: str) -> None:
        scope = made_group(az, name)
        first = az.run("ad", "sp", "create-for-rbac", "--name", name, "--role", "Reader", "--scopes", scope)
        again = az.run("ad", "sp", "create-for-rbac", "--name", name, "--role", "Reader", "--scopes", scope)
        assert again["appId"] == first["appId"]
        assert again["password"] != first["password"]
        assert len(az.run("role", "assignment", "list", "--scope", scope)) == 1
