"""A simulated Azure with a client, and the steps from which situations are prepared."""

from __future__ import annotations

import itertools
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import httpx

from pipeops_tui.simulator import SimulatorConfig, start_simulator
from tests.conformity.shapes import Json

AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
ARM_SCOPE = "https://management.azure.com/.default"
GRAPH_SCOPE = "https://graph.microsoft.com/.default"
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
CAE_CLIENT = '{"access_token":{"xms_cc":{"values":["cp1"]}}}'
"""Claims of a client that can answer claims challenges; it gets tokens that are valid for a day."""
_GROUPS = "2021-04-01"
_AUTHORIZATION = "2022-04-01"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Header names are lower case, repeated ones stay apart; `body` is JSON or text, None if empty."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: Json

    def header(self, name: str) -> str:
        """The first value of a header. Raises KeyError."""
        return dict(reversed(self.headers))[name]


@dataclass(frozen=True, slots=True)
class Ask:
    """A request. `token` is a bearer token; `form` goes out URL-encoded, `body` as JSON."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    token: str | None = None
    body: Json = None
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Stage:
    """One simulated Azure for many situations; every name it returns is new."""

    def __init__(self, scenario: str = "happy") -> None:
        self.azure = start_simulator(SimulatorConfig(scenario=scenario))
        announced: Any = self.azure.announcement
        self.tenant: str = announced["tenant_id"]
        self.subscription: str = announced["subscription_id"] or ""
        self.addresses: tuple[str, str] = (self.azure.base_url, announced["graph"])
        """Where sign-in and Resource Manager are, and where Microsoft Graph is."""
        self._owner: dict[str, str] = announced["owner"]
        context = ssl.create_default_context(cafile=str(self.azure.ca_file))
        self._http = httpx.Client(verify=context, timeout=30, trust_env=False)
        self._numbers = itertools.count(1)
        self._tokens: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()
        self.azure.stop()

    def ask(self, ask: Ask) -> Answer:
        """Sends a request. Raises httpx.TransportError when no answer comes."""
        headers = {**ask.headers, **({"Authorization": f"Bearer {ask.token}"} if ask.token else {})}
        content = json.dumps(ask.body).encode() if ask.body is not None else None
        if content is not None:
            headers.setdefault("Content-Type", "application/json")
        base = self.addresses[ask.path.startswith("/v1.0")]
        reply = self._http.request(
            ask.method, f"{base}{ask.path}", params=ask.query or None, headers=headers, content=content, data=ask.form
        )
        # The client keeps cookies; a recording starts without any.
        self._http.cookies.clear()
        found = tuple((name.lower(), value) for name, value in reply.headers.multi_items())
        return Answer(reply.status_code, found, _parsed(reply))

    def arm(self, method: str, path: str, body: Json = None, version: str = _GROUPS, token: str = "") -> Answer:
        """Asks Resource Manager as the owner, or as the bearer of `token`."""
        return self.ask(Ask(method, path, {"api-version": version}, token or self.token(ARM_SCOPE), body))

    def graph(self, method: str, path: str, body: Json = None, token: str = "") -> Answer:
        """Asks Microsoft Graph as the owner, or as the bearer of `token`. `path` starts after `/v1.0`."""
        return self.ask(Ask(method, f"/v1.0{path}", token=token or self.token(GRAPH_SCOPE), body=body))

    def made(self, answer: Answer) -> dict[str, str]:
        """The texts of what was made. Raises LookupError when it was not."""
        return _object(answer)

    def token(self, scope: str, client_id: str = "", secret: str = "") -> str:
        """An access token of the owner, or of another service principal."""
        client_id, secret = client_id or self._owner["client_id"], secret or self._owner["client_secret"]
        key = f"{client_id} {scope}"
        if key not in self._tokens:
            form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret, "scope": scope}
            self._tokens[key] = _text(self.sign_in(form), "access_token")
        return self._tokens[key]

    def sign_in(self, form: Mapping[str, str], tenant: str = "") -> Answer:
        """Asks the token endpoint."""
        return self.ask(Ask("POST", f"/{tenant or self.tenant}/oauth2/v2.0/token", form=form))

    def device_code(self, scope: str = ARM_SCOPE) -> dict[str, str]:
        """A device code that waits, with the form that polls for it."""
        scope = f"{scope} openid profile offline_access"
        form = {"client_id": AZURE_CLI, "scope": scope}
        code = self.ask(Ask("POST", f"/{self.tenant}/oauth2/v2.0/devicecode", form=form))
        return {
            "grant_type": "urn:ietf:params:oauth:grant-type:device_code", "client_id": AZURE_CLI, "scope": scope,
            "device_code": _text(code, "device_code"), "user_code": _text(code, "user_code"), "client_info": "1",
            "claims": CAE_CLIENT,
        }  # fmt: skip

    def person_token(self, scope: str = ARM_SCOPE) -> str:
        """An access token of the person who signs in to this world."""
        form = self.device_code(scope)
        self.azure.approve_device_code(form.pop("user_code"))
        return _text(self.sign_in(form), "access_token")

    def pass_time(self, seconds: float) -> None:
        """Moves the world's clock and drops the tokens, which may have expired."""
        self.azure.advance_clock(seconds)
        self._tokens.clear()

    def name(self) -> str:
        """A new name."""
        return f"conformity-{next(self._numbers)}"

    def guid(self) -> str:
        """A new GUID that names nothing."""
        return str(UUID(int=(0xC0F0 << 112) + next(self._numbers), version=4))

    def group(self, body: Json = None) -> str:
        """A new resource group; its name."""
        name = self.name()
        _object(self.arm("PUT", self.group_path(name), body or {"location": "westeurope"}))
        return name

    def group_path(self, name: str) -> str:
        """The ARM id of a group in the default subscription."""
        return f"/subscriptions/{self.subscription}/resourceGroups/{name}"

    def application(self) -> dict[str, str]:
        """A new application as Graph answered its creation."""
        return _object(self.graph("POST", "/applications", {"displayName": self.name()}))

    def principal(self) -> dict[str, str]:
        """The service principal of a new application."""
        return _object(self.graph("POST", "/servicePrincipals", {"appId": self.application()["appId"]}))

    def password(self, application_id: str) -> dict[str, str]:
        """A new client secret of an application, from and until a whole second, as Azure CLI asks for it."""
        lifetime = {"startDateTime": "2023-08-23T12:43:54Z", "endDateTime": "2100-01-01T00:00:00Z"}
        body = {"passwordCredential": {"displayName": "rbac", **lifetime}}
        return _object(self.graph("POST", f"/applications/{application_id}/addPassword", body))

    def assign(self, scope: str, principal_id: str, role: str = READER) -> str:
        """Gives a service principal a role; the name of the assignment."""
        name = self.guid()
        body = self.assignment_body(principal_id, role)
        path = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}"
        _object(self.arm("PUT", path, body, _AUTHORIZATION))
        return name

    def assignment_body(self, principal_id: str, role: str = READER) -> Json:
        """What creates a role assignment for a service principal."""
        role_id = f"/subscriptions/{self.subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}"
        properties = {"roleDefinitionId": role_id, "principalId": principal_id, "principalType": "ServicePrincipal"}
        return {"properties": properties}


def _parsed(reply: httpx.Response) -> Json:
    if not reply.content:
        return None
    if "json" not in reply.headers.get("content-type", ""):
        return reply.text
    parsed: Json = reply.json()
    return parsed


def _object(answer: Answer) -> dict[str, str]:
    if answer.status >= 300 or not isinstance(answer.body, Mapping):
        raise LookupError(f"the situation could not be prepared: {answer.status} {answer.body}")
    return {key: value for key, value in answer.body.items() if isinstance(value, str)}


def _text(answer: Answer, key: str) -> str:
    return _object(answer)[key]
