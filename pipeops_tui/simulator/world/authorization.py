"""Who may do what: Azure RBAC computed from role assignments, and directory rights computed from roles and policies.

Sources: Microsoft Learn "Understand how Azure role assignments work" (inheritance; actions minus notActions of each
assignment alone, then OR) and "What are the default user permissions in Microsoft Entra ID?".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeops_tui.simulator.world.entities import Application, RoleAssignment
from pipeops_tui.simulator.world.roles import Permission, built_in_roles

if TYPE_CHECKING:
    from pipeops_tui.simulator.world.caller import Caller
    from pipeops_tui.simulator.world.world import World

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
APPLICATION_ADMINISTRATOR = "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"
CLOUD_APPLICATION_ADMINISTRATOR = "158c047a-c907-4556-b7ef-446551a6b5f7"
APPLICATION_DEVELOPER = "cf1c38e5-3621-4004-a7cb-879624dced7c"

_MANAGE_ALL_APPS = frozenset({GLOBAL_ADMINISTRATOR, APPLICATION_ADMINISTRATOR, CLOUD_APPLICATION_ADMINISTRATOR})
_MAY_CREATE_APPS = _MANAGE_ALL_APPS | {APPLICATION_DEVELOPER}


def covers(assigned: str, scope: str) -> bool:
    """Whether what is assigned at the scope `assigned` holds at `scope`; both are ARM ids, `/` is the root."""
    assigned, scope = assigned.rstrip("/").lower(), scope.rstrip("/").lower()
    return scope == assigned or scope.startswith(f"{assigned}/")


def effective_assignments(world: World, principal_id: str, scope: str) -> Iterator[RoleAssignment]:
    """The role assignments of a principal that hold at `scope`, inherited ones included."""
    return (item for item in world.assignments_of(principal_id) if covers(item.scope, scope))


def permissions(world: World, principal_id: str, scope: str) -> list[Permission]:
    """One element per permission of every effective role assignment, as ARM's permissions list has it."""
    roles = built_in_roles()
    held = effective_assignments(world, principal_id, scope)
    return [permission for item in held for permission in roles[item.role_id].permissions]


def may(world: World, caller: Caller, action: str, scope: str) -> bool:
    """Whether the caller may do `action` at `scope`."""
    return any(permission.allows(action) for permission in permissions(world, caller.object_id, scope))


def sees_subscription(world: World, principal_id: str, scope: str) -> bool:
    """Whether the subscription at `scope` is listed for a principal: any role on it, above it or anywhere below it."""
    held = world.assignments_of(principal_id)
    return any(covers(item.scope, scope) or covers(scope, item.scope) for item in held)


def may_create_applications(world: World, caller: Caller) -> bool:
    """Whether the directory lets the caller register an application."""
    if not caller.is_user:
        return _has_permission(world, caller, "Application.ReadWrite.All", "Application.ReadWrite.OwnedBy")
    user = world.users[caller.object_id]
    if _MAY_CREATE_APPS.intersection(user.directory_roles):
        return True
    return user.user_type == "Member" and world.tenants[caller.tenant_id].users_may_create_apps


def may_read_directory(world: World, caller: Caller) -> bool:
    """Whether the caller may list applications and service principals."""
    if caller.is_user:
        return True
    return _has_permission(
        world, caller, "Application.ReadWrite.All", "Application.ReadWrite.OwnedBy", "Directory.Read.All"
    )


def may_manage_application(world: World, caller: Caller, app_id: str) -> bool:
    """Whether the caller may change the application `app_id`, its service principal and their secrets."""
    owned = any(caller.object_id in item.owners for item in world.objects_of_app(caller.tenant_id, app_id))
    if caller.is_user:
        return owned or bool(_MANAGE_ALL_APPS.intersection(world.users[caller.object_id].directory_roles))
    if _has_permission(world, caller, "Application.ReadWrite.All"):
        return True
    return owned and _has_permission(world, caller, "Application.ReadWrite.OwnedBy")


def may_manage_deleted(world: World, caller: Caller, application: Application) -> bool:
    """Whether the caller may purge or restore a deleted application."""
    if caller.object_id in application.owners:
        return True
    if caller.is_user:
        return bool(_MANAGE_ALL_APPS.intersection(world.users[caller.object_id].directory_roles))
    return _has_permission(world, caller, "Application.ReadWrite.All")


def _has_permission(world: World, caller: Caller, *names: str) -> bool:
    principal = world.service_principals.get(caller.object_id)
    return principal is not None and not principal.graph_permissions.isdisjoint(names)
