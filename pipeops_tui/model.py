"""The facts the program speaks of: frozen, free of any library, named as Azure names them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from pipeops_tui.problem import CloudError, Problem
from pipeops_tui.secret import Secret
from pipeops_tui.sign_in_method import SignInMethod as SignInMethod

CONTRIBUTOR_ROLE_ID = "b24988ac-6180-42a0-ab88-20f7382dd24c"
"""Built-in role *Contributor*; fixed in every tenant (Microsoft Learn, "Azure built-in roles")."""


@dataclass(frozen=True, slots=True)
class SignInWay:
    """One row of the Sign in screen: whether `method` can work here, and why not."""

    method: SignInMethod
    title: str
    detail: str
    available: bool
    recommended: bool = False


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What the person needs for a device code sign-in, exactly as the service returned it."""

    user_code: str
    verification_uri: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class CloudEndpoints:
    """One Azure cloud. URLs without trailing slash; scopes are OAuth scopes ending in `/.default`."""

    name: str
    authority: str
    resource_manager: str
    resource_manager_scope: str
    graph: str
    graph_scope: str
    portal: str
    discovered: bool = False
    """True when read from `--resource-manager`; sign-in then trusts this authority without instance discovery."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who is signed in. `name` is the user principal name, or the client id of a service principal."""

    name: str
    object_id: str
    home_tenant_id: str
    method: SignInMethod


@dataclass(frozen=True, slots=True)
class Tenant:
    """A Microsoft Entra directory as ARM lists it. `locked` says why its subscriptions could not be read."""

    tenant_id: str
    display_name: str
    default_domain: str = ""
    locked: Problem | None = None
    asks_sign_in: bool = False
    """Whether a sign-in of its own would open it; otherwise reading it has failed, and may work the next time."""


class SubscriptionState(StrEnum):
    """ARM's `state` of a subscription (Subscriptions - List, 2022-12-01)."""

    ENABLED = "Enabled"
    WARNED = "Warned"
    PAST_DUE = "PastDue"
    DISABLED = "Disabled"
    DELETED = "Deleted"


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscription, seen through the tenant it trusts."""

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
        """Whether it lives on a credit, at whose end Azure disables it (Microsoft Learn, "Azure spending limit")."""
        return self.spending_limit.casefold() == "on"

    @property
    def unusable(self) -> str:
        """Why it cannot be chosen, in a few words; empty when it can."""
        if self.state is SubscriptionState.DISABLED:
            return "disabled: its credit is spent" if self.has_spending_limit else "disabled: billing stopped it"
        if self.state is SubscriptionState.DELETED:
            return "deleted"
        if self.home_tenant_id and self.home_tenant_id != self.tenant_id:
            return "belongs to another organization (Azure Lighthouse)"
        return ""

    @property
    def scope(self) -> str:
        """ARM id, `/subscriptions/{id}`."""
        return f"/subscriptions/{self.subscription_id}"


@dataclass(frozen=True, slots=True)
class SubscriptionPage:
    """What one tenant answered: its subscriptions, or (in `tenant.locked`) why it did not."""

    tenant: Tenant
    subscriptions: tuple[Subscription, ...]
    tenants_pending: int
    """How many tenants have not answered yet."""


@dataclass(frozen=True, slots=True)
class Region:
    """A physical region. `has_kubernetes` is None when the resource provider could not be asked."""

    name: str
    display_name: str
    geography: str
    recommended: bool
    has_kubernetes: bool | None = None


@dataclass(frozen=True, slots=True)
class ResourceGroup:
    """A resource group as ARM returns it; `location` is a region's `name`."""

    name: str
    location: str
    provisioning_state: str = "Succeeded"
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Directory:
    """The chosen tenant seen from Microsoft Graph. Empty texts where the caller may not read them."""

    tenant_id: str
    display_name: str
    primary_domain: str
    user_type: str = ""
    """`Member` or `Guest`; empty when unknown or the caller is a service principal."""


@dataclass(frozen=True, slots=True)
class Application:
    """An application registration. `object_id` goes into paths, `app_id` is the client id."""

    object_id: str
    app_id: str
    display_name: str
    created: datetime | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServicePrincipal:
    """`object_id` is the principal id of role assignments."""

    object_id: str
    app_id: str


@dataclass(frozen=True, slots=True)
class RoleAssignment:
    """`name` is the GUID the client chose; `scope` and `role_definition_id` are ARM ids."""

    name: str
    scope: str
    principal_id: str
    role_definition_id: str


@dataclass(frozen=True, slots=True)
class PasswordKey:
    """A client secret as reads return it: everything but the secret."""

    key_id: str
    description: str
    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True)
class NewPassword:
    """The answer to adding a client secret, the only moment the value is ever given out."""

    key_id: str
    secret: Secret
    expires: datetime


@dataclass(frozen=True, slots=True)
class Permission:
    """One entry of ARM's permissions list. Entries are judged alone, then OR-ed."""

    actions: tuple[str, ...]
    not_actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Provider:
    """A resource provider's registration in one subscription, e.g. `Microsoft.Compute`, `Registered`."""

    namespace: str
    state: str


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """What the signed-in account's Resource Manager token says about the sign-in. None where it says nothing."""

    second_factor: bool | None
    """Whether a second factor was used, which Azure demands for changes."""
    is_person: bool | None


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """A role assignment that holds for the signed-in account. `condition` is its ABAC condition, or empty."""

    role_definition_id: str
    scope: str
    condition: str = ""


@dataclass(frozen=True, slots=True)
class EligibleRole:
    """A role that the account may activate in Privileged Identity Management."""

    role_name: str
    scope: str


@dataclass(frozen=True, slots=True)
class DenyAssignment:
    """A deny assignment in force at a scope or above it."""

    name: str
    scope: str


@dataclass(frozen=True, slots=True)
class Lock:
    """A management lock. `level` is `ReadOnly` or `CanNotDelete`; `scope` the ARM id that it lies on."""

    name: str
    level: str
    scope: str


@dataclass(frozen=True, slots=True)
class PolicyFinding:
    """An Azure Policy that would refuse the resource group. `field` is e.g. `tags.CostCenter`, where known."""

    policy: str
    field: str = ""
    allowed: tuple[str, ...] = ()
    tag: str = ""
    """The name of the tag that it asks for, when that is all."""


@dataclass(frozen=True, slots=True)
class SecretPolicy:
    """What the directory's app management policy says about client secrets of applications made now."""

    forbidden: bool = False
    longest_days: int | None = None


class CheckOutcome(StrEnum):
    """OK and WARNING let the user go on, BLOCKED does not, UNKNOWN means the check itself was refused."""

    OK = "ok"
    WARNING = "warning"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"


class Write(StrEnum):
    """The kinds of writes that a check can foresee a refusal of; the values are the keys of their operations."""

    GROUP = "group"
    APPLICATION = "application"
    SECRET = "secret"  # noqa: S105 - a kind of thing
    ASSIGNMENT = "assignment"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A write that is tried although `check` (a key) speaks against it."""

    check: str
    write: Write


@dataclass(frozen=True, slots=True)
class Check:
    """What came of one check. `problem` is set when it is blocked (or a warning worth a message)."""

    key: str
    title: str
    outcome: CheckOutcome
    detail: str
    problem: Problem | None = None
    doubts: Write | None = None
    """Set when it is blocked on indirect evidence only: the write that Azure may refuse. The user may try it anyway."""
    message: str = ""
    """A ready-made text to send to whoever can fix it."""
    may_hand_over: bool = False
    """Only assigning the role is in the way: everything else can be prepared, and an Owner assigns it."""
    challenge: CloudError | None = None
    """Set when Azure did not answer for want of a better sign-in, which this asks for."""

    @property
    def may_try_anyway(self) -> bool:
        """Whether only Azure itself can tell."""
        return self.doubts is not None


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that will be written, decided and reviewed: the only input of provisioning."""

    tenant_id: str
    tenant_name: str
    subscription_id: str
    subscription_name: str
    group_name: str
    group_is_new: bool
    location: str
    """Region `name`, e.g. `westeurope`."""
    location_display: str
    application_name: str
    secret_description: str
    secret_days: int
    providers: tuple[str, ...] = ()
    """Resource provider namespaces to register beside it all."""
    group_tags: tuple[tuple[str, str], ...] = ()
    doubts: tuple[Write, ...] = ()
    """Writes that Azure may refuse: they go first and alone, and a refusal takes back what they needed."""
    owner_assigns: bool = False
    """The hand-off: an Owner assigns the role, because whoever runs this may not. The run waits for it."""

    @property
    def group_scope(self) -> str:
        """ARM id of the resource group, the scope of the role assignment."""
        return f"/subscriptions/{self.subscription_id}/resourceGroups/{self.group_name}"


@dataclass(frozen=True, slots=True)
class Credentials:
    """The five values PipeOps asks for, and when the secret expires (UTC)."""

    resource_group_name: str
    tenant_id: str
    client_id: str
    client_secret: Secret = field(repr=False)
    subscription_id: str = ""
    expires: datetime | None = None
