"""How much is used: processor cores in a region, and counts asked of Azure Resource Graph."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeops_tui.simulator.arm import errors
from pipeops_tui.simulator.arm.catalog import physical_regions
from pipeops_tui.simulator.arm.service import json_body, subscription_of
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Json, Reply, ServiceError
from pipeops_tui.simulator.world import authorization
from pipeops_tui.simulator.world.entities import Subscription

_COUNT = re.compile(
    r"authorizationresources\s*\|\s*where\s+type\s*=~\s*['\"]microsoft\.authorization/roleassignments['\"]"
    r"(?:\s+and\s+id\s+(?:startswith|contains)\s+['\"]/subscriptions/(?P<sub>[^'\"/]+)/?['\"])?"
    r"\s*\|\s*(?:(?P<count>count)|summarize\s+(?:(?P<name>\w+)\s*=\s*)?count\(\))\s*",
    re.IGNORECASE,
)


@handles("listUsages")
def list_usages(call: Call) -> Reply:
    """Processor cores in a region: what is used and what the subscription may use."""
    subscription = subscription_of(call)
    if call.params["location"].lower() not in physical_regions():
        raise ServiceError(
            400, "NoRegisteredProviderFound",
            f"No registered resource provider found for location '{call.params['location']}'.", headers=errors.GATEWAY,
        )  # fmt: skip
    if call.world.registration(subscription, "Microsoft.Compute") != "Registered":
        raise errors.unregistered("Microsoft.Compute")
    limit = 4 if subscription.quota_id.startswith(("FreeTrial", "MSDN")) else 100
    rows = (("cores", "Total Regional vCPUs"), ("standardDSv3Family", "Standard DSv3 Family vCPUs"))
    value: list[Json] = [
        {
            "limit": limit,
            "unit": "Count",
            "currentValue": 0,
            "name": {"value": name, "localizedValue": title},
        }
        for name, title in rows
    ]
    return Reply.of(200, {"value": value})


@handles("queryResourceGraph")
def query_resource_graph(call: Call) -> Reply:
    """Azure Resource Graph, for the one question asked here: how many role assignments a subscription has."""
    body = json_body(call.request)
    query = body.get("query")
    found = _COUNT.fullmatch(query.strip()) if isinstance(query, str) else None
    if found is None:
        raise ServiceError(
            400,
            "BadRequest",
            "Please provide below info when asking for support: timestamp and correlationId.",
            details=[{"code": "InvalidQuery", "message": "Query is invalid. Please refer to the documentation."}],
        )
    asked = body.get("subscriptions")
    wanted = asked if isinstance(asked, Sequence) and not isinstance(asked, str) else list(call.world.subscriptions)
    seen = [item for item in (_visible(call, str(name)) for name in wanted) if item is not None]
    if found["sub"]:
        seen = [item for item in seen if item.subscription_id == found["sub"].lower()]
    count = sum(call.world.assignments.count(item.scope) for item in seen)
    name = "Count" if found["count"] else found["name"] or "count_"
    return Reply.of(
        200,
        {"totalRecords": 1, "count": 1, "data": [{name: count}], "facets": [], "resultTruncated": "false"},
    )


def _visible(call: Call, subscription_id: str) -> Subscription | None:
    item = call.world.subscriptions.get(subscription_id.lower())
    if item is None or call.operation.name in call.world.rules.refused:
        raise ServiceError(
            403,
            "AuthorizationFailed",
            "The client does not have authorization to perform action "
            f"'Microsoft.ResourceGraph/resources/read' over scope '/subscriptions/{subscription_id}'.",
        )
    allowed, _ = authorization.may(call.world, call.caller, "Microsoft.Authorization/roleAssignments/read", item.scope)
    return item if allowed else None
