"""What Azure Policy refuses: resource groups without a required tag, at the write and in the check before it
(Microsoft.PolicyInsights, "Policy Restrictions - Check At Subscription Scope"), and places that are not allowed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from pipeops_tui.simulator.arm import arm_errors
from pipeops_tui.simulator.arm.access_checks import scope_of
from pipeops_tui.simulator.arm.arm_service import json_body
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Json, Reply, ServiceError
from pipeops_tui.simulator.world.records import PolicyAssignmentRecord, TagPolicyRecord
from pipeops_tui.simulator.world.roles import covers
from pipeops_tui.simulator.world.world import World

_GROUP_TYPE = "microsoft.resources/subscriptions/resourcegroups"


@dataclass(frozen=True, slots=True)
class BuiltInPolicy:
    """A built-in definition: its GUID, its title, the field it looks at and the one parameter it needs."""

    name: str
    title: str
    field: str
    parameter: str


ALLOWED_LOCATIONS = BuiltInPolicy(
    "e56962a6-4747-49cd-b67b-bf8b01975c4c", "Allowed locations", "location", "listOfAllowedLocations"
)
ALLOWED_GROUP_LOCATIONS = BuiltInPolicy(
    "e765b5de-1225-4ba3-bd56-1ac6695af988",
    "Allowed locations for resource groups",
    "location",
    "listOfAllowedLocations",
)
_REQUIRED_TAG = BuiltInPolicy(
    "96670d01-0a4d-4649-9c89-2d3abc0a5025", "Require a tag on resource groups", "tags", "tagName"
)
BUILT_IN_POLICIES = (ALLOWED_LOCATIONS, ALLOWED_GROUP_LOCATIONS, _REQUIRED_TAG)
"""Microsoft Learn "Azure Policy built-in policy definitions"."""


def check_location(call: Call, name: str, location: str, policy: BuiltInPolicy) -> None:
    """Raises ServiceError (403) when an assignment of `policy` does not allow `location` for the resource `name`."""
    for item in _assigned(call.world, policy):
        allowed = _parameter(item, policy)
        if covers(item.scope, scope_of(call)) and location not in (allowed if isinstance(allowed, list) else ()):
            identifiers = json.dumps([
                {
                    "policyAssignment": {"name": item.name, "id": item.id},
                    "policyDefinition": {"name": policy.title, "id": str(item.properties["policyDefinitionId"])},
                }
            ], separators=(",", ":"))  # fmt: skip
            raise ServiceError(
                403,
                "RequestDisallowedByPolicy",
                f"Resource '{name}' was disallowed by policy. Policy identifiers: '{identifiers}'.",
                headers=arm_errors.GATEWAY,
            )


def _assigned(world: World, policy: BuiltInPolicy) -> list[PolicyAssignmentRecord]:
    """The assignments of a built-in policy that are enforced."""
    return [
        item
        for item in world.policy_assignments
        if str(item.properties["policyDefinitionId"]).lower().endswith(policy.name)
        and item.properties.get("enforcementMode") == "Default"
    ]


def _parameter(item: PolicyAssignmentRecord, policy: BuiltInPolicy) -> Json:
    parameters = item.properties.get("parameters")
    given = parameters.get(policy.parameter) if isinstance(parameters, Mapping) else None
    return given.get("value") if isinstance(given, Mapping) else None


def _tag_policies(world: World) -> list[TagPolicyRecord]:
    """The policies that require a tag: those of the scenario, and those that were assigned."""
    assigned = [
        TagPolicyRecord(
            name=item.name,
            definition=_REQUIRED_TAG.name,
            display_name=str(item.properties.get("displayName") or item.name),
            definition_name=_REQUIRED_TAG.title,
            scope=item.scope,
            tag=str(_parameter(item, _REQUIRED_TAG)),
            message=f"The tag {_parameter(item, _REQUIRED_TAG)} is required.",
            since=item.created,
            is_built_in=True,
        )
        for item in _assigned(world, _REQUIRED_TAG)
    ]
    return [*world.tag_policies, *assigned]


def check_tags(call: Call, name: str, tags: Mapping[str, str] | None) -> None:
    """Raises ServiceError (403) when a policy requires a tag that the group `name` would not have."""
    missing = _violated(call.world, scope_of(call), tags or {})
    if not missing:
        return
    reasons = " ".join(f"'{item.message}'" for item in missing)
    raise ServiceError(
        403,
        "RequestDisallowedByPolicy",
        f"Resource '{name}' was disallowed by policy. Reasons: {reasons}. See error details for policy resource IDs.",
        details=[_violation(item) for item in missing],
        headers=arm_errors.GATEWAY,
    )


@handles("checkPolicyRestrictions")
def check_policy_restrictions(call: Call) -> Reply:
    """Which fields of a resource the policies restrict, and which policies its content violates."""
    details = json_body(call.request).get("resourceDetails")
    content = details.get("resourceContent") if isinstance(details, Mapping) else None
    if not isinstance(content, Mapping):
        raise ServiceError(
            400, "InvalidCheckRestrictionsRequest", "The request content is not valid: 'resourceContent' is required."
        )
    scope = scope_of(call)
    concerned: list[TagPolicyRecord] = []
    if str(content.get("type", "")).lower() == _GROUP_TYPE:
        concerned = [item for item in _tag_policies(call.world) if covers(item.scope, scope)]
    tags = content.get("tags")
    violated = [item for item in concerned if not isinstance(tags, Mapping) or not _has(tags, item.tag)]
    body: dict[str, Json] = {
        "fieldRestrictions": [
            {"field": f"tags.{item.tag}", "restrictions": [{"result": "Required", "policy": _reference(item)}]}
            for item in concerned
        ],
        "contentEvaluationResult": {"policyEvaluations": [_evaluation(item) for item in violated]},
    }
    return Reply.of(200, body)


def _violated(world: World, scope: str, tags: Mapping[str, Json]) -> list[TagPolicyRecord]:
    return [item for item in _tag_policies(world) if covers(item.scope, scope) and not _has(tags, item.tag)]


def _has(tags: Mapping[str, Json], wanted: str) -> bool:
    return any(name.lower() == wanted.lower() for name in tags)


def _reference(item: TagPolicyRecord) -> dict[str, Json]:
    return {"policyDefinitionId": item.definition_id, "policyAssignmentId": item.id}


def _evaluation(item: TagPolicyRecord) -> dict[str, Json]:
    return {
        "policyInfo": _reference(item),
        "evaluationResult": "NonCompliant",
        "evaluationDetails": {
            "evaluatedExpressions": [
                {
                    "result": "True",
                    "expressionKind": "Field",
                    "expression": f"tags['{item.tag}']",
                    "path": f"tags['{item.tag}']",
                    "targetValue": "false",
                    "operator": "Exists",
                }
            ]
        },
        "effectDetails": {"policyEffect": "Deny"},
    }


def _violation(item: TagPolicyRecord) -> dict[str, Json]:
    """How ARM names a policy in the details of its refusal (Azure/azure-cli#27562)."""
    return {
        "code": "RequestDisallowedByPolicy",
        "target": item.name,
        "message": item.message,
        "additionalInfo": [
            {
                "type": "PolicyViolation",
                "info": {
                    "policyDefinitionDisplayName": item.definition_name,
                    "policyDefinitionId": item.definition_id,
                    "policyDefinitionName": item.definition,
                    "policyDefinitionEffect": "Deny",
                    "policyAssignmentId": item.id,
                    "policyAssignmentName": item.name,
                    "policyAssignmentDisplayName": item.display_name,
                    "policyAssignmentScope": item.scope,
                },
            }
        ],
    }
