"""What Azure refuses because of a place: by Azure Policy, and by Microsoft's own restrictions of a subscription.

Microsoft's own ones are assignments named `sys.…` of built-in definitions. They hold for resources and not for resource
groups, and their refusal has a code of its own (texts as in public reports of 2025 and 2026).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeops_tui.simulator.arm import arm_errors
from pipeops_tui.simulator.arm.access_checks import scope_of
from pipeops_tui.simulator.routing import Call
from pipeops_tui.simulator.wire import Json, JsonObject, ServiceError
from pipeops_tui.simulator.world.records import PolicyAssignmentRecord
from pipeops_tui.simulator.world.roles import covers
from pipeops_tui.simulator.world.world import World

GROUP_TYPE = "microsoft.resources/subscriptions/resourcegroups"
_ALLOWED = "listOfAllowedLocations"
_BEST_REGIONS = (
    "This policy maintains a set of best available regions where your subscription can deploy resources. The objective "
    "of this policy is to ensure that your subscription has full access to Azure services with optimal performance. "
    "Should you need additional or different regions, contact support."
)


@dataclass(frozen=True, slots=True)
class BuiltInPolicy:
    """A built-in definition: its GUID, its title, the field it looks at and the one parameter it needs, if any."""

    name: str
    title: str
    field: str
    parameter: str
    by_microsoft: bool = False
    """Whether only Microsoft itself assigns it."""
    closed: tuple[str, ...] = ()
    """The regions that it closes without a parameter."""


ALLOWED_LOCATIONS = BuiltInPolicy("e56962a6-4747-49cd-b67b-bf8b01975c4c", "Allowed locations", "location", _ALLOWED)
ALLOWED_GROUP_LOCATIONS = BuiltInPolicy(
    "e765b5de-1225-4ba3-bd56-1ac6695af988",
    "Allowed locations for resource groups",
    "location",
    _ALLOWED,
)
BEST_REGIONS = BuiltInPolicy(
    "b86dabb9-b578-4d7b-b842-3b45e95769a1", "Allowed resource deployment regions", "location", _ALLOWED, True
)
NO_WEST_EUROPE = BuiltInPolicy(
    "7509877f-d414-4d79-8d1f-d600ea78d087",
    "Microsoft Azure region access restriction blocking West Europe region",
    "location",
    "",
    True,
    ("westeurope",),
)
_FOR_RESOURCES = (BEST_REGIONS, NO_WEST_EUROPE, ALLOWED_LOCATIONS)


def check_group_location(call: Call, name: str, location: str) -> None:
    """Raises ServiceError (403) when the resource group `name` is not allowed in `location`."""
    _check(call, name, location, (ALLOWED_GROUP_LOCATIONS,))


def check_resource_location(call: Call, name: str, location: str) -> None:
    """Raises ServiceError (403) when the resource `name` is not allowed in `location`."""
    _check(call, name, location, _FOR_RESOURCES)


def location_restrictions(call: Call, kind: str, locations: Sequence[str]) -> list[Json]:
    """The entries of `fieldRestrictions` that deny some of `locations` to a resource of type `kind`."""
    restrictions: list[Json] = []
    for item, policy in _in_force(call, _for_type(kind)):
        denied: list[Json] = [one for one in locations if _denies(item, policy, one)]
        if denied:
            restrictions.append({"result": "Deny", "values": denied, "policy": _reference(item)})
    return [{"field": "location", "restrictions": restrictions}] if restrictions else []


def location_evaluations(call: Call, kind: str, location: str) -> list[Json]:
    """The entries of `policyEvaluations` for a resource of type `kind` in a `location` that is denied."""
    expression = {"expressionKind": "Field", "expression": "location", "path": "location", "expressionValue": location}
    return [
        {
            "policyInfo": _reference(item),
            "evaluationResult": "NonCompliant",
            "evaluationDetails": {"evaluatedExpressions": [{"result": "True", **expression, "operator": "NotIn"}]},
            "effectDetails": {"policyEffect": "Deny"},
        }
        for item, policy in _in_force(call, _for_type(kind))
        if _denies(item, policy, location)
    ]


def assigned(world: World, policy: BuiltInPolicy) -> list[PolicyAssignmentRecord]:
    """The assignments of a built-in policy that are enforced."""
    return [
        item
        for item in world.policy_assignments
        if str(item.properties["policyDefinitionId"]).lower().endswith(policy.name)
        and item.properties.get("enforcementMode") == "Default"
    ]


def parameter(item: PolicyAssignmentRecord, policy: BuiltInPolicy) -> Json:
    """The value of the policy's parameter in an assignment."""
    parameters = item.properties.get("parameters")
    given = parameters.get(policy.parameter) if isinstance(parameters, Mapping) else None
    return given.get("value") if isinstance(given, Mapping) else None


def system_assignment(
    world: World, name: str, scope: str, policy: BuiltInPolicy, allowed: Sequence[str] = ()
) -> PolicyAssignmentRecord:
    """An assignment that Microsoft itself has made at `scope`; `allowed` are the regions that stay open."""
    properties: JsonObject = {
        "displayName": policy.title,
        "policyDefinitionId": f"/providers/Microsoft.Authorization/policyDefinitions/{policy.name}",
        "scope": scope,
        "notScopes": [],
        "parameters": {policy.parameter: {"value": list(allowed)}} if policy.parameter else {},
        "enforcementMode": "Default",
    }
    return PolicyAssignmentRecord(name, scope, properties, world.now(), world.ids.named("system", name), None, None)


def _check(call: Call, name: str, location: str, policies: Sequence[BuiltInPolicy]) -> None:
    for item, policy in _in_force(call, policies):
        if _denies(item, policy, location):
            raise _refused(name) if policy.by_microsoft else _disallowed(name, item, policy)


def _refused(name: str) -> ServiceError:
    return ServiceError(
        403,
        "RequestDisallowedByAzure",
        f"Resource '{name}' was disallowed by Azure: {_BEST_REGIONS}",
        headers=arm_errors.GATEWAY,
    )


def _disallowed(name: str, item: PolicyAssignmentRecord, policy: BuiltInPolicy) -> ServiceError:
    identifiers = json.dumps([
        {
            "policyAssignment": {"name": item.name, "id": item.id},
            "policyDefinition": {"name": policy.title, "id": str(item.properties["policyDefinitionId"])},
        }
    ], separators=(",", ":"))  # fmt: skip
    return ServiceError(
        403,
        "RequestDisallowedByPolicy",
        f"Resource '{name}' was disallowed by policy. Policy identifiers: '{identifiers}'.",
        headers=arm_errors.GATEWAY,
    )


def _for_type(kind: str) -> tuple[BuiltInPolicy, ...]:
    return (ALLOWED_GROUP_LOCATIONS,) if kind.lower() == GROUP_TYPE else _FOR_RESOURCES


def _in_force(call: Call, policies: Sequence[BuiltInPolicy]) -> list[tuple[PolicyAssignmentRecord, BuiltInPolicy]]:
    scope = scope_of(call)
    return [(item, one) for one in policies for item in assigned(call.world, one) if covers(item.scope, scope)]


def _denies(item: PolicyAssignmentRecord, policy: BuiltInPolicy, location: str) -> bool:
    wanted = location.replace(" ", "").lower()
    if not policy.parameter:
        return wanted in policy.closed
    allowed = parameter(item, policy)
    return wanted != "global" and wanted not in (allowed if isinstance(allowed, list) else ())


def _reference(item: PolicyAssignmentRecord) -> dict[str, Json]:
    return {"policyDefinitionId": str(item.properties["policyDefinitionId"]), "policyAssignmentId": item.id}
