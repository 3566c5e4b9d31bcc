"""The `x-ms-ratelimit-remaining-*` headers: token buckets per principal and subscription.

Sizes: Microsoft Learn "Understand how Azure Resource Manager throttles requests" (buckets of 250 reads refilled by 25 a
second, 200 writes and 200 deletes refilled by 10; fifteen times as much for all principals together).
"""

from __future__ import annotations

from pipeops_tui.simulator.wire import Reply, Request
from pipeops_tui.simulator.world.caller import Caller
from pipeops_tui.simulator.world.world import World

_KINDS = {"GET": "reads", "HEAD": "reads", "DELETE": "deletes"}
_SIZES = {"reads": 250, "writes": 200, "deletes": 800}
_REFILL = {"reads": 25, "writes": 10, "deletes": 10}
_GLOBAL = 15
_TENANT_READS = 2_200


def count(world: World, caller: Caller | None, request: Request, reply: Reply) -> None:
    """Takes one token for a request that got past the front door and writes what remains into the reply's headers."""
    if caller is None or reply.headers.get("x-ms-failure-cause") == "gateway":
        return
    kind = _KINDS.get(request.method, "writes")
    parts = request.path.split("/")
    if len(parts) < 3 or parts[1].lower() != "subscriptions":
        left = world.buckets.take((caller.object_id, "tenant", kind), _TENANT_READS, _REFILL[kind], world.now())
        reply.headers[f"x-ms-ratelimit-remaining-tenant-{kind}"] = str(left)
        return
    subscription = parts[2].lower()
    size, refill = _SIZES[kind], _REFILL[kind]
    own = world.buckets.take((caller.object_id, subscription, kind), size, refill, world.now())
    shared = world.buckets.take(("", subscription, kind), size * _GLOBAL, refill * _GLOBAL, world.now())
    reply.headers[f"x-ms-ratelimit-remaining-subscription-{kind}"] = str(own)
    reply.headers[f"x-ms-ratelimit-remaining-subscription-global-{kind}"] = str(shared)
