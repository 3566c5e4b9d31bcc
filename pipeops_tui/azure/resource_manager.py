"""Builds Resource Manager's SDK clients on a pipeline of our own: no retries, no redirects, no hidden writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from azure.core import AsyncPipelineClient
from azure.core.exceptions import DecodeError
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
from pipeops_tui.azure.answer_limits import MalformedAnswerError
from pipeops_tui.azure.errors.evidence import challenge_claims
from pipeops_tui.azure.expected_answers import AnswerPolicy, Success
from pipeops_tui.azure.failures import ForeignAddressError
from pipeops_tui.azure.json_values import text_at
from pipeops_tui.azure.tokens import Credential
from pipeops_tui.azure.transports import Transports
from pipeops_tui.core.model import CloudEndpoints

AUTHORIZATION = "/providers/Microsoft.Authorization"
"""The resource provider of roles, locks and deny assignments, as it follows a scope in an ARM id."""


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a list; `next_link` is empty on the last one."""

    items: tuple[Mapping[str, Any], ...]
    next_link: str
    size: int
    """Bytes of the answer."""


class ResourceManager:
    """All Resource Manager clients of one account in one tenant. Clients are cheap and share connections."""

    def __init__(self, endpoints: CloudEndpoints, credential: Credential, transports: Transports) -> None:
        self._credential = credential
        self._base_url = endpoints.resource_manager
        transport = transports.for_azure_core(endpoints.resource_manager)
        first = [RequestIdPolicy(), HeadersPolicy(), UserAgentPolicy(base_user_agent=f"pipeops-tui/{__version__}")]
        last = [
            AnswerPolicy(),  # before the decoding policy takes what is no JSON for broken JSON
            BearerPolicy(credential, endpoints.resource_manager_scope, endpoints.resource_manager),
        ]
        self._options: dict[str, Any] = {
            "base_url": endpoints.resource_manager,
            "credential_scopes": [endpoints.resource_manager_scope],
            "transport": transport,
            "policies": [*first, ContentDecodePolicy(), *last],
        }
        # Without the decoding policy, which parses every answer on the event loop.
        self._undecoded: AsyncPipelineClient[HttpRequest, AsyncHttpResponse] = AsyncPipelineClient(
            endpoints.resource_manager, transport=transport, policies=[*first, *last]
        )
        self.subscriptions = SubscriptionClient(credential, **self._options)

    def resources(self, subscription_id: str) -> ResourceManagementClient:
        """Resource groups, resources and providers of one subscription."""
        return ResourceManagementClient(self._credential, subscription_id, **self._options)

    def authorization(self, subscription_id: str) -> AuthorizationManagementClient:
        """Role assignments of one subscription (api-version 2022-04-01)."""
        return AuthorizationManagementClient(self._credential, subscription_id, **self._options)

    async def get(self, path: str, api_version: str, **query: str) -> Mapping[str, Any]:
        """GET of what no SDK operation covers. `path` starts with a slash; answers the decoded JSON object."""
        request = HttpRequest("GET", self._base_url + path, params={"api-version": api_version, **query})
        return _document(await self._send(request))

    async def post(
        self, path: str, api_version: str, body: Mapping[str, Any] | None = None, *, success: Success | None = None
    ) -> Mapping[str, Any]:
        """POST of what no SDK operation covers, like `get`."""
        url = self._base_url + path
        request = HttpRequest("POST", url, params={"api-version": api_version}, json=body)
        return _document(await self._send(request, success))

    async def delete(self, path: str, api_version: str, success: Success) -> None:
        """DELETE, answered once Azure has accepted it: the SDK's own would read the answer a second time."""
        await self._send(HttpRequest("DELETE", self._base_url + path, params={"api-version": api_version}), success)

    def list_url(self, path: str, api_version: str, **query: str) -> str:
        """The address of the first page of a list."""
        return f"{self._base_url}{path}?{urlencode({'api-version': api_version, **query})}"

    async def page(self, url: str, success: Success | None = None) -> Page:
        """One page of a list. `url` is of `list_url` or a `next_link`; a foreign host is refused by `BearerPolicy`."""
        response = await self._send(HttpRequest("GET", url), success)
        document = _document(response)
        items = document.get("value")
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            # Taken for an empty list it would say "no": no permissions, no locks, nothing there.
            raise MalformedAnswerError("not a list of objects")
        return Page(tuple(items), text_at(document, "nextLink"), len(response.content))

    async def content(self, url: str) -> bytes:
        """The body of an answer that is too large to be parsed on the event loop. `url` as for `page`."""
        response = await self._undecoded.send_request(HttpRequest("GET", url))
        response.raise_for_status()
        return response.content

    async def _send(self, request: HttpRequest, success: Success | None = None) -> AsyncHttpResponse:
        response: AsyncHttpResponse = await self.subscriptions.send_request(request, success=success)
        response.raise_for_status()
        return response


def _document(response: AsyncHttpResponse) -> Mapping[str, Any]:
    """The JSON object that an answer is."""
    try:
        document = response.json()
    except (ValueError, DecodeError) as error:
        raise DecodeError(message="not JSON", response=response, error=error) from None
    if not isinstance(document, dict):
        raise MalformedAnswerError(f"not an object: {type(document).__name__}")
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
        """Send with a token. Raises `CloudError` when there is none, `ForeignAddressError` for a foreign address."""
        if urlsplit(request.http_request.url)[:2] != self._origin or self._origin[0] != "https":
            raise ForeignAddressError("a token is only ever sent to its own Resource Manager, over HTTPS")
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
