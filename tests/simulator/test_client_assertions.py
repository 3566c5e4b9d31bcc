"""Applications that sign in with a certificate or another issuer's token, and the machine's managed identity."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import jwt
import pytest

from pipeops_tui.simulator import RunningSimulator
from tests.simulator.client import ARM_SCOPE, Client, claims_of
from tests.support.signing import ISSUER, Certificate, Issuer, make_certificate

SUBJECT = "system:serviceaccount:shop:deployer"
EXCHANGE = "api://AzureADTokenExchange"
Change = Callable[[dict[str, Any], dict[str, Any]], None]


@pytest.fixture(scope="module")
def certificate() -> Certificate:
    return make_certificate()


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def client(azure: RunningSimulator) -> Iterator[Client]:
    with Client(azure) as one:
        yield one.as_user()


def registered(client: Client, *keys: Certificate) -> str:
    """Client ID of a new application with these certificates."""
    application, _ = client.identity("by-certificate")
    sent = [
        {"type": "AsymmetricX509Cert", "usage": "Verify", "key": base64.b64encode(key.der).decode()} for key in keys
    ]
    answer = client.graph("PATCH", f"/applications/{application['id']}", json={"keyCredentials": sent})
    assert answer.status_code == 204, answer.text
    return str(application["appId"])


def redeem(client: Client, client_id: str, assertion: str, **changed: str) -> httpx.Response:
    form = {
        "grant_type": "client_credentials",
        "client_id": client_id,
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": assertion,
        "scope": ARM_SCOPE,
    }
    return client.token(client.tenant, **(form | changed))


def refused(answer: httpx.Response) -> tuple[int, str, int]:
    body = answer.json()
    return answer.status_code, body["error"], body["error_codes"][0]


class TestCertificates:
    def claims(self, client: Client, client_id: str) -> dict[str, Any]:
        audience = f"{client.azure.base_url}/{client.tenant}/oauth2/v2.0/token"
        now = client.azure.call(lambda azure: int(azure.world.now()))
        return {"aud": audience, "iss": client_id, "sub": client_id, "nbf": now, "exp": now + 600, "jti": "1"}

    @pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
    @pytest.mark.parametrize("by", ["x5t", "x5t#S256"])
    def test_a_registered_certificate_signs_in(
        self, client: Client, certificate: Certificate, algorithm: str, by: str
    ) -> None:
        client_id = registered(client, make_certificate(), certificate)
        headers = {by: certificate.thumbprints[by]}
        answer = redeem(client, client_id, certificate.sign(self.claims(client, client_id), headers, algorithm))
        assert answer.status_code == 200, answer.text
        token = claims_of(answer.json()["access_token"])
        assert (token["appid"], token["appidacr"], token["idtyp"]) == (client_id, "2", "app")

    @pytest.mark.parametrize(
        ("change", "number"),
        [
            (lambda header, claims: claims.update(exp=claims["nbf"] - 1), 700024),
            (lambda header, claims: claims.update(nbf=claims["nbf"] + 3_600, exp=claims["nbf"] + 7_200), 700024),
            (lambda header, claims: claims.update(aud="https://login.example/oauth2/v2.0/token"), 700023),
            (lambda header, claims: claims.update(sub="00000000-0000-0000-0000-000000000001"), 50048),
            (lambda header, claims: header.update({"x5t#S256": "AAAA"}), 700027),
            (lambda header, claims: header.clear(), 50027),
            (lambda header, claims: claims.pop("exp"), 50027),
            (lambda header, claims: claims.update(iss="https://issuer.example"), 70025),
        ],
    )
    def test_what_does_not_prove_it_is_refused(
        self, client: Client, certificate: Certificate, change: Change, number: int
    ) -> None:
        client_id = registered(client, certificate)
        header, claims = {"x5t#S256": certificate.thumbprints["x5t#S256"]}, self.claims(client, client_id)
        change(header, claims)
        answer = redeem(client, client_id, certificate.sign(claims, header))
        assert refused(answer)[2] == number, answer.text

    def test_another_key_under_its_thumbprint_is_refused(self, client: Client, certificate: Certificate) -> None:
        client_id = registered(client, certificate)
        forged = make_certificate().sign(self.claims(client, client_id), {"x5t": certificate.thumbprints["x5t"]})
        answer = redeem(client, client_id, forged)
        assert refused(answer) == (401, "invalid_client", 700027)
        assert "The provided signature value did not match" in answer.json()["error_description"]

    def test_no_signature_is_no_signature(self, client: Client, certificate: Certificate) -> None:
        client_id = registered(client, certificate)
        headers = {"x5t": certificate.thumbprints["x5t"]}
        unsigned = jwt.encode(self.claims(client, client_id), "", algorithm="none", headers=headers)
        assert refused(redeem(client, client_id, unsigned)) == (400, "invalid_request", 5002730)

    def test_an_expired_certificate_is_refused(self, client: Client) -> None:
        expired = make_certificate(days=-1)
        client_id = registered(client, expired)
        headers = {"x5t": expired.thumbprints["x5t"]}
        answer = redeem(client, client_id, expired.sign(self.claims(client, client_id), headers))
        assert refused(answer) == (401, "invalid_client", 700027)
        assert "The key used is expired." in answer.json()["error_description"]

    @pytest.mark.parametrize("text", ["", "x", "a.b.c", "e30.e30.", "\0"])
    def test_what_is_no_token_is_refused(self, client: Client, certificate: Certificate, text: str) -> None:
        answer = redeem(client, registered(client, certificate), text)
        assert refused(answer)[2] == (50027 if text else 7000216)

    def test_the_type_of_the_assertion_is_required(self, client: Client, certificate: Certificate) -> None:
        client_id = registered(client, certificate)
        assert refused(redeem(client, client_id, "a.b.c", client_assertion_type="saml"))[2] == 900144

    def test_certificates_are_shown_without_themselves_and_replaced_as_a_whole(
        self, client: Client, certificate: Certificate
    ) -> None:
        client_id = registered(client, certificate)
        path = f"/applications(appId='{client_id}')"
        (shown,) = client.graph("GET", path).json()["keyCredentials"]
        assert shown["key"] is None
        assert shown["customKeyIdentifier"] == certificate.sha1.hex().upper()
        kept = client.graph("PATCH", path, json={"keyCredentials": [{"keyId": shown["keyId"]}]})
        assert kept.status_code == 204
        assert client.graph("GET", path).json()["keyCredentials"] == [shown]
        assert client.graph("PATCH", path, json={"keyCredentials": []}).status_code == 204
        signed = certificate.sign(self.claims(client, client_id), {"x5t": certificate.thumbprints["x5t"]})
        assert refused(redeem(client, client_id, signed)) == (401, "invalid_client", 700027)

    @pytest.mark.parametrize("sent", [[{"key": "eHh4"}], [{"key": "%"}], [{}], ["x"], [{"keyId": "x", "key": "eHh4"}]])
    def test_what_is_no_certificate_is_not_registered(self, client: Client, sent: list[Any]) -> None:
        application, _ = client.identity("by-nothing")
        answer = client.graph("PATCH", f"/applications/{application['id']}", json={"keyCredentials": sent})
        assert answer.status_code == 400, answer.text


class TestFederation:
    @pytest.fixture
    def client_id(self, client: Client, issuer: Issuer) -> str:
        """An application that trusts the issuer, which publishes its key."""
        client.azure.publish_key(ISSUER, issuer.public_key)
        application, _ = client.identity("federated")
        credential = {"name": "shop", "issuer": ISSUER, "subject": SUBJECT, "audiences": [EXCHANGE]}
        path = f"/applications/{application['id']}/federatedIdentityCredentials"
        assert client.graph("POST", path, json=credential).status_code == 201
        return str(application["appId"])

    def claims(self, client: Client) -> dict[str, Any]:
        now = client.azure.call(lambda azure: int(azure.world.now()))
        return {"aud": [EXCHANGE], "iss": ISSUER, "sub": SUBJECT, "nbf": now, "exp": now + 600}

    def test_a_token_of_a_trusted_issuer_signs_in(self, client: Client, issuer: Issuer, client_id: str) -> None:
        answer = redeem(client, client_id, issuer.sign(self.claims(client)))
        assert answer.status_code == 200, answer.text
        assert claims_of(answer.json()["access_token"])["appid"] == client_id

    @pytest.mark.parametrize(
        ("changed", "number"),
        [
            ({"iss": f"{ISSUER}/"}, 700211),
            ({"sub": SUBJECT.upper()}, 700213),
            ({"aud": "https://gitlab.example"}, 700212),
            ({"exp": 1}, 700024),
        ],
    )
    def test_what_does_not_match_is_refused(
        self, client: Client, issuer: Issuer, client_id: str, changed: dict[str, Any], number: int
    ) -> None:
        answer = redeem(client, client_id, issuer.sign(self.claims(client) | changed))
        assert refused(answer) == (401, "invalid_client", number)

    def test_a_key_that_the_issuer_does_not_publish_is_refused(
        self, client: Client, issuer: Issuer, client_id: str
    ) -> None:
        stranger = Issuer()
        assert refused(redeem(client, client_id, stranger.sign(self.claims(client), "another")))[2] == 7000272
        assert refused(redeem(client, client_id, stranger.sign(self.claims(client), issuer.key_id)))[2] == 50027

    def test_an_issuer_that_cannot_be_reached_is_told(self, client: Client, issuer: Issuer, client_id: str) -> None:
        client.azure.call(lambda azure: azure.world.issuers.clear())
        assert refused(redeem(client, client_id, issuer.sign(self.claims(client)))) == (400, "invalid_request", 90061)

    def test_keys_are_published_by_a_control_request(self, client: Client, issuer: Issuer, client_id: str) -> None:
        client.azure.call(lambda azure: azure.world.issuers.clear())
        sent = {"issuer": ISSUER, "keys": [issuer.public_key]}
        assert client.http.post("/_simulator/issuers", json=sent).json() == {"issuer": ISSUER, "keys": [issuer.key_id]}
        assert redeem(client, client_id, issuer.sign(self.claims(client))).status_code == 200
        for wrong in ({}, {"issuer": ISSUER}, {"issuer": ISSUER, "keys": [{}]}):
            assert client.http.post("/_simulator/issuers", json=wrong).status_code == 400


class TestManagedIdentity:
    def ask(self, client: Client, header: str | None = None, **changed: str) -> httpx.Response:
        told: Any = client.azure.announcement["managed_identity"]
        query = {"api-version": "2019-08-01", "resource": "https://management.azure.com"} | changed
        sent = told["header"] if header is None else header
        return client.http.get(told["endpoint"], params=query, headers={"X-IDENTITY-HEADER": sent})

    def test_the_machine_has_an_identity_that_owns_the_subscription(self, client: Client) -> None:
        told: Any = client.azure.announcement["managed_identity"]
        body = self.ask(client).json()
        assert list(body) == ["access_token", "expires_on", "resource", "token_type", "client_id"]
        assert (body["client_id"], type(body["expires_on"])) == (told["client_id"], str)
        headers = {"Authorization": f"Bearer {body['access_token']}"}
        answer = client.http.get(client.scope, params={"api-version": "2022-12-01"}, headers=headers)
        assert answer.status_code == 200
        assert self.ask(client, client_id=told["client_id"]).status_code == 200

    @pytest.mark.parametrize(
        ("header", "changed", "status"),
        [
            ("", {}, 401),
            ("wrong", {}, 401),
            (None, {"api-version": "2017-09-01"}, 400),
            (None, {"resource": ""}, 400),
            (None, {"resource": "https://vault.azure.net"}, 400),
            (None, {"client_id": "00000000-0000-0000-0000-000000000001"}, 400),
        ],
    )
    def test_others_get_no_token(
        self, client: Client, header: str | None, changed: dict[str, str], status: int
    ) -> None:
        answer = self.ask(client, header, **changed)
        assert answer.status_code == status
        assert list(answer.json()) == ["statusCode", "message", "correlationId"]

    def test_a_world_in_which_nobody_uses_it_does_not_show_it(self, world: Callable[[str], Client]) -> None:
        client = world("happy")
        told: Any = client.azure.announcement["managed_identity"]
        assert told["client_id"] not in json.dumps(client.azure.state())
        assert self.ask(client).status_code == 200
        assert told["client_id"] in json.dumps(client.azure.state())
