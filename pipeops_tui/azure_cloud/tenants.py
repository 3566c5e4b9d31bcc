"""The tenants of an account and the subscriptions seen through each of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from pipeops_tui.azure_cloud.clients import Clients
from pipeops_tui.azure_cloud.problems.evidence import Context, Operation
from pipeops_tui.model import Subscription, SubscriptionPage, SubscriptionState, Tenant
from pipeops_tui.problem import CloudError

SUBSCRIPTIONS_VERSION = "2022-12-01"


class TenantReads:
    """Lists tenants once, and their subscriptions side by side."""

    def __init__(self, clients: Clients, home_tenant_id: str) -> None:
        self._clients = clients
        self._home = home_tenant_id
        self._tenants: dict[str, Tenant] = {}

    async def pages(self) -> AsyncIterator[SubscriptionPage]:
        """One page each time a tenant has answered. A subscription that another organization delegated comes last,
        and only when it is not seen through its own tenant (Azure/azure-cli#12726)."""
        tenants = await self._list()
        asked = [asyncio.create_task(self.page(tenant)) for tenant in tenants]
        seen: set[str] = set()
        delegated: list[tuple[Tenant, list[Subscription]]] = []
        try:
            for pending, answer in zip(range(len(asked) - 1, -1, -1), asyncio.as_completed(asked), strict=True):
                tenant, subscriptions = await answer
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

    async def page(self, tenant: Tenant) -> tuple[Tenant, Sequence[Subscription]]:
        """What `tenant` answers; when it refuses, the tenant comes back locked, with the reason. Never raises."""
        try:
            return tenant, await self.subscriptions(tenant)
        except CloudError as error:
            locked = Tenant(tenant.tenant_id, tenant.display_name, tenant.default_domain, locked=error.problem)
            return locked, ()

    async def subscriptions(self, tenant: Tenant) -> Sequence[Subscription]:
        """All subscriptions seen through `tenant`, all pages. Raises `CloudError`."""
        context = Context(Operation.LIST_SUBSCRIPTIONS, tenant_id=tenant.tenant_id)
        pages = self._clients.read_pages(context, "/subscriptions", SUBSCRIPTIONS_VERSION)
        return [_subscription(item, tenant) async for page in pages for item in page]

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
        return sorted(self._tenants.values(), key=lambda tenant: tenant.tenant_id != self._home)

    async def _ask(self) -> Sequence[Tenant]:
        listed = self._clients.resource_manager(self._home).subscriptions.tenants.list()
        return [
            Tenant(item.tenant_id, item.display_name or item.tenant_id, item.default_domain or "")
            async for item in listed
            if item.tenant_id
        ]


def _subscription(item: Mapping[str, Any], tenant: Tenant) -> Subscription:
    policies = item.get("subscriptionPolicies") or {}
    subscription_id = str(item.get("subscriptionId") or "")
    return Subscription(
        subscription_id=subscription_id,
        display_name=str(item.get("displayName") or subscription_id),
        tenant_id=tenant.tenant_id,
        tenant_name=tenant.display_name,
        state=_state(item.get("state")),
        quota_id=str(policies.get("quotaId") or ""),
        spending_limit=str(policies.get("spendingLimit") or ""),
        home_tenant_id=str(item.get("tenantId") or ""),
        managed_by=tuple(str(entry.get("tenantId")) for entry in item.get("managedByTenants") or ()),
    )


def _state(value: object) -> SubscriptionState:
    """Azure's state; one that is not known yet counts as enabled, for Azure itself refuses what it must."""
    try:
        return SubscriptionState(str(value))
    except ValueError:
        return SubscriptionState.ENABLED
