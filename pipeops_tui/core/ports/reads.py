"""The reads of a signed-in account, one small protocol for each part of Azure.

An implementation tries again by itself what fails for a moment, and reports the pauses in `Session.waits`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from pipeops_tui.core.model import (
    Account,
    Application,
    CloudEndpoints,
    Cluster,
    DenyAssignment,
    Directory,
    DirectoryMember,
    EligibleRole,
    Lock,
    MachineSize,
    Permission,
    PolicyFinding,
    Provider,
    Quota,
    Region,
    RegionRestriction,
    Resource,
    ResourceGroup,
    RoleAssignment,
    RoleGrant,
    SecretPolicy,
    Subscription,
    TokenFacts,
)
from pipeops_tui.core.model.doctor_facts import FailedOperation

Method = TypeVar("Method", bound=Callable[..., Any])


class Topic(StrEnum):
    """What a read is about. Reads of one topic are forgotten together: the same events change their answers."""

    REGIONS = "regions"
    GROUPS = "groups"
    GROUP = "group"
    PROVIDERS = "providers"
    RIGHTS = "rights"
    RESTRICTIONS = "restrictions"
    ROOM = "room"
    DIRECTORY = "directory"
    APPLICATIONS = "applications"
    CONNECTIONS = "connections"
    SIGN_IN = "sign-in"


_TOPICS: dict[Callable[..., Any], Topic] = {}


def read(topic: Topic) -> Callable[[Method], Method]:
    """Mark a method of a port as a read whose answer can be kept until `topic` is forgotten.

    Its arguments tell one question from another: texts without regard to case, as Azure compares names and ids;
    subscriptions by their ids; sequences by what is in them.
    """

    def mark(method: Method) -> Method:
        _TOPICS[method] = topic
        return method

    return mark


def topic_of(method: object) -> Topic | None:
    """The topic that `method` of a port was marked with; None when it is not marked as a read."""
    return _TOPICS.get(method) if callable(method) else None


class AccountPort(Protocol):
    """Who is signed in, and to which cloud."""

    @property
    def account(self) -> Account: ...

    @property
    def endpoints(self) -> CloudEndpoints: ...

    @property
    def clock_skew(self) -> float | None:
        """Seconds this computer's clock is ahead of Azure's, by the newest answer; None before the first."""

    @read(Topic.SIGN_IN)
    async def token_facts(self, tenant_id: str) -> TokenFacts:
        """What the account's token for this tenant says about the sign-in."""


class SubscriptionPort(Protocol):
    """What a subscription offers."""

    @read(Topic.REGIONS)
    async def regions(self, subscription: Subscription) -> Sequence[Region]:
        """Physical regions open to resource groups, recommended first, then as Azure orders them."""

    @read(Topic.PROVIDERS)
    async def providers(self, subscription: Subscription, namespaces: Sequence[str] = ()) -> Sequence[Provider]:
        """Registration states of the resource providers named, one small request each; of all when none is."""

    @read(Topic.RESTRICTIONS)
    async def role_assignment_count(self, subscription: Subscription) -> int:
        """How many role assignments the subscription holds, at all scopes in it."""


class CapacityPort(Protocol):
    """What a subscription can use of a region, by the region's `name`."""

    @read(Topic.ROOM)
    async def quotas(self, subscription: Subscription, location: str) -> Sequence[Quota]:
        """vCPUs used and allowed, of all families and in all. An empty list says nothing, not "none"."""

    @read(Topic.REGIONS)
    async def machine_sizes(self, subscription: Subscription, location: str) -> Sequence[MachineSize]:
        """The sizes of virtual machines that the region has. Up to 3 MB are read, never on the event loop."""


class RegionPort(Protocol):
    """In which regions a subscription is refused resources."""

    @read(Topic.RESTRICTIONS)
    async def region_restrictions(self, subscription: Subscription) -> Sequence[RegionRestriction]:
        """Microsoft's own policies that close regions to the subscription."""

    @read(Topic.RESTRICTIONS)
    async def cluster_restrictions(
        self, subscription: Subscription, region_names: Sequence[str]
    ) -> Sequence[RegionRestriction]:
        """Policies, Microsoft's or the organization's, that refuse a managed Kubernetes cluster in some of them."""


class GroupPort(Protocol):
    """Resource groups, those that exist and the one to be made."""

    @read(Topic.GROUPS)
    async def resource_groups(self, subscription: Subscription) -> Sequence[ResourceGroup]:
        """All groups of the subscription, all pages, by name."""

    @read(Topic.GROUP)
    async def resource_group(self, subscription: Subscription, name: str) -> ResourceGroup | None:
        """One group, or None when the name is free."""

    @read(Topic.GROUP)
    async def resource_count(self, subscription: Subscription, name: str) -> int:
        """How many resources an existing group holds."""

    @read(Topic.RESTRICTIONS)
    async def policy_findings(
        self, subscription: Subscription, group_name: str, location: str, tags: Sequence[tuple[str, str]]
    ) -> Sequence[PolicyFinding]:
        """Azure Policies that would refuse such a resource group."""


class AccessPort(Protocol):
    """What the account is allowed to do at a subscription, or with `group_name` at one of its groups."""

    @read(Topic.RIGHTS)
    async def permissions(self, subscription: Subscription, group_name: str = "") -> Sequence[Permission]:
        """Actions that the account's roles allow there."""

    @read(Topic.RIGHTS)
    async def own_roles(self, subscription: Subscription, group_name: str = "") -> Sequence[RoleGrant]:
        """Role assignments that hold for the account there, inherited ones included."""

    @read(Topic.RIGHTS)
    async def roles_of(self, subscription: Subscription, principal_id: str) -> Sequence[RoleGrant]:
        """Role assignments that hold for the principal with this object id in the subscription and at what is in it,
        inherited ones included."""

    @read(Topic.RIGHTS)
    async def eligible_roles(self, subscription: Subscription, group_name: str = "") -> Sequence[EligibleRole]:
        """Roles that the account can activate there (Privileged Identity Management)."""

    @read(Topic.RESTRICTIONS)
    async def deny_assignments(self, subscription: Subscription, group_name: str = "") -> Sequence[DenyAssignment]:
        """Deny assignments in force there."""

    @read(Topic.RESTRICTIONS)
    async def locks(self, subscription: Subscription, group_name: str = "") -> Sequence[Lock]:
        """Locks at the subscription, and with a group those at the group."""

    @read(Topic.RESTRICTIONS)
    async def all_locks(self, subscription: Subscription) -> Sequence[Lock]:
        """Locks at the subscription and at everything in it."""


class DirectoryPort(Protocol):
    """A tenant's Microsoft Entra directory, read through Microsoft Graph."""

    @read(Topic.DIRECTORY)
    async def directory(self, tenant_id: str) -> Directory:
        """The tenant and who the account is in it."""

    @read(Topic.DIRECTORY)
    async def users_may_register(self, tenant_id: str) -> bool | None:
        """Whether ordinary users of the directory are allowed to register applications; None when it does not say."""

    @read(Topic.DIRECTORY)
    async def directory_roles(self, tenant_id: str) -> frozenset[str]:
        """Template ids of the directory roles that the account holds, through groups too; lower case."""

    @read(Topic.DIRECTORY)
    async def secret_policy(self, tenant_id: str) -> SecretPolicy:
        """What the directory allows of client secrets."""

    @read(Topic.APPLICATIONS)
    async def applications_named(self, tenant_id: str, display_name: str) -> Sequence[Application]:
        """Applications that have this display name; case is ignored, as Graph does."""

    @read(Topic.APPLICATIONS)
    async def owned_application_count(self, tenant_id: str) -> int:
        """How many applications the account owns in the directory."""


class ConnectionPort(Protocol):
    """Applications that were prepared for PipeOps, and what is around them."""

    @read(Topic.CONNECTIONS)
    async def tagged_applications(self, tenant_id: str) -> Sequence[Application]:
        """Applications with a tag that begins with `TAG`, with notes and secrets, all pages, newest first. A tag is a
        claim: anyone who is allowed to register applications can set it. New ones are missing for a while."""

    @read(Topic.CONNECTIONS)
    async def deleted_applications(self, tenant_id: str) -> Sequence[Application]:
        """Soft-deleted applications with such a tag, all pages. A tenant keeps them for 30 days."""

    @read(Topic.CONNECTIONS)
    async def application_by_client_id(self, tenant_id: str, client_id: str) -> Application | None:
        """The application with its notes and secrets; None when the tenant has none."""

    @read(Topic.CONNECTIONS)
    async def client_id_of_object(self, tenant_id: str, object_id: str) -> str:
        """The client ID of the application or service principal that has this object id; empty when none has it."""

    @read(Topic.CONNECTIONS)
    async def application_owners(self, tenant_id: str, object_id: str) -> Sequence[DirectoryMember]:
        """Who owns the application with this object id."""

    @read(Topic.DIRECTORY)
    async def role_holders(self, tenant_id: str, template_ids: Sequence[str]) -> Sequence[DirectoryMember]:
        """Users, groups and service principals that hold one of these directory roles, named by template ids; each
        once. Roles that can be activated, but are not, do not count."""

    @read(Topic.CONNECTIONS)
    async def applications_of(self, tenant_id: str, principal_ids: Sequence[str]) -> Sequence[Application]:
        """The applications whose service principals have these object ids, with notes and secrets; those of other
        tenants and managed identities are left out."""

    @read(Topic.CONNECTIONS)
    async def group_contributors(self, subscription: Subscription) -> Sequence[RoleAssignment]:
        """Role assignments of Contributor on exactly one resource group to a service principal, all pages."""

    @read(Topic.CONNECTIONS)
    async def service_principal_id(self, tenant_id: str, client_id: str) -> str:
        """Object id of the application's service principal; empty when it has none."""

    @read(Topic.DIRECTORY)
    async def member(self, tenant_id: str, account_name: str) -> DirectoryMember | None:
        """The user with this user principal name or object id; None when the tenant has none."""

    @read(Topic.GROUP)
    async def resources(self, subscription: Subscription, group_name: str) -> Sequence[Resource]:
        """What a resource group contains, all pages."""

    @read(Topic.GROUP)
    async def clusters(self, subscription: Subscription, group_name: str) -> Sequence[Cluster]:
        """The managed Kubernetes clusters of a resource group."""

    @read(Topic.CONNECTIONS)
    async def failed_operations(
        self, subscription: Subscription, group_name: str, client_id: str, days: int = 14
    ) -> Sequence[FailedOperation]:
        """What the application with this client ID (or, where that is empty, anyone) was refused in a resource group
        within the last `days` (89 at most), newest first. Azure needs minutes to remember it; what failed in a
        cluster's own group is under that group's name."""


class Reads(
    AccountPort,
    SubscriptionPort,
    RegionPort,
    CapacityPort,
    GroupPort,
    AccessPort,
    DirectoryPort,
    ConnectionPort,
    Protocol,
):
    """All reads of a signed-in account: what checks are given."""
