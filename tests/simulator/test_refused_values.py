"""What Azure answers to wrong values and to requests without an account, byte by byte where it is known."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from pipeops_tui.simulator import RunningSimulator
from pipeops_tui.simulator.simulated_azure import SimulatedAzure
from tests.simulator.client import ARM_SCOPE, CONTRIBUTOR, Client, code_of

NOBODY = "00000000-0000-4000-8000-000000000000"
_NAME = "7b0d5c8e-58d6-4b59-8f4c-0d2b7a1c9e10"


@pytest.fixture(scope="module")
def client(azure: RunningSimulator) -> Iterator[Client]:
    with Client(azure) as one:
        yield one.as_owner()


@pytest.fixture
def secret(client: Client) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """A new application, its service principal and its client secret."""
    application, principal = client.identity()
    added = client.graph("POST", f"/applications/{application['id']}/addPassword", json={})
    return application, principal, added.json()


def refusal(answer: httpx.Response) -> tuple[int, str, int, str]:
    """Status, error, number and text of a refused sign-in, without what is different each time."""
    body = answer.json()
    (number,) = body["error_codes"]
    assert body["error_uri"].endswith(f"/error?code={number}")
    assert answer.headers["x-ms-clitelem"] == f"1,{number},0,,"
    return answer.status_code, body["error"], number, body["error_description"].partition(" Trace ID: ")[0]


def without_token(client: Client, path: str, **headers: str) -> httpx.Response:
    return client.http.get(path, params={"api-version": "2022-12-01"}, headers=headers)


# Azure Resource Manager without a token


@pytest.mark.parametrize("below", ["", "/resourcegroups", "/providers/Microsoft.Compute"])
def test_the_refusal_names_the_tenant_of_the_subscription(client: Client, below: str) -> None:
    for item in client.azure.state()["subscriptions"]:
        answer = without_token(client, f"/subscriptions/{item['subscriptionId']}{below}")
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == (
            f'Bearer authorization_uri="https://login.windows.net/{item["tenantId"]}", error="invalid_token", '
            "error_description=\"The authentication failed because of missing 'Authorization' header.\""
        )
        assert answer.json() == {
            "error": {
                "code": "AuthenticationFailed",
                "message": "Authentication failed. The 'Authorization' header is missing.",
            }
        }


def test_a_subscription_that_does_not_exist_is_not_found(client: Client) -> None:
    answer = without_token(client, f"/subscriptions/{NOBODY}")
    assert (answer.status_code, code_of(answer)) == (404, "SubscriptionNotFound")
    assert "WWW-Authenticate" not in answer.headers
    malformed = without_token(client, "/subscriptions/nonsense")
    assert (malformed.status_code, code_of(malformed)) == (400, "InvalidSubscriptionId")


def test_what_belongs_to_no_subscription_names_no_tenant(client: Client) -> None:
    for path in ("/subscriptions", "/tenants"):
        challenge = without_token(client, path).headers["WWW-Authenticate"]
        assert challenge.startswith('Bearer authorization_uri="https://login.windows.net/", ')


# The tenant


def test_a_tenant_says_in_which_cloud_it_lives(client: Client) -> None:
    tenant = next(one for one in client.azure.state()["tenants"] if one["displayName"] == "Fabrikam")["tenantId"]

    def move(azure: SimulatedAzure, instance: str) -> None:
        azure.world.tenant(tenant).instance = instance

    def places() -> dict[str, Any]:
        document = client.http.get(f"/{tenant}/v2.0/.well-known/openid-configuration").json()
        assert document["token_endpoint"].startswith(client.azure.base_url)
        return {key: document.get(key) for key in ("tenant_region_scope", "cloud_instance_name", "msgraph_host")}

    for instance, region, graph in (
        ("microsoftonline.us", "USGov", "graph.microsoft.us"),
        ("partner.microsoftonline.cn", "AS", "microsoftgraph.chinacloudapi.cn"),
        ("microsoftonline.com", "NA", "graph.microsoft.com"),
    ):
        client.azure.call(lambda azure, instance=instance: move(azure, instance))  # type: ignore[misc]
        assert places() == {
            "tenant_region_scope": region,
            "cloud_instance_name": instance,
            "msgraph_host": graph,
        }
        form = {"grant_type": "client_credentials", "client_id": NOBODY, "client_secret": "x", "scope": ARM_SCOPE}
        number = refusal(client.token(tenant, **form))[2]
        assert number == (700016 if instance == "microsoftonline.com" else 900382)


def test_an_unknown_tenant_and_a_name_that_can_be_none_have_numbers_of_their_own(client: Client) -> None:
    for name, number in ((NOBODY, 90002), ("nowhere.example", 90002), (NOBODY[:-1], 900023), ("token", 900023)):
        answer = client.http.get(f"/{name}/v2.0/.well-known/openid-configuration")
        assert answer.status_code == 400
        assert answer.json()["error_codes"] == [number], name
    text = refusal(client.token(NOBODY[:-1], grant_type="client_credentials"))[3]
    assert text == (
        f"AADSTS900023: Specified tenant identifier '{NOBODY[:-1]}' is neither a valid DNS name, nor a valid external "
        "domain."
    )


# The application and its secret


def test_ids_pasted_in_place_of_the_client_id_are_unknown(
    client: Client, secret: tuple[dict[str, Any], dict[str, Any], dict[str, Any]]
) -> None:
    application, principal, password = secret
    for pasted in (application["id"], principal["id"], password["keyId"]):
        status, error, number, text = refusal(client.token_of(pasted, password["secretText"]))
        assert (status, error, number) == (400, "unauthorized_client", 700016)
        assert text.startswith(f"AADSTS700016: Application with identifier '{pasted}' was not found in the directory")


def test_the_id_of_a_secret_is_not_the_secret(
    client: Client, secret: tuple[dict[str, Any], dict[str, Any], dict[str, Any]]
) -> None:
    application, _, password = secret
    for pasted in (password["keyId"], password["hint"], f"{password['secretText']}\r"):
        assert refusal(client.token_of(application["appId"], pasted)) == (
            401,
            "invalid_client",
            7000215,
            "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client "
            f"secret value, not the client secret ID, for a secret added to app '{application['appId']}'.",
        )
    shown = client.graph("GET", f"/applications/{application['id']}").json()["passwordCredentials"]
    assert [(one["hint"], one["secretText"]) for one in shown] == [(password["secretText"][:3], None)]


@pytest.mark.parametrize(
    ("path", "off", "on"),
    [
        ("/servicePrincipals/{principal}", {"accountEnabled": False}, {"accountEnabled": True}),
        ("/applications/{application}", {"isDisabled": True}, {"isDisabled": False}),
    ],
)
def test_who_is_disabled_gets_no_token_until_enabled_again(
    client: Client,
    secret: tuple[dict[str, Any], dict[str, Any], dict[str, Any]],
    path: str,
    off: dict[str, bool],
    on: dict[str, bool],
) -> None:
    application, principal, password = secret
    address = path.format(application=application["id"], principal=principal["id"])
    assert client.token_of(application["appId"], password["secretText"]).status_code == 200
    assert client.graph("PATCH", address, json=off).status_code == 204
    assert off.items() <= client.graph("GET", address).json().items()
    assert refusal(client.token_of(application["appId"], password["secretText"])) == (
        400,
        "unauthorized_client",
        7000112,
        f"AADSTS7000112: Application '{application['appId']}'(PipeOps) is disabled.",
    )
    assert client.graph("PATCH", address, json=on).status_code == 204
    assert client.token_of(application["appId"], password["secretText"]).status_code == 200


def test_an_application_is_not_said_to_be_active_before_anyone_has_asked(
    client: Client, secret: tuple[dict[str, Any], dict[str, Any], dict[str, Any]]
) -> None:
    """The recorded answers of v1.0 do not have the property."""
    application, principal, _ = secret
    assert "isDisabled" not in client.graph("GET", f"/applications/{application['id']}").json()
    refused = client.graph("PATCH", f"/servicePrincipals/{principal['id']}", json={"accountEnabled": "no"})
    assert refused.status_code == 400


def test_conditional_access_blocks_applications_and_not_the_announced_one(world: Callable[[str], Client]) -> None:
    client = world("applications-blocked").as_owner()
    application, _ = client.identity()
    added = client.graph("POST", f"/applications/{application['id']}/addPassword", json={}).json()
    answer = client.token_of(application["appId"], added["secretText"])
    assert refusal(answer) == (
        400,
        "invalid_grant",
        53003,
        "AADSTS53003: Access has been blocked by Conditional Access policies. The access policy does not allow token "
        "issuance.",
    )
    assert answer.json()["suberror"] == "message_only"
    (policy,) = json.loads(answer.json()["claims"])["access_token"]["capolids"]["values"]
    assert len(policy) == 36
    assert refusal(client.token_of(application["appId"], "wrong"))[2] == 7000215


# What a role on one group lets see


def test_a_role_on_one_group_shows_that_group_in_the_lists_of_its_subscription(
    client: Client, azure: RunningSimulator, secret: tuple[dict[str, Any], dict[str, Any], dict[str, Any]]
) -> None:
    application, principal, password = secret
    scope = f"{client.scope}/resourceGroups/web-prod-rg"
    assert client.assign(scope, principal["id"], _NAME, CONTRIBUTOR).status_code == 201
    with Client(azure) as narrow:
        narrow.as_application(application["appId"], password["secretText"])
        subscriptions = narrow.arm("GET", "/subscriptions", "2022-12-01").json()["value"]
        assert [one["subscriptionId"] for one in subscriptions] == [client.subscription]
        groups = narrow.arm("GET", f"{client.scope}/resourcegroups", "2021-04-01").json()["value"]
        assert [one["name"] for one in groups] == ["web-prod-rg"]
        resources = narrow.arm("GET", f"{client.scope}/resources", "2021-04-01").json()["value"]
        assert {one["id"].split("/")[4] for one in resources} == {"web-prod-rg"}
        for path in ("/resourceGroups/data-rg", "/providers", "/locations"):
            refused = narrow.arm("GET", f"{client.scope}{path}", "2021-04-01")
            assert (refused.status_code, code_of(refused)) == (403, "AuthorizationFailed"), path


def test_without_any_role_the_lists_are_refused(
    client: Client, azure: RunningSimulator, secret: tuple[dict[str, Any], dict[str, Any], dict[str, Any]]
) -> None:
    application, _, password = secret
    with Client(azure) as stranger:
        stranger.as_application(application["appId"], password["secretText"])
        for path in ("resourcegroups", "resources"):
            refused = stranger.arm("GET", f"{client.scope}/{path}", "2021-04-01")
            assert (refused.status_code, code_of(refused)) == (403, "AuthorizationFailed")
