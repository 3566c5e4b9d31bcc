"""The SDK clients of one signed-in account, one set per tenant, on shared connections."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

from msgraph.graph_service_client import GraphServiceClient

from pipeops_tui.azure_cloud.failures import READ_DEADLINE, Failures
from pipeops_tui.azure_cloud.graph import graph_client, graph_http
from pipeops_tui.azure_cloud.patience import Patience
from pipeops_tui.azure_cloud.problems.evidence import Context, Service
from pipeops_tui.azure_cloud.resource_manager import ResourceManager
from pipeops_tui.azure_cloud.tokens import TokenStore
from pipeops_tui.azure_cloud.transports import Transports
from pipeops_tui.model import CloudEndpoints

T = TypeVar("T")


class Clients:
    """Hands out clients and runs their calls. An empty tenant id means the account's own tenant."""

    def __init__(
        self,
        endpoints: CloudEndpoints,
        tokens: TokenStore,
        transports: Transports,
        failures: Failures,
        patience: Patience,
    ) -> None:
        self.endpoints = endpoints
        self.tokens = tokens
        self.transports = transports
        self.failures = failures
        self._patience = patience
        self._graph_http = graph_http(endpoints, transports)
        self._managers: dict[str, ResourceManager] = {}
        self._graphs: dict[str, GraphServiceClient] = {}

    def resource_manager(self, tenant_id: str) -> ResourceManager:
        """Resource Manager with tokens of `tenant_id`."""
        if tenant_id not in self._managers:
            credential = self.tokens.credential(tenant_id)
            self._managers[tenant_id] = ResourceManager(self.endpoints, credential, self.transports)
        return self._managers[tenant_id]

    def graph(self, tenant_id: str) -> GraphServiceClient:
        """Microsoft Graph with tokens of `tenant_id`."""
        if tenant_id not in self._graphs:
            credential = self.tokens.credential(tenant_id)
            self._graphs[tenant_id] = graph_client(self.endpoints, credential, self._graph_http)
        return self._graphs[tenant_id]

    async def ask_arm(self, context: Context, call: Awaitable[T], deadline: float = READ_DEADLINE) -> T:
        """Await a Resource Manager call, once. Raises `CloudError`."""
        return await self.failures.perform(context, Service.RESOURCE_MANAGER, call, deadline)

    async def ask_graph(self, context: Context, call: Awaitable[T], deadline: float = READ_DEADLINE) -> T:
        """Await a Graph call, once. Raises `CloudError`."""
        return await self.failures.perform(context, Service.GRAPH, call, deadline)

    async def read_arm(self, context: Context, read: Callable[[], Awaitable[T]]) -> T:
        """What a Resource Manager call that only reads answers, tried again as `Patience` says. Raises `CloudError`."""
        return await self._patience.ask(lambda: self.ask_arm(context, read()))

    async def read_graph(self, context: Context, read: Callable[[], Awaitable[T]]) -> T:
        """What a Graph call that only reads answers, tried again as `Patience` says. Raises `CloudError`."""
        return await self._patience.ask(lambda: self.ask_graph(context, read()))

    async def read_pages(
        self, context: Context, path: str, api_version: str, **query: str
    ) -> AsyncIterator[Sequence[Mapping[str, Any]]]:
        """The pages of a list of Resource Manager's, as plain JSON, each read like `read_arm`; `context` says in which
        tenant. SDK models would cost 0.15 ms an item, a visible stall at thousands of them."""
        manager = self.resource_manager(context.tenant_id)
        link = manager.list_url(path, api_version, **query)
        while link:
            page = await self.read_arm(context, lambda link=link: manager.page(link))  # type: ignore[misc]
            yield page.items
            link = page.next_link

    async def close(self) -> None:
        """Close connections and drop all tokens."""
        await self.transports.close()
        await self.tokens.close()
