"""One visit to a simulated Azure: every request of a run and of its undo, after which the world is as before."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import uuid4

from tests.simulator.crowd import Answer, Asking

_READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
_AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
_ARM, _GRAPH = ("https://management.azure.com/.default", "https://graph.microsoft.com/.default")
_DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
REQUESTS = 23
"""Requests of one visit."""
DELETION = 60
"""Seconds of the world after which a deleted group is gone."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who visits: a tenant, a subscription in it, and a service principal with every right there."""

    tenant: str
    subscription: str
    client_id: str
    client_secret: str


class UnexpectedError(Exception):
    """The simulated Azure gave an unexpected answer."""


def expect(answer: Answer, *statuses: int) -> Answer:
    """The answer, if it has one of these statuses. Raises UnexpectedError."""
    if answer.status not in statuses:
        raise UnexpectedError(f"{statuses} expected, got {answer.status}: {answer.body}")
    return answer


async def sign_in(ask: Asking, who: Credentials, scope: str, client_id: str = "", secret: str = "") -> Answer:
    """Asks for a token of a service principal, of the visitor's own unless another is named."""
    form = {
        "grant_type": "client_credentials", "scope": scope,
        "client_id": client_id or who.client_id, "client_secret": secret or who.client_secret,
    }  # fmt: skip
    return await ask("POST", f"/{who.tenant}/oauth2/v2.0/token", form=form)


async def token(ask: Asking, who: Credentials, scope: str, client_id: str = "", secret: str = "") -> str:
    """A token for a scope."""
    return str(expect(await sign_in(ask, who, scope, client_id, secret), 200).body["access_token"])


async def tokens(ask: Asking, who: Credentials) -> tuple[str, str]:
    """The visitor's tokens for Resource Manager and for Graph."""
    return await token(ask, who, _ARM), await token(ask, who, _GRAPH)


def assignment(who: Credentials, principal_id: str) -> dict[str, object]:
    """What makes a service principal a Reader."""
    role = f"/subscriptions/{who.subscription}/providers/Microsoft.Authorization/roleDefinitions/{_READER}"
    kind = "ServicePrincipal"
    return {"properties": {"roleDefinitionId": role, "principalId": principal_id, "principalType": kind}}


async def visit(ask: Asking, who: Credentials, pass_time: Callable[[], Awaitable[None]]) -> None:
    """Makes `REQUESTS` requests and leaves nothing behind. `pass_time` moves the world's clock by `DELETION`.

    Raises UnexpectedError.
    """
    arm, graph = await tokens(ask, who)
    base = f"/subscriptions/{who.subscription}"
    group = f"{base}/resourcegroups/visit-{uuid4()}"
    version, rbac = "?api-version=2021-04-01", "?api-version=2022-04-01"
    expect(await ask("GET", f"/subscriptions{version}", arm), 200)
    expect(await ask("GET", f"{base}/locations{version}", arm), 200)
    expect(await ask("HEAD", f"{group}{version}", arm), 404)
    expect(await ask("PUT", f"{group}{version}", arm, {"location": "westeurope"}), 201)
    application = expect(await ask("POST", "/v1.0/applications", graph, {"displayName": "visit"}), 201).body
    sent = {"appId": application["appId"]}
    principal = expect(await ask("POST", "/v1.0/servicePrincipals", graph, sent), 201).body
    assigned = f"{group}/providers/Microsoft.Authorization/roleAssignments/{uuid4()}{rbac}"
    expect(await ask("PUT", assigned, arm, assignment(who, principal["id"])), 201)
    own = f"/v1.0/applications/{application['id']}"
    secret = expect(await ask("POST", f"{own}/addPassword", graph, {}), 200).body
    theirs = await token(ask, who, _ARM, application["appId"], secret["secretText"])
    expect(await ask("GET", f"{group}{version}", theirs), 200)
    expect(await ask("GET", f"{base}/providers{version}", theirs), 403)
    expect(await ask("GET", f"/v1.0/applications?$filter=appId%20eq%20'{application['appId']}'", graph), 200)
    await _wait_for_a_person(ask)
    expect(await ask("POST", f"{own}/removePassword", graph, {"keyId": secret["keyId"]}), 204)
    expect(await sign_in(ask, who, _ARM, application["appId"], secret["secretText"]), 401)
    expect(await ask("DELETE", assigned, arm), 200)
    expect(await ask("DELETE", own, graph), 204)
    expect(await ask("DELETE", f"/v1.0/directory/deletedItems/{application['id']}", graph), 204)
    deletion = expect(await ask("DELETE", f"{group}{version}", arm), 202).location
    await pass_time()
    expect(await ask("GET", deletion[deletion.index("/subscriptions/") :], arm), 200)


async def _wait_for_a_person(ask: Asking) -> None:
    """Two requests: a device code that is never approved."""
    where = "/organizations/oauth2/v2.0"
    code = expect(await ask("POST", f"{where}/devicecode", form={"client_id": _AZURE_CLI, "scope": _ARM}), 200).body
    form = {"grant_type": _DEVICE_GRANT, "client_id": _AZURE_CLI, "device_code": code["device_code"]}
    expect(await ask("POST", f"{where}/token", form=form), 400)
