"""Query options of Microsoft Graph: each has its effect or is refused, and names are understood in any case."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from pipeops_tui.simulator import RunningSimulator
from tests.simulator.client import Client, code_of

_EVENTUAL = {"ConsistencyLevel": "eventual"}


@pytest.fixture(scope="module")
def client(azure: RunningSimulator) -> Iterator[Client]:
    with Client(azure) as client:
        client.as_user()
        for name in ("o-Beta", "o-alpha", "o-Gamma"):
            client.application(name)
        yield client


def said(answer: httpx.Response, status: int = 400) -> str:
    assert answer.status_code == status, answer.text
    return str(answer.json()["error"]["message"])


def ordered(client: Client, clause: str) -> list[str]:
    query = {"$orderby": clause, "$filter": "startswith(displayName,'o-')", "$count": "true"}
    answer = client.graph("GET", "/applications", params=query, headers=_EVENTUAL)
    return [item["displayName"] for item in answer.json()["value"]]


class TestSelect:
    def test_names_are_taken_in_any_case_and_answered_in_graphs_own(self, client: Client) -> None:
        body = client.graph("GET", "/applications?$select=Id,DISPLAYNAME").json()
        assert body["@odata.context"].endswith("#applications(id,displayName)")
        assert list(body["value"][0]) == ["id", "displayName"]
        one = client.graph("GET", f"/applications/{body['value'][0]['id']}?$select=APPID").json()
        assert list(one) == ["@odata.context", "appId"]
        assert list(client.graph("GET", "/me?$select=userTYPE").json()) == ["@odata.context", "userType"]

    def test_unknown_names_are_refused_in_any_case(self, client: Client) -> None:
        assert "a property named 'Colour'" in said(client.graph("GET", "/applications?$select=Colour"))
        assert "a property named 'colour'" in said(client.graph("GET", "/me?$select=colour"))

    def test_filters_and_searches_take_names_in_any_case(self, client: Client) -> None:
        found = client.graph("GET", "/applications?$filter=DisplayName eq 'o-Beta'").json()["value"]
        assert [item["displayName"] for item in found] == ["o-Beta"]
        path = "/applications?$filter=WEB/homepageurl ne null&$count=true"
        assert client.graph("GET", path, headers=_EVENTUAL).json()["value"] == []
        found = client.graph("GET", '/applications?$search="DISPLAYNAME:o-gam"', headers=_EVENTUAL).json()["value"]
        assert [item["displayName"] for item in found] == ["o-Gamma"]
        assert "search property" in said(client.graph("GET", '/applications?$search="x:y"', headers=_EVENTUAL))


class TestOrder:
    def test_entities_are_ordered(self, client: Client) -> None:
        assert ordered(client, "displayName") == ["o-alpha", "o-Beta", "o-Gamma"]
        assert ordered(client, "DISPLAYNAME desc") == ["o-Gamma", "o-Beta", "o-alpha"]
        assert ordered(client, "createdDateTime asc, displayName desc")

    @pytest.mark.parametrize(
        ("clause", "message"),
        [
            ("colour", "Could not find a property named 'colour' on type 'microsoft.graph.application'."),
            ("displayName,colour desc", "Could not find a property named 'colour'"),
            ("notes", "Unsupported sort property 'notes' for 'Application'."),
            ("displayName sideways", "Syntax error in the $orderby clause 'displayName sideways'."),
            ("", "Syntax error"),
        ],
    )
    def test_what_cannot_be_ordered_by_is_refused(self, client: Client, clause: str, message: str) -> None:
        assert message in said(client.graph("GET", "/applications", params={"$orderby": clause}))

    def test_ordering_what_is_filtered_is_an_advanced_query(self, client: Client) -> None:
        query = {"$orderby": "displayName", "$filter": "startswith(displayName,'x')"}
        assert said(client.graph("GET", "/applications", params=query)) == "Sorting not supported for current query."


class TestExpand:
    def test_owners_are_shown_with_each_entity(self, client: Client) -> None:
        me = client.graph("GET", "/me").json()["id"]
        query = {"$filter": "displayName eq 'o-Beta'", "$expand": "Owners($select=Id,displayName)", "$select": "id"}
        body = client.graph("GET", "/applications", params=query).json()
        assert body["@odata.context"].endswith("#applications(id,owners(id,displayName))")
        (item,) = body["value"]
        assert list(item) == ["id", "owners"]
        assert [(owner["@odata.type"], owner["id"]) for owner in item["owners"]] == [("#microsoft.graph.user", me)]
        one = client.graph("GET", f"/applications/{item['id']}?$expand=owners,federatedIdentityCredentials").json()
        assert one["owners"][0]["id"] == me
        assert one["federatedIdentityCredentials"] == []

    @pytest.mark.parametrize(
        ("path", "message"),
        [
            ("/applications?$expand=colours", "Could not find a property named 'colours'"),
            (
                "/applications?$expand=displayName",
                "Property 'displayName' on type 'microsoft.graph.application' is not a",
            ),
            ("/applications?$expand=owners($levels=2)", "Syntax error"),
            ("/applications?$expand=owners($select=colour)", "Could not find a property named 'colour'"),
            ("/applications?$expand=extensionProperties", "Expanding 'extensionProperties' of resource 'Application'"),
            ("/me?$expand=manager", "Expanding 'manager' of resource 'User' is not supported."),
            ("/organization?$expand=x", "Could not find a property named 'x' on type 'microsoft.graph.organization'."),
        ],
    )
    def test_what_cannot_be_expanded_is_refused(self, client: Client, path: str, message: str) -> None:
        assert message in said(client.graph("GET", path))


@pytest.mark.parametrize("option", ["$filter=id eq 'x'", "$orderby=id", "$top=1", "$count=true"])
def test_options_of_collections_are_refused_for_one_entity(client: Client, option: str) -> None:
    assert "can be applied only on collections" in said(client.graph("GET", f"/me?{option}"))


@pytest.mark.parametrize("path", ["/applications?$skip=1", "/me?$nonsense=1", "/groups?$apply=x"])
def test_options_that_are_not_known_are_refused(client: Client, path: str) -> None:
    assert "is not supported" in said(client.graph("GET", path))


class TestTimes:
    @pytest.mark.parametrize(
        ("sent", "shown"),
        [
            ("2031-05-06T07:08:09.1234567Z", "2031-05-06T07:08:09.1234567Z"),
            ("2031-05-06T07:08:09.9999999Z", "2031-05-06T07:08:09.9999999Z"),
            ("2031-05-06T07:08:09.1234500+02:00", "2031-05-06T05:08:09.12345Z"),
            ("2031-05-06T07:08:09.0000001Z", "2031-05-06T07:08:09.0000001Z"),
            ("2031-05-06T07:08:09", "2031-05-06T07:08:09Z"),
        ],
    )
    def test_a_time_keeps_its_seventh_digit(self, client: Client, sent: str, shown: str) -> None:
        application = client.application("times").json()
        path = f"/applications/{application['id']}"
        body: dict[str, Any] = {"passwordCredential": {"endDateTime": sent}}
        assert client.graph("POST", f"{path}/addPassword", json=body).json()["endDateTime"] == shown
        (kept,) = client.graph("GET", path).json()["passwordCredentials"]
        assert kept["endDateTime"] == shown

    @pytest.mark.parametrize("sent", ["2031-13-06T07:08:09Z", "tomorrow", "2031-05-06T07:08:09.Z", ""])
    def test_what_is_no_time_is_refused(self, client: Client, sent: str) -> None:
        application = client.application("times").json()
        body: dict[str, Any] = {"passwordCredential": {"endDateTime": sent}}
        refused = client.graph("POST", f"/applications/{application['id']}/addPassword", json=body)
        assert code_of(refused) == "Request_BadRequest"


class TestFilters:
    def test_a_filter_takes_15_values_and_no_more(self, client: Client) -> None:
        values = [f"'{uuid4()}'" for _ in range(16)]
        assert client.graph("GET", f"/applications?$filter=appId in ({','.join(values[:15])})").status_code == 200
        assert "Max allowed: 15" in said(client.graph("GET", f"/applications?$filter=appId in ({','.join(values)})"))

    def test_tags_are_found_by_how_they_begin_once_they_are_in_the_index(self, world: Callable[[str], Client]) -> None:
        client = world("slow-replication").as_user()
        sent = {"displayName": "marked", "tags": ["other", "mark:1"], "notes": "why"}
        made = client.graph("POST", "/applications", json=sent).json()
        path = "/applications?$filter=tags/any(t:startswith(t,'mark'))&$count=true&$select=id,tags,notes"
        assert client.graph("GET", path, headers=_EVENTUAL).json()["value"] == []
        client.azure.advance_clock(600)
        found = client.graph("GET", path, headers=_EVENTUAL).json()
        assert (found["@odata.count"], found["value"]) == (
            1,
            [{"id": made["id"], "tags": ["other", "mark:1"], "notes": "why"}],
        )
