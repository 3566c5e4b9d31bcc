"""Scenarios in which Azure answers slowly, with errors, or with demands for a second factor."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from pipeops_tui.simulator import SimulatorConfig, start_simulator
from tests.simulator.client import (
    ARM_SCOPE,
    CONTRIBUTOR,
    GRAPH_SCOPE,
    P1_CLAIMS,
    Client,
    challenge_of,
    claims_of,
    code_of,
)

World = Callable[[str], Client]


def test_upsert_refused(world: World) -> None:
    client = world("upsert-refused").as_user()
    refused = client.graph(
        "PATCH",
        "/applications(uniqueName='run-1')",
        json={"displayName": "PipeOps"},
        headers={"Prefer": "create-if-missing"},
    )
    assert (refused.status_code, code_of(refused)) == (400, "Request_BadRequest")
    application, _ = client.identity()
    assert client.graph("PATCH", f"/applications/{application['id']}", json={"tags": ["a"]}).status_code == 204


@pytest.mark.parametrize(("scenario", "methods"), [("mfa-on-write", ["pwd"]), ("mfa-surprise", ["pwd", "mfa"])])
def test_a_second_factor_for_writes(world: World, scenario: str, methods: list[str]) -> None:
    client = world(scenario).as_user()
    token = client.sign_in(client.tenant).json()["access_token"]
    claims = claims_of(token)
    assert claims["amr"] == methods
    assert client.arm("GET", f"{client.scope}/resourcegroups", "2021-04-01").status_code == 200
    challenge = client.group("PipeOpsRG")
    assert (challenge.status_code, code_of(challenge)) == (401, "RequestDisallowedByPolicy")
    assert 'error="insufficient_claims"' in challenge.headers["WWW-Authenticate"]
    assert json.loads(challenge_of(challenge)) == json.loads(P1_CLAIMS)
    silent = client.refresh(client.tenant, ARM_SCOPE, claims=challenge_of(challenge))
    assert (silent.status_code, silent.json()["error"]) == (400, "interaction_required")
    assert silent.json()["error_codes"] == [50076]
    client.as_user(claims=challenge_of(challenge))
    assert client.group("PipeOpsRG").status_code == 201
    assert client.as_owner().group("ByApplication").status_code == 201


def test_locked_tenant(world: World) -> None:
    client = world("locked-tenant").as_user()
    names = {
        item["displayName"]: item["tenantId"] for item in client.arm("GET", "/tenants", "2022-12-01").json()["value"]
    }
    silent = client.refresh(names["Fabrikam"], ARM_SCOPE)
    assert (silent.status_code, silent.json()["error"], silent.json()["error_codes"]) == (
        400,
        "interaction_required",
        [50076],
    )
    assert client.refresh(names["Northwind Traders"], ARM_SCOPE).status_code == 200
    client.as_user(names["Fabrikam"])
    assert len(client.arm("GET", "/subscriptions", "2022-12-01").json()["value"]) == 4


def test_revoked_session(world: World) -> None:
    client = world("revoked-session").as_user()
    assert client.arm("GET", "/subscriptions", "2022-12-01").status_code == 200
    revoked = client.group("PipeOpsRG")
    assert (revoked.status_code, code_of(revoked)) == (401, "AuthenticationFailed")
    assert "nbf" in json.loads(challenge_of(revoked))["access_token"]
    assert client.arm("GET", "/subscriptions", "2022-12-01").status_code == 401
    graph = client.graph("GET", "/me")
    assert "TokenIssuedBeforeRevocationTimestamp" in graph.json()["error"]["message"]
    silent = client.refresh(client.tenant, ARM_SCOPE)
    assert (silent.status_code, silent.json()["error"]) == (400, "invalid_grant")
    assert (silent.json()["error_codes"], silent.json()["suberror"]) == ([50173], "bad_token")
    assert client.as_user().group("PipeOpsRG").status_code == 201


def test_throttled(world: World) -> None:
    client = world("throttled").as_user()
    first = client.group("PipeOpsRG")
    assert (first.status_code, code_of(first)) == (429, "ResourceRequestsThrottled")
    assert int(first.headers["Retry-After"]) >= 1
    application = client.application()
    assert (application.status_code, application.headers["Retry-After"]) == (429, "3")
    client.azure.advance_clock(3)
    assert client.group("PipeOpsRG").status_code == 201
    assert client.application().status_code == 201


def test_flaky_repeats_from_its_seed() -> None:
    def faults() -> list[str]:
        with start_simulator(SimulatorConfig(scenario="flaky", seed=11)) as azure, Client(azure) as client:
            for _ in range(40):
                with suppress(httpx.TransportError):
                    client.http.get("/organizations/v2.0/.well-known/openid-configuration", timeout=5)
            return [str(entry["fault"]) for entry in azure.requests()]

    first = faults()
    assert 0 < len([fault for fault in first if fault != "None"]) < 20
    assert first == faults()


def test_down(world: World) -> None:
    client = world("down")
    assert client.sign_in().status_code == 200
    cloud = client.http.get("/metadata/endpoints?api-version=2022-09-01").json()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", urlsplit(cloud["microsoftGraphResourceId"]).port or 0), timeout=2)
    assert client.as_user().arm("GET", client.scope, "2022-12-01").status_code == 200


class TestSlowReplication:
    def test_a_new_application_becomes_known_step_by_step(self, world: World) -> None:
        client = world("slow-replication").as_user()
        application = client.application().json()
        path = f"/applications/{application['id']}"
        missing = client.graph("GET", path)
        assert (missing.status_code, code_of(missing)) == (404, "Request_ResourceNotFound")
        early = client.principal(application["appId"])
        assert early.json()["error"]["details"][0]["code"] == "NoBackingApplicationObject"
        client.azure.advance_clock(3)
        assert client.graph("GET", path).status_code == 200
        assert client.graph("POST", f"{path}/addPassword", json={}).status_code == 404
        listed = client.graph("GET", f"/applications?$filter=appId eq '{application['appId']}'").json()["value"]
        assert listed == []
        client.azure.advance_clock(2)
        misleading = client.principal(application["appId"])
        assert misleading.status_code == 403
        assert "must in the local tenant" in misleading.json()["error"]["message"]
        client.azure.advance_clock(4)
        assert client.principal(application["appId"]).status_code == 201
        assert client.graph("POST", f"{path}/addPassword", json={}).status_code == 200
        client.azure.advance_clock(15)
        assert len(client.graph("GET", f"/applications?$filter=appId eq '{application['appId']}'").json()["value"]) == 1

    def test_an_upsert_that_is_repeated_finds_its_own_application(self, world: World) -> None:
        client = world("slow-replication").as_user()
        answers = [
            client.graph(
                "PATCH",
                "/applications(uniqueName='run-1')",
                json={"displayName": "PipeOps"},
                headers={"Prefer": "create-if-missing"},
            ).status_code
            for _ in range(3)
        ]
        assert answers == [201, 204, 204]
        assert len([a for a in client.azure.state()["applications"] if a["uniqueName"] == "run-1"]) == 1

    def test_arm_misses_a_new_principal_only_when_its_type_is_not_named(self, world: World) -> None:
        client = world("slow-replication").as_user()
        application = client.application().json()
        client.azure.advance_clock(9)
        principal = client.principal(application["appId"]).json()
        refused = client.assign(client.scope, principal["id"], str(uuid4()), kind=None)
        assert (refused.status_code, code_of(refused)) == (400, "PrincipalNotFound")
        assert principal["id"].replace("-", "") in refused.json()["error"]["message"]
        assert client.assign(client.scope, principal["id"], str(uuid4())).status_code == 201

    def test_a_new_secret_flaps_before_it_holds(self, world: World) -> None:
        client = world("slow-replication").as_user()
        application = client.application().json()
        client.azure.advance_clock(9)
        client.principal(application["appId"])
        secret = client.graph("POST", f"/applications/{application['id']}/addPassword", json={}).json()["secretText"]

        def codes() -> list[int]:
            found: list[int] = client.token_of(application["appId"], secret).json().get("error_codes", [])
            return found

        assert codes() == [700016]
        client.azure.advance_clock(5.5)
        assert codes() == [7000215]
        client.azure.advance_clock(3)
        assert [codes() for _ in range(4)] == [[], [700016], [], [700016]]
        client.azure.advance_clock(10)
        assert [codes() for _ in range(3)] == [[], [], []]

    def test_a_role_takes_effect_later_and_only_on_new_tokens(self, world: World) -> None:
        client = world("slow-replication").as_user()
        client.group("PipeOpsRG")
        application = client.application().json()
        client.azure.advance_clock(9)
        principal = client.principal(application["appId"]).json()
        secret = client.graph("POST", f"/applications/{application['id']}/addPassword", json={}).json()["secretText"]
        client.azure.advance_clock(20)
        group = f"{client.scope}/resourceGroups/PipeOpsRG"
        assert client.assign(group, principal["id"], str(uuid4()), CONTRIBUTOR).status_code == 201
        client.as_application(application["appId"], secret)
        assert client.arm("GET", group, "2021-04-01").status_code == 403
        client.azure.advance_clock(27)
        assert client.arm("GET", group, "2021-04-01").status_code == 403
        client.as_application(application["appId"], secret)
        assert client.arm("GET", group, "2021-04-01").status_code == 200


def test_the_scopes_of_sign_in_are_the_real_ones(world: World) -> None:
    client = world("happy").as_user()
    answer = client.refresh(client.tenant, GRAPH_SCOPE).json()
    claims = claims_of(answer["access_token"])
    assert claims["aud"] == "https://graph.microsoft.com"
    assert answer["foci"] == "1"
