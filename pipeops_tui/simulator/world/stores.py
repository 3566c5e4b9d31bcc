"""Directory objects, resource groups and role assignments, with their indexes and uniqueness rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from pipeops_tui.simulator.world.clock import Moment, WorldClock
from pipeops_tui.simulator.world.records import (
    ApplicationRecord,
    DirectoryObjectRecord,
    GroupRecord,
    ResourceGroupRecord,
    RoleAssignmentRecord,
    ServicePrincipalRecord,
    TenantRecord,
    UserRecord,
)

DELETED_ITEM_LIFETIME = 30 * 86_400
"""Seconds a deleted application or service principal can be restored (Microsoft Graph v1.0, "directory:
deletedItems")."""
PERSONAL_QUOTA = 250
"""Objects a user without an administrator's role can have made (Microsoft Learn, "Entra service limits")."""
ROLE_ASSIGNMENT_LIMIT = 4_000
"""Role assignments in a subscription, its groups and resources included (Microsoft Learn, "Azure RBAC limits")."""


class DirectoryStore:
    """The directory objects of all tenants. Add and remove them through the methods, which keep the indexes correct."""

    def __init__(self, clock: WorldClock) -> None:
        self._clock = clock
        self.tenants: dict[str, TenantRecord] = {}
        self.users: dict[str, UserRecord] = {}
        self.applications: dict[str, ApplicationRecord] = {}
        self.service_principals: dict[str, ServicePrincipalRecord] = {}
        self.groups: dict[str, GroupRecord] = {}
        self._deleted: dict[str, DirectoryObjectRecord] = {}
        self._by_app_id: dict[tuple[str, str], list[DirectoryObjectRecord]] = {}
        self._by_unique_name: dict[tuple[str, str], ApplicationRecord] = {}
        self._reserved_names: dict[tuple[str, str], Moment] = {}
        self._made_by: Counter[str] = Counter()

    def user_of(self, person: str, tenant_id: str) -> UserRecord | None:
        """The object of a person in one tenant."""
        return next((u for u in self.users.values() if u.person == person and u.tenant_id == tenant_id), None)

    def groups_of(self, object_id: str) -> list[str]:
        """The ids of the groups that a user or a service principal is a member of."""
        return [group.object_id for group in self.groups.values() if object_id in group.members]

    def home_tenant(self, person: str) -> str:
        """The tenant a person belongs to; in all others they are an external user."""
        return next(user.tenant_id for user in self.users.values() if user.person == person)

    def tenant_named(self, name: str) -> TenantRecord | None:
        """The tenant with this id or verified domain, in any case."""
        name = name.lower()
        if name in self.tenants:
            return self.tenants[name]
        return next((t for t in self.tenants.values() if name in (d.lower() for d in t.domains)), None)

    def objects_of_app(self, tenant_id: str, app_id: str) -> list[DirectoryObjectRecord]:
        """The application and the service principal that share an app id, in one tenant."""
        return self._by_app_id.get((tenant_id, app_id.lower()), [])

    def application_of(self, tenant_id: str, app_id: str) -> ApplicationRecord | None:
        """The application with this app id."""
        return next((o for o in self.objects_of_app(tenant_id, app_id) if isinstance(o, ApplicationRecord)), None)

    def principal_of(self, tenant_id: str, app_id: str) -> ServicePrincipalRecord | None:
        """The service principal with this app id."""
        return next((o for o in self.objects_of_app(tenant_id, app_id) if isinstance(o, ServicePrincipalRecord)), None)

    def application_named(self, tenant_id: str, unique_name: str) -> ApplicationRecord | None:
        """The application with this unique name."""
        return self._by_unique_name.get((tenant_id, unique_name))

    def unique_name_taken(self, tenant_id: str, unique_name: str) -> bool:
        """Whether a unique name is in use. A deleted application keeps its own for 30 days, even when it is purged."""
        key = (tenant_id, unique_name)
        reserved = self._reserved_names.get(key)
        return key in self._by_unique_name or (reserved is not None and reserved > self._clock.now())

    def made_by(self, object_id: str) -> int:
        """How many objects count towards the quota of a user: those that exist or can be restored."""
        self._drop_expired()
        return self._made_by[object_id]

    def add_application(self, item: ApplicationRecord) -> None:
        """Adds a new application."""
        self._made_by[item.created_by] += 1
        self._enter(item)

    def delete_application(self, item: ApplicationRecord) -> None:
        """Moves an application to the deleted items, and its service principal in the same tenant too."""
        principal = self.principal_of(item.tenant_id, item.app_id)
        if principal is not None:
            self.delete_service_principal(principal)
        self._unindex(item)
        del self.applications[item.object_id]
        item.deleted_at = self._clock.now()
        self._deleted[item.object_id] = item
        if item.unique_name is not None:
            key = (item.tenant_id, item.unique_name)
            del self._by_unique_name[key]
            self._reserved_names[key] = item.deleted_at + DELETED_ITEM_LIFETIME

    def deleted_items(self, tenant_id: str) -> list[ApplicationRecord]:
        """The deleted applications of a tenant that can still be restored."""
        self._drop_expired()
        items = (item for item in self._deleted.values() if item.tenant_id == tenant_id)
        return [item for item in items if isinstance(item, ApplicationRecord)]

    def deleted_principals(self, tenant_id: str) -> list[ServicePrincipalRecord]:
        """The deleted service principals of a tenant that can still be restored."""
        self._drop_expired()
        items = (item for item in self._deleted.values() if item.tenant_id == tenant_id)
        return [item for item in items if isinstance(item, ServicePrincipalRecord)]

    def restore(self, item: DirectoryObjectRecord) -> None:
        """Brings a deleted item back: an application without its service principal, which is an item of its own."""
        del self._deleted[item.object_id]
        item.deleted_at = None
        if isinstance(item, ApplicationRecord):
            self._enter(item)
        elif isinstance(item, ServicePrincipalRecord):
            self.add_service_principal(item)

    def purge(self, item: DirectoryObjectRecord) -> None:
        """Removes a deleted item permanently; the unique name of an application stays reserved."""
        del self._deleted[item.object_id]
        if isinstance(item, ApplicationRecord):
            self._made_by[item.created_by] -= 1

    def add_service_principal(self, item: ServicePrincipalRecord) -> None:
        """Adds a new service principal."""
        self._made_by[item.created_by] += 1
        self.service_principals[item.object_id] = item
        self._index(item)

    def delete_service_principal(self, item: ServicePrincipalRecord) -> None:
        """Moves a service principal to the deleted items. Its role assignments stay, as they do in Azure."""
        self._unindex(item)
        self._made_by[item.created_by] -= 1
        del self.service_principals[item.object_id]
        item.deleted_at = self._clock.now()
        self._deleted[item.object_id] = item

    def _enter(self, item: ApplicationRecord) -> None:
        self.applications[item.object_id] = item
        self._index(item)
        if item.unique_name is not None:
            self._by_unique_name[item.tenant_id, item.unique_name] = item
            self._reserved_names.pop((item.tenant_id, item.unique_name), None)

    def _drop_expired(self) -> None:
        now = self._clock.now()
        oldest = now - DELETED_ITEM_LIFETIME
        for item in [i for i in self._deleted.values() if i.deleted_at is not None and i.deleted_at <= oldest]:
            self.purge(item)
        for key in [key for key, until in self._reserved_names.items() if until <= now]:
            del self._reserved_names[key]

    def _index(self, item: DirectoryObjectRecord) -> None:
        self._by_app_id.setdefault((item.tenant_id, item.app_id), []).append(item)

    def _unindex(self, item: DirectoryObjectRecord) -> None:
        key = (item.tenant_id, item.app_id)
        self._by_app_id[key].remove(item)
        if not self._by_app_id[key]:
            del self._by_app_id[key]


class ResourceGroupStore:
    """The resource groups of all subscriptions; names are compared without regard to case."""

    def __init__(self) -> None:
        self._by_subscription: dict[str, dict[str, ResourceGroupRecord]] = {}
        self._deleting: list[ResourceGroupRecord] = []

    def add(self, group: ResourceGroupRecord) -> None:
        """Adds a group whose name is free."""
        self._by_subscription.setdefault(group.subscription_id, {})[group.name.lower()] = group

    def get(self, subscription_id: str, name: str) -> ResourceGroupRecord | None:
        """The group of that name."""
        return self._by_subscription.get(subscription_id, {}).get(name.lower())

    def of(self, subscription_id: str) -> list[ResourceGroupRecord]:
        """The groups of a subscription, in the order they were made."""
        return list(self._by_subscription.get(subscription_id, {}).values())

    def remove(self, group: ResourceGroupRecord) -> None:
        """Removes a group at once."""
        del self._by_subscription[group.subscription_id][group.name.lower()]

    def begin_deletion(self, group: ResourceGroupRecord, now: Moment) -> None:
        """Puts a group in the state Deleting; nothing happens when it already is."""
        if group.deleted_from is None:
            group.deleted_from = now
            self._deleting.append(group)

    def take_deleted(self, before: Moment) -> list[ResourceGroupRecord]:
        """Removes and returns the groups whose deletion began at `before` or earlier."""
        done = [group for group in self._deleting if group.deleted_from is not None and group.deleted_from <= before]
        for group in done:
            self._deleting.remove(group)
            del self._by_subscription[group.subscription_id][group.name.lower()]
        return done

    def clear(self) -> None:
        """Removes all groups at once."""
        self._by_subscription.clear()
        self._deleting.clear()

    def __iter__(self) -> Iterator[ResourceGroupRecord]:
        return (group for groups in self._by_subscription.values() for group in groups.values())


class RoleAssignmentStore:
    """All role assignments; ids are compared without regard to case."""

    def __init__(self) -> None:
        self._by_id: dict[str, RoleAssignmentRecord] = {}
        self._by_principal: dict[str, dict[str, RoleAssignmentRecord]] = {}
        self._in_subscription: Counter[str] = Counter()

    def add(self, assignment: RoleAssignmentRecord) -> None:
        """Adds an assignment whose id is free."""
        key = assignment.id.lower()
        self._by_id[key] = assignment
        self._by_principal.setdefault(assignment.principal_id, {})[key] = assignment
        self._in_subscription[_subscription(assignment.scope)] += 1

    def remove(self, assignment: RoleAssignmentRecord) -> None:
        """Removes an assignment."""
        key = assignment.id.lower()
        del self._by_id[key]
        held = self._by_principal[assignment.principal_id]
        del held[key]
        if not held:
            del self._by_principal[assignment.principal_id]
        self._in_subscription[_subscription(assignment.scope)] -= 1

    def get(self, assignment_id: str) -> RoleAssignmentRecord | None:
        """The assignment with this ARM id."""
        return self._by_id.get(assignment_id.lower())

    def of(self, principal_id: str) -> Iterable[RoleAssignmentRecord]:
        """The assignments of one principal."""
        return self._by_principal.get(principal_id, {}).values()

    def count(self, scope: str) -> int:
        """How many there are in the subscription that `scope` lies in."""
        return self._in_subscription[_subscription(scope)]

    def __iter__(self) -> Iterator[RoleAssignmentRecord]:
        return iter(self._by_id.values())


def _subscription(scope: str) -> str:
    parts = scope.lower().split("/")
    return parts[2] if len(parts) > 2 and parts[1] == "subscriptions" else ""
