"""Holds the SDK clients of one signed-in account, one set per tenant, on shared connections; repeats failed reads."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

from msgraph.graph_request_adapter import GraphRequestAdapter
from msgraph.graph_service_client import GraphServiceClient

from pipeops_tui.azure.answer_limits import AnswerTooLargeError, ListLimit, MalformedAnswerError
from pipeops_tui.azure.background import in_background
from pipeops_tui.azure.errors.evidence import AzureService, RequestContext
from pipeops_tui.azure.failures import READ_DEADLINE, Failures
from pipeops_tui.azure.graph import graph_adapter, graph_http
from pipeops_tui.azure.graph_json import GraphPage, GraphQuery, ListBuilder, read_page
from pipeops_tui.azure.json_values import Document
from pipeops_tui.azure.resource_manager import ResourceManager
from pipeops_tui.azure.tokens import TokenStore
from pipeops_tui.azure.transports import Transports
from pipeops_tui.core.clock import Clock
from pipeops_tui.core.model import CloudEndpoints
from pipeops_tui.core.problem import CloudError
from pipeops_tui.core.retry import READ_BUDGET, RULES, Cause, Wait, Waits, cause_of

T = TypeVar("T")


class ReadRetries:
    """Sends reads, again where the policy says so. A read changes nothing, so a lost answer is no reason not to."""

    def __init__(self, clock: Clock, waits: Waits, seconds: float = READ_BUDGET) -> None:
        """`waits` shows every pause while it lasts. After `seconds` nothing is tried again."""
        self._clock = clock
        self._waits = waits
        self._seconds = seconds

    async def ask(self, read: Callable[[], Awaitable[T]]) -> T:
        """The answer to `read`, which raises only `CloudError`; raises the one that is not waited out. Cancelled while
        it waits, it ends at once."""
        failures: Counter[Cause] = Counter()
        waited = 0.0
        loop = asyncio.get_running_loop()
        began = loop.time()  # the deadlines of requests are measured by this clock too
        while True:
            try:
                return await read()
            except CloudError as error:
                cause = cause_of(error, fresh=False, repeatable=True)
                rule = RULES[cause] if cause else None
                if cause is None or rule is None or rule.read is None:
                    raise
                failures[cause] += 1
                elapsed = max(waited, loop.time() - began)
                pause = rule.read.next_try(failures[cause], elapsed, error.retry_after)
                if pause is None or elapsed + pause > self._seconds:
                    raise
            waited += pause
            with self._waits.waiting(Wait(rule.reason, self._clock.monotonic() + pause, failures.total())):
                await self._clock.sleep(pause)


class Clients:
    """Hands out clients and runs their calls. An empty tenant id means the account's own tenant."""

    def __init__(
        self,
        endpoints: CloudEndpoints,
        tokens: TokenStore,
        transports: Transports,
        failures: Failures,
        retries: ReadRetries,
    ) -> None:
        self.endpoints = endpoints
        self.tokens = tokens
        self.transports = transports
        self.failures = failures
        self._retries = retries
        self._graph_http = graph_http(endpoints, transports)
        self._managers: dict[str, ResourceManager] = {}
        self._adapters: dict[str, GraphRequestAdapter] = {}

    def resource_manager(self, tenant_id: str) -> ResourceManager:
        """Resource Manager with tokens of `tenant_id`."""
        if tenant_id not in self._managers:
            credential = self.tokens.credential(tenant_id)
            self._managers[tenant_id] = ResourceManager(self.endpoints, credential, self.transports)
        return self._managers[tenant_id]

    def graph(self, tenant_id: str) -> GraphServiceClient:
        """Microsoft Graph with tokens of `tenant_id`, for one request or one list.

        A client of its own each time, over the same connections: the builders by an alternate key write it into the
        client's parameters (msgraph-sdk 1.65, `ApplicationsWithAppIdRequestBuilder`), and the address is put together
        when the request is sent. With one client, requests that run side by side would ask for each other's objects.
        """
        if tenant_id not in self._adapters:
            credential = self.tokens.credential(tenant_id)
            self._adapters[tenant_id] = graph_adapter(self.endpoints, credential, self._graph_http)
        return GraphServiceClient(request_adapter=self._adapters[tenant_id])

    async def ask_arm(self, context: RequestContext, call: Awaitable[T], deadline: float = READ_DEADLINE) -> T:
        """Await a Resource Manager call, once. Raises `CloudError`."""
        return await self.failures.perform(context, AzureService.RESOURCE_MANAGER, call, deadline)

    async def ask_graph(self, context: RequestContext, call: Awaitable[T], deadline: float = READ_DEADLINE) -> T:
        """Await a Graph call, once. Raises `CloudError`."""
        return await self.failures.perform(context, AzureService.GRAPH, call, deadline)

    async def read_arm(self, context: RequestContext, read: Callable[[], Awaitable[T]]) -> T:
        """The answer of a Resource Manager read, repeated as `ReadRetries` decides. Raises `CloudError`.

        `read` also takes from the answer what is needed: what that raises, when a part is missing or of another type,
        becomes a `CloudError` too, and a check then says "unknown".
        """
        return await self._retries.ask(lambda: self.ask_arm(context, read()))

    async def read_graph(self, context: RequestContext, read: Callable[[], Awaitable[T]]) -> T:
        """The answer of a Graph read, like `read_arm`."""
        return await self._retries.ask(lambda: self.ask_graph(context, read()))

    async def read_pages(
        self, context: RequestContext, path: str, api_version: str, **query: str
    ) -> AsyncIterator[Sequence[Mapping[str, Any]]]:
        """The pages of a list of Resource Manager's, as plain JSON, each read like `read_arm`; `context` says in which
        tenant. SDK models would cost 0.15 ms an item, a visible stall at thousands of them."""
        manager = self.resource_manager(context.tenant_id)
        link, limit = manager.list_url(path, api_version, **query), ListLimit()
        while link:
            page = await self.read_arm(context, lambda link=link: manager.page(link))  # type: ignore[misc]
            self._count(limit, link, page.size, context, AzureService.RESOURCE_MANAGER)
            yield page.items
            link = page.next_link

    async def read_large_pages(
        self,
        context: RequestContext,
        path: str,
        api_version: str,
        parse: Callable[[bytes], tuple[Sequence[T], str]],
        **query: str,
    ) -> AsyncIterator[Sequence[T]]:
        """Like `read_pages`, for pages of megabytes: `parse` runs in a thread, and makes of a body its entries and the
        link to the next page (empty on the last). It raises `UnusableAnswerError` where it cannot."""
        manager = self.resource_manager(context.tenant_id)
        link, limit = manager.list_url(path, api_version, **query), ListLimit()

        async def read() -> tuple[Sequence[T], str, int]:
            body = await manager.content(link)
            return *await in_background(lambda: parse(body), name="parse"), len(body)

        while link:
            items, following, size = await self.read_arm(context, read)
            self._count(limit, link, size, context, AzureService.RESOURCE_MANAGER)
            yield items
            link = following

    async def read_graph_pages(
        self, context: RequestContext, builder: ListBuilder, query: GraphQuery, parse: Callable[[Document], T]
    ) -> AsyncIterator[Sequence[T]]:
        """The pages of a list of Microsoft Graph's, each read like `read_graph`. `parse` makes of an entry what is
        needed, and raises `MalformedAnswerError` where that cannot be done."""
        graph, origin = self.graph(context.tenant_id), self.endpoints.graph
        link, limit = "", ListLimit()

        async def read() -> tuple[list[T], GraphPage]:
            page = await read_page(graph, query.page(builder, link), origin)
            return [parse(item) for item in page.items], page

        while True:
            items, page = await self.read_graph(context, read)
            self._count(limit, link, page.size, context, AzureService.GRAPH)
            yield items
            link = page.next_link
            if not link:
                return

    def malformed(self, context: RequestContext, reason: str) -> CloudError:
        """The failure of a Resource Manager read whose pages, taken together, cannot be understood."""
        return self.failures.explain(context, AzureService.RESOURCE_MANAGER, MalformedAnswerError(reason))

    def _count(self, limit: ListLimit, link: str, size: int, context: RequestContext, service: AzureService) -> None:
        try:
            limit.count(link, size)
        except AnswerTooLargeError as error:
            raise self.failures.explain(context, service, error) from None

    async def close(self) -> None:
        """Close connections and drop all tokens."""
        await self.transports.close()
        await self.tokens.close()
