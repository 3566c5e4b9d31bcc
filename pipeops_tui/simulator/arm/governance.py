"""What governs a scope: deny assignments and eligible roles (Microsoft.Authorization)."""

from __future__ import annotations

from pipeops_tui.simulator.arm.access_checks import scope_of
from pipeops_tui.simulator.arm.role_definitions import bad_filter
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Json, Reply
from pipeops_tui.simulator.world.clock import precise
from pipeops_tui.simulator.world.records import DenyAssignmentRecord, EligibilityRecord
from pipeops_tui.simulator.world.roles import built_in_roles, covers
from pipeops_tui.simulator.world.world import World

_EVERYONE = "00000000-0000-0000-0000-000000000000"


@handles("listDenyAssignments")
def list_deny_assignments(call: Call) -> Reply:
    """The deny assignments at a scope, above it and, unless `atScope()` is asked for, below it."""
    scope = scope_of(call)
    above_only = has_filter(call, "atscope()", "gdprexportprincipalid")
    shown = [
        _deny_json(item)
        for item in call.world.deny_assignments
        if covers(item.scope, scope) or (not above_only and covers(scope, item.scope))
    ]
    return Reply.of(200, {"value": shown})


@handles("listRoleEligibilities")
def list_role_eligibilities(call: Call) -> Reply:
    """The roles that can be activated at a scope; `asTarget()` asks for the caller's own."""
    scope = scope_of(call)
    mine = has_filter(call, "astarget()", "atscope()")
    shown = [
        _eligibility_json(call.world, item)
        for item in call.world.eligibilities
        if covers(item.scope, scope) and (not mine or item.principal_id == call.caller.object_id)
    ]
    return Reply.of(200, {"value": shown})


def has_filter(call: Call, *known: str) -> bool:
    """Whether the request has one of the filters an operation knows. Raises ServiceError (400) for another."""
    text = call.request.argument("$filter")
    if not text:
        return False
    asked = text.strip().lower()
    asked = asked if asked.endswith(")") else f"{asked}()"
    if asked not in known:
        raise bad_filter(text)
    return True


def _deny_json(item: DenyAssignmentRecord) -> dict[str, Json]:
    return {
        "properties": {
            "denyAssignmentName": item.display_name,
            "description": item.description,
            "permissions": [
                {
                    "actions": item.actions,
                    "notActions": item.not_actions,
                    "dataActions": [],
                    "notDataActions": [],
                    "condition": None,
                    "conditionVersion": None,
                }
            ],
            "scope": item.scope,
            "doNotApplyToChildScopes": False,
            "principals": [{"id": _EVERYONE, "type": "SystemDefined"}],
            "excludePrincipals": [{"id": principal, "type": "ServicePrincipal"} for principal in sorted(item.excluded)],
            "isSystemProtected": True,
        },
        "id": item.id,
        "type": "Microsoft.Authorization/denyAssignments",
        "name": item.name,
    }


def _eligibility_json(world: World, item: EligibilityRecord) -> dict[str, Json]:
    role, user = built_in_roles()[item.role_id], world.directory.users[item.principal_id]
    subscription = world.subscriptions[item.scope.split("/")[2]]
    role_id = f"{subscription.scope}/providers/Microsoft.Authorization/roleDefinitions/{role.role_id}"
    schedule = world.ids.named("eligibility schedule", item.name)
    return {
        "properties": {
            "scope": item.scope,
            "roleDefinitionId": role_id,
            "principalId": item.principal_id,
            "principalType": "User",
            "status": "Provisioned",
            "roleEligibilityScheduleId": f"{item.scope}/providers/Microsoft.Authorization/roleEligibilitySchedules/"
            f"{schedule}",
            "startDateTime": precise(item.since),
            "endDateTime": None,
            "memberType": "Direct",
            "createdOn": precise(item.since),
            "condition": None,
            "conditionVersion": None,
            "expandedProperties": {
                "scope": {"id": item.scope, "displayName": subscription.display_name, "type": "subscription"},
                "roleDefinition": {"id": role_id, "displayName": role.name, "type": "BuiltInRole"},
                "principal": {
                    "id": user.object_id,
                    "displayName": user.display_name,
                    "email": user.mail,
                    "type": "User",
                },
            },
        },
        "name": item.name,
        "id": f"{item.scope}/providers/Microsoft.Authorization/roleEligibilityScheduleInstances/{item.name}",
        "type": "Microsoft.Authorization/roleEligibilityScheduleInstances",
    }
