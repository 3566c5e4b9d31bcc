"""A signed-in account: the reads that the screens need, and the way to the writes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from pipeops_tui.azure_cloud.access_reads import AccessReads
from pipeops_tui.azure_cloud.clients import Clients
from pipeops_tui.azure_cloud.directory_reads import DirectoryReads
from pipeops_tui.azure_cloud.policy_reads import PolicyReads
from pipeops_tui.azure_cloud.problems import local
from pipeops_tui.azure_cloud.resource_reads import ResourceReads
from pipeops_tui.azure_cloud.tenants import TenantReads
from pipeops_tui.azure_cloud.tokens import ShowCode, token_claims
from pipeops_tui.azure_cloud.workspace import AzureWorkspace
from pipeops_tui.clock import Clock
from pipeops_tui.model import (
    Account,
    Application,
    CloudEndpoints,
    DenyAssignment,
    Directory,
    EligibleRole,
    Lock,
    Permission,
    PolicyFinding,
    Provider,
    Region,
    ResourceGroup,
    RoleGrant,
    SecretPolicy,
    SignInMethod,
    Subscription,
    SubscriptionPage,
    Tenant,
    TokenFacts,
)
from pipeops_tui.waits import Waits

SIGN_IN_DEADLINE = 1200.0
"""Seconds a person may take to sign in; a device code lives for 900."""


class AzureSession:
    """Implements `ports.Session`. Every method raises `CloudError` and nothing else."""

    def __init__(self, clients: Clients, account: Account, clock: Clock, waits: Waits) -> None:
        self._clients = clients
        self._account = account
        self._waits = waits
        self._tenants = TenantReads(clients, account.home_tenant_id, clock)
        self._resources = ResourceReads(clients)
        self._directory = DirectoryReads(clients)
        self._access = AccessReads(clients)
        self._policies = PolicyReads(clients, clock)

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
        tenant = await self.tenant(tenant_id)
        return SubscriptionPage(tenant, tuple(await self._tenants.subscriptions(tenant)), 0)

    async def renew(self, tenant_id: str, claims: str, show_code: ShowCode) -> None:
        """Sign in to `tenant_id` again, with the `claims` that `CloudError.claims` brought (or none)."""
        await self._clients.tokens.interact(
            self.endpoints.resource_manager_scope, tenant_id, claims, show_code, SIGN_IN_DEADLINE
        )

    async def tenant(self, tenant_id: str) -> Tenant:
        """One tenant of the account's list."""
        return await self._tenants.tenant(tenant_id)

    async def regions(self, subscription: Subscription) -> Sequence[Region]:
        """Physical regions open to resource groups, recommended first."""
        return await self._resources.regions(subscription)

    async def resource_groups(self, subscription: Subscription) -> Sequence[ResourceGroup]:
        """All groups of the subscription, by name."""
        return await self._resources.resource_groups(subscription)

    async def resource_group(self, subscription: Subscription, name: str) -> ResourceGroup | None:
        """One group, or None when the name is free."""
        return await self._resources.resource_group(subscription, name)

    async def providers(self, subscription: Subscription, namespaces: Sequence[str] = ()) -> Sequence[Provider]:
        """Registration states of the providers named, or of all."""
        return await self._resources.providers(subscription, namespaces)

    async def permissions(self, subscription: Subscription, group_name: str = "") -> Sequence[Permission]:
        """What the caller may do at the subscription, or at one of its groups."""
        return await self._resources.permissions(subscription, group_name)

    async def directory(self, tenant_id: str) -> Directory:
        """The tenant and who the caller is in it."""
        return await self._directory.directory(await self.tenant(tenant_id))

    async def applications_named(self, tenant_id: str, display_name: str) -> Sequence[Application]:
        """Applications that already carry exactly this display name."""
        return await self._directory.applications_named(tenant_id, display_name)

    @property
    def clock_skew(self) -> float | None:
        """Seconds this computer's clock is ahead of Azure's, by the newest answer."""
        return self._clients.transports.clock_skew

    async def token_facts(self, tenant_id: str) -> TokenFacts:
        """What the account's token for this tenant says about the sign-in."""
        return await self._access.token_facts(tenant_id)

    async def own_roles(self, subscription: Subscription, group_name: str = "") -> Sequence[RoleGrant]:
        """Role assignments that hold for the account there."""
        return await self._access.own_roles(subscription, group_name)

    async def eligible_roles(self, subscription: Subscription, group_name: str = "") -> Sequence[EligibleRole]:
        """Roles that the account could activate there."""
        return await self._access.eligible_roles(subscription, group_name)

    async def deny_assignments(self, subscription: Subscription, group_name: str = "") -> Sequence[DenyAssignment]:
        """Deny assignments in force there."""
        return await self._access.deny_assignments(subscription, group_name)

    async def locks(self, subscription: Subscription, group_name: str = "") -> Sequence[Lock]:
        """Locks there and above."""
        return await self._access.locks(subscription, group_name)

    async def role_assignment_count(self, subscription: Subscription) -> int:
        """How many role assignments the subscription holds."""
        return await self._access.role_assignment_count(subscription)

    async def policy_findings(
        self, subscription: Subscription, group_name: str, location: str, tags: Sequence[tuple[str, str]]
    ) -> Sequence[PolicyFinding]:
        """Azure Policies that would refuse such a resource group."""
        return await self._access.policy_findings(subscription, group_name, location, tags)

    async def users_may_register(self, tenant_id: str) -> bool | None:
        """Whether ordinary users of the directory may register applications."""
        return await self._policies.users_may_register(tenant_id)

    async def directory_roles(self, tenant_id: str) -> frozenset[str]:
        """Template ids of the directory roles that the account holds."""
        return await self._policies.directory_roles(tenant_id)

    async def secret_policy(self, tenant_id: str) -> SecretPolicy:
        """What the directory allows of client secrets."""
        return await self._policies.secret_policy(tenant_id)

    async def owned_application_count(self, tenant_id: str) -> int:
        """How many applications the account owns in the directory."""
        return await self._policies.owned_application_count(tenant_id)

    async def workspace(self, subscription: Subscription) -> AzureWorkspace:
        """The writes into `subscription` and its tenant, once the Graph token is known to belong to that tenant."""
        expected = subscription.tenant_id
        token = await self._clients.tokens.get(self.endpoints.graph_scope, expected)
        actual = token_claims(token.token).get("tid") or (await self._directory.organization_id(expected))
        if actual != expected:
            raise local.wrong_tenant(expected, str(actual))
        return AzureWorkspace(self._clients, subscription, self._account.name)

    async def close(self) -> None:
        """Close connections and drop all tokens."""
        await self._clients.close()


def account_of(token: str, method: SignInMethod) -> Account:
    """Who a Resource Manager token belongs to, by its own claims (Microsoft Learn, "Access token claims reference")."""
    claims = token_claims(token)

    def text(*names: str) -> str:
        return next((value for name in names if isinstance(value := claims.get(name), str) and value), "")

    return Account(
        name=text("upn", "unique_name", "preferred_username", "email", "appid", "azp") or "signed in",
        object_id=text("oid", "sub"),
        home_tenant_id=text("tid"),
        method=method,
    )
