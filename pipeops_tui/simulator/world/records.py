"""What the world holds, one record each, and who sends a request.

Records are mutable on purpose: they are the world's state.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeops_tui.simulator.wire import Json, JsonObject
from pipeops_tui.simulator.world.clock import Moment

PUBLIC_INSTANCE = "microsoftonline.com"


@dataclass(slots=True)
class TenantRecord:
    """A Microsoft Entra directory."""

    tenant_id: str
    display_name: str
    default_domain: str
    domains: tuple[str, ...]
    country: str = "US"
    users_may_create_apps: bool = True
    secrets_forbidden: bool = False
    """Whether the app management policy refuses client secrets."""
    secret_days: int | None = None
    """The longest lifetime of a client secret that the app management policy allows; None: any."""
    own_sign_in: bool = False
    """Whether only sessions that began in this tenant, with a second factor, get its tokens."""
    instance: str = PUBLIC_INSTANCE
    """The cloud it is in, by its `cloud_instance_name`. Of a tenant of another cloud only that is known here."""


@dataclass(slots=True)
class UserRecord:
    """A user object. `person` is the same for all user objects of one person in several directories."""

    object_id: str
    tenant_id: str
    person: str
    principal_name: str
    display_name: str
    given_name: str
    surname: str
    mail: str
    user_type: str = "Member"
    directory_roles: tuple[str, ...] = ()


@dataclass(slots=True)
class SubscriptionRecord:
    """A subscription. `registrations`: when the registration of a provider (lower case), once started, is complete."""

    subscription_id: str
    tenant_id: str
    display_name: str
    state: str = "Enabled"
    quota_id: str = "PayAsYouGo_2014-09-01"
    spending_limit: str = "Off"
    managed_by: tuple[str, ...] = ()
    tags: dict[str, str] | None = None
    registrations: dict[str, Moment] = field(default_factory=dict)
    quotas: dict[tuple[str, str], int] = field(default_factory=dict)
    """Limits of vCPUs that differ from what the offer allows, by region (empty: in all) and by family or `cores`."""
    closed_families: dict[str, frozenset[str]] = field(default_factory=dict)
    """Families of sizes that are not open to it, by region (empty: in all)."""

    @property
    def scope(self) -> str:
        """Its ARM id."""
        return f"/subscriptions/{self.subscription_id}"


@dataclass(slots=True)
class ResourceGroupRecord:
    """A resource group. `deleted_from` is when its deletion was accepted."""

    subscription_id: str
    name: str
    location: str
    tags: dict[str, str] | None = None
    managed_by: str | None = None
    resources: tuple[JsonObject, ...] = ()
    deleted_from: Moment | None = None

    @property
    def scope(self) -> str:
        """Its ARM id."""
        return f"/subscriptions/{self.subscription_id}/resourceGroups/{self.name}"


@dataclass(slots=True)
class PasswordRecord:
    """A client secret; only its SHA-256 digest is kept, because the service shows the text once."""

    key_id: str
    display_name: str | None
    start: Moment
    end: Moment
    hint: str | None
    digest: bytes
    created: Moment
    sign_ins: int = 0


@dataclass(frozen=True, slots=True)
class CertificateRecord:
    """A certificate with which an application signs in: a key credential. `der` is the certificate without its private
    key, which never leaves the client."""

    key_id: str
    display_name: str | None
    start: Moment
    end: Moment
    der: bytes


@dataclass(slots=True)
class DirectoryObjectRecord:
    """What applications and service principals share. `properties` are those a client can set, as sent."""

    object_id: str
    app_id: str
    tenant_id: str
    created: Moment
    created_by: str
    properties: dict[str, Json]
    owners: list[str] = field(default_factory=list)
    passwords: list[PasswordRecord] = field(default_factory=list)
    deleted_at: Moment | None = None
    """Set while it is a deleted item."""

    @property
    def display_name(self) -> str:
        """Its display name; never unique."""
        return str(self.properties.get("displayName") or "")

    @property
    def disabled(self) -> bool:
        """Whether it gets no tokens: deactivated, disabled by Microsoft, or its sign-in switched off (Microsoft Learn,
        "Deactivate an app registration")."""
        off = self.properties.get("accountEnabled") is False or self.properties.get("isDisabled") is True
        return off or str(self.properties.get("disabledByMicrosoftStatus") or "").startswith("Disabled")


@dataclass(frozen=True, slots=True)
class FederatedCredentialRecord:
    """What lets tokens of another issuer sign in as an application. `properties` are as sent, its name among them."""

    credential_id: str
    properties: JsonObject

    @property
    def name(self) -> str:
        """Unique within the application."""
        return str(self.properties["name"])


@dataclass(slots=True)
class GroupRecord:
    """A security group. `members` and `owners` are object ids."""

    object_id: str
    tenant_id: str
    created: Moment
    properties: JsonObject
    members: list[str] = field(default_factory=list)
    owners: list[str] = field(default_factory=list)


@dataclass(slots=True)
class ApplicationRecord(DirectoryObjectRecord):
    """An application registration."""

    federated: list[FederatedCredentialRecord] = field(default_factory=list)
    certificates: list[CertificateRecord] = field(default_factory=list)

    @property
    def unique_name(self) -> str | None:
        """The client-chosen alternate key, if it has one."""
        name = self.properties.get("uniqueName")
        return name if isinstance(name, str) else None


@dataclass(slots=True)
class ServicePrincipalRecord(DirectoryObjectRecord):
    """An application's identity in one directory. `graph_permissions` are its application permissions there."""

    graph_permissions: frozenset[str] = frozenset()


@dataclass(slots=True)
class RoleAssignmentRecord:
    """A role given to a principal at a scope. `role_id` is the GUID of the role definition."""

    name: str
    scope: str
    role_id: str
    principal_id: str
    principal_type: str
    created: Moment
    updated: Moment
    created_by: str
    tenant_id: str
    condition: str | None = None
    condition_version: str | None = None
    description: str | None = None

    @property
    def id(self) -> str:
        """Its ARM id."""
        return f"{self.scope.rstrip('/')}/providers/Microsoft.Authorization/roleAssignments/{self.name}"


@dataclass(frozen=True, slots=True)
class DenyAssignmentRecord:
    """Denies `actions` (but not `not_actions`) at a scope and below it to everyone but `excluded` principals."""

    name: str
    display_name: str
    description: str
    scope: str
    actions: tuple[str, ...]
    not_actions: tuple[str, ...]
    excluded: frozenset[str]

    @property
    def id(self) -> str:
        """Its ARM id."""
        return f"{self.scope}/providers/Microsoft.Authorization/denyAssignments/{self.name}"


@dataclass(frozen=True, slots=True)
class LockRecord:
    """A management lock; `level` is ReadOnly or CanNotDelete."""

    name: str
    scope: str
    level: str
    notes: str | None = None

    @property
    def id(self) -> str:
        """Its ARM id."""
        return f"{self.scope}/providers/Microsoft.Authorization/locks/{self.name}"


@dataclass(frozen=True, slots=True)
class TagPolicyRecord:
    """A policy assignment that denies resource groups without a tag."""

    name: str
    definition: str
    display_name: str
    definition_name: str
    scope: str
    tag: str
    message: str
    since: Moment
    is_built_in: bool = False
    """Whether its definition is one of Azure's own, at the root."""

    @property
    def id(self) -> str:
        """The ARM id of the assignment."""
        return f"{self.scope}/providers/Microsoft.Authorization/policyAssignments/{self.name}"

    @property
    def definition_id(self) -> str:
        """The ARM id of the policy definition."""
        where = "" if self.is_built_in else self.scope
        return f"{where}/providers/Microsoft.Authorization/policyDefinitions/{self.definition}"


@dataclass(frozen=True, slots=True)
class PolicyAssignmentRecord:
    """A policy that a client has assigned. `properties` are as sent; `updated` is set by the second write."""

    name: str
    scope: str
    properties: JsonObject
    created: Moment
    created_by: str
    updated: Moment | None
    updated_by: str | None

    @property
    def id(self) -> str:
        """Its ARM id."""
        return f"{self.scope}/providers/Microsoft.Authorization/policyAssignments/{self.name}"


@dataclass(frozen=True, slots=True)
class EligibilityRecord:
    """A role that a user can activate through Privileged Identity Management."""

    name: str
    scope: str
    role_id: str
    principal_id: str
    since: Moment


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends a request, as its access token says. `name` is the one in errors: user principal name or app id."""

    object_id: str
    tenant_id: str
    app_id: str
    name: str
    is_user: bool
    issued_at: Moment
    session: str
    """The session the token came from; empty for service principals."""
    has_p1: bool
    """Whether the token answers the claims challenge for `acrs` p1."""
