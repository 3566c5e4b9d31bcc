"""The directories: tenants, users, applications and service principals, with their uniqueness rules."""

from __future__ import annotations

from collections import Counter

from pipeops_tui.simulator.world.clock import WorldClock
from pipeops_tui.simulator.world.entities import Application, DirectoryObject, ServicePrincipal, Tenant, User

DELETED_ITEM_LIFETIME = 30 * 86_400
"""Seconds a deleted application can be restored (Microsoft Graph v1.0, "directory: deletedItems")."""
PERSONAL_QUOTA = 250
"""Objects a user without an administrator's role may have made (Microsoft Learn, "Entra service limits")."""


class Directory:
    """All tenants' objects. They are added and removed through the methods, which keep the indexes true."""

    def __init__(self, clock: WorldClock) -> None:
        self._clock = clock
        self.tenants: dict[str, Tenant] = {}
        self.users: dict[str, User] = {}
        self.applications: dict[str, Application] = {}
        self.service_principals: dict[str, ServicePrincipal] = {}
        self._deleted: dict[str, Application] = {}
        self._by_app_id: dict[tuple[str, str], list[DirectoryObject]] = {}
        self._by_unique_name: dict[tuple[str, str], Application] = {}
        self._reserved_names: dict[tuple[str, str], float] = {}
        self._made_by: Counter[str] = Counter()

    def user_of(self, person: str, tenant_id: str) -> User | None:
        """The object of a person in one tenant."""
        return next((u for u in self.users.values() if u.person == person and u.tenant_id == tenant_id), None)

    def home_tenant(self, person: str) -> str:
        """The tenant a person belongs to; in all others they are an external user."""
        return next(user.tenant_id for user in self.users.values() if user.person == person)

    def tenant_named(self, name: str) -> Tenant | None:
        """The tenant with this id or verified domain, in any case."""
        name = name.lower()
        if name in self.tenants:
            return self.tenants[name]
        return next((t for t in self.tenants.values() if name in (d.lower() for d in t.domains)), None)

    def objects_of_app(self, tenant_id: str, app_id: str) -> list[DirectoryObject]:
        """The application and the service principal that share an app id, in one tenant."""
        return self._by_app_id.get((tenant_id, app_id.lower()), [])

    def application_of(self, tenant_id: str, app_id: str) -> Application | None:
        """The application with this app id."""
        return next((o for o in self.objects_of_app(tenant_id, app_id) if isinstance(o, Application)), None)

    def principal_of(self, tenant_id: str, app_id: str) -> ServicePrincipal | None:
        """The service principal with this app id."""
        return next((o for o in self.objects_of_app(tenant_id, app_id) if isinstance(o, ServicePrincipal)), None)

    def application_named(self, tenant_id: str, unique_name: str) -> Application | None:
        """The application with this unique name."""
        return self._by_unique_name.get((tenant_id, unique_name))

    def unique_name_taken(self, tenant_id: str, unique_name: str) -> bool:
        """Whether a unique name is in use. A deleted application keeps its own for 30 days, even when it is purged."""
        key = (tenant_id, unique_name)
        return key in self._by_unique_name or self._reserved_names.get(key, 0) > self._clock.now()

    def made_by(self, object_id: str) -> int:
        """How many objects count towards the quota of a user: living ones and deleted ones that can be restored."""
        self._forget_expired()
        return self._made_by[object_id]

    def add_application(self, item: Application) -> None:
        """Adds a new application."""
        self._made_by[item.created_by] += 1
        self._enter(item)

    def delete_application(self, item: Application) -> None:
        """Moves an application to the deleted items; its service principal in the same tenant is gone for good."""
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

    def deleted_items(self, tenant_id: str) -> list[Application]:
        """The deleted applications of a tenant that can still be restored."""
        self._forget_expired()
        return [item for item in self._deleted.values() if item.tenant_id == tenant_id]

    def restore(self, item: Application) -> None:
        """Brings a deleted application back."""
        del self._deleted[item.object_id]
        item.deleted_at = None
        self._enter(item)

    def purge(self, item: Application) -> None:
        """Removes a deleted application for good; its unique name stays reserved."""
        del self._deleted[item.object_id]
        self._made_by[item.created_by] -= 1

    def add_service_principal(self, item: ServicePrincipal) -> None:
        """Adds a new service principal."""
        self._made_by[item.created_by] += 1
        self.service_principals[item.object_id] = item
        self._index(item)

    def delete_service_principal(self, item: ServicePrincipal) -> None:
        """Removes a service principal. Its role assignments stay behind, as they do in Azure."""
        self._unindex(item)
        self._made_by[item.created_by] -= 1
        del self.service_principals[item.object_id]

    def _enter(self, item: Application) -> None:
        self.applications[item.object_id] = item
        self._index(item)
        if item.unique_name is not None:
            self._by_unique_name[item.tenant_id, item.unique_name] = item
            self._reserved_names.pop((item.tenant_id, item.unique_name), None)

    def _forget_expired(self) -> None:
        now = self._clock.now()
        oldest = now - DELETED_ITEM_LIFETIME
        for item in [i for i in self._deleted.values() if i.deleted_at is not None and i.deleted_at <= oldest]:
            self.purge(item)
        for key in [key for key, until in self._reserved_names.items() if until <= now]:
            del self._reserved_names[key]

    def _index(self, item: DirectoryObject) -> None:
        self._by_app_id.setdefault((item.tenant_id, item.app_id), []).append(item)

    def _unindex(self, item: DirectoryObject) -> None:
        key = (item.tenant_id, item.app_id)
        self._by_app_id[key].remove(item)
        if not self._by_app_id[key]:
            del self._by_app_id[key]
