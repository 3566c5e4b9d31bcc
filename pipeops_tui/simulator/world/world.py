"""The state of the simulated Azure, its indexes and its uniqueness rules. One thread uses it: the server's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pipeops_tui.simulator.world.buckets import Buckets
from pipeops_tui.simulator.world.clock import WorldClock
from pipeops_tui.simulator.world.entities import (
    Application,
    DirectoryObject,
    ResourceGroup,
    RoleAssignment,
    ServicePrincipal,
    Subscription,
    Tenant,
    User,
)
from pipeops_tui.simulator.world.ids import Ids
from pipeops_tui.simulator.world.rules import Rules
from pipeops_tui.simulator.world.sign_in import SignIns

DELETED_ITEM_LIFETIME = 30 * 86_400
"""Seconds a deleted application can be restored (Microsoft Graph v1.0, "directory: deletedItems")."""


@dataclass(slots=True)
class Endpoints:
    """The addresses the metadata names; URLs without a trailing slash."""

    login: str = ""
    resource_manager: str = ""
    graph: str = ""


@dataclass(slots=True)
class Owner:
    """The service principal whose credential the simulator announces."""

    client_id: str = ""
    client_secret: str = ""


class World:
    """Everything that exists. Entities are added through the methods, which keep the indexes true."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.ids = Ids(seed)
        self.clock = WorldClock()
        self.sign_ins = SignIns(self.ids, self.clock)
        self.buckets = Buckets()
        self.rules = Rules()
        self.endpoints = Endpoints()
        self.owner = Owner()
        self.tenants: dict[str, Tenant] = {}
        self.users: dict[str, User] = {}
        self.subscriptions: dict[str, Subscription] = {}
        self.applications: dict[str, Application] = {}
        self.deleted_applications: dict[str, Application] = {}
        self.service_principals: dict[str, ServicePrincipal] = {}
        self.groups = Groups()
        self._assignments: dict[str, RoleAssignment] = {}
        self._assignments_of: dict[str, dict[str, RoleAssignment]] = {}
        self._by_app_id: dict[tuple[str, str], list[DirectoryObject]] = {}
        self.person = ""
        """Whoever signs in interactively; see `User.person`."""
        self.default_subscription: str | None = None

    def now(self) -> float:
        """The current time of the world, seconds since 1970."""
        return self.clock.now()

    def user_of(self, person: str, tenant_id: str) -> User | None:
        """The object of a person in one directory."""
        return next((u for u in self.users.values() if u.person == person and u.tenant_id == tenant_id), None)

    def home_tenant(self, person: str) -> str:
        """The directory a person is a member of first."""
        return next(user.tenant_id for user in self.users.values() if user.person == person)

    def tenant_named(self, name: str) -> Tenant | None:
        """The tenant with this id or verified domain, in any case."""
        name = name.lower()
        if name in self.tenants:
            return self.tenants[name]
        return next((t for t in self.tenants.values() if name in (d.lower() for d in t.domains)), None)

    def add_application(self, application: Application) -> None:
        """Adds an application; also restores one from the deleted items."""
        self.deleted_applications.pop(application.object_id, None)
        application.deleted_at = None
        self.applications[application.object_id] = application
        self._index(application)

    def delete_application(self, application: Application) -> None:
        """Moves an application to the deleted items; its service principal in the same tenant goes with it."""
        for item in tuple(self.objects_of_app(application.tenant_id, application.app_id)):
            if isinstance(item, ServicePrincipal):
                self.delete_service_principal(item)
        self._unindex(application)
        del self.applications[application.object_id]
        application.deleted_at = self.now()
        self.deleted_applications[application.object_id] = application

    def deleted_items(self, tenant_id: str) -> list[Application]:
        """The deleted applications of a tenant that can still be restored."""
        oldest = self.now() - DELETED_ITEM_LIFETIME
        expired = [i for i, a in self.deleted_applications.items() if a.deleted_at is None or a.deleted_at <= oldest]
        for object_id in expired:
            del self.deleted_applications[object_id]
        return [item for item in self.deleted_applications.values() if item.tenant_id == tenant_id]

    def add_service_principal(self, principal: ServicePrincipal) -> None:
        """Adds a service principal."""
        self.service_principals[principal.object_id] = principal
        self._index(principal)

    def delete_service_principal(self, principal: ServicePrincipal) -> None:
        """Removes a service principal. Its role assignments stay behind, as they do in Azure."""
        self._unindex(principal)
        del self.service_principals[principal.object_id]

    def objects_of_app(self, tenant_id: str, app_id: str) -> list[DirectoryObject]:
        """The application and the service principal that share an app id, in one tenant."""
        return self._by_app_id.get((tenant_id, app_id.lower()), [])

    def application_of(self, tenant_id: str, app_id: str) -> Application | None:
        """The application with this app id."""
        return next((o for o in self.objects_of_app(tenant_id, app_id) if isinstance(o, Application)), None)

    def principal_of(self, tenant_id: str, app_id: str) -> ServicePrincipal | None:
        """The service principal with this app id."""
        return next((o for o in self.objects_of_app(tenant_id, app_id) if isinstance(o, ServicePrincipal)), None)

    def add_assignment(self, assignment: RoleAssignment) -> None:
        """Adds a role assignment or puts it in the place of one with the same id."""
        self._assignments[assignment.id.lower()] = assignment
        self._assignments_of.setdefault(assignment.principal_id, {})[assignment.id.lower()] = assignment

    def remove_assignment(self, assignment: RoleAssignment) -> None:
        """Removes a role assignment."""
        del self._assignments[assignment.id.lower()]
        del self._assignments_of[assignment.principal_id][assignment.id.lower()]

    def assignment(self, id: str) -> RoleAssignment | None:
        """The role assignment with this ARM id."""
        return self._assignments.get(id.lower())

    def assignments(self) -> Iterable[RoleAssignment]:
        """All role assignments."""
        return self._assignments.values()

    def assignments_of(self, principal_id: str) -> Iterable[RoleAssignment]:
        """The role assignments of one principal."""
        return self._assignments_of.get(principal_id, {}).values()

    def registration(self, subscription: Subscription, namespace: str) -> str:
        """The registration state of a provider in a subscription."""
        done = subscription.registrations.get(namespace.lower())
        if done is None:
            return self.rules.provider_state
        return "Registered" if self.now() >= done else "Registering"

    def register(self, subscription: Subscription, namespace: str) -> None:
        """Starts to register a provider; nothing happens when it is, or is being, registered."""
        if self.registration(subscription, namespace) not in ("Registered", "Registering"):
            subscription.registrations[namespace.lower()] = self.now() + self.rules.registration_s

    def _index(self, item: DirectoryObject) -> None:
        self._by_app_id.setdefault((item.tenant_id, item.app_id), []).append(item)

    def _unindex(self, item: DirectoryObject) -> None:
        key = (item.tenant_id, item.app_id)
        self._by_app_id[key].remove(item)
        if not self._by_app_id[key]:
            del self._by_app_id[key]


@dataclass(slots=True)
class Groups:
    """The resource groups by subscription; names are unique without regard to case."""

    _by_subscription: dict[str, dict[str, ResourceGroup]] = field(default_factory=dict)

    def add(self, group: ResourceGroup) -> None:
        """Adds a group or puts it in the place of the one of that name."""
        self._by_subscription.setdefault(group.subscription_id, {})[group.name.lower()] = group

    def get(self, subscription_id: str, name: str) -> ResourceGroup | None:
        """The group of that name."""
        return self._by_subscription.get(subscription_id, {}).get(name.lower())

    def remove(self, group: ResourceGroup) -> None:
        """Removes a group."""
        del self._by_subscription[group.subscription_id][group.name.lower()]

    def of(self, subscription_id: str) -> list[ResourceGroup]:
        """The groups of a subscription, in the order they were made."""
        return list(self._by_subscription.get(subscription_id, {}).values())

    def __iter__(self) -> Iterator[ResourceGroup]:
        return (group for groups in self._by_subscription.values() for group in groups.values())
