"""What Azure Policy refuses: resource groups without a required tag, at the write and in the check before it
(Microsoft.PolicyInsights, "Policy Restrictions - Check At Subscription Scope"). Places are in `location_policies`."""

from __future__ import annotations

from collections.abc import Mapping

from pipeops_tui.simulator.arm import arm_errors
from pipeops_tui.simulator.arm.access_checks import scope_of
from pipeops_tui.simulator.arm.arm_service import json_body
from pipeops_tui.simulator.arm.location_policies import (
    ALLOWED_GROUP_LOCATIONS,
    ALLOWED_LOCATIONS,
    BEST_REGIONS,
    GROUP_TYPE,
    NO_WEST_EUROPE,
    BuiltInPolicy,
    assigned,
    location_evaluations,
    location_restrictions,
    parameter,
)
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Json, Reply, ServiceError
from pipeops_tui.simulator.world.records import TagPolicyRecord
from pipeops_tui.simulator.world.roles import covers
from pipeops_tui.simulator.world.world import World

_REQUIRED_TAG = BuiltInPolicy(
    "96670d01-0a4d-4649-9c89-2d3abc0a5025", "Require a tag on resource groups", "tags", "tagName"
)
BUILT_IN_POLICIES = (ALLOWED_LOCATIONS, ALLOWED_GROUP_LOCATIONS, _REQUIRED_TAG, BEST_REGIONS, NO_WEST_EUROPE)
"""Microsoft Learn "Azure Policy built-in policy definitions"; the last two are Microsoft's own."""


def _tag_policies(world: World) -> list[TagPolicyRecord]:
    """The policies that require a tag: those of the scenario, and those that were assigned."""
    built_in = [
        TagPolicyRecord(
            name=item.name,
            definition=_REQUIRED_TAG.name,
            display_name=str(item.properties.get("displayName") or item.name),
            definition_name=_REQUIRED_TAG.title,
            scope=item.scope,
            tag=str(parameter(item, _REQUIRED_TAG)),
            message=f"The tag {parameter(item, _REQUIRED_TAG)} is required.",
            since=item.created,
            is_built_in=True,
        )
        for item in assigned(world, _REQUIRED_TAG)
    ]
    return [*world.tag_policies, *built_in]


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
    question = json_body(call.request)
    details = question.get("resourceDetails")
    content = details.get("resourceContent") if isinstance(details, Mapping) else None
    if not isinstance(content, Mapping):
        raise ServiceError(
            400, "InvalidCheckRestrictionsRequest", "The request content is not valid: 'resourceContent' is required."
        )
    scope = scope_of(call)
    concerned: list[TagPolicyRecord] = []
    kind = str(content.get("type", ""))
    if kind.lower() == GROUP_TYPE:
        concerned = [item for item in _tag_policies(call.world) if covers(item.scope, scope)]
    tags = content.get("tags")
    violated = [item for item in concerned if not isinstance(tags, Mapping) or not _has(tags, item.tag)]
    location = content.get("location")
    places = location_evaluations(call, kind, location) if isinstance(location, str) else []
    body: dict[str, Json] = {
        "fieldRestrictions": [
            *(
                {"field": f"tags.{item.tag}", "restrictions": [{"result": "Required", "policy": _reference(item)}]}
                for item in concerned
            ),
            *location_restrictions(call, kind, _pending_locations(question)),
        ],
        "contentEvaluationResult": {"policyEvaluations": [*(_evaluation(item) for item in violated), *places]},
    }
    return Reply.of(200, body)


def _pending_locations(question: Mapping[str, Json]) -> list[str]:
    """The regions that the question is about."""
    fields = question.get("pendingFields")
    asked = [one for one in (fields if isinstance(fields, list) else ()) if isinstance(one, Mapping)]
    values = [one.get("values") for one in asked if str(one.get("field", "")).lower() == "location"]
    return [str(value) for some in values if isinstance(some, list) for value in some]


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
