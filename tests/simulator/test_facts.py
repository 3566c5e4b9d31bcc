"""Facts about values that belong together: ids that are echoed, times that coincide, pages that follow one another."""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.conformity.stage import ARM_SCOPE, GRAPH_SCOPE, Answer, Ask, Stage

_VERSION = {"api-version": "2021-04-01"}
_RBAC = "2022-04-01"


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """The standard world."""
    with Stage() as stage:
        yield stage


def body(answer: Answer, status: int = 200) -> dict[str, Any]:
    assert answer.status == status, answer.body
    assert isinstance(answer.body, Mapping)
    return dict(answer.body)


class TestIds:
    def test_resource_manager_echoes_the_correlation_id(self, stage: Stage) -> None:
        sent = {"x-ms-correlation-request-id": "f3ad9b755f3d4baae3724b174d16a43b"}
        path = f"/subscriptions/{stage.subscription}/resourcegroups"
        answer = stage.ask(Ask("GET", path, _VERSION, stage.token(ARM_SCOPE), headers=sent))
        assert answer.header("x-ms-correlation-request-id") == sent["x-ms-correlation-request-id"]
        assert answer.header("x-ms-routing-request-id").endswith(answer.header("x-ms-request-id"))
        own = stage.ask(Ask("GET", path, _VERSION, stage.token(ARM_SCOPE)))
        assert own.header("x-ms-correlation-request-id") == own.header("x-ms-request-id")

    def test_the_authorization_provider_has_a_request_id_of_its_own(self, stage: Stage) -> None:
        path = f"/subscriptions/{stage.subscription}/providers/Microsoft.Authorization/roleDefinitions"
        sent = {"x-ms-correlation-request-id": stage.guid()}
        answer = stage.ask(Ask("GET", path, {"api-version": _RBAC}, stage.token(ARM_SCOPE), headers=sent))
        assert answer.header("x-ms-request-id") != answer.header("x-ms-correlation-request-id")
        assert answer.header("x-ms-routing-request-id").endswith(sent["x-ms-correlation-request-id"])

    def test_graph_echoes_only_the_header_of_its_own_name(self, stage: Stage) -> None:
        mine = "6f0a0b0c-5d6a-4e0c-9f8e-4a449e0f2f7f"
        token = stage.token(GRAPH_SCOPE)
        echoed = stage.ask(Ask("GET", "/v1.0/organization", token=token, headers={"client-request-id": mine}))
        assert echoed.header("client-request-id") == mine
        ignored = stage.ask(Ask("GET", "/v1.0/organization", token=token, headers={"x-ms-client-request-id": mine}))
        assert ignored.header("client-request-id") == ignored.header("request-id") != mine

    def test_an_error_of_graph_repeats_the_ids_of_its_headers(self, stage: Stage) -> None:
        answer = stage.graph("GET", f"/applications/{stage.guid()}")
        inner = body(answer, 404)["error"]["innerError"]
        assert inner["request-id"] == inner["client-request-id"] == answer.header("request-id")

    def test_polls_of_a_device_code_keep_the_correlation_id(self, stage: Stage) -> None:
        form = stage.device_code()
        one, two = (body(stage.sign_in(form), 400) for _ in range(2))
        assert one["correlation_id"] == two["correlation_id"]
        assert one["trace_id"] != two["trace_id"]

    def test_an_application_has_two_ids_and_its_identity_a_third(self, stage: Stage) -> None:
        application = stage.application()
        principal = body(stage.graph("POST", "/servicePrincipals", {"appId": application["appId"]}), 201)
        assert principal["appId"] == application["appId"]
        assert len({application["id"], application["appId"], principal["id"]}) == 3
        assert principal["appOwnerOrganizationId"] == stage.tenant


class TestTimes:
    def test_an_assignment_is_shown_with_its_creator_afterwards(self, stage: Stage) -> None:
        group, principal = stage.group_path(stage.group()), stage.principal()
        path = f"{group}/providers/Microsoft.Authorization/roleAssignments/{stage.guid()}"
        fresh = body(stage.arm("PUT", path, stage.assignment_body(principal["id"]), _RBAC), 201)["properties"]
        later = body(stage.arm("GET", path, version=_RBAC))["properties"]
        assert fresh["createdBy"] is None
        assert fresh["createdOn"] < fresh["updatedOn"]
        assert later["createdBy"] == later["updatedBy"] == fresh["updatedBy"]
        assert later["createdOn"] == later["updatedOn"] == fresh["updatedOn"]

    def test_a_secret_lives_two_years_unless_it_is_said_otherwise(self, stage: Stage) -> None:
        path = f"/applications/{stage.application()['id']}/addPassword"
        for _ in range(8):
            made = body(stage.graph("POST", path, {"passwordCredential": {}}))
            year, rest = made["startDateTime"][:4], made["startDateTime"][4:]
            assert made["endDateTime"] == f"{int(year) + 2}{rest}".replace("-02-29", "-02-28")
            assert made["displayName"] is None
            assert made["hint"] == made["secretText"][:3]

    def test_a_secret_is_shown_in_universal_time_with_the_key_that_was_sent(self, stage: Stage) -> None:
        application = stage.application()["id"]
        sent = {"startDateTime": "2026-01-01T08:00:00+08:00", "endDateTime": "2100-12-31T00:00:00Z"}
        key = {"keyId": "686d736f-a077-4654-8e47-f71f608a9dd2"}
        made = body(stage.graph("POST", f"/applications/{application}/addPassword", {"passwordCredential": sent | key}))
        assert made["startDateTime"] == "2026-01-01T00:00:00Z"
        assert made["endDateTime"] == sent["endDateTime"]
        (kept,) = body(stage.graph("GET", f"/applications/{application}"))["passwordCredentials"]
        assert kept == {key: value for key, value in made.items() if not key.startswith("@")} | {"secretText": None}


class TestPages:
    def test_groups_follow_one_another_by_next_link(self, stage: Stage) -> None:
        path = f"/subscriptions/{stage.subscription}/resourcegroups"
        whole = body(stage.arm("GET", path))
        assert "nextLink" not in whole
        page = body(stage.ask(Ask("GET", path, {**_VERSION, "$top": "2"}, stage.token(ARM_SCOPE))))
        names = [item["name"] for item in page["value"]]
        assert len(names) == 2
        while "nextLink" in page:
            assert page["nextLink"].startswith(f"{stage.azure.base_url}{path}?")
            assert "&%24skiptoken=" in page["nextLink"]
            link = page["nextLink"].removeprefix(stage.azure.base_url)
            page = body(stage.ask(Ask("GET", link, token=stage.token(ARM_SCOPE))))
            names += [item["name"] for item in page["value"]]
        assert names == [item["name"] for item in whole["value"]]

    def test_applications_follow_one_another_by_next_link(self, stage: Stage) -> None:
        whole = body(stage.graph("GET", "/applications"))
        assert "@odata.nextLink" not in whole
        page = body(stage.ask(Ask("GET", "/v1.0/applications", {"$top": "2"}, stage.token(GRAPH_SCOPE))))
        ids = [item["id"] for item in page["value"]]
        while "@odata.nextLink" in page:
            link = page["@odata.nextLink"].removeprefix(stage.addresses[1])
            page = body(stage.ask(Ask("GET", link, token=stage.token(GRAPH_SCOPE))))
            ids += [item["id"] for item in page["value"]]
        assert ids == [item["id"] for item in whole["value"]]


class TestSpelling:
    def test_both_spellings_of_resource_groups_are_served_and_one_is_answered(self, stage: Stage) -> None:
        name = stage.group()
        for spelling in ("resourceGroups", "resourcegroups", "RESOURCEGROUPS"):
            path = f"/subscriptions/{stage.subscription}/{spelling}/{name.upper()}"
            assert body(stage.arm("GET", path))["id"] == stage.group_path(name)

    def test_a_missing_group_announces_the_length_of_the_error_it_does_not_send(self, stage: Stage) -> None:
        path = stage.group_path(stage.name())
        shown, announced = (stage.arm(method, path) for method in ("GET", "HEAD"))
        assert announced.body is None
        assert announced.header("content-length") == shown.header("content-length")

    def test_tags_are_shown_as_they_were_set(self, stage: Stage) -> None:
        path = stage.group_path(stage.name())
        for tags, shown in ((None, None), ({"a": ""}, {"a": ""}), ({}, {})):
            sent = {"location": "westeurope"} | ({} if tags is None else {"tags": tags})
            made = stage.arm("PUT", path, sent)
            assert body(made, made.status).get("tags") == shown


class TestLocations:
    def test_they_are_those_of_azure_in_its_order(self, stage: Stage) -> None:
        path = f"/subscriptions/{stage.subscription}/locations"
        items = body(stage.arm("GET", path, version="2022-12-01"))["value"]
        assert len(items) == 102
        assert [item["name"] for item in items[:4]] == ["eastus", "westus2", "australiaeast", "southeastasia"]
        assert items[-1]["name"] == "ukwest"
        counted = Counter(item["metadata"]["regionType"] for item in items)
        assert counted == {"Physical": 62, "Logical": 40}
        categories = Counter(item["metadata"]["regionCategory"] for item in items if "longitude" in item["metadata"])
        assert categories["Recommended"] == 36
        assert sum("availabilityZoneMappings" in item for item in items) == 39
        assert {"eastus2euap", "centraluseuap", "eastusstg", "southcentralusstg", "global", "europe"} <= {
            item["name"] for item in items
        }

    def test_before_2018_they_are_flat(self, stage: Stage) -> None:
        path = f"/subscriptions/{stage.subscription}/locations"
        items = body(stage.arm("GET", path, version="2016-06-01"))["value"]
        assert list(items[0]) == ["id", "name", "displayName", "longitude", "latitude"]


class TestTokens:
    def claims(self, token: str) -> dict[str, Any]:
        payload = token.split(".")[1]
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return claims

    def test_an_id_token_has_its_claims_in_order(self, stage: Stage) -> None:
        form = stage.device_code()
        stage.azure.approve_device_code(form.pop("user_code"))
        tokens = body(stage.sign_in(form))
        claims = self.claims(tokens["id_token"])
        assert list(claims) == [
            "aud", "iss", "iat", "nbf", "exp", "aio", "name", "oid", "preferred_username", "rh", "sub", "tid", "uti",
            "ver",
        ]  # fmt: skip
        assert claims["ver"] == "2.0"
        home = json.loads(base64.urlsafe_b64decode(tokens["client_info"] + "=="))
        assert home == {"uid": claims["oid"], "utid": claims["tid"]}

    def test_management_tokens_are_of_version_one(self, stage: Stage) -> None:
        claims = self.claims(stage.token(ARM_SCOPE))
        assert claims["ver"] == "1.0"
        assert claims["iss"] == f"https://sts.windows.net/{stage.tenant}/"
        assert claims["appid"] == stage.azure.announcement["owner"]["client_id"]  # type: ignore[index]
        assert claims["exp"] - claims["iat"] == 3_600

    def test_version_one_of_the_endpoint_writes_numbers_as_texts(self, stage: Stage) -> None:
        owner: Any = stage.azure.announcement["owner"]
        form = {"grant_type": "client_credentials", "resource": "https://management.core.windows.net/", **owner}
        tokens = body(stage.ask(Ask("POST", f"/{stage.tenant}/oauth2/token", form=form)))
        numbers = ("expires_in", "ext_expires_in", "expires_on", "not_before")
        assert all(isinstance(tokens[key], str) and tokens[key].isdigit() for key in numbers)
