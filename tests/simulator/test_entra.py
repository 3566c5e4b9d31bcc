"""The sign-in service on the wire: discovery, grants, refusals."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from pipeops_tui.simulator import RunningSimulator
from tests.simulator.client import ARM_SCOPE, AZURE_CLI, DEVICE_GRANT, GRAPH_SCOPE, Client, claims_of

World = Callable[[str], Client]
MFA = '{"access_token":{"acrs":{"essential":true,"values":["p1"]}}}'
CP1 = json.dumps({"access_token": {"xms_cc": {"values": ["CP1"]}}})


@pytest.fixture(scope="module")
def client(azure: RunningSimulator) -> Iterator[Client]:
    with Client(azure) as one:
        yield one.as_user()


def refusal(answer: httpx.Response) -> tuple[int, str, int]:
    """Status, OAuth error and AADSTS code; checks the envelope on the way."""
    body: dict[str, Any] = answer.json()
    assert list(body)[:7] == [
        "error", "error_description", "error_codes", "timestamp", "trace_id", "correlation_id", "error_uri",
    ]  # fmt: skip
    number = body["error_codes"][0]
    assert body["error_description"].startswith(f"AADSTS{number}: ")
    assert f"Trace ID: {body['trace_id']}" in body["error_description"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ", body["timestamp"])
    assert body["error_uri"].endswith(f"/error?code={number}")
    assert answer.headers["x-ms-clitelem"] == f"1,{number},0,,"
    return answer.status_code, body["error"], number


class TestDiscovery:
    def test_the_configuration_names_this_server(self, client: Client) -> None:
        answer = client.http.get(f"/{client.tenant}/v2.0/.well-known/openid-configuration")
        body = answer.json()
        base = f"{client.azure.base_url}/{client.tenant}"
        assert body["token_endpoint"] == f"{base}/oauth2/v2.0/token"
        assert body["device_authorization_endpoint"] == f"{base}/oauth2/v2.0/devicecode"
        assert body["issuer"] == f"{base}/v2.0"
        assert answer.headers["Cache-Control"] == "max-age=86400, private"
        plural = client.http.get("/organizations/v2.0/.well-known/openid-configuration").json()
        assert plural["issuer"].endswith("/{tenantid}/v2.0")

    def test_a_tenant_is_known_by_its_domains_too(self, client: Client) -> None:
        assert client.http.get("/contoso.onmicrosoft.com/v2.0/.well-known/openid-configuration").status_code == 200
        unknown = client.http.get("/nowhere.example/v2.0/.well-known/openid-configuration")
        assert refusal(unknown) == (400, "invalid_tenant", 90002)
        token = client.token("nowhere.example", grant_type="refresh_token", client_id=AZURE_CLI)
        assert refusal(token) == (400, "invalid_request", 90002)
        assert "Tenant 'nowhere.example' not found." in unknown.json()["error_description"]

    def test_there_is_one_cloud(self, client: Client) -> None:
        authority = f"{client.azure.base_url}/common/oauth2/v2.0/authorize"
        path = "/common/discovery/instance"
        body = client.http.get(path, params={"api-version": "1.1", "authorization_endpoint": authority}).json()
        assert body["tenant_discovery_endpoint"].startswith(client.azure.base_url)
        foreign = {"authorization_endpoint": "https://login.example/common/oauth2/v2.0/authorize"}
        assert client.http.get(path, params=foreign).json()["error"] == "invalid_instance"

    def test_what_is_not_there_is_not_there(self, client: Client) -> None:
        assert client.http.get("/common/nothing").status_code == 404
        assert refusal(client.http.get("/common/oauth2/v2.0/token"))[2] == 900561


class TestDeviceCode:
    def test_polls_share_one_correlation_id(self, world: World) -> None:
        client = world("happy")
        form = {"client_id": AZURE_CLI, "scope": ARM_SCOPE}
        code = client.http.post("/organizations/oauth2/v2.0/devicecode", data=form).json()
        assert (code["expires_in"], code["interval"]) == (900, 5)
        assert code["verification_uri"] == f"{client.azure.base_url}/devicelogin"
        assert code["user_code"] in code["message"]
        polls = [
            client.token("organizations", grant_type=DEVICE_GRANT, client_id=AZURE_CLI, device_code=code["device_code"])
            for _ in range(2)
        ]
        assert [refusal(poll) for poll in polls] == [(400, "authorization_pending", 70016)] * 2
        first, second = (poll.json() for poll in polls)
        assert first["correlation_id"] == second["correlation_id"]
        assert first["trace_id"] != second["trace_id"]

    def test_claims_are_for_the_page_so_they_come_too_late_with_the_code(self, world: World) -> None:
        client = world("mfa-on-write")
        form = {"client_id": AZURE_CLI, "scope": ARM_SCOPE}
        code = client.http.post("/organizations/oauth2/v2.0/devicecode", data=form).json()
        assert client.azure.approve_device_code(code["user_code"])
        who = {"grant_type": DEVICE_GRANT, "client_id": AZURE_CLI, "device_code": code["device_code"]}
        assert refusal(client.token("organizations", **who, claims=MFA))[1:] == ("interaction_required", 50076)
        assert "acrs" not in claims_of(client.token("organizations", **who).json()["access_token"])
        asked_in_time = client.sign_in(claims=MFA).json()
        assert claims_of(asked_in_time["access_token"])["acrs"] == ["p1"]

    def test_unknown_codes_and_clients_are_refused(self, client: Client) -> None:
        wrong = client.token("organizations", grant_type=DEVICE_GRANT, client_id=AZURE_CLI, device_code="x")
        assert refusal(wrong) == (400, "bad_verification_code", 70018)
        path = "/organizations/oauth2/v2.0/devicecode"
        stranger = client.http.post(path, data={"client_id": "x", "scope": ARM_SCOPE})
        assert refusal(stranger)[2] == 700016
        nothing = client.http.post(path, data={"client_id": AZURE_CLI})
        assert refusal(nothing)[2] == 900144


class TestTokens:
    def test_a_user_gets_all_of_them(self, client: Client) -> None:
        body = client.sign_in(client.tenant, client_info="1").json()
        assert list(body) == [
            "token_type", "scope", "expires_in", "ext_expires_in", "access_token", "refresh_token", "foci", "id_token",
            "client_info",
        ]  # fmt: skip
        assert body["expires_in"] == 3_599
        info = json.loads(base64.urlsafe_b64decode(body["client_info"] + "=="))
        assert info["utid"] == client.tenant
        token = claims_of(body["access_token"])
        assert (token["aud"], token["ver"], token["tid"]) == ("https://management.azure.com", "1.0", client.tenant)
        assert token["iss"] == f"https://sts.windows.net/{client.tenant}/"
        assert token["amr"] == ["pwd", "mfa"]
        assert claims_of(body["id_token"])["ver"] == "2.0"

    def test_clients_that_answer_challenges_get_long_tokens(self, client: Client) -> None:
        assert client.refresh(client.tenant, ARM_SCOPE, claims=CP1).json()["expires_in"] == 86_399

    def test_one_session_serves_every_tenant_and_service(self, client: Client) -> None:
        tenants = [tenant["tenantId"] for tenant in client.azure.state()["tenants"]]
        for tenant in tenants:
            for scope in (ARM_SCOPE, GRAPH_SCOPE, "https://management.core.windows.net//.default"):
                assert claims_of(client.refresh(tenant, scope).json()["access_token"])["tid"] == tenant

    def test_unknown_resources_and_grants_are_refused(self, client: Client) -> None:
        assert refusal(client.refresh(client.tenant, "https://nothing.example/.default"))[2] == 500011
        assert refusal(client.token(client.tenant, grant_type="password"))[1] == "unsupported_grant_type"
        assert refusal(client.token(client.tenant))[2] == 900144
        forged = client.token(
            client.tenant, grant_type="refresh_token", client_id=AZURE_CLI, refresh_token="1.e30.x", scope=ARM_SCOPE
        )
        assert refusal(forged)[1] == "invalid_grant"

    def test_guests_of_nowhere_are_refused(self, world: World) -> None:
        client = world("lighthouse").as_user()
        other = next(t["tenantId"] for t in client.azure.state()["tenants"] if t["tenantId"] != client.tenant)
        assert refusal(client.refresh(other, ARM_SCOPE)) == (400, "invalid_grant", 50020)


class TestClientSecrets:
    def test_only_the_right_secret_in_the_right_tenant_signs_in(self, client: Client) -> None:
        application, _ = client.identity("signing-in")
        app_id = application["appId"]
        secret = client.graph("POST", f"/applications/{application['id']}/addPassword", json={}).json()["secretText"]
        body = client.token_of(app_id, secret).json()
        assert list(body) == ["token_type", "expires_in", "ext_expires_in", "access_token"]
        token = claims_of(body["access_token"])
        assert (token["idtyp"], token["appid"]) == ("app", app_id)
        wrong = client.token_of(app_id, "wrong")
        assert refusal(wrong) == (401, "invalid_client", 7000215)
        assert f"for a secret added to app '{app_id}'" in wrong.json()["error_description"]
        assert refusal(client.token_of("00000000-0000-0000-0000-000000000001", secret))[2] == 700016
        elsewhere = next(t["tenantId"] for t in client.azure.state()["tenants"] if t["tenantId"] != client.tenant)
        form = {"grant_type": "client_credentials", "client_id": app_id, "client_secret": secret, "scope": ARM_SCOPE}
        assert refusal(client.token(elsewhere, **form))[2] == 700016

    def test_an_application_without_a_service_principal_does_not_sign_in(self, client: Client) -> None:
        application = client.application("headless").json()
        secret = client.graph("POST", f"/applications/{application['id']}/addPassword", json={}).json()["secretText"]
        assert refusal(client.token_of(application["appId"], secret)) == (401, "invalid_client", 7000229)

    def test_removed_and_expired_secrets_stop_signing_in(self, world: World) -> None:
        client = world("happy").as_user()
        application, _ = client.identity()
        path = f"/applications/{application['id']}"
        first, second = (client.graph("POST", f"{path}/addPassword", json={}).json() for _ in range(2))
        assert client.token_of(application["appId"], first["secretText"]).status_code == 200
        client.graph("POST", f"{path}/removePassword", json={"keyId": first["keyId"]})
        assert refusal(client.token_of(application["appId"], first["secretText"]))[2] == 7000215
        client.azure.advance_clock(731 * 86_400)
        expired = client.token_of(application["appId"], second["secretText"])
        assert refusal(expired) == (401, "invalid_client", 7000222)

    def test_the_older_endpoint_writes_numbers_as_texts(self, client: Client) -> None:
        owner: Any = client.azure.announcement["owner"]
        form = {"grant_type": "client_credentials", "resource": "https://management.core.windows.net/", **owner}
        body = client.http.post(f"/{client.tenant}/oauth2/token", data=form).json()
        assert list(body) == [
            "token_type", "expires_in", "ext_expires_in", "expires_on", "not_before", "resource", "access_token",
        ]  # fmt: skip
        assert {type(body[key]) for key in ("expires_in", "ext_expires_in", "expires_on", "not_before")} == {str}


class TestAuthorizationCode:
    REDIRECT = "http://localhost:8400"
    VERIFIER = "a" * 64

    def authorize(self, client: Client, **changed: str) -> httpx.Response:
        digest = hashlib.sha256(self.VERIFIER.encode()).digest()
        query = {
            "client_id": AZURE_CLI,
            "response_type": "code",
            "redirect_uri": self.REDIRECT,
            "scope": f"{ARM_SCOPE} openid offline_access",
            "state": "of mind",
            "nonce": "sense",
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return client.http.get("/organizations/oauth2/v2.0/authorize", params=query | changed)

    def redeem(self, client: Client, code: str, **changed: str) -> httpx.Response:
        form = {
            "grant_type": "authorization_code",
            "client_id": AZURE_CLI,
            "code": code,
            "redirect_uri": self.REDIRECT,
            "code_verifier": self.VERIFIER,
        }
        return client.token("organizations", **(form | changed))

    def test_the_browser_brings_a_code_back_that_works_once(self, client: Client) -> None:
        sent = self.authorize(client)
        assert sent.status_code == 302
        query = parse_qs(urlsplit(sent.headers["Location"]).query)
        assert query["state"] == ["of mind"]
        answer = self.redeem(client, query["code"][0])
        assert answer.status_code == 200
        assert claims_of(answer.json()["id_token"])["nonce"] == "sense"
        assert refusal(self.redeem(client, query["code"][0])) == (400, "invalid_grant", 70008)

    def test_form_post_answers_with_a_form_that_submits_itself(self, client: Client) -> None:
        page = self.authorize(client, response_mode="form_post").text
        assert f'action="{self.REDIRECT}"' in page
        found = re.search(r'name="code" value="([^"]+)"', page)
        assert found is not None
        assert self.redeem(client, found[1]).status_code == 200

    @pytest.mark.parametrize(
        ("changed", "number"), [({"code_verifier": "b" * 64}, 501481), ({"redirect_uri": "http://localhost:1"}, 50011)]
    )
    def test_a_stolen_code_is_worthless(self, client: Client, changed: dict[str, str], number: int) -> None:
        code = parse_qs(urlsplit(self.authorize(client).headers["Location"]).query)["code"][0]
        assert refusal(self.redeem(client, code, **changed))[2] == number

    def test_only_loopback_addresses_get_codes(self, client: Client) -> None:
        for target in ("https://evil.example/", "http://localhost\r\nX: y", "//[", ""):
            assert refusal(self.authorize(client, redirect_uri=target))[2] == 50011


class TestScopes:
    """A scope that means nothing gets no token."""

    @pytest.mark.parametrize(
        ("scope", "number"),
        [
            ("https://management.azure.com", 1002012),
            ("https://management.azure.com/", 1002012),
            ("https://management.azure.com/user_impersonation", 1002012),
            ("https://management.azure.com/.default openid", 1002012),
            ("https://management.azure.com/.default https://graph.microsoft.com/.default", 28000),
            ("https://nowhere.example/.default", 500011),
            ("", 900144),
        ],
    )
    def test_an_application_asks_for_all_that_it_was_granted(self, client: Client, scope: str, number: int) -> None:
        owner: Any = client.azure.announcement["owner"]
        refused = client.token_of(owner["client_id"], owner["client_secret"], scope)
        assert (refused.status_code, refused.json()["error_codes"]) == (400, [number])
        if number == 1002012:
            assert refused.json()["error"] == "invalid_scope"
            assert f"The provided value for scope {scope} is not valid." in refused.json()["error_description"]

    @pytest.mark.parametrize(
        ("scope", "number"),
        [
            ("https://management.azure.com/nonsense", 650053),
            ("Nonsense.Read", 650053),
            ("https://management.azure.com/.default https://graph.microsoft.com/.default", 28000),
            ("https://nowhere.example/.default", 500011),
        ],
    )
    def test_a_person_asks_for_what_there_is(self, client: Client, scope: str, number: int) -> None:
        client.as_user()
        assert client.refresh(client.tenant, scope).json()["error_codes"] == [number]

    @pytest.mark.parametrize("scope", ["User.Read Directory.Read.All", "https://graph.microsoft.com/User.Read"])
    def test_permissions_of_graph_need_no_resource(self, client: Client, scope: str) -> None:
        client.as_user()
        token = client.refresh(client.tenant, scope).json()["access_token"]
        assert claims_of(token)["aud"] == "https://graph.microsoft.com"

    @pytest.mark.parametrize("tenant", ["organizations", "common"])
    def test_an_application_names_its_tenant(self, client: Client, tenant: str) -> None:
        owner: Any = client.azure.announcement["owner"]
        form = {"grant_type": "client_credentials", "scope": ARM_SCOPE, **owner}
        refused = client.token(tenant, **form)
        assert refused.json()["error_codes"] == [50059]
        assert "No tenant-identifying information found" in refused.json()["error_description"]


def test_a_device_code_that_nothing_was_entered_for_expires(world: World) -> None:
    client = world("happy")
    asked = client.http.post("/organizations/oauth2/v2.0/devicecode", data={"client_id": AZURE_CLI, "scope": ARM_SCOPE})
    client.azure.advance_clock(901)
    late = client.token(
        "organizations", grant_type=DEVICE_GRANT, client_id=AZURE_CLI, device_code=asked.json()["device_code"]
    )
    assert refusal(late) == (400, "expired_token", 70020)
    text = "The provided value for the input parameter 'device_code' is not valid. This device code has expired."
    assert f"AADSTS70020: {text} Trace ID" in late.json()["error_description"]
