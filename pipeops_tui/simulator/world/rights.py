"""Directory rights: who may register, read and change applications.

Sources: Microsoft Learn "What are the default user permissions in Microsoft Entra ID?", "Microsoft Entra built-in
roles" and "Microsoft Graph permissions reference".
"""

from __future__ import annotations

from pipeops_tui.simulator.world.caller import Caller
from pipeops_tui.simulator.world.directory import Directory
from pipeops_tui.simulator.world.entities import Application

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
APPLICATION_ADMINISTRATOR = "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"
CLOUD_APPLICATION_ADMINISTRATOR = "158c047a-c907-4556-b7ef-446551a6b5f7"
APPLICATION_DEVELOPER = "cf1c38e5-3621-4004-a7cb-879624dced7c"
ROLE_NAMES = {
    GLOBAL_ADMINISTRATOR: "Global Administrator",
    APPLICATION_ADMINISTRATOR: "Application Administrator",
    CLOUD_APPLICATION_ADMINISTRATOR: "Cloud Application Administrator",
    APPLICATION_DEVELOPER: "Application Developer",
}
"""Directory roles by template id."""

_MANAGES_ALL = frozenset({GLOBAL_ADMINISTRATOR, APPLICATION_ADMINISTRATOR, CLOUD_APPLICATION_ADMINISTRATOR})
_ALL, _OWNED = "Application.ReadWrite.All", "Application.ReadWrite.OwnedBy"


def may_create_applications(directory: Directory, caller: Caller) -> bool:
    """Whether the caller may register an application."""
    if not caller.is_user:
        return _permitted(directory, caller, _ALL, _OWNED)
    user = directory.users[caller.object_id]
    if (_MANAGES_ALL | {APPLICATION_DEVELOPER}).intersection(user.directory_roles):
        return True
    return user.user_type == "Member" and directory.tenants[caller.tenant_id].users_may_create_apps


def may_read_applications(directory: Directory, caller: Caller) -> bool:
    """Whether the caller may list applications and service principals."""
    return caller.is_user or _permitted(directory, caller, _ALL, _OWNED, "Application.Read.All", "Directory.Read.All")


def may_manage_application(directory: Directory, caller: Caller, app_id: str) -> bool:
    """Whether the caller may change the application `app_id`, its service principal and their secrets."""
    owned = any(caller.object_id in item.owners for item in directory.objects_of_app(caller.tenant_id, app_id))
    return _manages(directory, caller, owned=owned)


def may_manage_deleted(directory: Directory, caller: Caller, item: Application) -> bool:
    """Whether the caller may purge or restore a deleted application."""
    return _manages(directory, caller, owned=caller.object_id in item.owners)


def has_personal_quota(directory: Directory, caller: Caller) -> bool:
    """Whether the number of objects the caller may make is limited: administrators and applications are not."""
    return caller.is_user and not _MANAGES_ALL.intersection(directory.users[caller.object_id].directory_roles)


def _manages(directory: Directory, caller: Caller, *, owned: bool) -> bool:
    if caller.is_user:
        return owned or bool(_MANAGES_ALL.intersection(directory.users[caller.object_id].directory_roles))
    return _permitted(directory, caller, _ALL) or (owned and _permitted(directory, caller, _OWNED))


def _permitted(directory: Directory, caller: Caller, *names: str) -> bool:
    principal = directory.service_principals.get(caller.object_id)
    return principal is not None and not principal.graph_permissions.isdisjoint(names)
