"""Azure Resource Graph (2021-03-01), for one query only: how many role assignments a subscription has."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeops_tui.simulator.arm.arm_service import json_body
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Reply, ServiceError
from pipeops_tui.simulator.world import authorization
from pipeops_tui.simulator.world.records import SubscriptionRecord

_COUNT = re.compile(
    r"authorizationresources\s*\|\s*where\s+type\s*=~\s*['\"]microsoft\.authorization/roleassignments['\"]"
    r"(?:\s+and\s+id\s+(?:startswith|contains)\s+['\"]/subscriptions/(?P<sub>[^'\"/]+)/?['\"])?"
    r"\s*\|\s*(?:(?P<count>count)|summarize\s+(?:(?P<name>\w+)\s*=\s*)?count\(\))\s*",
    re.IGNORECASE,
)


@handles("queryResourceGraph")
def query_resource_graph(call: Call) -> Reply:
    """Azure Resource Graph, for one query only: how many role assignments a subscription has."""
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


def _visible(call: Call, subscription_id: str) -> SubscriptionRecord | None:
    item = call.world.subscriptions.get(subscription_id.lower())
    if item is None or call.operation.name in call.world.rules.refused:
        raise ServiceError(
            403,
            "AuthorizationFailed",
            "The client does not have authorization to perform action "
            f"'Microsoft.ResourceGraph/resources/read' over scope '/subscriptions/{subscription_id}'.",
        )
    allowed, _ = authorization.is_allowed(
        call.world, call.caller, "Microsoft.Authorization/roleAssignments/read", item.scope
    )
    return item if allowed else None
