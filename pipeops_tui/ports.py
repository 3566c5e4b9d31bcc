"""Where rooms meet: what the interface and provisioning need from Azure, as protocols.

`azure_cloud` implements them with the SDKs; neither side imports the other. Every coroutine here raises `CloudError`
and nothing else (besides cancellation), has a real deadline, and can be cancelled at any moment. The reads of `Session`
wait out what passes by itself, and say so in `Session.waits`. Each method of `Workspace` is exactly one request unless
it says otherwise: there the run decides what is tried again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Protocol

from pipeops_tui.model import (
    Account,
    Application,
    CloudEndpoints,
    DenyAssignment,
    DeviceCode,
    Directory,
    EligibleRole,
    Lock,
    NewPassword,
    PasswordKey,
    Permission,
    PolicyFinding,
    Provider,
    Region,
    ResourceGroup,
    RoleAssignment,
    RoleGrant,
    SecretPolicy,
    ServicePrincipal,
    SignInMethod,
    SignInWay,
    Subscription,
    SubscriptionPage,
    Tenant,
    TokenFacts,
)
from pipeops_tui.secret import Secret
from pipeops_tui.waits import Waits


class Connector(Protocol):
    """Everything before there is a session. Cheap to construct: SDKs load in `prepare`, off the event loop."""

    async def prepare(self) -> CloudEndpoints:
        """Load what is slow (SDKs, TLS context, a demo's simulated Azure), find the cloud's endpoints. Idempotent."""

    def sign_in_ways(self) -> AsyncIterator[Sequence[SignInWay]]:
        """All ways, each time one more of them is known (probing the Azure CLI takes a while)."""

    async def sign_in(self, method: SignInMethod, show_code: Callable[[DeviceCode], None]) -> Session:
        """Sign in; `show_code` is called on the event loop for a device code, and for a browser sign-in with the
        page's address and no code. Cancel the coroutine to give up."""

    async def close(self) -> None:
        """Release everything, including what `prepare` started."""


class Session(Protocol):
    """A signed-in account: reads that the screens need. Nothing here writes to Azure."""

    @property
    def account(self) -> Account: ...

    @property
    def endpoints(self) -> CloudEndpoints: ...

    @property
    def waits(self) -> Waits:
        """Reads that wait before they are tried again."""

    def subscriptions(self) -> AsyncIterator[SubscriptionPage]:
        """Tenants side by side, one page each time a tenant has answered; a locked tenant is a page with its reason."""

    async def unlock_tenant(self, tenant_id: str, show_code: Callable[[DeviceCode], None]) -> SubscriptionPage:
        """Sign in to one tenant that asked for it, and list it."""

    async def reread_tenant(self, tenant_id: str) -> SubscriptionPage:
        """List one tenant again that could not be read, for another reason than that it asks to be signed in to."""

    async def renew(self, tenant_id: str, claims: str, show_code: Callable[[DeviceCode], None]) -> None:
        """Sign in to `tenant_id` again, with the `claims` a `CloudError` of kind SIGN_IN brought (or none); then
        repeat what was refused. With the Azure CLI it takes up what `az login` did in another terminal."""

    async def tenant(self, tenant_id: str) -> Tenant:
        """One tenant of the account's list."""

    async def regions(self, subscription: Subscription) -> Sequence[Region]:
        """Physical regions open to resource groups, recommended first, then as Azure orders them."""

    async def resource_groups(self, subscription: Subscription) -> Sequence[ResourceGroup]:
        """All groups of the subscription, all pages, by name."""

    async def resource_group(self, subscription: Subscription, name: str) -> ResourceGroup | None:
        """One group, or None when the name is free."""

    async def providers(self, subscription: Subscription, namespaces: Sequence[str] = ()) -> Sequence[Provider]:
        """Registration states of the resource providers named, one small request each; of all when none is."""

    async def permissions(self, subscription: Subscription, group_name: str = "") -> Sequence[Permission]:
        """What the caller may do at the subscription, or at one of its groups."""

    async def directory(self, tenant_id: str) -> Directory:
        """The tenant and who the caller is in it, from Microsoft Graph."""

    async def applications_named(self, tenant_id: str, display_name: str) -> Sequence[Application]:
        """Applications that already carry exactly this display name."""

    @property
    def clock_skew(self) -> float | None:
        """Seconds this computer's clock is ahead of Azure's, by the newest answer; None before the first."""

    async def token_facts(self, tenant_id: str) -> TokenFacts:
        """What the account's token for this tenant says about the sign-in."""

    async def own_roles(self, subscription: Subscription, group_name: str = "") -> Sequence[RoleGrant]:
        """Role assignments that hold for the account at the subscription or group, inherited ones included."""

    async def eligible_roles(self, subscription: Subscription, group_name: str = "") -> Sequence[EligibleRole]:
        """Roles that the account could activate there."""

    async def deny_assignments(self, subscription: Subscription, group_name: str = "") -> Sequence[DenyAssignment]:
        """Deny assignments in force there."""

    async def locks(self, subscription: Subscription, group_name: str = "") -> Sequence[Lock]:
        """Locks at the subscription, and with a group those at the group."""

    async def role_assignment_count(self, subscription: Subscription) -> int:
        """How many role assignments the subscription holds, at all scopes in it."""

    async def policy_findings(
        self, subscription: Subscription, group_name: str, location: str, tags: Sequence[tuple[str, str]]
    ) -> Sequence[PolicyFinding]:
        """Azure Policies that would refuse such a resource group."""

    async def users_may_register(self, tenant_id: str) -> bool | None:
        """Whether ordinary users of the directory may register applications; None when it does not say."""

    async def directory_roles(self, tenant_id: str) -> frozenset[str]:
        """Template ids of the directory roles that the account holds, through groups too; lower case."""

    async def secret_policy(self, tenant_id: str) -> SecretPolicy:
        """What the directory allows of client secrets."""

    async def owned_application_count(self, tenant_id: str) -> int:
        """How many applications the account owns in the directory."""

    async def workspace(self, subscription: Subscription) -> Workspace:
        """The writes into `subscription` and its tenant. Proves first that the Graph token belongs to that tenant."""

    async def close(self) -> None:
        """Close connections and drop all tokens."""


class Workspace(Protocol):
    """Writes (and the reads that make them repeatable) in one subscription and the tenant it trusts."""

    @property
    def tenant_id(self) -> str: ...

    @property
    def subscription_id(self) -> str: ...

    @property
    def resource_manager(self) -> str:
        """The Resource Manager URL all this belongs to, as journals record it."""

    async def get_group(self, name: str) -> ResourceGroup | None: ...

    async def put_group(self, name: str, location: str, tags: Sequence[tuple[str, str]]) -> ResourceGroup: ...

    async def group_is_empty(self, name: str) -> bool: ...

    async def delete_group(self, name: str) -> None:
        """Ask for deletion; returns when Azure has accepted it (202) or the group is gone already."""

    async def upsert_application(self, unique_name: str, display_name: str, tags: Sequence[str]) -> Application | None:
        """Create it (single tenant) unless `unique_name` exists; None when it did: read it by that name then."""

    async def create_application(self, display_name: str, tags: Sequence[str]) -> Application:
        """Plain POST: not repeatable by itself."""

    async def application_by_unique_name(self, unique_name: str) -> Application | None: ...

    async def applications_tagged(self, tag: str) -> Sequence[Application]:
        """Applications carrying `tag` (the directory's index lags behind writes)."""

    async def get_application(self, object_id: str) -> Application | None: ...

    async def delete_application(self, object_id: str) -> None:
        """Soft delete, taking its service principal with it; succeeds when it is gone already."""

    async def purge_application(self, object_id: str) -> None:
        """Remove a soft-deleted application for good; succeeds when it is gone already."""

    async def upsert_service_principal(self, app_id: str) -> ServicePrincipal | None:
        """Create it unless `app_id` has one; None when it did."""

    async def create_service_principal(self, app_id: str) -> ServicePrincipal: ...

    async def service_principal_of(self, app_id: str) -> ServicePrincipal | None: ...

    async def put_role_assignment(self, scope: str, name: str, principal_id: str, role_id: str) -> RoleAssignment:
        """Grant built-in role `role_id` (a GUID) under the assignment name `name` (a GUID), always saying that the
        principal is a service principal."""

    async def get_role_assignment(self, scope: str, name: str) -> RoleAssignment | None: ...

    async def role_assignments_of(self, scope: str, principal_id: str) -> Sequence[RoleAssignment]: ...

    async def delete_role_assignment(self, scope: str, name: str) -> None:
        """Succeeds when it is gone already."""

    async def add_password(self, object_id: str, key_id: str, description: str, expires: datetime) -> NewPassword:
        """Add a client secret under the chosen `key_id` (GUID). Not repeatable: the value is given out once."""

    async def passwords(self, object_id: str) -> Sequence[PasswordKey]: ...

    async def remove_password(self, object_id: str, key_id: str) -> None:
        """Succeeds when it is gone already."""

    async def register_provider(self, namespace: str) -> str:
        """Ask for registration; the new state (usually `Registering`). Asynchronous on Azure's side."""

    async def sign_in_as(self, client_id: str, secret: Secret) -> ProofSession:
        """Fetch a token for Resource Manager as the new application, from a fresh session every time."""


class ProofSession(Protocol):
    """The new application, signed in with its new secret. Close it: it owns a connection."""

    async def read_group(self, name: str) -> ResourceGroup:
        """Read the resource group as the application. REFUSED means the role assignment has not spread yet."""

    async def close(self) -> None: ...
