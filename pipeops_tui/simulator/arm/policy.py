"""Azure Policy as far as resource groups meet it: required tags, and asking beforehand (Microsoft.PolicyInsights)."""

from __future__ import annotations

from collections.abc import Mapping

from pipeops_tui.simulator.arm import errors
from pipeops_tui.simulator.arm.gates import scope_of
from pipeops_tui.simulator.arm.service import json_body
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Json, Reply, ServiceError
from pipeops_tui.simulator.world.authorization import covers
from pipeops_tui.simulator.world.entities import TagPolicy
from pipeops_tui.simulator.world.world import World

_GROUP_TYPE = "microsoft.resources/subscriptions/resourcegroups"


def check_tags(call: Call, name: str, tags: Mapping[str, str] | None) -> None:
    """Raises ServiceError (403) when a policy wants a tag that the group `name` would not have."""
    missing = _violated(call.world, scope_of(call), tags or {})
    if not missing:
        return
    reasons = " ".join(f"'{item.message}'" for item in missing)
    raise ServiceError(
        403,
        "RequestDisallowedByPolicy",
        f"Resource '{name}' was disallowed by policy. Reasons: {reasons}. See error details for policy resource IDs.",
        details=[_violation(item) for item in missing],
        headers=errors.GATEWAY,
    )


@handles("checkPolicyRestrictions")
def check_policy_restrictions(call: Call) -> Reply:
    """Which fields of a resource the policies restrict, and how its present content is judged."""
    details = json_body(call.request).get("resourceDetails")
    content = details.get("resourceContent") if isinstance(details, Mapping) else None
    if not isinstance(content, Mapping):
        raise ServiceError(
            400, "InvalidCheckRestrictionsRequest", "The request content is not valid: 'resourceContent' is required."
        )
    scope = scope_of(call)
    concerned: list[TagPolicy] = []
    if str(content.get("type", "")).lower() == _GROUP_TYPE:
        concerned = [item for item in call.world.tag_policies if covers(item.scope, scope)]
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


def _violated(world: World, scope: str, tags: Mapping[str, Json]) -> list[TagPolicy]:
    return [item for item in world.tag_policies if covers(item.scope, scope) and not _has(tags, item.tag)]


def _has(tags: Mapping[str, Json], wanted: str) -> bool:
    return any(name.lower() == wanted.lower() for name in tags)


def _reference(item: TagPolicy) -> dict[str, Json]:
    return {"policyDefinitionId": item.definition_id, "policyAssignmentId": item.id}


def _evaluation(item: TagPolicy) -> dict[str, Json]:
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


def _violation(item: TagPolicy) -> dict[str, Json]:
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
