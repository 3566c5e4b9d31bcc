"""`az group` and `az provider`."""

from __future__ import annotations

import pytest

from tests.az.azure_cli import AzureCli

pytestmark = pytest.mark.az


class TestGroups:
    def test_made_shown_listed_and_deleted(self, az: AzureCli, name: str) -> None:
        assert az.run("group", "exists", "--name", name) is False
        made = az.run("group", "create", "--name", name, "--location", "westeurope", "--tags", "owner=me")
        assert made["id"] == f"/subscriptions/{az.simulated.subscription}/resourceGroups/{name}"
        assert made["tags"] == {"owner": "me"}
        assert made["properties"] == {"provisioningState": "Succeeded"}
        assert az.run("group", "exists", "--name", name.upper()) is True
        assert az.run("group", "show", "--name", name) == made
        assert az.run("group", "list", "--tag", "owner=me") == [made]
        assert name in az.run("group", "list", "--query", "[].name")
        assert az.run("group", "delete", "--name", name, "--yes", "--no-wait") is None
        assert az.run("group", "show", "--name", name)["properties"]["provisioningState"] == "Deleting"
        said = az.error("group", "create", "--name", name, "--location", "westeurope")
        assert said.startswith(f"(ResourceGroupBeingDeleted) The resource group '{name}' is in deprovisioning state")
        az.simulated.control("clock", {"advance_s": 60})
        assert az.run("group", "exists", "--name", name) is False

    def test_a_deletion_is_waited_for(self, az: AzureCli, name: str) -> None:
        az.run("group", "create", "--name", name, "--location", "westeurope")
        waiting = az.start("group", "delete", "--name", name, "--yes")
        while az.run("group", "show", "--name", name)["properties"]["provisioningState"] != "Deleting":
            assert waiting.poll() is None
        az.simulated.control("clock", {"advance_s": 60})
        _, said = waiting.communicate(timeout=120)
        assert waiting.returncode == 0, said
        assert az.run("group", "exists", "--name", name) is False

    def test_errors_have_their_texts(self, az: AzureCli, name: str) -> None:
        missing = f"(ResourceGroupNotFound) Resource group '{name}' could not be found."
        assert az.error("group", "show", "--name", name).startswith(missing)
        assert az.error("group", "delete", "--name", name, "--yes").startswith(missing)
        az.run("group", "create", "--name", name, "--location", "westeurope")
        said = az.error("group", "create", "--name", name, "--location", "East US")
        assert said.startswith("(InvalidResourceGroupLocation) Invalid resource group location 'eastus'.")
        assert "already exists in location 'westeurope'" in said
        said = az.error("group", "create", "--name", "no!", "--location", "westeurope")
        assert said.startswith("(InvalidResourceGroup) The provided resource group name 'no!' has these invalid")
        said = az.error("group", "create", "--name", f"{name}-2", "--location", "mars")
        assert said.startswith("(LocationNotAvailableForResourceGroup) The provided location 'mars' is not available")


class TestProviders:
    def test_listed_shown_and_registered(self, az: AzureCli) -> None:
        states = az.run("provider", "list", "--query", "[].[namespace, registrationState]")
        assert ["Microsoft.ContainerService", "Registered"] in states
        shown = az.run("provider", "show", "--namespace", "microsoft.compute")
        assert shown["namespace"] == "Microsoft.Compute"
        types = {item["resourceType"]: item["locations"] for item in shown["resourceTypes"]}
        assert "West Europe" in types["virtualMachines"]
        az.run("provider", "register", "--namespace", "Microsoft.Compute", "--wait")

    def test_an_unknown_one_is_named(self, az: AzureCli) -> None:
        for command in ("show", "register"):
            said = az.error("provider", command, "--namespace", "Microsoft.Nowhere")
            assert said.startswith("(InvalidResourceNamespace) The resource namespace 'Microsoft.Nowhere' is invalid.")
