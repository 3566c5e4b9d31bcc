"""`az ad app` and `az ad sp`."""

from __future__ import annotations

import pytest

from tests.az.azure_cli import AzureCli
from tests.az.conftest import NewCli

pytestmark = pytest.mark.az
_NOWHERE = "5d6a1e0c-5f8e-4a44-9e0f-2f7f6f0a0b0c"
_MISSING = f"Resource '{_NOWHERE}' does not exist or one of its queried reference-property objects are not present."


class TestApplications:
    def test_made_listed_changed_and_deleted(self, az: AzureCli, name: str) -> None:
        made = az.run("ad", "app", "create", "--display-name", name, "--sign-in-audience", "AzureADMyOrg")
        assert made["displayName"] == name
        assert made["signInAudience"] == "AzureADMyOrg"
        assert [item["appId"] for item in az.run("ad", "app", "list", "--display-name", name)] == [made["appId"]]
        by_filter = az.run("ad", "app", "list", "--filter", f"appId eq '{made['appId']}'")
        assert [item["id"] for item in by_filter] == [made["id"]]
        for key in ("id", "appId"):
            assert az.run("ad", "app", "show", "--id", made[key])["displayName"] == name
        az.run("ad", "app", "update", "--id", made["id"], "--set", "notes=changed", "tags=['one']")
        az.run("ad", "app", "update", "--id", made["appId"], "--web-redirect-uris", "https://localhost/back")
        shown = az.run("ad", "app", "show", "--id", made["id"])
        assert shown["notes"] == "changed"
        assert shown["web"]["redirectUris"] == ["https://localhost/back"]
        az.run("ad", "app", "delete", "--id", made["appId"])
        assert az.run("ad", "app", "list", "--filter", f"appId eq '{made['appId']}'") == []
        deleted = az.simulated.control("state")["deleted_applications"]
        assert made["id"] in [item["id"] for item in deleted]

    def test_the_same_name_is_patched_by_the_cli(self, az: AzureCli, name: str) -> None:
        first = az.run("ad", "app", "create", "--display-name", name)
        again = az.run("ad", "app", "create", "--display-name", name)
        assert again["id"] == first["id"]

    def test_secrets_are_listed_reset_and_deleted(self, az: AzureCli, name: str) -> None:
        app_id = az.run("ad", "app", "create", "--display-name", name)["appId"]
        first = az.run("ad", "app", "credential", "reset", "--id", app_id, "--display-name", "first")
        assert first["appId"] == app_id
        assert first["tenant"] == az.simulated.tenant
        assert len(first["password"]) == 40
        second = az.run("ad", "app", "credential", "reset", "--id", app_id, "--append", "--display-name", "second")
        listed = az.run("ad", "app", "credential", "list", "--id", app_id)
        assert [item["displayName"] for item in listed] == ["first", "second"]
        assert [item["hint"] for item in listed] == [first["password"][:3], second["password"][:3]]
        assert {item["secretText"] for item in listed} == {None}
        az.run("ad", "app", "credential", "delete", "--id", app_id, "--key-id", listed[0]["keyId"])
        names = "[].displayName"
        assert az.run("ad", "app", "credential", "list", "--id", app_id, "--query", names) == ["second"]
        az.run("ad", "app", "credential", "reset", "--id", app_id, "--display-name", "third")
        assert az.run("ad", "app", "credential", "list", "--id", app_id, "--query", names) == ["third"]

    def test_an_unknown_one_is_named(self, az: AzureCli) -> None:
        for command in ("show", "delete"):
            assert az.error("ad", "app", command, "--id", _NOWHERE).startswith(_MISSING)


class TestServicePrincipals:
    def test_made_listed_shown_and_deleted(self, az: AzureCli, name: str) -> None:
        app_id = az.run("ad", "app", "create", "--display-name", name)["appId"]
        made = az.run("ad", "sp", "create", "--id", app_id)
        assert made["appOwnerOrganizationId"] == az.simulated.tenant
        assert made["servicePrincipalNames"] == [app_id]
        taken = f"the service principal name {app_id} is already in use."
        assert taken in az.error("ad", "sp", "create", "--id", app_id)
        assert [item["id"] for item in az.run("ad", "sp", "list", "--display-name", name)] == [made["id"]]
        assert az.run("ad", "sp", "show", "--id", app_id)["id"] == made["id"]
        reset = az.run("ad", "sp", "credential", "reset", "--id", made["id"])
        assert len(reset["password"]) == 40
        assert len(az.run("ad", "sp", "credential", "list", "--id", app_id)) == 1
        az.run("ad", "sp", "delete", "--id", app_id)
        assert az.run("ad", "sp", "list", "--filter", f"appId eq '{app_id}'") == []
        assert az.error("ad", "sp", "show", "--id", app_id).startswith(f"Resource '{app_id}' does not exist")

    def test_one_for_an_unknown_application_is_refused(self, az: AzureCli) -> None:
        said = az.error("ad", "sp", "create", "--id", _NOWHERE)
        assert f"The appId '{_NOWHERE}' of the service principal does not reference a valid application object." in said

    def test_a_reset_secret_signs_in_and_the_old_one_does_not(self, new_cli: NewCli, name: str) -> None:
        az = new_cli()
        made = az.run("ad", "sp", "create-for-rbac", "--name", name)
        new_cli().sign_in(made["appId"], made["password"])
        reset = az.run("ad", "app", "credential", "reset", "--id", made["appId"])
        new_cli().sign_in(made["appId"], reset["password"])
        who = ("--service-principal", "--username", made["appId"], f"--password={made['password']}")
        # A CLI that has signed in before would be content with its old token.
        said = new_cli().error("login", *who, "--tenant", az.simulated.tenant)
        assert said.startswith("AADSTS7000215")
