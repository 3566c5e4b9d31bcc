"""Lists of resources: options have their effect or are refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from pipeops_tui.simulator import RunningSimulator
from tests.simulator.client import Client, code_of


@pytest.fixture(scope="module")
def client(azure: RunningSimulator) -> Iterator[Client]:
    with Client(azure) as client:
        client.as_owner().group("listed")
        for name, place, tags in (("alpha", "westus", {"env": "dev"}), ("beta", "eastus", {"env": "prod"})):
            path = f"{client.scope}/resourceGroups/listed/providers/Microsoft.Storage/storageAccounts/{name}"
            body = {"location": place, "tags": tags, "sku": {"name": "Standard_LRS"}}
            assert client.arm("PUT", path, "2024-01-01", json=body).status_code == 201
        yield client


def listed(client: Client, **options: str) -> httpx.Response:
    params = {f"${name}": value for name, value in options.items()}
    return client.arm("GET", f"{client.scope}/resourceGroups/listed/resources", "2021-04-01", params=params)


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ("name eq 'ALPHA'", ["alpha"]),
        ("name ne 'alpha'", ["beta"]),
        ("resourceType eq 'Microsoft.Storage/storageAccounts' and location eq 'eastus'", ["beta"]),
        ("RESOURCETYPE eq 'Microsoft.Web/sites'", []),
        ("resourceGroup eq 'listed'", ["alpha", "beta"]),
        ("substringof('lph', name) or substringof('bet', name)", ["alpha", "beta"]),
        ("(substringof('a', name)) and tagName eq 'env' and tagValue eq 'prod'", ["beta"]),
        ("identity/principalId eq 'x'", []),
    ],
)
def test_the_filter_chooses(client: Client, wanted: str, names: list[str]) -> None:
    assert [item["name"] for item in listed(client, filter=wanted).json()["value"]] == names


@pytest.mark.parametrize(
    "wanted", ["nonsense", "name", "name eq", "name eq alpha", "name gt 'a'", "colour eq 'red'", "name eq 'a' 'b'",
               "substringof('a', location)", "name eq 'a' and", "(name eq 'a'", "name eq 'a", "%"],
)  # fmt: skip
def test_a_filter_that_means_nothing_is_refused(client: Client, wanted: str) -> None:
    refused = listed(client, filter=wanted)
    assert (refused.status_code, code_of(refused)) == (400, "InvalidFilterInQueryString")
    assert f"Invalid $filter '{wanted}'" in refused.json()["error"]["message"]
    everywhere = client.arm("GET", f"{client.scope}/resources", "2021-04-01", params={"$filter": wanted})
    assert code_of(everywhere) == "InvalidFilterInQueryString"


def test_a_list_shows_no_properties_and_more_only_where_it_is_asked_for(client: Client) -> None:
    item = listed(client).json()["value"][0]
    assert list(item) == ["id", "name", "type", "sku", "location", "tags"]
    item = listed(client, expand="createdTime,ChangedTime,provisioningState").json()["value"][0]
    assert list(item)[5:8] == ["createdTime", "changedTime", "provisioningState"]
    assert code_of(listed(client, expand="everything")) == "InvalidExpandInQueryString"


def test_pages_go_on_where_the_last_one_ended(client: Client) -> None:
    first = listed(client, top="1", filter="location ne 'mars'").json()
    second = client.follow(first["nextLink"]).json()
    assert [item["name"] for item in (*first["value"], *second["value"])] == ["alpha", "beta"]
    assert "nextLink" not in second
    assert code_of(listed(client, top="0")) == "InvalidTopInQueryString"


class TestTypes:
    """Lists of the types that a provider's own document names."""

    def test_every_type_has_a_list(self, client: Client) -> None:
        providers = client.arm("GET", f"{client.scope}/providers", "2021-04-01").json()["value"]
        asked = 0
        for provider in providers:
            if provider["namespace"] in ("Microsoft.Authorization", "Microsoft.Resources", "Microsoft.PolicyInsights"):
                continue
            for kind in provider["resourceTypes"]:
                if "/" in kind["resourceType"] or kind["resourceType"] in ("eventtypes",):
                    continue
                path = f"{client.scope}/providers/{provider['namespace']}/{kind['resourceType']}"
                answer = client.arm("GET", path, kind["apiVersions"][0])
                assert answer.status_code == 200, answer.text
                assert isinstance(answer.json()["value"], list)
                asked += 1
        assert asked > 15

    def test_the_resources_of_a_type_are_in_its_lists(self, client: Client) -> None:
        kind = "providers/microsoft.storage/STORAGEACCOUNTS"
        here = client.arm("GET", f"{client.scope}/resourceGroups/listed/{kind}", "2024-01-01").json()["value"]
        assert [item["name"] for item in here] == ["alpha", "beta"]
        assert here[0]["properties"]["provisioningState"] == "Succeeded"
        everywhere = client.arm("GET", f"{client.scope}/{kind}", "2024-01-01").json()["value"]
        assert {"alpha", "beta", "contosodata"} <= {item["name"] for item in everywhere}
        clusters = "providers/Microsoft.ContainerService/managedClusters"
        assert client.arm("GET", f"{client.scope}/{clusters}", "2024-07-01").json() == {"value": []}

    @pytest.mark.parametrize(
        ("kind", "version", "code"),
        [
            ("Microsoft.Compute/nonsense", "2024-07-01", "InvalidResourceType"),
            ("Microsoft.Nonsense/things", "2024-07-01", "InvalidResourceNamespace"),
            ("Microsoft.Compute/virtualMachines", "2001-01-01", "NoRegisteredProviderFound"),
            ("Microsoft.Compute/skus", "2001-01-01", "NoRegisteredProviderFound"),
        ],
    )
    def test_other_types_have_none(self, client: Client, kind: str, version: str, code: str) -> None:
        assert code_of(client.arm("GET", f"{client.scope}/providers/{kind}", version)) == code

    def test_tags_are_changed_and_properties_added(self, client: Client) -> None:
        path = f"{client.scope}/resourceGroups/listed/providers/Microsoft.Storage/storageAccounts/beta"
        changed = client.arm("PATCH", path, "2024-01-01", json={"tags": {"env": "test"}, "properties": {"a": 1}})
        assert changed.json()["tags"] == {"env": "test"}
        assert client.arm("GET", path, "2024-01-01").json()["properties"] == {"provisioningState": "Succeeded", "a": 1}
        client.arm("PATCH", path, "2024-01-01", json={"tags": {"env": "prod"}})
        missing = client.arm("PATCH", f"{path}x", "2024-01-01", json={})
        assert code_of(missing) == "ResourceNotFound"


class TestRegions:
    def test_sizes_of_machines_can_be_narrowed_to_a_region(self, client: Client) -> None:
        path = f"{client.scope}/providers/Microsoft.Compute/skus"
        found = client.arm("GET", path, "2021-07-01", params={"$filter": "location eq 'WestEurope'"}).json()["value"]
        assert {item["locations"][0] for item in found} == {"westeurope"}
        assert "Standard_D2s_v3" in [item["name"] for item in found]
        refused = client.arm("GET", path, "2021-07-01", params={"$filter": "size eq 'B2s'"})
        assert code_of(refused) == "InvalidFilterInQueryString"

    def test_the_list_of_sizes_is_as_large_as_azures(self, client: Client) -> None:
        path = f"{client.scope}/providers/Microsoft.Compute/skus"
        answer = client.arm("GET", path, "2021-07-01", params={"$filter": "location eq 'eastus'"})
        assert 1_000_000 < len(answer.content) < 3_000_000
        found = {item["name"]: item for item in answer.json()["value"] if item["resourceType"] == "virtualMachines"}
        assert found["Standard_D2s_v5"]["family"] == "standardDSv5Family"
        assert {"name": "vCPUs", "value": "2"} in found["Standard_B2s"]["capabilities"]
        kinds = {restriction["type"] for item in found.values() for restriction in item["restrictions"]}
        assert kinds == {"Zone"}, "some sizes miss a zone, none is closed"
        assert "disks" in {item["resourceType"] for item in answer.json()["value"]}

    def test_versions_of_kubernetes_are_those_of_a_region(self, client: Client) -> None:
        path = f"{client.scope}/providers/Microsoft.ContainerService/locations"
        found = client.arm("GET", f"{path}/westeurope/kubernetesVersions", "2024-07-01")
        assert found.headers["Content-Type"] == "application/json"
        assert [item["version"] for item in found.json()["values"]]
        for region in ("mars", "malaysiawest"):
            refused = client.arm("GET", f"{path}/{region}/kubernetesVersions", "2024-07-01")
            assert code_of(refused) == "NoRegisteredProviderFound"


class TestTemplates:
    def validate(self, client: Client, **properties: Any) -> httpx.Response:
        path = "providers/Microsoft.Resources/deployments/trial/validate"
        sent = {"mode": "Incremental", "template": {"resources": []}, **properties}
        where = f"{client.scope}/resourceGroups/listed/{path}"
        return client.arm("POST", where, "2022-09-01", json={"properties": sent})

    def test_a_template_without_a_mistake_is_valid(self, client: Client) -> None:
        template = {"parameters": {"a": {"type": "string"}, "b": {"defaultValue": "x"}}, "resources": []}
        answer = self.validate(client, template=template, parameters={"a": {"value": "y"}})
        assert answer.json()["properties"]["provisioningState"] == "Succeeded"

    def test_the_first_mistake_is_named_with_its_place(self, client: Client) -> None:
        refused = self.validate(client, template={"parameters": {"extra": {"type": "string"}}, "resources": []})
        error = refused.json()["error"]
        assert (refused.status_code, error["code"]) == (400, "InvalidTemplate")
        assert "template parameter 'extra' at line '1' and column '" in error["message"]
        assert error["additionalInfo"][0]["info"]["lineNumber"] == 1
        assert code_of(self.validate(client, template={"resources": [{"type": "x"}]})) == "InvalidTemplate"
        assert code_of(self.validate(client, mode="Sideways")) == "InvalidRequestContent"


def test_several_slashes_are_one(client: Client) -> None:
    roles = "providers/Microsoft.Authorization/roleDefinitions"
    wanted = {"api-version": "2022-04-01"}
    for path in (f"/{client.scope}/{roles}", f"{client.scope}//{roles}", f"//{client.scope}//{roles}"):
        url = f"{client.azure.base_url}{path}"
        answer = client.http.get(url, params=wanted, headers={"Authorization": f"Bearer {client.bearer('arm')}"})
        assert answer.status_code == 200, answer.text
        assert "Contributor" in [item["properties"]["roleName"] for item in answer.json()["value"]]
