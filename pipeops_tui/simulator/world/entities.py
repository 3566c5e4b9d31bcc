"""The things of the world. Mutable on purpose: they are its state. Times are seconds since 1970-01-01 UTC."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeops_tui.simulator.wire import Json, JsonObject


@dataclass(slots=True)
class Tenant:
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
    """How many days a client secret may live by the app management policy."""
    own_sign_in: bool = False
    """Whether its tokens are given only to sessions that began with a second factor in this very tenant."""


@dataclass(slots=True)
class User:
    """A person as one directory knows them. `person` ties the objects of one person in several directories together."""

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
class Subscription:
    """A subscription. `registrations` says when a provider (lower case) whose registration was begun is registered."""

    subscription_id: str
    tenant_id: str
    display_name: str
    state: str = "Enabled"
    quota_id: str = "PayAsYouGo_2014-09-01"
    spending_limit: str = "Off"
    managed_by: tuple[str, ...] = ()
    tags: dict[str, str] | None = None
    registrations: dict[str, float] = field(default_factory=dict)

    @property
    def scope(self) -> str:
        """Its ARM id."""
        return f"/subscriptions/{self.subscription_id}"


@dataclass(slots=True)
class ResourceGroup:
    """A resource group. `deleted_from` is when its deletion was accepted."""

    subscription_id: str
    name: str
    location: str
    tags: dict[str, str] | None = None
    managed_by: str | None = None
    resources: tuple[JsonObject, ...] = ()
    deleted_from: float | None = None

    @property
    def scope(self) -> str:
        """Its ARM id."""
        return f"/subscriptions/{self.subscription_id}/resourceGroups/{self.name}"


@dataclass(slots=True)
class Password:
    """A client secret; only its digest is kept, as the service gives the text out once."""

    key_id: str
    display_name: str | None
    start: float
    end: float
    hint: str | None
    digest: bytes
    created: float
    sign_ins: int = 0


@dataclass(slots=True)
class DirectoryObject:
    """What applications and service principals share. `properties` are those a client may set, as sent."""

    object_id: str
    app_id: str
    tenant_id: str
    created: float
    created_by: str
    properties: dict[str, Json]
    owners: list[str] = field(default_factory=list)
    passwords: list[Password] = field(default_factory=list)

    @property
    def display_name(self) -> str:
        """Its display name; never unique."""
        return str(self.properties.get("displayName") or "")


@dataclass(slots=True)
class Application(DirectoryObject):
    """An application registration. `deleted_at` is set while it lies among the deleted items."""

    deleted_at: float | None = None

    @property
    def unique_name(self) -> str | None:
        """The client-chosen alternate key, if it has one."""
        name = self.properties.get("uniqueName")
        return name if isinstance(name, str) else None


@dataclass(slots=True)
class ServicePrincipal(DirectoryObject):
    """An application's identity in one directory. `graph_permissions` are its application permissions there."""

    graph_permissions: frozenset[str] = frozenset()


@dataclass(slots=True)
class RoleAssignment:
    """A role given to a principal at a scope. `role_id` is the GUID of the role definition."""

    name: str
    scope: str
    role_id: str
    principal_id: str
    principal_type: str
    created: float
    updated: float
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
class DenyAssignment:
    """Denies `actions` (but not `not_actions`) at a scope and below it to everybody but `excluded` principals."""

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
class Lock:
    """A management lock; `level` is ReadOnly or CanNotDelete."""

    name: str
    scope: str
    level: str
    notes: str

    @property
    def id(self) -> str:
        """Its ARM id."""
        return f"{self.scope}/providers/Microsoft.Authorization/locks/{self.name}"


@dataclass(frozen=True, slots=True)
class TagPolicy:
    """A policy assignment that denies resource groups without a tag."""

    name: str
    definition: str
    display_name: str
    definition_name: str
    scope: str
    tag: str
    message: str

    @property
    def id(self) -> str:
        """The ARM id of the assignment."""
        return f"{self.scope}/providers/Microsoft.Authorization/policyAssignments/{self.name}"

    @property
    def definition_id(self) -> str:
        """The ARM id of the policy definition."""
        return f"{self.scope}/providers/Microsoft.Authorization/policyDefinitions/{self.definition}"


@dataclass(frozen=True, slots=True)
class Eligibility:
    """A role that a user may activate through Privileged Identity Management."""

    name: str
    scope: str
    role_id: str
    principal_id: str
    since: float
