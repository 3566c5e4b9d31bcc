"""Assignments and definitions of Azure Policy (Microsoft.Authorization, 2023-04-01).

What an assignment refuses is in `policy_effects`; there are as many built-in definitions as have an effect there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeops_tui.simulator.arm import arm_errors
from pipeops_tui.simulator.arm.access_checks import canonical_scope, scope_of
from pipeops_tui.simulator.arm.arm_service import json_body
from pipeops_tui.simulator.arm.policy_effects import BUILT_IN_POLICIES
from pipeops_tui.simulator.arm.role_definitions import bad_filter
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Json, JsonObject, Reply, ServiceError
from pipeops_tui.simulator.world.clock import trimmed
from pipeops_tui.simulator.world.records import PolicyAssignmentRecord, TagPolicyRecord
from pipeops_tui.simulator.world.roles import covers
from pipeops_tui.simulator.world.world import World

_BUILT_IN = "/providers/Microsoft.Authorization/policyDefinitions/"
_DEFINITIONS = ("/policydefinitions/", "/policysetdefinitions/")
_DEFINITION_FILTER = re.compile(r"policyDefinitionId eq '(?P<id>[^']+)'", re.IGNORECASE)
_MODES = ("Default", "DoNotEnforce")
_KEPT = ("displayName", "policyDefinitionId", "scope", "notScopes", "parameters", "description", "metadata")
"""Properties of an assignment in the order of the wire."""


@handles("listPolicyAssignments")
def list_policy_assignments(call: Call) -> Reply:
    """The assignments at a scope, above and below it; `$filter` leaves out those below, or all that are elsewhere."""
    scope, items = scope_of(call), _assignments(call.world)
    wanted = (call.request.argument("$filter") or "").strip()
    definition = _DEFINITION_FILTER.fullmatch(wanted)
    above = [item for item in items if covers(item.scope, scope)]
    below = [item for item in items if covers(scope, item.scope) and item not in above]
    if definition is not None:
        asked = definition["id"].lower()
        found = [item for item in (*above, *below) if str(item.properties["policyDefinitionId"]).lower() == asked]
    elif wanted.lower() in ("", "atscope()"):
        found = above if wanted else [*above, *below]
    elif wanted.lower() == "atexactscope()":
        found = [item for item in above if covers(scope, item.scope)]
    else:
        raise bad_filter(wanted)
    return Reply.of(200, {"value": [_assignment_json(item) for item in found]})


@handles("getPolicyAssignment")
def get_policy_assignment(call: Call) -> Reply:
    """One assignment at exactly this scope."""
    wanted = _assignment_id(call)
    for item in _assignments(call.world):
        if item.id.lower() == wanted:
            return Reply.of(200, _assignment_json(item))
    name = call.params["policy"]
    raise ServiceError(404, "PolicyAssignmentNotFound", f"The policy assignment '{name}' is not found.")


@handles("putPolicyAssignment")
def put_policy_assignment(call: Call) -> Reply:
    """Creates or replaces an assignment of a policy: 201 both times."""
    scope = canonical_scope(call.world, scope_of(call))
    body = json_body(call.request)
    sent = body.get("properties")
    if not isinstance(sent, dict):
        raise arm_errors.bad_body("The request content was invalid: the property 'properties' is missing.")
    definition = sent.get("policyDefinitionId")
    if not isinstance(definition, str) or not any(kind in definition.lower() for kind in _DEFINITIONS):
        raise ServiceError(
            400,
            "InvalidPolicyDefinitionId",
            f"The policy definition id '{definition or ''}' is invalid. Please refer to "
            "https://aka.ms/policy-assignment for the format.",
        )
    _check_definition(call, definition)
    _check_parameters(call, definition, sent.get("parameters"))
    mode = sent.get("enforcementMode", _MODES[0])
    if mode not in _MODES:
        raise arm_errors.bad_body(f"The request content was invalid: 'enforcementMode' must be one of {_MODES}.")
    now, wanted = call.world.now(), _assignment_id(call)
    existing = next((item for item in call.world.policy_assignments if item.id.lower() == wanted), None)
    item = PolicyAssignmentRecord(
        name=existing.name if existing else call.params["policy"],
        scope=scope,
        properties={**sent, "scope": scope, "enforcementMode": mode},
        created=existing.created if existing else now,
        created_by=existing.created_by if existing else call.caller.object_id,
        updated=now if existing else None,
        updated_by=call.caller.object_id if existing else None,
    )
    call.world.policy_assignments[:] = [*(one for one in call.world.policy_assignments if one is not existing), item]
    return Reply.of(201, _assignment_json(item))


@handles("deletePolicyAssignment")
def delete_policy_assignment(call: Call) -> Reply:
    """Removes an assignment: 200 with what was removed, or 204 when there is none."""
    wanted = _assignment_id(call)
    tag_policy = next((item for item in call.world.tag_policies if item.id.lower() == wanted), None)
    if tag_policy is not None:
        call.world.tag_policies.remove(tag_policy)
        return Reply.of(200, _assignment_json(_assignment_of(call.world, tag_policy)))
    item = next((one for one in call.world.policy_assignments if one.id.lower() == wanted), None)
    if item is None:
        return Reply(204)
    call.world.policy_assignments.remove(item)
    return Reply.of(200, _assignment_json(item))


@handles("listPolicyDefinitions")
def list_policy_definitions(call: Call) -> Reply:
    """The built-in definitions, and those that the policies of this world are made from."""
    wanted = (call.request.argument("$filter") or "").strip().lower()
    items = [*_custom(call), *_built_in()]
    match wanted.replace(" ", ""):
        case "":
            pass
        case "policytypeeq'custom'" | "atexactscope()":
            items = _custom(call)
        case "policytypeeq'builtin'":
            items = _built_in()
        case _:
            raise bad_filter(wanted)
    return Reply.of(200, {"value": items})


@handles("getPolicyDefinition")
def get_policy_definition(call: Call) -> Reply:
    """One definition (hashicorp/terraform-provider-azurerm#9074 has the text for one that does not exist)."""
    name = call.params["definition"]
    # Built-in definitions are at the root alone, which a client that knows a name only tries last.
    items = _built_in() if scope_of(call) == "/" else _custom(call)
    found = next((item for item in items if str(item["name"]).lower() == name.lower()), None)
    if found is None:
        raise _no_definition(name)
    return Reply.of(200, found)


def _assignment_id(call: Call) -> str:
    scope = scope_of(call).rstrip("/")
    return f"{scope}/providers/Microsoft.Authorization/policyAssignments/{call.params['policy']}".lower()


def _assignments(world: World) -> list[PolicyAssignmentRecord]:
    return [*(_assignment_of(world, item) for item in world.tag_policies), *world.policy_assignments]


def _assignment_of(world: World, item: TagPolicyRecord) -> PolicyAssignmentRecord:
    """The assignment that a policy of the scenario is listed as."""
    return PolicyAssignmentRecord(
        name=item.name,
        scope=item.scope,
        properties={
            "displayName": item.display_name,
            "policyDefinitionId": item.definition_id,
            "notScopes": [],
            "parameters": {"tagName": {"value": item.tag}},
            "description": item.message,
            "metadata": {"assignedBy": "Contoso finance", "parameterScopes": {}},
            "enforcementMode": _MODES[0],
        },
        created=item.since,
        created_by=world.ids.named("policy author", item.name),
        updated=item.since,
        updated_by=world.ids.named("policy author", item.name),
    )


def _assignment_json(item: PolicyAssignmentRecord) -> dict[str, Json]:
    """An assignment as ARM writes it: who made it and when is part of its metadata."""
    sent = item.properties
    metadata = sent.get("metadata")
    made: JsonObject = {
        **(metadata if isinstance(metadata, dict) else {}),
        "createdBy": item.created_by,
        "createdOn": trimmed(item.created),
        "updatedBy": item.updated_by,
        "updatedOn": None if item.updated is None else trimmed(item.updated),
    }
    shown = {**sent, "scope": item.scope, "metadata": made}
    order = [*_KEPT, *(key for key in shown if key not in _KEPT)]
    properties = {key: shown[key] for key in order if key in shown}
    return {
        "properties": properties,
        "id": item.id,
        "type": "Microsoft.Authorization/policyAssignments",
        "name": item.name,
    }


def _custom(call: Call) -> list[dict[str, Json]]:
    return [
        _definition_json(
            item.definition_id,
            item.definition_name,
            "Custom",
            [{"field": f"tags['{item.tag}']", "exists": "false"}],
        )
        for item in call.world.tag_policies
        if covers(item.scope, scope_of(call))
    ]


def _built_in() -> list[dict[str, Json]]:
    return [
        _definition_json(f"{_BUILT_IN}{item.name}", item.title, "BuiltIn", [{"field": item.field, "exists": "true"}])
        for item in BUILT_IN_POLICIES
    ]


def _definition_json(definition_id: str, title: str, kind: str, conditions: list[Json]) -> dict[str, Json]:
    return {
        "properties": {
            "displayName": title,
            "policyType": kind,
            "mode": "All",
            "metadata": {"category": "General"},
            "parameters": {},
            "policyRule": {"if": {"allOf": conditions}, "then": {"effect": "deny"}},
        },
        "id": definition_id,
        "type": "Microsoft.Authorization/policyDefinitions",
        "name": definition_id.rpartition("/")[2],
    }


def _check_definition(call: Call, definition_id: str) -> None:
    """Raises ServiceError (404) for a definition that does not exist."""
    known = [item.definition_id for item in call.world.tag_policies] + [str(item["id"]) for item in _built_in()]
    if definition_id.lower() not in (item.lower() for item in known):
        raise _no_definition(definition_id.rpartition("/")[2])


def _check_parameters(call: Call, definition_id: str, sent: Json) -> None:
    """Raises ServiceError: 400 for a parameter that a built-in definition needs, or does not have; 403 for a definition
    that only Microsoft assigns."""
    policy = next((item for item in BUILT_IN_POLICIES if definition_id.lower().endswith(item.name)), None)
    given = set(sent) if isinstance(sent, Mapping) else set()
    if policy is None:
        return
    if policy.by_microsoft:
        raise ServiceError(
            403,
            "UnauthorizedApplicationId",
            f"The application id '{call.caller.app_id}' is not authorized to assign the policy '{definition_id}'.",
        )
    for code, wrong in (
        ("MissingPolicyParameter", {policy.parameter} - given),
        ("UndefinedPolicyParameter", given - {policy.parameter}),
    ):
        if wrong:
            what = "is missing the parameter(s)" if code.startswith("Missing") else "has defined parameters"
            raise ServiceError(
                400,
                code,
                f"The policy assignment '{call.params['policy']}' {what} '{','.join(sorted(wrong))}', unlike the "
                f"policy definition '{policy.name}'.",
            )


def _no_definition(name: str) -> ServiceError:
    return ServiceError(404, "PolicyDefinitionNotFound", f"The policy definition '{name}' could not be found.")
