"""Role assignments on the wire (Microsoft.Authorization, 2022-04-01)."""

from __future__ import annotations

import re

from pipeops_tui.simulator.arm import arm_errors
from pipeops_tui.simulator.arm.access_checks import canonical_scope, scope_of
from pipeops_tui.simulator.arm.arm_service import json_body
from pipeops_tui.simulator.arm.role_definitions import assignable_role, bad_filter, is_guid
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Json, Reply, ServiceError
from pipeops_tui.simulator.world.clock import precise
from pipeops_tui.simulator.world.records import RoleAssignmentRecord
from pipeops_tui.simulator.world.roles import covers
from pipeops_tui.simulator.world.stores import ROLE_ASSIGNMENT_LIMIT

_ASSIGNMENT_FILTER = re.compile(
    r"(?P<at>atScope\(\))|principalId eq '(?P<principal>[^']*)'|assignedTo\('(?P<assigned>[^']*)'\)", re.IGNORECASE
)


@handles("listRoleAssignments")
def list_role_assignments(call: Call) -> Reply:
    """The assignments at a scope and, unless `atScope()` is asked for, below it; inherited ones are always there."""
    scope = scope_of(call)
    wanted = call.request.argument("$filter")
    clauses = [_clause(text, wanted) for text in re.split(r"\s+and\s+", wanted.strip(), flags=re.I)] if wanted else []
    principals = [principal.lower() for clause in clauses if (principal := clause["principal"])]
    if call.world.owner is not None and principals:
        call.world.owner.looked_for(call.world, canonical_scope(call.world, scope), principals[0])
    items = [
        item
        for item in call.world.assignments
        if item.tenant_id == call.caller.tenant_id and (covers(item.scope, scope) or covers(scope, item.scope))
    ]
    for clause in clauses:
        if clause["at"]:
            items = [item for item in items if covers(item.scope, scope)]
        else:
            principal = (clause["principal"] or clause["assigned"] or "").lower()
            items = [item for item in items if item.principal_id == principal]
    return Reply.of(200, {"value": [assignment_json(item) for item in items]})


@handles("getRoleAssignment")
def get_role_assignment(call: Call) -> Reply:
    """One assignment."""
    return Reply.of(200, assignment_json(_assignment(call)))


@handles("putRoleAssignment")
def put_role_assignment(call: Call) -> Reply:
    """Assigns a role under the GUID the client chose: 201, or 409 when the same assignment exists under another."""
    world, scope = call.world, scope_of(call)
    name = call.params["assignment"].lower()
    if not is_guid(name):
        raise ServiceError(
            400,
            "InvalidRoleAssignmentId",
            f"The role assignment ID '{name}' is not valid. The role assignment ID must be a GUID.",
        )
    properties = json_body(call.request).get("properties")
    if not isinstance(properties, dict):
        raise arm_errors.bad_body("The request content was invalid: the property 'properties' is missing.")
    role = assignable_role(call, str(properties.get("roleDefinitionId") or ""))
    principal_id = str(properties.get("principalId") or "").lower()
    sent_type = properties.get("principalType")
    principal_type = _principal_type(call, principal_id, str(sent_type) if sent_type else None)
    now = world.now()
    item = RoleAssignmentRecord(
        name=name,
        scope=canonical_scope(world, scope),
        role_id=role.role_id,
        principal_id=principal_id,
        principal_type=principal_type,
        created=now - 1.28,
        updated=now,
        created_by=call.caller.object_id,
        tenant_id=call.caller.tenant_id,
        condition=_text(properties.get("condition")),
        condition_version=_text(properties.get("conditionVersion")),
        description=_text(properties.get("description")),
    )
    existing = world.assignments.get(item.id)
    if existing is not None:
        if (existing.principal_id, existing.role_id) != (item.principal_id, item.role_id):
            raise ServiceError(
                400,
                "RoleAssignmentUpdateNotPermitted",
                "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
            )
        return Reply.of(200, assignment_json(existing))
    for other in world.assignments.of(principal_id):
        if other.scope.lower() == item.scope.lower() and other.role_id == item.role_id:
            raise ServiceError(
                409,
                "RoleAssignmentExists",
                "The role assignment already exists. The ID of the existing role assignment is "
                f"{other.name.replace('-', '')}.",
            )
    if world.assignments.count(item.scope) >= ROLE_ASSIGNMENT_LIMIT:
        raise ServiceError(
            400,
            "RoleAssignmentLimitExceeded",
            f"The role assignment limit for subscription '{item.scope.split('/')[2]}' has been exceeded. No more role "
            "assignments can be created.",
        )
    answer = assignment_json(item, fresh=True)
    item.created = now
    world.assignments.add(item)
    return Reply.of(201, answer)


@handles("deleteRoleAssignment")
def delete_role_assignment(call: Call) -> Reply:
    """200 with what was deleted, 204 when there was nothing."""
    item = call.world.assignments.get(_assignment_id(call))
    if item is None:
        return Reply(204)
    call.world.assignments.remove(item)
    item.updated = call.world.now()
    return Reply.of(200, assignment_json(item))


def assignment_json(item: RoleAssignmentRecord, *, fresh: bool = False) -> dict[str, Json]:
    """A role assignment as ARM writes it; the answer to its creation (`fresh`) does not name the creator."""
    parts = item.scope.split("/")
    prefix = "/".join(parts[:3]) if parts[1:2] == ["subscriptions"] else ""
    return {
        "properties": {
            "roleDefinitionId": f"{prefix}/providers/Microsoft.Authorization/roleDefinitions/{item.role_id}",
            "principalId": item.principal_id,
            "principalType": item.principal_type,
            "scope": item.scope,
            "condition": item.condition,
            "conditionVersion": item.condition_version,
            "createdOn": precise(item.created),
            "updatedOn": precise(item.updated),
            "createdBy": None if fresh else item.created_by,
            "updatedBy": item.created_by,
            "delegatedManagedIdentityResourceId": None,
            "description": item.description,
        },
        "id": item.id,
        "type": "Microsoft.Authorization/roleAssignments",
        "name": item.name,
    }


def _clause(text: str, of: str) -> re.Match[str]:
    found = _ASSIGNMENT_FILTER.fullmatch(text)
    if found is None:
        raise bad_filter(of)
    return found


def _assignment_id(call: Call) -> str:
    return f"{scope_of(call).rstrip('/')}/providers/Microsoft.Authorization/roleAssignments/{call.params['assignment']}"


def _assignment(call: Call) -> RoleAssignmentRecord:
    item = call.world.assignments.get(_assignment_id(call))
    if item is None:
        raise ServiceError(
            404, "RoleAssignmentNotFound", f"The role assignment '{call.params['assignment']}' is not found."
        )
    return item


def _principal_type(call: Call, principal_id: str, sent: str | None) -> str:
    if not is_guid(principal_id):
        raise ServiceError(400, "InvalidPrincipalId", "A valid principal ID must be provided for role assignment.")
    world, tenant = call.world, call.caller.tenant_id
    application = world.directory.applications.get(principal_id)
    if application is not None:
        raise ServiceError(
            400,
            "PrincipalTypeNotSupported",
            "Principals of type Application cannot validly be used in role assignments.",
        )
    principal, user = world.directory.service_principals.get(principal_id), world.directory.users.get(principal_id)
    group = world.directory.groups.get(principal_id)
    if principal is not None and principal.tenant_id == tenant:
        actual = "ServicePrincipal"
    elif user is not None and user.tenant_id == tenant:
        actual = "User"
    elif group is not None and group.tenant_id == tenant:
        actual = "Group"
    else:
        raise _principal_not_found(principal_id, tenant)
    delay = world.rules.replication.arm
    if sent is None and principal is not None and world.young(principal.created, delay):
        raise _principal_not_found(principal_id, tenant)
    if sent is not None and sent.lower() != actual.lower():
        raise ServiceError(
            400,
            "UnmatchedPrincipalType",
            f"The PrincipalId '{principal_id.replace('-', '')}' has type '{actual}' , which is different from "
            f"specified PrinciaplType '{sent}'.",
        )
    return actual


def _principal_not_found(principal_id: str, tenant: str) -> ServiceError:
    return ServiceError(
        400,
        "PrincipalNotFound",
        f"Principal {principal_id.replace('-', '')} does not exist in the directory {tenant}. Check that you have the "
        "correct principal ID. If you are creating this principal and then immediately assigning a role, this error "
        "might be related to a replication delay. In this case, set the role assignment principalType property to a "
        "value, such as ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype",
    )


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None
