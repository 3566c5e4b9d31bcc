"""The tenants of an account and the subscriptions seen through each of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import replace

from pipeops_tui.azure_cloud.clients import Clients
from pipeops_tui.azure_cloud.problems.evidence import Context, Operation
from pipeops_tui.azure_cloud.shapes import Document, mappings, text
from pipeops_tui.clock import Clock
from pipeops_tui.model import Subscription, SubscriptionPage, SubscriptionState, Tenant
from pipeops_tui.problem import CloudError, FailureKind

SUBSCRIPTIONS_VERSION = "2022-12-01"
_GRACE = 0.3
"""Seconds for which one tenant may hold up those behind it: rows then seldom come in another order than the last time,
and never wait for a slow tenant."""
_SIDE_BY_SIDE = 12
"""Tenants asked at a time: each needs a token first, whose thread takes a moment of the event loop to start."""
_Answer = tuple[Tenant, Sequence[Subscription]]


class TenantReads:
    """Lists tenants once, and their subscriptions side by side."""

    def __init__(self, clients: Clients, home_tenant_id: str, clock: Clock) -> None:
        self._clients = clients
        self._clock = clock
        self._home = home_tenant_id
        self._tenants: dict[str, Tenant] = {}
        self._claims: dict[str, str] = {}

    async def pages(self) -> AsyncIterator[SubscriptionPage]:
        """One page each time a tenant has answered, the account's own first and then by name, unless one keeps the
        others waiting. A subscription that another organization delegated comes last, on a page of its own, and only
        when it is not seen through its own tenant (Azure/azure-cli#12726)."""
        tenants = await self._list()
        room = asyncio.Semaphore(_SIDE_BY_SIDE)

        async def ask(tenant: Tenant) -> _Answer:
            async with room:
                return await self.page(tenant)

        asked = [asyncio.create_task(ask(tenant)) for tenant in tenants]
        seen: set[str] = set()
        delegated: list[tuple[Tenant, list[Subscription]]] = []
        try:
            async with aclosing(self._in_order(asked)) as answers:
                async for (tenant, subscriptions), pending in answers:
                    own = [one for one in subscriptions if one.home_tenant_id in ("", tenant.tenant_id)]
                    others = [one for one in subscriptions if one.home_tenant_id not in ("", tenant.tenant_id)]
                    seen.update(one.subscription_id for one in own)
                    if others:
                        delegated.append((tenant, others))
                    yield SubscriptionPage(tenant, tuple(own), pending)
        finally:
            for task in asked:
                task.cancel()
            await asyncio.gather(*asked, return_exceptions=True)
        for tenant, others in delegated:
            left = tuple(one for one in others if one.subscription_id not in seen)
            if left:
                yield SubscriptionPage(tenant, left, 0)

    async def _in_order(self, asked: Sequence[asyncio.Task[_Answer]]) -> AsyncGenerator[tuple[_Answer, int], None]:
        """The answers, with how many are left; in order, as long as the next one is not `_GRACE` behind the others."""
        left = list(asked)
        grace: asyncio.Task[None] | None = None
        try:
            while left:
                ready = next((task for task in left if task.done()), None)
                in_order = ready is left[0]
                if ready is not None and (in_order or (grace is not None and grace.done())):
                    left.remove(ready)
                    yield ready.result(), len(left)
                    if in_order and grace is not None:
                        grace.cancel()
                        grace = None
                    continue
                if ready is not None and grace is None:
                    grace = asyncio.create_task(self._clock.sleep(_GRACE))
                waiting = [task for task in (*left, grace) if task is not None and not task.done()]
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if grace is not None:
                grace.cancel()

    async def page(self, tenant: Tenant) -> _Answer:
        """What `tenant` answers; when it refuses, the tenant comes back locked, with the reason. Never raises."""
        self._claims.pop(tenant.tenant_id, None)
        try:
            return tenant, await self.subscriptions(tenant)
        except CloudError as error:
            self._claims[tenant.tenant_id] = error.claims
            asks = error.kind in (FailureKind.SIGN_IN, FailureKind.REFUSED)
            return replace(tenant, locked=error.problem, asks_sign_in=asks), ()

    def claims(self, tenant_id: str) -> str:
        """The claims with which the tenant asked to be signed in to when it last refused; empty when it named none."""
        return self._claims.get(tenant_id, "")

    async def subscriptions(self, tenant: Tenant) -> Sequence[Subscription]:
        """All subscriptions seen through `tenant`, all pages. Raises `CloudError`."""
        context = Context(Operation.LIST_SUBSCRIPTIONS, tenant_id=tenant.tenant_id)
        pages = self._clients.read_pages(context, "/subscriptions", SUBSCRIPTIONS_VERSION)
        return [_subscription(item, tenant) async for page in pages for item in page if text(item, "subscriptionId")]

    async def tenant(self, tenant_id: str) -> Tenant:
        """One tenant of the account's list; of one that is not listed, only the id is known. Raises `CloudError`."""
        if not self._tenants:
            await self._list()
        return self._tenants.get(tenant_id) or Tenant(tenant_id, tenant_id)

    async def _list(self) -> Sequence[Tenant]:
        context = Context(Operation.LIST_TENANTS, tenant_id=self._home)
        found = await self._clients.read_arm(context, self._ask)
        self._tenants = {tenant.tenant_id: tenant for tenant in found}
        if not found and self._home:
            self._tenants[self._home] = Tenant(self._home, self._home)
        # The account's own tenant first: its subscriptions are the likeliest choice.
        return sorted(
            self._tenants.values(), key=lambda tenant: (tenant.tenant_id != self._home, tenant.display_name.casefold())
        )

    async def _ask(self) -> Sequence[Tenant]:
        listed = self._clients.resource_manager(self._home).subscriptions.tenants.list()
        return [
            Tenant(item.tenant_id, item.display_name or item.tenant_id, item.default_domain or "")
            async for item in listed
            if item.tenant_id
        ]


def _subscription(item: Document, tenant: Tenant) -> Subscription:
    policies = item.get("subscriptionPolicies")
    subscription_id = text(item, "subscriptionId")
    return Subscription(
        subscription_id=subscription_id,
        display_name=text(item, "displayName") or subscription_id,
        tenant_id=tenant.tenant_id,
        tenant_name=tenant.display_name,
        state=_state(item.get("state")),
        quota_id=text(policies, "quotaId"),
        spending_limit=text(policies, "spendingLimit"),
        home_tenant_id=text(item, "tenantId"),
        managed_by=tuple(text(entry, "tenantId") for entry in mappings(item.get("managedByTenants"))),
    )


def _state(value: object) -> SubscriptionState:
    """Azure's state; one that is not known yet counts as enabled, for Azure itself refuses what it must."""
    try:
        return SubscriptionState(str(value))
    except ValueError:
        return SubscriptionState.ENABLED
