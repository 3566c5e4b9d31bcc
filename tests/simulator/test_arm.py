"""Azure Resource Manager on the wire: status codes, texts, headers, lifecycles."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest

from pipeops_tui.simulator import RunningSimulator
from tests.simulator.client import CONTRIBUTOR, READER, Client, code_of

World = Callable[[str], Client]
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NOBODYS = "00000000-0000-4000-8000-000000000001"


@pytest.fixture(scope="module")
def client(azure: RunningSimulator) -> Iterator[Client]:
    with Client(azure) as one:
        yield one.as_user()


class TestFrontDoor:
    def test_a_correlation_id_is_echoed_verbatim_and_otherwise_the_request_id(self, client: Client) -> None:
        path = f"{client.scope}/resourcegroups/data-rg"
        plain = client.arm("GET", path, "2021-04-01").headers
        assert GUID.fullmatch(plain["x-ms-request-id"])
        assert plain["x-ms-correlation-request-id"] == plain["x-ms-request-id"]
        assert plain["x-ms-routing-request-id"].endswith(plain["x-ms-request-id"])
        sent = {"x-ms-correlation-request-id": "f3ad9b755f3d4baae3724b174d16a43b"}
        echoed = client.arm("GET", path, "2021-04-01", headers=sent).headers
        assert echoed["x-ms-correlation-request-id"] == sent["x-ms-correlation-request-id"]
        assert echoed["x-ms-request-id"] != echoed["x-ms-correlation-request-id"]

    def test_authorization_answers_carry_ids_of_their_own(self, client: Client) -> None:
        headers = client.arm("GET", f"{client.scope}/providers/Microsoft.Authorization/permissions").headers
        assert headers["x-ms-operation-identifier"].startswith(f"tenantId={client.tenant},objectId=")
        assert headers["Set-Cookie"].startswith("x-ms-gateway-slice=Production")
        assert headers["x-ms-request-id"] != headers["x-ms-correlation-request-id"]

    def test_rate_limit_headers_name_what_was_used(self, world: World) -> None:
        client = world("happy").as_user()
        tenant = client.arm("GET", "/subscriptions", "2022-12-01").headers
        assert tenant["x-ms-ratelimit-remaining-tenant-reads"] == "2199"
        written = client.group("one").headers
        assert written["x-ms-ratelimit-remaining-subscription-writes"] == "199"
        assert written["x-ms-ratelimit-remaining-subscription-global-writes"] == "2999"
        refused = client.group("data-rg", "eastus")
        assert refused.status_code == 409
        assert refused.headers["x-ms-ratelimit-remaining-subscription-writes"] == "198"

    def test_tokens_are_judged_as_azure_judges_them(self, client: Client) -> None:
        url = "/subscriptions?api-version=2022-12-01"
        none = client.http.get(url)
        assert (none.status_code, code_of(none)) == (401, "AuthenticationFailed")
        assert 'error="invalid_token"' in none.headers["WWW-Authenticate"]
        broken = client.http.get(url, headers={"Authorization": "Bearer x.y.z"})
        assert code_of(broken) == "InvalidAuthenticationToken"
        graph = client.http.get(url, headers={"Authorization": f"Bearer {client.bearer('graph')}"})
        assert code_of(graph) == "InvalidAuthenticationTokenAudience"
        forged = client.bearer("arm")[:-4] + "AAAA"
        refused = client.http.get(url, headers={"Authorization": f"Bearer {forged}"})
        assert code_of(refused) == "InvalidAuthenticationToken"

    def test_a_token_expires(self, world: World) -> None:
        client = world("happy").as_user()
        client.azure.advance_clock(3_600)
        late = client.arm("GET", "/subscriptions", "2022-12-01")
        assert (late.status_code, code_of(late)) == (401, "ExpiredAuthenticationToken")
        assert "The access token has expired." in late.headers["WWW-Authenticate"]

    def test_the_wrong_tenant_is_named(self, client: Client) -> None:
        other = next(
            item
            for item in client.azure.state()["subscriptions"]
            if item["tenantId"] != client.tenant and item["state"] == "Enabled"
        )
        refused = client.arm("GET", f"{other['id']}/resourcegroups", "2021-04-01")
        assert (refused.status_code, code_of(refused)) == (401, "InvalidAuthenticationTokenTenant")
        assert f"https://login.windows.net/{other['tenantId']}" in refused.json()["error"]["message"]

    @pytest.mark.parametrize(
        ("method", "path", "version", "status", "code"),
        [
            ("GET", "/subscriptions", "", 400, "MissingApiVersionParameter"),
            ("GET", "/subscriptions", "1999-01-01", 400, "InvalidApiVersionParameter"),
            ("GET", f"/subscriptions/{NOBODYS}/resourcegroups", "2021-04-01", 404, "SubscriptionNotFound"),
            ("GET", "/subscriptions/x/resourcegroups", "2021-04-01", 400, "InvalidSubscriptionId"),
            ("GET", "{scope}/providers/Nobody.Knows", "2021-04-01", 404, "InvalidResourceNamespace"),
            ("GET", "{scope}/providers/Nobody.Knows/things", "2021-04-01", 404, "InvalidResourceNamespace"),
            ("GET", "{scope}/providers/Microsoft.Compute/nothings", "2021-04-01", 404, "InvalidResourceType"),
            ("GET", "{scope}/nothing", "2021-04-01", 404, "NotFound"),
            ("POST", "{scope}/resourcegroups", "2021-04-01", 405, "MethodNotAllowed"),
        ],
    )
    def test_what_does_not_exist_is_an_error(
        self, client: Client, method: str, path: str, version: str, status: int, code: str
    ) -> None:
        answer = client.arm(method, path.format(scope=client.scope), version)
        assert (answer.status_code, code_of(answer)) == (status, code)
        assert answer.headers["x-ms-failure-cause"] == "gateway"

    @pytest.mark.parametrize(
        ("option", "code"),
        [({"$filter": "name eq 'x'"}, "InvalidFilterInQueryString"), ({"$skiptoken": "x"}, "InvalidSkipToken")],
    )
    def test_an_option_that_means_nothing_is_an_error(self, client: Client, option: dict[str, str], code: str) -> None:
        answer = client.arm("GET", f"{client.scope}/resourcegroups", "2021-04-01", params=option)
        assert (answer.status_code, code_of(answer)) == (400, code)


class TestSubscriptions:
    def test_shapes_follow_the_api_version(self, client: Client) -> None:
        newest = client.arm("GET", "/subscriptions", "2022-12-01").json()
        assert list(newest["value"][0]) == [
            "id", "authorizationSource", "managedByTenants", "subscriptionId", "tenantId", "displayName", "state",
            "subscriptionPolicies",
        ]  # fmt: skip
        assert "count" not in newest
        counted = client.arm("GET", "/subscriptions", "2020-01-01").json()
        assert counted["count"] == {"type": "Total", "value": 7}
        assert "tenantId" not in client.arm("GET", "/subscriptions", "2016-06-01").json()["value"][0]
        assert client.arm("GET", client.scope, "2022-12-01").json() == newest["value"][0]

    def test_the_102_locations_come_in_azures_order(self, client: Client) -> None:
        answer = client.arm("GET", f"{client.scope}/locations", "2022-12-01").json()
        places = answer["value"]
        assert list(answer) == ["value"]
        assert [place["name"] for place in places[:3]] == ["eastus", "westus2", "australiaeast"]
        assert len(places) == 102
        assert sum(place["metadata"]["regionType"] == "Physical" for place in places) == 62
        assert places[0]["metadata"]["pairedRegion"] == [{"name": "westus", "id": f"{client.scope}/locations/westus"}]
        flat = client.arm("GET", f"{client.scope}/locations", "2016-06-01").json()["value"][0]
        assert list(flat) == ["id", "name", "displayName", "longitude", "latitude"]


class TestResourceGroups:
    def path(self, client: Client, name: str) -> str:
        return f"{client.scope}/resourceGroups/{name}"

    def test_put_creates_updates_and_refuses_to_move(self, client: Client) -> None:
        created = client.group("moving", "West Europe", tags={"a": ""})
        assert (created.status_code, created.json()["location"]) == (201, "westeurope")
        assert list(created.json()) == ["id", "name", "type", "location", "tags", "properties"]
        updated = client.group("MOVING")
        assert (updated.status_code, updated.json()["name"]) == (200, "moving")
        assert "tags" not in updated.json()
        moved = client.group("moving", "East US")
        assert (moved.status_code, code_of(moved)) == (409, "InvalidResourceGroupLocation")
        assert moved.json()["error"]["message"] == (
            "Invalid resource group location 'East US'. The Resource group already exists in location 'westeurope'."
        )

    def test_head_announces_a_body_it_does_not_send(self, client: Client) -> None:
        missing = client.arm("HEAD", self.path(client, "twelve-chars"), "2021-04-01")
        assert (missing.status_code, missing.content) == (404, b"")
        assert missing.headers["Content-Length"] == "104"
        there = client.arm("HEAD", self.path(client, "data-rg"), "2025-03-01")
        assert (there.status_code, there.content) == (204, b"")

    @pytest.mark.parametrize("name", ["a!", "a b", "trailing.", "x" * 91, "roman-Ⅳ", "squared-²"])
    def test_bad_names_are_refused(self, client: Client, name: str) -> None:
        refused = client.group(name)
        assert (refused.status_code, code_of(refused)) == (400, "InvalidResourceGroup")

    @pytest.mark.parametrize("name", ["_a-b.c(d)", "größe", "数", "x" * 90])
    def test_good_names_are_taken(self, client: Client, name: str) -> None:
        assert client.group(name).status_code == 201
        assert client.arm("GET", self.path(client, name), "2021-04-01").json()["name"] == name

    @pytest.mark.parametrize("place", ["nowhere", "europe", "eastusstg", "centraluseuap"])
    def test_places_that_take_no_groups_are_refused_with_a_list(self, client: Client, place: str) -> None:
        refused = client.group("new", place)
        assert (refused.status_code, code_of(refused)) == (400, "LocationNotAvailableForResourceGroup")
        assert "westeurope" in refused.json()["error"]["message"]

    def test_tags_filter_the_list(self, client: Client) -> None:
        path = f"{client.scope}/resourcegroups"
        wanted = {"$filter": "tagName eq 'COSTCENTER' and tagValue eq '4711'"}
        found = client.arm("GET", path, "2021-04-01", params=wanted)
        assert [group["name"] for group in found.json()["value"]] == ["web-prod-rg"]
        first = client.arm("GET", path, "2021-04-01", params={"$top": "2"}).json()
        assert len(first["value"]) == 2
        assert "&%24skiptoken=" in first["nextLink"]
        second = client.follow(first["nextLink"]).json()
        assert not {g["id"] for g in first["value"]} & {g["id"] for g in second["value"]}

    def test_deleting_takes_a_while_and_can_be_watched(self, world: World) -> None:
        client = world("happy").as_user()
        client.group("PipeOps-RG_1")
        path = self.path(client, "pipeops-rg_1")
        principal = client.identity()[1]
        client.assign(path, principal["id"], str(uuid4()))
        accepted = client.arm("DELETE", path, "2022-09-01")
        assert (accepted.status_code, accepted.content) == (202, b"")
        poll = accepted.headers["Location"]
        assert len(poll) > 3_600
        assert "/operationresults/" in poll
        assert client.arm("GET", path, "2021-04-01").json()["properties"]["provisioningState"] == "Deleting"
        running = client.follow(poll)
        assert (running.status_code, running.content) == (202, b"")
        assert "Location" in running.headers
        client.azure.advance_clock(45)
        done = client.follow(poll)
        assert (done.status_code, done.content) == (200, b"")
        assert "Content-Type" not in done.headers
        assert client.arm("GET", path, "2021-04-01").status_code == 404
        left = [item["id"] for item in client.azure.state()["role_assignments"] if "PipeOps-RG_1" in item["id"]]
        assert left == []

    def test_a_group_that_may_not_be_read_is_forbidden_even_when_it_does_not_exist(self, world: World) -> None:
        client = world("happy").as_user()
        application, _ = client.identity()
        secret = client.graph("POST", f"/applications/{application['id']}/addPassword", json={}).json()["secretText"]
        client.as_application(application["appId"], secret)
        refused = client.arm("GET", self.path(client, "nothing"), "2021-04-01")
        assert (refused.status_code, code_of(refused)) == (403, "AuthorizationFailed")
        assert f"The client '{application['appId']}' with object id" in refused.json()["error"]["message"]

    def test_a_managed_group_is_protected_by_its_deny_assignment(self, client: Client) -> None:
        path = self.path(client, "mrg-backup-service")
        denials = f"{path}/providers/Microsoft.Authorization/denyAssignments"
        listed = client.arm("GET", denials, params={"$filter": "atScope()"}).json()["value"]
        assert len(listed) == 1
        assert client.arm("GET", path, "2021-04-01").status_code == 200
        refused = client.assign(path, str(uuid4()), str(uuid4()))
        assert (refused.status_code, code_of(refused)) == (403, "DenyAssignmentAuthorizationFailed")
        assert "however, the access is denied because of the deny assignment" in refused.json()["error"]["message"]


class TestResources:
    STORAGE = "providers/Microsoft.Storage/storageAccounts"

    def test_an_unregistered_provider_is_named(self, world: World) -> None:
        client = world("providers-unregistered").as_user()
        path = f"{client.scope}/resourcegroups/data-rg/{self.STORAGE}/x"
        refused = client.arm("PUT", path, "2024-01-01", json={"location": "westus"})
        assert (refused.status_code, code_of(refused)) == (409, "MissingSubscriptionRegistration")
        assert refused.json()["error"]["details"][0]["target"] == "Microsoft.Storage"

    def test_resources_come_and_go(self, client: Client) -> None:
        client.group("holder")
        group = f"{client.scope}/resourcegroups/holder"
        created = client.arm("PUT", f"{group}/{self.STORAGE}/x", "2024-01-01", json={"location": "westus"})
        assert created.status_code == 201
        listed = client.arm("GET", f"{group}/resources", "2021-04-01").json()["value"]
        assert [item["type"] for item in listed] == ["Microsoft.Storage/storageAccounts"]
        assert client.arm("DELETE", f"{group}/{self.STORAGE}/x", "2024-01-01").status_code == 200
        assert client.arm("DELETE", f"{group}/{self.STORAGE}/x", "2024-01-01").status_code == 204
        gone = client.arm("GET", f"{group}/{self.STORAGE}/x", "2024-01-01")
        assert (gone.status_code, code_of(gone)) == (404, "ResourceNotFound")
        wrong = client.arm("GET", f"{group}/{self.STORAGE}/x", "2001-01-01")
        assert code_of(wrong) == "NoRegisteredProviderFound"


class TestRoleAssignments:
    def test_the_answer_to_a_creation_differs_from_later_reads(self, client: Client) -> None:
        client.group("granted")
        scope = f"{client.scope}/resourceGroups/granted"
        principal = client.identity("granted")[1]["id"]
        name = str(uuid4())
        created = client.assign(scope, principal, name)
        assert created.status_code == 201
        fresh = created.json()["properties"]
        assert fresh["createdBy"] is None
        assert fresh["createdOn"] < fresh["updatedOn"]
        assert re.search(r"\.\d{7}Z$", fresh["updatedOn"])
        listed = client.arm(
            "GET",
            f"{client.scope}/providers/Microsoft.Authorization/roleAssignments",
            params={"$filter": f"principalId eq '{principal}'"},
        ).json()["value"]
        assert [item["name"] for item in listed] == [name]
        later = listed[0]["properties"]
        assert later["createdBy"] == fresh["updatedBy"]
        assert later["createdOn"] == fresh["updatedOn"]

        again = client.assign(scope, principal, name)
        assert again.status_code == 200
        twin = client.assign(scope.upper().replace("/SUBSCRIPTIONS", "/subscriptions"), principal, str(uuid4()))
        assert (twin.status_code, code_of(twin)) == (409, "RoleAssignmentExists")
        assert twin.json()["error"]["message"].endswith(f"{name.replace('-', '')}.")
        other = client.assign(scope, principal, name, READER)
        assert code_of(other) == "RoleAssignmentUpdateNotPermitted"

        path = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}"
        deleted = client.arm("DELETE", path)
        assert (deleted.status_code, deleted.json()["name"]) == (200, name)
        assert client.arm("DELETE", path).status_code == 204
        assert client.arm("GET", path).status_code == 404

    def test_mistakes_are_told_apart(self, client: Client) -> None:
        application, principal = client.identity("mistakes")
        scope = client.scope

        def code(principal_id: str, **more: str) -> str:
            return code_of(client.assign(scope, principal_id, str(uuid4()), **more))

        assert code(application["id"]) == "PrincipalTypeNotSupported"
        assert code(str(uuid4())) == "PrincipalNotFound"
        assert code(principal["id"], kind="User") == "UnmatchedPrincipalType"
        assert code(principal["id"], role=str(uuid4())) == "RoleDefinitionDoesNotExist"
        assert client.assign(f"{scope}/resourceGroups/none", principal["id"], str(uuid4())).status_code == 404
        assert client.assign(scope, principal["id"], "no-guid").status_code == 400

    def test_the_type_of_the_principal_is_filled_in(self, client: Client) -> None:
        principal = client.identity("untyped")[1]["id"]
        created = client.assign(client.scope, principal, str(uuid4()), kind=None).json()
        assert created["properties"]["principalType"] == "ServicePrincipal"

    def test_role_definitions_are_found_by_name_in_any_case(self, client: Client) -> None:
        path = f"{client.scope}/resourceGroups/data-rg/providers/Microsoft.Authorization/roleDefinitions"
        found = client.arm("GET", path, params={"$filter": "roleName eq 'contributor'"}).json()["value"]
        assert [role["name"] for role in found] == [CONTRIBUTOR]
        assert found[0]["id"].startswith(f"{client.scope}/providers/Microsoft.Authorization/")
        assert list(found[0]) == ["properties", "id", "type", "name"]
        refused = client.arm("GET", path, params={"$filter": "colour eq 'red'"})
        assert refused.status_code == 400

    def test_permissions_are_listed_for_each_assignment(self, client: Client) -> None:
        path = f"{client.scope}/providers/Microsoft.Authorization/permissions"
        assert client.arm("GET", path, "2015-07-01").json() == {"value": [{"actions": ["*"], "notActions": []}]}
        newer = client.arm("GET", path, "2022-04-01").json()["value"][0]
        assert list(newer) == ["actions", "notActions", "dataActions", "notDataActions"]


def test_processor_cores_are_counted(client: Client) -> None:
    path = f"{client.scope}/providers/Microsoft.Compute/locations/westeurope/usages"
    rows = client.arm("GET", path, "2024-07-01").json()["value"]
    limits = {row["name"]["value"]: row["limit"] for row in rows}
    assert (limits["cores"], limits["standardDSv5Family"], limits["standardBSFamily"]) == (100, 100, 100)
    assert "standardDASv5Family " in limits, "Azure writes some names with a blank"
    titles = {row["name"]["value"]: row["name"]["localizedValue"] for row in rows}
    assert titles["cores"] == "Total Regional vCPUs"
    assert titles["standardDSv5Family"] == "Standard DSv5 Family vCPUs"
