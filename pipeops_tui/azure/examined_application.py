"""The reads of an application that has signed in with pasted values: those of a session, with its one token."""

from __future__ import annotations

import asyncio

from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError

from pipeops_tui.azure.access_reads import AccessReads
from pipeops_tui.azure.clients import Clients
from pipeops_tui.azure.directory_reads import TenantReads
from pipeops_tui.azure.errors.evidence import AzureService
from pipeops_tui.azure.resource_reads import ResourceReads
from pipeops_tui.azure.tokens import ShowCode
from pipeops_tui.core.clock import Clock
from pipeops_tui.core.model import ResourceGroup, Subscription, Tenant
from pipeops_tui.core.problem import CloudError, FailureKind


class OneTokenSource:
    """Gives out one token, for Resource Manager. It cannot get another one, because it has no secret."""

    service = AzureService.ENTRA
    answers_claims = False
    is_program = True

    def __init__(self, token: AccessToken, scope: str) -> None:
        self._token: AccessToken | None = token
        self._scope = scope

    async def token(self, scope: str, tenant_id: str, claims: str) -> AccessToken:
        """The token, whatever the tenant: Azure itself says where it is not valid."""
        if self._token is None or scope != self._scope or claims:
            raise ClientAuthenticationError(message="There is no other token of this application.")
        return self._token

    async def interact(self, scope: str, tenant_id: str, claims: str, show_code: ShowCode) -> AccessToken:
        """No person can be asked: the same as `token`."""
        return await self.token(scope, tenant_id, claims)

    async def close(self) -> None:
        """Drop the token."""
        self._token = None


class AzureExaminedApplication(AccessReads, ResourceReads):
    """Implements `ports.ExaminedApplication`. It holds a token, and no longer the secret."""

    def __init__(self, clients: Clients, tenant_id: str, clock: Clock) -> None:
        AccessReads.__init__(self, clients)
        ResourceReads.__init__(self, clients)
        self._tenant = Tenant(tenant_id, tenant_id)
        self._tenants = TenantReads(clients, tenant_id, clock)

    async def subscription(self, subscription_id: str) -> Subscription | None:
        """From the list, which names every subscription with any role in it. Reading one by its id needs a role on all
        of it, which an application with a role on one group does not have."""
        seen = await self._tenants.subscriptions(self._tenant)
        return next((one for one in seen if one.subscription_id.casefold() == subscription_id.casefold()), None)

    async def visible_groups(self) -> tuple[tuple[Subscription, ResourceGroup], ...]:
        """Subscriptions side by side; of each, Azure lists the groups that the application can read."""
        seen = await self._tenants.subscriptions(self._tenant)
        groups = await asyncio.gather(*map(self._groups_in, seen))
        return tuple((where, group) for where, some in zip(seen, groups, strict=True) for group in some)

    async def close(self) -> None:
        """Close the connections and drop the token."""
        await self._clients.close()

    async def _groups_in(self, subscription: Subscription) -> list[ResourceGroup]:
        try:
            return list(await self.resource_groups(subscription))
        except CloudError as error:
            if error.kind is FailureKind.REFUSED:
                return []
            raise
