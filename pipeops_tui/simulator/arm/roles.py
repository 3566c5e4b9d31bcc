"""Roles on the wire: what the caller may do, and the role definitions (Microsoft.Authorization, 2022-04-01)."""

from __future__ import annotations

import re

from pipeops_tui.simulator.arm.gates import scope_of
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Json, Reply, ServiceError
from pipeops_tui.simulator.world import authorization
from pipeops_tui.simulator.world.roles import Role, built_in_roles, permission_json

_ROLE_NAME = re.compile(r"roleName eq '(?P<name>(?:[^']|'')*)'", re.IGNORECASE)
_BEFORE_DATA_ACTIONS = "2018"
_WITH_CONDITIONS = "2022-05-01-preview"


@handles("listPermissions")
def list_permissions(call: Call) -> Reply:
    """What the caller may do at a scope, one element for each role assignment that counts there."""
    version = call.request.argument("api-version") or ""
    with_data = version >= _BEFORE_DATA_ACTIONS
    shown: list[Json] = []
    for held in authorization.permissions(call.world, call.caller, scope_of(call)):
        item = permission_json(held.permission, with_data=with_data)
        if version >= _WITH_CONDITIONS:
            item |= {
                "condition": held.assignment.condition,
                "conditionVersion": held.assignment.condition_version,
            }
        shown.append(item)
    return Reply.of(200, {"value": shown})


@handles("listRoleDefinitions")
def list_role_definitions(call: Call) -> Reply:
    """The roles; `$filter` knows `roleName eq` (in any case), `type eq` and `atScopeAndBelow()`."""
    wanted = call.request.argument("$filter")
    roles = list(built_in_roles().values())
    if wanted:
        name = _ROLE_NAME.fullmatch(wanted.strip())
        if name is not None:
            roles = [role for role in roles if role.name.lower() == name["name"].replace("''", "'").lower()]
        elif wanted.strip().lower() not in ("atscopeandbelow()", "type eq 'builtinrole'"):
            raise bad_filter(wanted)
    return Reply.of(200, {"value": [role_json(role, scope_of(call)) for role in roles]})


@handles("getRoleDefinition")
def get_role_definition(call: Call) -> Reply:
    """One role by its GUID."""
    role = built_in_roles().get(call.params["role"].lower())
    if role is None:
        raise no_role(call.params["role"])
    return Reply.of(200, role_json(role, scope_of(call)))


def role_json(role: Role, scope: str) -> dict[str, Json]:
    """A role definition as ARM writes it: properties first, its id at the subscription even below it."""
    parts = scope.split("/")
    prefix = "/".join(parts[:3]) if len(parts) > 2 and parts[1].lower() == "subscriptions" else ""
    return {
        "properties": {
            "roleName": role.name,
            "type": "BuiltInRole",
            "description": role.description,
            "assignableScopes": ["/"],
            "permissions": [permission_json(item, with_data=True) for item in role.permissions],
            "createdOn": role.created_on,
            "updatedOn": role.updated_on,
            "createdBy": None,
            "updatedBy": None,
        },
        "id": f"{prefix}/providers/Microsoft.Authorization/roleDefinitions/{role.role_id}",
        "type": "Microsoft.Authorization/roleDefinitions",
        "name": role.role_id,
    }


def role_named(role_id: str) -> Role:
    """The role whose ARM id, or GUID, this is. Raises ServiceError (404)."""
    role = built_in_roles().get(role_id.rstrip("/").rpartition("/")[2].lower())
    if role is None:
        raise no_role(role_id.rpartition("/")[2])
    return role


def no_role(name: str) -> ServiceError:
    """404: no role has this GUID."""
    return ServiceError(
        404,
        "RoleDefinitionDoesNotExist",
        f"The specified role definition with ID '{name.replace('-', '')}' does not exist.",
    )


def bad_filter(text: str) -> ServiceError:
    """400: a `$filter` this operation does not know."""
    return ServiceError(400, "BadRequestFormat", f"The filter '{text}' in the request is not supported.")
