"""Resource Manager's SDK clients on a pipeline of our own: no retries, no redirects, no hidden writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from azure.core.exceptions import DecodeError, ServiceRequestError
from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import (
    AsyncHTTPPolicy,
    ContentDecodePolicy,
    HeadersPolicy,
    RequestIdPolicy,
    UserAgentPolicy,
)
from azure.core.rest import AsyncHttpResponse, HttpRequest
from azure.mgmt.authorization.v2022_04_01.aio import AuthorizationManagementClient
from azure.mgmt.resource.resources.aio import ResourceManagementClient
from azure.mgmt.resource.subscriptions.aio import SubscriptionClient

from pipeops_tui import __version__
from pipeops_tui.azure_cloud.problems.answers import challenge_claims
from pipeops_tui.azure_cloud.tokens import Credential
from pipeops_tui.azure_cloud.transports import Transports
from pipeops_tui.model import CloudEndpoints


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a list; `next_link` is empty on the last one."""

    items: tuple[Mapping[str, Any], ...]
    next_link: str


class ResourceManager:
    """All Resource Manager clients of one account in one tenant. Clients are cheap and share connections."""

    def __init__(self, endpoints: CloudEndpoints, credential: Credential, transports: Transports) -> None:
        self._credential = credential
        self._base_url = endpoints.resource_manager
        self._options: dict[str, Any] = {
            "base_url": endpoints.resource_manager,
            "credential_scopes": [endpoints.resource_manager_scope],
            "transport": transports.for_azure_core(endpoints.resource_manager),
            "policies": [
                RequestIdPolicy(),
                HeadersPolicy(),
                UserAgentPolicy(base_user_agent=f"pipeops-tui/{__version__}"),
                ContentDecodePolicy(),
                BearerPolicy(credential, endpoints.resource_manager_scope, endpoints.resource_manager),
            ],
        }
        self.subscriptions = SubscriptionClient(credential, **self._options)

    def resources(self, subscription_id: str) -> ResourceManagementClient:
        """Resource groups, resources and providers of one subscription."""
        return ResourceManagementClient(self._credential, subscription_id, **self._options)

    def authorization(self, subscription_id: str) -> AuthorizationManagementClient:
        """Role assignments of one subscription (api-version 2022-04-01)."""
        return AuthorizationManagementClient(self._credential, subscription_id, **self._options)

    async def get(self, path: str, api_version: str, **query: str) -> Mapping[str, Any]:
        """GET of what no SDK operation covers. `path` starts with a slash; answers the decoded JSON object."""
        return await self._send(HttpRequest("GET", self._base_url + path, params={"api-version": api_version, **query}))

    async def post(self, path: str, api_version: str, body: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """POST of what no SDK operation covers, like `get`."""
        url = self._base_url + path
        return await self._send(HttpRequest("POST", url, params={"api-version": api_version}, json=body))

    def list_url(self, path: str, api_version: str, **query: str) -> str:
        """The address of the first page of a list."""
        return f"{self._base_url}{path}?{urlencode({'api-version': api_version, **query})}"

    async def page(self, url: str) -> Page:
        """One page of a list. `url` is of `list_url` or a `next_link`; a foreign host is refused by `BearerPolicy`."""
        document = await self._send(HttpRequest("GET", url))
        value, link = document.get("value"), document.get("nextLink")
        if not isinstance(value, list):
            # Taken for an empty list it would say "no": no permissions, no locks, nothing there.
            raise DecodeError(message="not a list")
        return Page(tuple(item for item in value if isinstance(item, dict)), link if isinstance(link, str) else "")

    async def _send(self, request: HttpRequest) -> Mapping[str, Any]:
        response: AsyncHttpResponse = await self.subscriptions.send_request(request)
        response.raise_for_status()
        try:
            document = response.json()
        except (ValueError, DecodeError) as error:
            raise DecodeError(message="not JSON", response=response, error=error) from None
        if not isinstance(document, dict):
            raise DecodeError(message=f"not an object: {type(document).__name__}", response=response)
        return document


class BearerPolicy(AsyncHTTPPolicy[Any, Any]):
    """Puts the store's token on each request, and answers one claims challenge without asking the person.

    The SDK's own policy keeps a copy of the token, which would outlive a new sign-in, and knows only
    `insufficient_claims`; continuous access evaluation also challenges with `invalid_token`
    (Azure/azure-powershell#28193). A 401 says that nothing was carried out, so the repeat is safe.
    """

    def __init__(self, credential: Credential, scope: str, address: str) -> None:
        self._credential = credential
        self._scope = scope
        self._origin = urlsplit(address)[:2]

    async def send(self, request: PipelineRequest[Any]) -> PipelineResponse[Any, Any]:
        """Send with a token. Raises `CloudError` when there is none, `ServiceRequestError` for a foreign address."""
        if urlsplit(request.http_request.url)[:2] != self._origin or self._origin[0] != "https":
            raise ServiceRequestError("a token is only ever sent to its own Resource Manager, over HTTPS")
        await self._authorize(request, "")
        response = await self.next.send(request)
        if response.http_response.status_code == 401:
            claims = challenge_claims(response.http_response.headers.get("WWW-Authenticate", ""))
            if claims:
                await self._authorize(request, claims)
                response = await self.next.send(request)
        return response

    async def _authorize(self, request: PipelineRequest[Any], claims: str) -> None:
        token = await self._credential.get_token(self._scope, claims=claims)
        request.http_request.headers["Authorization"] = f"Bearer {token.token}"
