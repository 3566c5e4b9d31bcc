"""Who is allowed to do what: by Azure RBAC at a scope, and by directory rights with applications.

Sources: Microsoft Learn "Understand how Azure RBAC works" (inheritance; actions minus notActions of each role
assignment alone, then OR), "Understand Azure deny assignments" (a deny outweighs every role), "What are the default
user permissions in Microsoft Entra ID?", "Microsoft Entra built-in roles", "Microsoft Graph permissions reference".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeops_tui.simulator.world.records import (
    Caller,
    DenyAssignmentRecord,
    DirectoryObjectRecord,
    GroupRecord,
    RoleAssignmentRecord,
)
from pipeops_tui.simulator.world.roles import RolePermission, covers, fulfilled, matches_any
from pipeops_tui.simulator.world.stores import DirectoryStore
from pipeops_tui.simulator.world.world import World

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
APPLICATION_ADMINISTRATOR = "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"
CLOUD_APPLICATION_ADMINISTRATOR = "158c047a-c907-4556-b7ef-446551a6b5f7"
HYBRID_IDENTITY_ADMINISTRATOR = "8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2"
APPLICATION_DEVELOPER = "cf1c38e5-3621-4004-a7cb-879624dced7c"
ROLE_NAMES = {
    GLOBAL_ADMINISTRATOR: "Global Administrator",
    APPLICATION_ADMINISTRATOR: "Application Administrator",
    CLOUD_APPLICATION_ADMINISTRATOR: "Cloud Application Administrator",
    HYBRID_IDENTITY_ADMINISTRATOR: "Hybrid Identity Administrator",
    APPLICATION_DEVELOPER: "Application Developer",
}
"""Directory roles by template id."""
_MANAGES_ALL = frozenset({GLOBAL_ADMINISTRATOR, APPLICATION_ADMINISTRATOR, CLOUD_APPLICATION_ADMINISTRATOR})
_RESTORES = _MANAGES_ALL | {HYBRID_IDENTITY_ADMINISTRATOR}
_ALL, _OWNED = "Application.ReadWrite.All", "Application.ReadWrite.OwnedBy"
_GROUPS = "Group.ReadWrite.All"


@dataclass(frozen=True, slots=True)
class HeldPermission:
    """A permission of a principal, and the role assignment it comes from."""

    permission: RolePermission
    assignment: RoleAssignmentRecord


def permissions(world: World, caller: Caller, scope: str) -> list[HeldPermission]:
    """The caller's permissions at `scope`, one element for each permission of every role assignment in effect there."""
    return [
        HeldPermission(permission, item)
        for item in _effective(world, caller)
        if covers(item.scope, scope)
        if (role := world.role(item.role_id)) is not None
        for permission in role.permissions
    ]


def is_allowed(
    world: World, caller: Caller, action: str, scope: str, attributes: dict[str, str] | None = None
) -> tuple[bool, bool]:
    """Whether the caller is allowed to do `action` at `scope`; if not, whether only a condition prevents it.

    `attributes` describe the role assignment in question, for conditions that constrain delegation.
    """
    held = [item for item in permissions(world, caller, scope) if item.permission.allows(action)]
    for item in held:
        condition = item.assignment.condition
        if condition is None or fulfilled(condition, action, attributes or {}):
            return True, False
    return False, bool(held)


def denied(world: World, caller: Caller, action: str, scope: str) -> DenyAssignmentRecord | None:
    """The deny assignment that denies the caller `action` at `scope`, if there is one."""
    for item in world.deny_assignments:
        if caller.object_id in item.excluded or not covers(item.scope, scope):
            continue
        if matches_any(item.actions, action) and not matches_any(item.not_actions, action):
            return item
    return None


def sees_subscription(world: World, caller: Caller, scope: str) -> bool:
    """Whether the subscription at `scope` is listed for the caller: any role on it, above it or anywhere below it."""
    return any(covers(item.scope, scope) or covers(scope, item.scope) for item in _effective(world, caller))


def _effective(world: World, caller: Caller) -> Iterator[RoleAssignmentRecord]:
    """The role assignments in effect for this token. A token issued before one took effect keeps the old rights."""
    delay = world.rules.replication.rbac
    for principal_id in (caller.object_id, *world.directory.groups_of(caller.object_id)):
        for item in world.assignments.of(principal_id):
            # Token times are whole seconds: the token can be up to a second younger than it says.
            if delay == 0 or caller.issued_at + 1 > item.created + delay:
                yield item


def may_create_applications(directory: DirectoryStore, caller: Caller) -> bool:
    """Whether the caller is allowed to register an application."""
    if not caller.is_user:
        return _permitted(directory, caller, _ALL, _OWNED)
    user = directory.users[caller.object_id]
    if (_MANAGES_ALL | {APPLICATION_DEVELOPER}).intersection(user.directory_roles):
        return True
    return user.user_type == "Member" and directory.tenants[caller.tenant_id].users_may_create_apps


def may_read_applications(directory: DirectoryStore, caller: Caller) -> bool:
    """Whether the caller is allowed to list applications and service principals."""
    return caller.is_user or _permitted(directory, caller, _ALL, _OWNED, "Application.Read.All", "Directory.Read.All")


def may_create_groups(directory: DirectoryStore, caller: Caller) -> bool:
    """Whether the caller is allowed to make a security group: members of the tenant are, unless they are guests."""
    if caller.is_user:
        return directory.users[caller.object_id].user_type == "Member"
    return _permitted(directory, caller, _GROUPS, "Group.Create")


def may_read_groups(directory: DirectoryStore, caller: Caller) -> bool:
    """Whether the caller is allowed to list groups and their members."""
    return caller.is_user or _permitted(directory, caller, _GROUPS, "Group.Read.All", "Directory.Read.All")


def may_read_directory_roles(directory: DirectoryStore, caller: Caller) -> bool:
    """Whether the caller is allowed to list directory roles and who has them: members of the tenant are, unless they
    are guests (Microsoft Graph v1.0, "List directoryRoles")."""
    if caller.is_user:
        return directory.users[caller.object_id].user_type == "Member"
    return _permitted(directory, caller, "Directory.Read.All", "RoleManagement.Read.Directory")


def may_manage_group(directory: DirectoryStore, caller: Caller, group: GroupRecord) -> bool:
    """Whether the caller is allowed to change or delete a group."""
    if caller.is_user:
        roles = directory.users[caller.object_id].directory_roles
        return caller.object_id in group.owners or GLOBAL_ADMINISTRATOR in roles
    return _permitted(directory, caller, _GROUPS)


def may_manage_application(directory: DirectoryStore, caller: Caller, app_id: str) -> bool:
    """Whether the caller is allowed to change the application `app_id`, its service principal and their secrets."""
    owned = any(caller.object_id in item.owners for item in directory.objects_of_app(caller.tenant_id, app_id))
    return _manages(directory, caller, owned=owned)


def may_add_owners(directory: DirectoryStore, caller: Caller) -> bool:
    """Whether the caller is allowed to add owners to what it can change: a program with Application.ReadWrite.OwnedBy
    alone reaches no other directory object."""
    return caller.is_user or _permitted(directory, caller, _ALL)


def may_purge(directory: DirectoryStore, caller: Caller, item: DirectoryObjectRecord) -> bool:
    """Whether the caller is allowed to remove a deleted item permanently."""
    return _manages(directory, caller, owned=caller.object_id in item.owners)


def may_restore(directory: DirectoryStore, caller: Caller) -> bool:
    """Whether the caller is allowed to restore deleted applications and service principals: by a directory role, for
    which owning them is no substitute (Microsoft Graph v1.0, "Restore deleted directory object item")."""
    if caller.is_user:
        return bool(_RESTORES.intersection(directory.users[caller.object_id].directory_roles))
    return _permitted(directory, caller, _ALL)


def has_personal_quota(directory: DirectoryStore, caller: Caller) -> bool:
    """Whether a quota limits the objects the caller makes: it does not for administrators and applications."""
    return caller.is_user and not _MANAGES_ALL.intersection(directory.users[caller.object_id].directory_roles)


def _manages(directory: DirectoryStore, caller: Caller, *, owned: bool) -> bool:
    if caller.is_user:
        return owned or bool(_MANAGES_ALL.intersection(directory.users[caller.object_id].directory_roles))
    return _permitted(directory, caller, _ALL) or (owned and _permitted(directory, caller, _OWNED))


def _permitted(directory: DirectoryStore, caller: Caller, *names: str) -> bool:
    principal = directory.service_principals.get(caller.object_id)
    return principal is not None and not principal.graph_permissions.isdisjoint(names)
