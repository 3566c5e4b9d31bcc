"""The caller's permissions and the role definitions, built-in and custom (Microsoft.Authorization, 2022-04-01).

Custom roles: Microsoft Learn "Azure custom roles" and "Create or update Azure custom roles using the REST API".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from uuid import UUID

from pipeops_tui.simulator.arm import arm_errors
from pipeops_tui.simulator.arm.access_checks import scope_of
from pipeops_tui.simulator.arm.arm_service import json_body
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Json, Reply, ServiceError
from pipeops_tui.simulator.world import authorization
from pipeops_tui.simulator.world.clock import precise
from pipeops_tui.simulator.world.roles import RoleDefinition, RolePermission, built_in_roles, covers

_ROLE_NAME = re.compile(r"roleName eq '(?P<name>(?:[^']|'')*)'", re.IGNORECASE)
_ROLE_TYPE = re.compile(r"type eq '(?P<type>BuiltInRole|CustomRole)'", re.IGNORECASE)
_BEFORE_DATA_ACTIONS = "2018"
_WITH_CONDITIONS = "2022-05-01-preview"


@handles("listPermissions")
def list_permissions(call: Call) -> Reply:
    """The caller's permissions at a scope, one element for each role assignment in effect there."""
    version = call.request.argument("api-version") or ""
    with_data = version >= _BEFORE_DATA_ACTIONS
    shown: list[Json] = []
    for held in authorization.permissions(call.world, call.caller, scope_of(call)):
        item = _permission_json(held.permission, with_data=with_data)
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
    wanted = (call.request.argument("$filter") or "").strip()
    scope = scope_of(call)
    roles = [role for role in call.world.roles(call.caller.tenant_id) if _is_offered(role, scope)]
    if wanted:
        name, kind = _ROLE_NAME.fullmatch(wanted), _ROLE_TYPE.fullmatch(wanted)
        if name is not None:
            roles = [role for role in roles if role.name.lower() == name["name"].replace("''", "'").lower()]
        elif kind is not None:
            roles = [role for role in roles if _type_of(role).lower() == kind["type"].lower()]
        elif wanted.lower() != "atscopeandbelow()":
            raise bad_filter(wanted)
    return Reply.of(200, {"value": [role_json(role, scope) for role in roles]})


@handles("getRoleDefinition")
def get_role_definition(call: Call) -> Reply:
    """One role by its GUID."""
    return Reply.of(200, role_json(role_named(call, call.params["role"]), scope_of(call)))


@handles("putRoleDefinition")
def put_role_definition(call: Call) -> Reply:
    """Creates or replaces a custom role under the GUID the client chose: 201 both times."""
    role_id = call.params["role"].lower()
    _check_guid(role_id)
    if role_id in built_in_roles():
        raise ServiceError(
            403, "RoleDefinitionUpdateNotPermitted", "The built-in role definitions cannot be updated or deleted."
        )
    properties = json_body(call.request).get("properties")
    sent = properties if isinstance(properties, Mapping) else {}
    name = sent.get("roleName")
    if not isinstance(name, str) or not name.strip():
        raise arm_errors.bad_body("The request content was invalid: the property 'properties.roleName' is missing.")
    existing, now = call.world.custom_roles.get(role_id), precise(call.world.now())
    if existing is not None and existing.tenant_id != call.caller.tenant_id:
        raise no_role(role_id)
    others = [role for role in call.world.roles(call.caller.tenant_id) if role.role_id != role_id]
    if any(role.name.lower() == name.lower() for role in others):
        raise ServiceError(
            409,
            "RoleDefinitionWithSameNameExists",
            "A custom role with the same name already exists in this directory. Use a different name.",
        )
    role = RoleDefinition(
        role_id=role_id,
        name=name,
        description=str(sent.get("description") or ""),
        permissions=_sent_permissions(sent.get("permissions")),
        created_on=existing.created_on if existing else now,
        updated_on=now,
        tenant_id=call.caller.tenant_id,
        assignable_scopes=_texts(sent.get("assignableScopes"), "assignableScopes") or (scope_of(call),),
        created_by=existing.created_by if existing else call.caller.object_id,
        updated_by=call.caller.object_id,
    )
    call.world.custom_roles[role_id] = role
    return Reply.of(201, role_json(role, scope_of(call)))


@handles("deleteRoleDefinition")
def delete_role_definition(call: Call) -> Reply:
    """Removes a custom role that is not assigned: 200 with what was removed, 204 when there is none."""
    role_id = call.params["role"].lower()
    _check_guid(role_id)
    if role_id in built_in_roles():
        raise ServiceError(
            403, "RoleDefinitionUpdateNotPermitted", "The built-in role definitions cannot be updated or deleted."
        )
    role = call.world.custom_roles.get(role_id)
    if role is None or role.tenant_id != call.caller.tenant_id:
        return Reply(204)
    if any(item.role_id == role_id for item in call.world.assignments):
        raise ServiceError(
            400,
            "RoleDefinitionHasAssignments",
            "There are existing role assignments referencing role (code: RoleDefinitionHasAssignments)",
        )
    del call.world.custom_roles[role_id]
    return Reply.of(200, role_json(role, scope_of(call)))


def role_json(role: RoleDefinition, scope: str) -> dict[str, Json]:
    """A role definition as ARM writes it: properties first, its id at the subscription even below it."""
    parts = scope.split("/")
    prefix = "/".join(parts[:3]) if len(parts) > 2 and parts[1].lower() == "subscriptions" else ""
    return {
        "properties": {
            "roleName": role.name,
            "type": _type_of(role),
            "description": role.description,
            "assignableScopes": role.assignable_scopes,
            "permissions": [_permission_json(item, with_data=True) for item in role.permissions],
            "createdOn": role.created_on,
            "updatedOn": role.updated_on,
            "createdBy": role.created_by,
            "updatedBy": role.updated_by,
        },
        "id": f"{prefix}/providers/Microsoft.Authorization/roleDefinitions/{role.role_id}",
        "type": "Microsoft.Authorization/roleDefinitions",
        "name": role.role_id,
    }


def role_named(call: Call, role_id: str) -> RoleDefinition:
    """The role whose ARM id, or GUID, this is. Raises ServiceError: 400 for what is no GUID, 404 for an unknown one."""
    name = role_id.rstrip("/").rpartition("/")[2].lower()
    _check_guid(name)
    role = next((item for item in call.world.roles(call.caller.tenant_id) if item.role_id == name), None)
    if role is None or not _is_offered(role, scope_of(call)):
        raise no_role(name)
    return role


def assignable_role(call: Call, role_id: str) -> RoleDefinition:
    """As `role_named`, for a role assignment: the scope must be one of the role's assignable scopes, or below one."""
    role = role_named(call, role_id)
    if not any(covers(where, scope_of(call)) for where in role.assignable_scopes):
        raise no_role(role.role_id)
    return role


def is_guid(text: str) -> bool:
    """Whether `text` is a GUID in the form with dashes."""
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


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


def _permission_json(permission: RolePermission, *, with_data: bool) -> dict[str, Json]:
    """A permission as ARM writes it; API versions before 2018 leave out the data actions."""
    answer: dict[str, Json] = {"actions": permission.actions, "notActions": permission.not_actions}
    if with_data:
        answer |= {"dataActions": permission.data_actions, "notDataActions": permission.not_data_actions}
    return answer


def _type_of(role: RoleDefinition) -> str:
    return "CustomRole" if role.tenant_id else "BuiltInRole"


def _is_offered(role: RoleDefinition, scope: str) -> bool:
    """Whether a role is listed at `scope`: it can be assigned there or below."""
    return any(covers(where, scope) or covers(scope, where) for where in role.assignable_scopes)


def _check_guid(name: str) -> None:
    if not is_guid(name):
        raise ServiceError(
            400,
            "InvalidRoleDefinitionId",
            f"The role definition ID '{name}' is not valid. The role definition ID must be a GUID.",
        )


def _sent_permissions(sent: Json) -> tuple[RolePermission, ...]:
    if not isinstance(sent, list) or not sent or not all(isinstance(item, dict) for item in sent):
        raise arm_errors.bad_body("The request content was invalid: the property 'properties.permissions' is missing.")
    names = ("actions", "notActions", "dataActions", "notDataActions")
    return tuple(
        RolePermission(*(_texts(item.get(name), name) for name in names)) for item in sent if isinstance(item, dict)
    )


def _texts(sent: Json, name: str) -> tuple[str, ...]:
    if sent is None:
        return ()
    if not isinstance(sent, list) or not all(isinstance(item, str) for item in sent):
        raise arm_errors.bad_body(f"The request content was invalid: the property '{name}' must be a list of texts.")
    return tuple(str(item) for item in sent)
