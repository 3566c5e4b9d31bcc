"""A signed-in account: the reads that the screens need, and the way to the writes."""

from __future__ import annotations

from collections.abc import AsyncIterator

from pipeops_tui.azure.access_reads import AccessReads
from pipeops_tui.azure.activity_reads import ActivityReads
from pipeops_tui.azure.capacity_reads import CapacityReads
from pipeops_tui.azure.clients import Clients
from pipeops_tui.azure.connection_reads import ConnectionReads
from pipeops_tui.azure.directory_reads import DirectoryReads, TenantReads
from pipeops_tui.azure.errors import local_errors
from pipeops_tui.azure.json_values import text_at
from pipeops_tui.azure.policy_reads import PolicyReads
from pipeops_tui.azure.region_reads import RegionReads
from pipeops_tui.azure.resource_reads import ResourceReads
from pipeops_tui.azure.sign_in.azure_cli import plain_name
from pipeops_tui.azure.tokens import ShowCode, token_claims
from pipeops_tui.azure.workspace import AzureWorkspace
from pipeops_tui.core.clock import Clock
from pipeops_tui.core.model import (
    Account,
    CloudEndpoints,
    SignInMethod,
    Subscription,
    SubscriptionPage,
)
from pipeops_tui.core.retry import Waits

SIGN_IN_DEADLINE = 1200.0
"""Seconds a person has to sign in; a device code is valid for 900."""


class AzureSession(
    AccessReads,
    ActivityReads,
    CapacityReads,
    ConnectionReads,
    DirectoryReads,
    PolicyReads,
    RegionReads,
    ResourceReads,
):
    """Implements `ports.Session`. Every method raises `CloudError` and nothing else.

    The base classes implement the reads under their names in the ports: a new read is a method of one of them.
    """

    def __init__(self, clients: Clients, account: Account, clock: Clock, waits: Waits) -> None:
        self._account = account
        self._waits = waits
        self._tenants = TenantReads(clients, account.home_tenant_id, clock)
        AccessReads.__init__(self, clients)
        ActivityReads.__init__(self, clients, clock)
        CapacityReads.__init__(self, clients)
        ConnectionReads.__init__(self, clients)
        DirectoryReads.__init__(self, clients, self._tenants)
        PolicyReads.__init__(self, clients, clock)
        RegionReads.__init__(self, clients)
        ResourceReads.__init__(self, clients)

    @property
    def account(self) -> Account:
        """Who is signed in."""
        return self._account

    @property
    def endpoints(self) -> CloudEndpoints:
        """The cloud signed in to."""
        return self._clients.endpoints

    @property
    def waits(self) -> Waits:
        """Reads that wait before they are tried again."""
        return self._waits

    def subscriptions(self) -> AsyncIterator[SubscriptionPage]:
        """Tenants side by side, one page each time a tenant has answered."""
        return self._tenants.pages()

    async def unlock_tenant(self, tenant_id: str, show_code: ShowCode) -> SubscriptionPage:
        """Sign in to one tenant that asked for it, with the claims that it named, and list it."""
        await self.renew(tenant_id, self._tenants.claims(tenant_id), show_code)
        return await self.reread_tenant(tenant_id)

    async def reread_tenant(self, tenant_id: str) -> SubscriptionPage:
        """List one tenant that could not be read."""
        tenant = await self._tenants.tenant(tenant_id)
        return SubscriptionPage(tenant, tuple(await self._tenants.subscriptions(tenant)), 0)

    async def renew(self, tenant_id: str, claims: str, show_code: ShowCode) -> None:
        """Sign in to `tenant_id` again, with the `claims` that `CloudError.claims` brought (or none)."""
        await self._clients.tokens.interact(
            self.endpoints.resource_manager_scope, tenant_id, claims, show_code, SIGN_IN_DEADLINE
        )

    @property
    def clock_skew(self) -> float | None:
        """Seconds this computer's clock is ahead of Azure's, by the newest answer."""
        return self._clients.transports.clock_skew

    async def workspace(self, subscription: Subscription) -> AzureWorkspace:
        """The writes into `subscription` and its tenant, once the Graph token is known to belong to that tenant."""
        expected = subscription.tenant_id
        token = await self._clients.tokens.get(self.endpoints.graph_scope, expected)
        actual = token_claims(token.token).get("tid") or (await self.organization_id(expected))
        if actual != expected:
            raise local_errors.wrong_tenant(expected, str(actual))
        return AzureWorkspace(self._clients, subscription, self._account.name)

    async def close(self) -> None:
        """Close connections and drop all tokens."""
        await self._clients.close()


def account_of(token: str, method: SignInMethod, *, is_person: bool = True) -> Account:
    """Who a Resource Manager token belongs to, by its own claims (Microsoft Learn, "Access token claims reference")."""
    claims = token_claims(token)

    def text(*names: str) -> str:
        return next(filter(None, (text_at(claims, name) for name in names)), "")

    return Account(
        name=plain_name(text("upn", "unique_name", "preferred_username", "email", "appid", "azp")) or "signed in",
        object_id=text("oid", "sub"),
        home_tenant_id=text("tid"),
        method=method,
        is_person=is_person,
    )
