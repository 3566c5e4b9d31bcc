"""A plain HTTP client for a simulated Azure, which shows every status, header and byte."""

from __future__ import annotations

import base64
import json
import re
import ssl
from types import TracebackType
from typing import Any, Self

import httpx

from pipeops_tui.simulator import RunningSimulator
from pipeops_tui.simulator.simulated_azure import SimulatedAzure

AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
ARM_SCOPE = "https://management.azure.com/.default"
GRAPH_SCOPE = "https://graph.microsoft.com/.default"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
P1_CLAIMS = json.dumps({"access_token": {"acrs": {"essential": True, "values": ["p1"]}}})
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"


class Client:
    """Talks to one simulated Azure. Sign in with `as_user` or `as_owner`, then ask `arm` and `graph`."""

    def __init__(self, azure: RunningSimulator) -> None:
        self.azure = azure
        self.tenant: str = str(azure.announcement["tenant_id"])
        self.subscription: str = str(azure.announcement["subscription_id"])
        context = ssl.create_default_context(cafile=str(azure.ca_file))
        self.http = httpx.Client(base_url=azure.base_url, verify=context, timeout=30)
        self._tokens: dict[str, str] = {}
        self.refresh_token = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    @property
    def scope(self) -> str:
        """The announced subscription as an ARM scope."""
        return f"/subscriptions/{self.subscription}"

    def token(self, tenant: str, **form: str) -> httpx.Response:
        """One request to the token endpoint."""
        return self.http.post(f"/{tenant}/oauth2/v2.0/token", data=form)

    def sign_in(self, tenant: str = "organizations", scope: str = ARM_SCOPE, **more: str) -> httpx.Response:
        """A device code sign-in of the default user, approved at once. `more` is sent twice, as
        MSAL does: with the request for the code, and with the code."""
        asked = self.http.post(
            f"/{tenant}/oauth2/v2.0/devicecode",
            data={"client_id": AZURE_CLI, "scope": f"{scope} openid offline_access", **more},
        )
        assert asked.status_code == 200, asked.text
        code = asked.json()
        self.azure.approve_device_code(code["user_code"])
        return self.token(tenant, grant_type=DEVICE_GRANT, client_id=AZURE_CLI, device_code=code["device_code"], **more)

    def refresh(self, tenant: str, scope: str, **more: str) -> httpx.Response:
        """Another token for the same session."""
        return self.token(
            tenant,
            grant_type="refresh_token",
            client_id=AZURE_CLI,
            refresh_token=self.refresh_token,
            scope=f"{scope} openid offline_access",
            **more,
        )

    def as_user(self, tenant: str | None = None, **more: str) -> Client:
        """Signs the default user in, in the announced tenant unless another is given."""
        where = tenant or self.tenant
        answer = self.sign_in(where, ARM_SCOPE, **more)
        assert answer.status_code == 200, answer.text
        self.refresh_token = answer.json()["refresh_token"]
        graph = self.refresh(where, GRAPH_SCOPE)
        assert graph.status_code == 200, graph.text
        self._tokens = {"arm": answer.json()["access_token"], "graph": graph.json()["access_token"]}
        return self

    def as_owner(self) -> Client:
        """Signs the announced service principal in."""
        owner: Any = self.azure.announcement["owner"]
        return self.as_application(owner["client_id"], owner["client_secret"])

    def as_application(self, client_id: str, secret: str) -> Client:
        """Signs an application in with its secret."""
        for name, scope in (("arm", ARM_SCOPE), ("graph", GRAPH_SCOPE)):
            answer = self.token_of(client_id, secret, scope)
            assert answer.status_code == 200, answer.text
            self._tokens[name] = answer.json()["access_token"]
        return self

    def holds(self, *directory_roles: str) -> None:
        """Gives the default user these directory roles, by template id, and no others."""

        def give(azure: SimulatedAzure) -> None:
            user = azure.world.directory.user_of(azure.world.person, self.tenant)
            assert user is not None
            user.directory_roles = directory_roles

        self.azure.call(give)

    def permitted(self, client_id: str, *permissions: str) -> None:
        """Gives an application these permissions for Microsoft Graph, and no others."""

        def give(azure: SimulatedAzure) -> None:
            principal = azure.world.directory.principal_of(self.tenant, client_id)
            assert principal is not None
            principal.graph_permissions = frozenset(permissions)

        self.azure.call(give)

    def token_of(self, client_id: str, secret: str, scope: str = ARM_SCOPE) -> httpx.Response:
        """A client credentials request in the announced tenant."""
        return self.token(
            self.tenant, grant_type="client_credentials", client_id=client_id, client_secret=secret, scope=scope
        )

    def arm(self, method: str, path: str, version: str = "2022-04-01", **options: Any) -> httpx.Response:
        """A request to ARM with the ARM token."""
        params = {"api-version": version, **options.pop("params", {})}
        return self._send(method, path, "arm", params=params, **options)

    def graph(self, method: str, path: str, **options: Any) -> httpx.Response:
        """A request to Graph v1.0 with the Graph token."""
        return self._send(method, f"{self.azure.announcement['graph']}/v1.0{path}", "graph", **options)

    def bearer(self, service: str) -> str:
        """The token for `arm` or `graph`."""
        return self._tokens[service]

    def follow(self, url: str, service: str = "arm") -> httpx.Response:
        """Gets an absolute URL from an answer, such as a `nextLink`."""
        return self._send("GET", url, service)

    def _send(self, method: str, path: str, token: str, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._tokens[token]}", **options.pop("headers", {})}
        return self.http.request(method, path, headers=headers, **options)

    def group(self, name: str, location: str = "westeurope", **body: Any) -> httpx.Response:
        """Creates a resource group in the announced subscription."""
        path = f"{self.scope}/resourcegroups/{name}"
        return self.arm("PUT", path, "2021-04-01", json={"location": location, **body})

    def application(self, name: str = "PipeOps") -> httpx.Response:
        """Registers an application."""
        return self.graph("POST", "/applications", json={"displayName": name, "signInAudience": "AzureADMyOrg"})

    def principal(self, app_id: str) -> httpx.Response:
        """Makes the service principal of an application."""
        return self.graph("POST", "/servicePrincipals", json={"appId": app_id})

    def identity(self, name: str = "PipeOps") -> tuple[dict[str, Any], dict[str, Any]]:
        """A new application and its service principal."""
        application = self.application(name)
        assert application.status_code == 201, application.text
        principal = self.principal(application.json()["appId"])
        assert principal.status_code == 201, principal.text
        return application.json(), principal.json()

    def assign(
        self, scope: str, principal_id: str, name: str, role: str = CONTRIBUTOR, kind: str | None = "ServicePrincipal"
    ) -> httpx.Response:
        """Assigns a role."""
        properties = {
            "roleDefinitionId": f"{self.scope}/providers/Microsoft.Authorization/roleDefinitions/{role}",
            "principalId": principal_id,
            **({"principalType": kind} if kind else {}),
        }
        path = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}"
        return self.arm("PUT", path, json={"properties": properties})


def claims_of(token: str) -> dict[str, Any]:
    """What an access token says."""
    payload = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


def challenge_of(answer: httpx.Response) -> str:
    """The claims a 401 asks for, as JSON text."""
    found = re.search(r'claims="([^"]+)"', answer.headers["WWW-Authenticate"])
    assert found is not None
    return base64.b64decode(found[1]).decode()


def code_of(answer: httpx.Response) -> str:
    """`error.code` of an ARM or Graph error."""
    return str(answer.json()["error"]["code"])
