"""What Azure Resource Manager holds: subscriptions, what is in them, and what the account is allowed to do there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pipeops_tui.core.model.directory import Tenant
from pipeops_tui.core.names import region_name
from pipeops_tui.core.plain_text import PlainTexts

CONTRIBUTOR_ROLE_ID = "b24988ac-6180-42a0-ab88-20f7382dd24c"
"""Built-in role *Contributor*; fixed in every tenant (Microsoft Learn, "Azure built-in roles")."""


class SubscriptionState(StrEnum):
    """ARM's `state` of a subscription (Subscriptions - List, 2022-12-01)."""

    ENABLED = "Enabled"
    WARNED = "Warned"
    PAST_DUE = "PastDue"
    DISABLED = "Disabled"
    DELETED = "Deleted"


@dataclass(frozen=True, slots=True)
class Subscription(PlainTexts):
    """One subscription, as read with the account's token for `tenant_id`."""

    subscription_id: str
    display_name: str
    tenant_id: str
    tenant_name: str
    state: SubscriptionState
    quota_id: str = ""
    spending_limit: str = ""
    home_tenant_id: str = ""
    """Tenant it belongs to; differs from `tenant_id` when delegated through Azure Lighthouse."""
    managed_by: tuple[str, ...] = ()

    @property
    def has_spending_limit(self) -> bool:
        """Whether Azure disables it when its credit is used up (Microsoft Learn, "Azure spending limit")."""
        return self.spending_limit.casefold() == "on"

    @property
    def unusable(self) -> str:
        """Why it cannot be chosen, in a few words; empty when it can."""
        if self.state is SubscriptionState.DISABLED:
            return "disabled: its credit is spent" if self.has_spending_limit else "disabled: billing stopped it"
        if self.state is SubscriptionState.DELETED:
            return "deleted"
        if self.home_tenant_id and self.home_tenant_id != self.tenant_id:
            return "another organization's"
        return ""

    @property
    def scope(self) -> str:
        """ARM id, `/subscriptions/{id}`."""
        return f"/subscriptions/{self.subscription_id}"

    def scope_of(self, group: str = "") -> str:
        """ARM id of one of its resource groups; its own where `group` is empty."""
        return f"{self.scope}/resourceGroups/{group}" if group else self.scope


@dataclass(frozen=True, slots=True)
class SubscriptionPage:
    """What one tenant answered: its subscriptions, or (in `tenant.locked`) why it did not."""

    tenant: Tenant
    subscriptions: tuple[Subscription, ...]
    tenants_pending: int
    """How many tenants have not answered yet."""


@dataclass(frozen=True, slots=True)
class Region(PlainTexts):
    """A physical region. `has_kubernetes` is None when the resource provider could not be read."""

    name: str
    display_name: str
    geography: str
    recommended: bool
    has_kubernetes: bool | None = None
    area: str = ""
    """The part of the world, which holds several geographies: `Europe`, `US` (Azure: `geographyGroup`)."""


@dataclass(frozen=True, slots=True)
class RegionRestriction(PlainTexts):
    """A policy that refuses resources in some regions of a subscription: in those that it denies, or in all that it
    does not allow. `policy` is the name of its assignment."""

    policy: str
    denied: tuple[str, ...] = ()
    allowed: tuple[str, ...] | None = None
    """None where it has no list of allowed regions."""
    by_microsoft: bool = False
    """Whether Microsoft itself has assigned it: nothing in the organization can change it."""

    def closes(self, region: str) -> bool:
        """Whether it refuses resources in the region of this name."""
        wanted = region_name(region)
        if wanted in map(region_name, self.denied):
            return True
        return self.allowed is not None and wanted not in map(region_name, self.allowed)


@dataclass(frozen=True, slots=True)
class ResourceGroup(PlainTexts):
    """A resource group as ARM returns it; `location` is a region's `name`."""

    name: str
    location: str
    provisioning_state: str = "Succeeded"
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Resource(PlainTexts):
    """A resource in a group. `type` is e.g. `Microsoft.Compute/disks`; `location` a region's `name`."""

    id: str
    name: str
    type: str
    location: str = ""


@dataclass(frozen=True, slots=True)
class Cluster(PlainTexts):
    """A managed Kubernetes cluster. Azure keeps its machines in `node_group_name`, a group of its own (`MC_…`)."""

    name: str
    group_name: str
    node_group_name: str


@dataclass(frozen=True, slots=True)
class Provider(PlainTexts):
    """A resource provider's registration in one subscription, e.g. `Microsoft.Compute`, `Registered`."""

    namespace: str
    state: str


@dataclass(frozen=True, slots=True)
class Permission(PlainTexts):
    """One entry of ARM's permissions list. An action is allowed when at least one entry allows it."""

    actions: tuple[str, ...]
    not_actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoleAssignment(PlainTexts):
    """A role assignment. `name` is the GUID that its creator chose; `scope` and `role_definition_id` are ARM ids."""

    name: str
    scope: str
    principal_id: str
    role_definition_id: str


@dataclass(frozen=True, slots=True)
class RoleGrant(PlainTexts):
    """A role assignment that holds for the signed-in account. `condition` is its ABAC condition, or empty."""

    role_definition_id: str
    scope: str
    condition: str = ""


@dataclass(frozen=True, slots=True)
class EligibleRole(PlainTexts):
    """A role that the account can activate in Privileged Identity Management."""

    role_name: str
    scope: str


@dataclass(frozen=True, slots=True)
class DenyAssignment(PlainTexts):
    """A deny assignment in force at a scope or above it."""

    name: str
    scope: str


@dataclass(frozen=True, slots=True)
class Lock(PlainTexts):
    """A management lock. `level` is `ReadOnly` or `CanNotDelete`; `scope` is the ARM id of what it locks."""

    name: str
    level: str
    scope: str


@dataclass(frozen=True, slots=True)
class PolicyFinding(PlainTexts):
    """An Azure Policy that would refuse the resource group. `field` is e.g. `tags.CostCenter`, where known."""

    policy: str
    field: str = ""
    allowed: tuple[str, ...] = ()
    tag: str = ""
    """The name of the tag that it requires, when it requires nothing else."""
