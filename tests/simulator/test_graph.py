"""Microsoft Graph on the wire: applications, service principals, secrets, query options."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from pipeops_tui.simulator import RunningSimulator
from pipeops_tui.simulator.world.authorization import CLOUD_APPLICATION_ADMINISTRATOR
from tests.simulator.client import Client, code_of

World = Callable[[str], Client]
UPSERT = {"Prefer": "create-if-missing"}
ALL = ["q-Alpha", "q-alphabet", "q-Beta's"]
EVENTUAL = {"ConsistencyLevel": "eventual"}


@pytest.fixture(scope="module")
def client(azure: RunningSimulator) -> Iterator[Client]:
    with Client(azure) as one:
        yield one.as_user()


def names(answer: Any) -> list[str]:
    return [item["displayName"] for item in answer.json()["value"]]


class TestFrontDoor:
    def test_success_and_error_are_dressed_differently(self, client: Client) -> None:
        good, bad = client.graph("GET", "/me"), client.graph("GET", f"/applications/{uuid4()}")
        assert good.headers["Content-Type"].startswith("application/json;odata.metadata=minimal;")
        assert good.headers["OData-Version"] == "4.0"
        assert good.headers["Transfer-Encoding"] == "chunked"
        assert bad.headers["Content-Type"] == "application/json"
        assert "OData-Version" not in bad.headers
        inner = bad.json()["error"]["innerError"]
        assert inner["request-id"] == inner["client-request-id"] == bad.headers["request-id"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", inner["date"])

    def test_only_a_header_of_that_very_name_sets_the_client_request_id(self, client: Client) -> None:
        mine = str(uuid4())
        assert client.graph("GET", "/me", headers={"client-request-id": mine}).headers["client-request-id"] == mine
        ignored = client.graph("GET", "/me", headers={"x-ms-client-request-id": mine}).headers
        assert ignored["client-request-id"] == ignored["request-id"]

    def test_a_token_of_another_service_is_refused(self, client: Client) -> None:
        refused = client.http.get("/v1.0/me", headers={"Authorization": f"Bearer {client.bearer('arm')}"})
        assert (refused.status_code, code_of(refused)) == (401, "InvalidAuthenticationToken")
        assert refused.json()["error"]["message"] == "Access token validation failure. Invalid audience."
        assert client.http.get("/v1.0/me").json()["error"]["message"] == "Access token is empty."

    @pytest.mark.parametrize(
        ("method", "path", "status", "message"),
        [
            ("GET", "/nothing", 400, "Resource not found for the segment 'nothing'."),
            ("GET", "/me/nothing", 400, "Resource not found for the segment 'nothing'."),
            ("DELETE", "/me", 405, "Specified HTTP method is not allowed for the request target."),
        ],
    )
    def test_what_does_not_exist_is_an_error(
        self, client: Client, method: str, path: str, status: int, message: str
    ) -> None:
        answer = client.graph(method, path)
        assert (answer.status_code, answer.json()["error"]["message"]) == (status, message)

    def test_the_service_document_needs_no_token(self, client: Client) -> None:
        assert client.http.get("/v1.0/").status_code == 200
        assert client.http.head("/v1.0").status_code == 200


class TestApplications:
    def test_an_application_keeps_every_key_in_order(self, client: Client) -> None:
        created = client.application("ordered")
        assert created.status_code == 201
        body = created.json()
        assert list(body)[:5] == ["@odata.context", "id", "deletedDateTime", "appId", "applicationTemplateId"]
        assert len(body) == 39
        assert body["signInAudience"] == "AzureADMyOrg"
        assert created.headers["Location"].endswith(f"/{body['id']}/Microsoft.DirectoryServices.Application")
        read = client.graph("GET", f"/applications/{body['id']}").json()
        assert list(read) == list(body)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", read["createdDateTime"])
        assert client.graph("GET", f"/applications(appId='{body['appId']}')").json()["id"] == body["id"]

    def test_names_repeat_and_app_ids_are_no_object_ids(self, client: Client) -> None:
        first, second = client.application("twin").json(), client.application("twin").json()
        assert first["id"] != second["id"]
        missing = client.graph("GET", f"/applications/{first['appId']}")
        assert (missing.status_code, code_of(missing)) == (404, "Request_ResourceNotFound")
        assert f"Resource '{first['appId']}' does not exist or one of its" in missing.json()["error"]["message"]

    def test_upsert_creates_once_and_then_answers_without_a_body(self, client: Client) -> None:
        path = "/applications(uniqueName='it''s-mine')"
        body = {"displayName": "upsert", "tags": ["run:1"]}
        created = client.graph("PATCH", path, json=body, headers=UPSERT)
        assert (created.status_code, created.json()["uniqueName"]) == (201, "it's-mine")
        repeated = client.graph("PATCH", path, json=body, headers=UPSERT)
        assert (repeated.status_code, repeated.content) == (204, b"")
        assert "Content-Type" not in repeated.headers
        assert client.graph("GET", path).json()["id"] == created.json()["id"]
        missing = client.graph("PATCH", "/applications(uniqueName='other')", json=body)
        assert missing.status_code == 404

    def test_a_deleted_application_keeps_its_unique_name_even_when_purged(self, world: World) -> None:
        client = world("happy").as_user()
        path = "/applications(uniqueName='kept')"
        made = client.graph("PATCH", path, json={"displayName": "kept"}, headers=UPSERT).json()
        assert client.graph("DELETE", f"/applications/{made['id']}").status_code == 204
        assert names(client.graph("GET", "/applications?$filter=displayName eq 'kept'")) == []
        assert names(client.graph("GET", "/directory/deletedItems/microsoft.graph.application")) == ["kept"]
        assert client.graph("PATCH", path, json={"displayName": "kept"}, headers=UPSERT).status_code == 400
        assert client.graph("DELETE", f"/directory/deletedItems/{made['id']}").status_code == 204
        assert client.graph("PATCH", path, json={"displayName": "kept"}, headers=UPSERT).status_code == 400
        client.azure.advance_clock(30 * 86_400 + 1)
        client.as_user()
        assert client.graph("PATCH", path, json={"displayName": "kept"}, headers=UPSERT).status_code == 201

    def test_a_deleted_application_can_be_restored_for_30_days(self, world: World) -> None:
        client = world("happy").as_user()
        application, principal = client.identity()
        client.graph("DELETE", f"/applications/{application['id']}")
        assert client.graph("GET", f"/servicePrincipals/{principal['id']}").status_code == 404
        item = f"/directory/deletedItems/{application['id']}"
        assert client.graph("GET", item).json()["deletedDateTime"] is not None
        assert client.graph("POST", f"{item}/restore").status_code == 403
        client.holds(CLOUD_APPLICATION_ADMINISTRATOR)
        assert client.graph("POST", f"{item}/restore").status_code == 200
        assert client.graph("GET", f"/applications/{application['id']}").status_code == 200
        client.graph("DELETE", f"/applications/{application['id']}")
        client.azure.advance_clock(30 * 86_400)
        client.as_user()
        assert client.graph("GET", item).status_code == 404

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"displayName": ""},
            {"displayName": "x" * 257},
            {"displayName": "a", "signInAudience": "Everybody"},
            {"displayName": "a", "tags": "no list"},
            {"displayName": "a", "colour": "red"},
            {"displayName": "a", "id": "mine"},
        ],
    )
    def test_bad_properties_are_refused(self, client: Client, body: dict[str, Any]) -> None:
        refused = client.graph("POST", "/applications", json=body)
        assert (refused.status_code, code_of(refused)) == (400, "Request_BadRequest")

    def test_the_personal_audience_gets_newer_tokens(self, client: Client) -> None:
        sent = {"displayName": "personal", "signInAudience": "AzureADandPersonalMicrosoftAccount"}
        assert client.graph("POST", "/applications", json=sent).json()["api"]["requestedAccessTokenVersion"] == 2
        assert client.application().json()["api"]["requestedAccessTokenVersion"] is None

    def test_others_applications_cannot_be_changed(self, client: Client) -> None:
        foreign = client.graph("GET", "/applications?$filter=displayName eq 'Backup scripts'").json()["value"][0]
        path = f"/applications/{foreign['id']}"
        refused = [
            client.graph("PATCH", path, json={"displayName": "mine"}),
            client.graph("DELETE", path),
            client.graph("POST", f"{path}/addPassword", json={}),
            client.principal(foreign["appId"]),
        ]
        assert [code_of(answer) for answer in refused] == ["Authorization_RequestDenied"] * 4


class TestServicePrincipals:
    def test_there_is_one_for_each_application(self, client: Client) -> None:
        application = client.application("single").json()
        created = client.principal(application["appId"])
        assert created.status_code == 201
        body = created.json()
        assert len(body) == 37
        assert body["servicePrincipalNames"] == [application["appId"]]
        assert body["appOwnerOrganizationId"] == client.tenant
        second = client.principal(application["appId"])
        assert (second.status_code, code_of(second)) == (409, "Request_MultipleObjectsWithSameKeyValue")
        path = f"/servicePrincipals(appId='{application['appId']}')"
        assert client.graph("PATCH", path, json={"tags": ["a"]}, headers=UPSERT).status_code == 204
        assert client.graph("GET", path).json()["tags"] == ["a"]
        assert client.graph("DELETE", f"/servicePrincipals/{body['id']}").status_code == 204
        assert client.graph("PATCH", path, json={}, headers=UPSERT).status_code == 201

    def test_an_app_id_without_an_application_is_named(self, client: Client) -> None:
        unknown = str(uuid4())
        refused = client.principal(unknown)
        assert (refused.status_code, code_of(refused)) == (400, "Request_BadRequest")
        detail = refused.json()["error"]["details"][0]
        assert (detail["code"], detail["target"]) == ("NoBackingApplicationObject", "appId")
        assert unknown in detail["message"]


class TestSecrets:
    @pytest.fixture
    def path(self, client: Client) -> str:
        return f"/applications/{client.application('secretive').json()['id']}"

    def test_a_secret_is_shown_once(self, client: Client, path: str) -> None:
        dates = {"startDateTime": "2026-01-01T08:00:00+08:00", "endDateTime": "2100-12-31T00:00:00Z"}
        sent = {"passwordCredential": {"displayName": None, **dates}}
        added = client.graph("POST", f"{path}/addPassword", json=sent)
        assert added.status_code == 200
        body = added.json()
        assert list(body) == [
            "@odata.context", "customKeyIdentifier", "displayName", "endDateTime", "hint", "keyId", "secretText",
            "startDateTime",
        ]  # fmt: skip
        assert re.fullmatch(r"[A-Za-z0-9~._-]{3}8Q~[A-Za-z0-9~._-]{34}", body["secretText"])
        assert body["hint"] == body["secretText"][:3]
        assert body["startDateTime"] == "2026-01-01T00:00:00Z"
        kept = client.graph("GET", path).json()["passwordCredentials"]
        assert [(item["keyId"], item["secretText"]) for item in kept] == [(body["keyId"], None)]
        text = str(client.azure.state())
        assert body["secretText"] not in text

    def test_dates_left_out_mean_two_years_from_now(self, client: Client, path: str) -> None:
        body = client.graph("POST", f"{path}/microsoft.graph.addPassword", json={}).json()
        start, end = body["startDateTime"], body["endDateTime"]
        assert int(end[:4]) - int(start[:4]) == 2
        assert end[4:] == start[4:]

    def test_a_key_id_that_is_sent_is_kept_and_removes_its_secret(self, client: Client, path: str) -> None:
        mine = str(uuid4())
        added = client.graph("POST", f"{path}/addPassword", json={"passwordCredential": {"keyId": mine}}).json()
        assert added["keyId"] == mine
        removed = client.graph("POST", f"{path}/removePassword", json={"keyId": mine})
        assert (removed.status_code, removed.content) == (204, b"")
        again = client.graph("POST", f"{path}/removePassword", json={"keyId": mine})
        assert again.status_code == 400

    def test_patch_is_no_way_to_set_secrets(self, client: Client, path: str) -> None:
        client.graph("POST", f"{path}/addPassword", json={})
        assert client.graph("PATCH", path, json={"passwordCredentials": []}).status_code == 400
        assert len(client.graph("GET", path).json()["passwordCredentials"]) == 1

    def test_an_end_before_the_start_is_refused(self, client: Client, path: str) -> None:
        sent = {"passwordCredential": {"endDateTime": "2001-01-01T00:00:00Z"}}
        assert client.graph("POST", f"{path}/addPassword", json=sent).status_code == 400


class TestQueryOptions:
    @pytest.fixture(scope="class")
    def filled(self, azure: RunningSimulator) -> Iterator[Client]:
        with Client(azure) as one:
            one.as_owner()
            for name, tags in (("Alpha", ["x"]), ("alphabet", ["x", "y"]), ("Beta's", [])):
                one.graph("POST", "/applications", json={"displayName": f"q-{name}", "tags": tags})
            yield one

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("startswith(displayName,'q-alpha')", ["q-Alpha", "q-alphabet"]),
            ("displayName eq 'q-beta''s'", ["q-Beta's"]),
            ("displayName in ('q-Alpha', 'q-Beta''s')", ["q-Alpha", "q-Beta's"]),
            ("tags/any(t:t eq 'y')", ["q-alphabet"]),
            ("startswith(displayName,'q-') and not(tags/any(t:t eq 'x'))", ["q-Beta's"]),
            ("(displayName eq 'q-Alpha' or displayName eq 'q-alphabet') and tags/any(x:x eq 'y')", ["q-alphabet"]),
            ("startswith(displayName,'q-') and createdDateTime ge 2001-01-01T00:00:00Z", ALL),
        ],
    )
    def test_filters(self, filled: Client, text: str, expected: list[str]) -> None:
        query = {"$filter": text, "$count": "true"}
        assert names(filled.graph("GET", "/applications", params=query, headers=EVENTUAL)) == expected

    @pytest.mark.parametrize(
        ("text", "operator"),
        [
            ("endswith(displayName,'x')", "endsWith"),
            ("displayName ne 'x'", "ne"),
            ("not(tags/any(t:t eq 'x'))", "not"),
        ],
    )
    def test_some_operators_want_both_parameters_of_an_advanced_query(
        self, filled: Client, text: str, operator: str
    ) -> None:
        path = f"/applications?$filter={text}"
        for refused in (filled.graph("GET", path, headers=EVENTUAL), filled.graph("GET", f"{path}&$count=true")):
            assert (refused.status_code, code_of(refused)) == (400, "Request_UnsupportedQuery")
            assert f"Operator '{operator}' is not supported" in refused.json()["error"]["message"]
        assert filled.graph("GET", f"{path}&$count=true", headers=EVENTUAL).status_code == 200

    @pytest.mark.parametrize("text", ["displayName", "displayName eq", "displayName like 'x'", "(", "'a' eq 'a'"])
    def test_a_filter_that_cannot_be_read_is_refused(self, filled: Client, text: str) -> None:
        refused = filled.graph("GET", "/applications", params={"$filter": text})
        assert (refused.status_code, code_of(refused)) == (400, "BadRequest")

    def test_unknown_properties_are_named(self, filled: Client) -> None:
        filtered = filled.graph("GET", "/applications?$filter=colour eq 'red'")
        assert code_of(filtered) == "Request_UnsupportedQuery"
        assert "property 'colour' of resource 'Application'" in filtered.json()["error"]["message"]
        selected = filled.graph("GET", "/organization?$select=colour")
        assert "Could not find a property named 'colour'" in selected.json()["error"]["message"]
        assert filled.graph("GET", "/applications?$flavour=x").status_code == 400

    def test_select_shows_in_the_context(self, filled: Client) -> None:
        body = filled.graph("GET", "/applications?$filter=displayName eq 'q-Alpha'&$select=id,appId").json()
        assert body["@odata.context"].endswith("$metadata#applications(id,appId)")
        assert list(body["value"][0]) == ["id", "appId"]

    def test_pages_are_linked_and_counted(self, filled: Client) -> None:
        path = "/applications?$filter=startswith(displayName,'q-')&$top=2&$count=true"
        first = filled.graph("GET", path, headers=EVENTUAL).json()
        assert list(first) == ["@odata.context", "@odata.count", "@odata.nextLink", "value"]
        assert first["@odata.count"] == 3
        second = filled.follow(first["@odata.nextLink"], "graph").json()
        assert [item["displayName"] for item in [*first["value"], *second["value"]]] == ALL
        assert "@odata.nextLink" not in second
        assert filled.graph("GET", "/applications?$top=0").status_code == 400
        assert "@odata.count" not in filled.graph("GET", path).json()

    def test_search_wants_eventual_consistency(self, filled: Client) -> None:
        path = '/applications?$search="displayName:alphabet"'
        assert filled.graph("GET", path).status_code == 400
        assert names(filled.graph("GET", path, headers=EVENTUAL)) == ["q-alphabet"]


class TestDirectory:
    def test_me_has_its_id_last(self, client: Client) -> None:
        me = client.graph("GET", "/me").json()
        assert me["@odata.context"].endswith("$metadata#users/$entity")
        assert list(me)[-1] == "id"
        assert len(me) == 12
        assert client.graph("GET", f"/users/{me['userPrincipalName']}").json()["id"] == me["id"]

    def test_users_are_found_by_name(self, client: Client) -> None:
        me = client.graph("GET", "/me").json()
        found = client.graph("GET", f"/users?$filter=userPrincipalName eq '{me['userPrincipalName']}'").json()["value"]
        assert [user["id"] for user in found] == [me["id"]]

    def test_an_application_has_no_me(self, azure: RunningSimulator) -> None:
        with Client(azure) as owner:
            refused = owner.as_owner().graph("GET", "/me")
        assert refused.status_code == 400
        assert "only valid with delegated authentication flow" in refused.json()["error"]["message"]

    def test_the_organization_is_one_element_whose_id_is_the_tenant(self, client: Client) -> None:
        body = client.graph("GET", "/organization?$select=id,displayName").json()
        assert body["value"] == [{"id": client.tenant, "displayName": "Contoso"}]

    def test_objects_are_found_by_their_ids(self, client: Client) -> None:
        me = client.graph("GET", "/me").json()["id"]
        principal = client.identity("findable")[1]["id"]
        body = client.graph("POST", "/directoryObjects/getByIds", json={"ids": [me, principal, str(uuid4())]}).json()
        assert [item["@odata.type"] for item in body["value"]] == [
            "#microsoft.graph.user", "#microsoft.graph.servicePrincipal",
        ]  # fmt: skip
