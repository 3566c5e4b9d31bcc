"""Pages of a list with an opaque `$skiptoken`, as ARM links them."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from urllib.parse import quote, urlencode

from pipeops_tui.simulator.arm.errors import GATEWAY
from pipeops_tui.simulator.routing import Call
from pipeops_tui.simulator.wire import Json, Reply, ServiceError, encode

PAGE = 489
"""Entries on a full page, as recorded for resource groups."""


def paged(call: Call, items: Sequence[Json], size: int = PAGE) -> Reply:
    """`{"value": [...]}` with an absolute `nextLink` while more follows; the key is absent on the last page."""
    start = _start(call)
    answer: dict[str, Json] = {"value": items[start : start + size]}
    if start + size < len(items):
        token = (
            base64.urlsafe_b64encode(encode({"next": start + size, "of": call.operation.name})).rstrip(b"=").decode()
        )
        kept = {k: v for k, v in call.request.query.items() if k.lower() != "$skiptoken"}
        base = f"{call.world.endpoints.resource_manager}{quote(call.request.path)}"
        answer["nextLink"] = f"{base}?{urlencode(kept)}&%24skiptoken={token}"
    return Reply.of(200, answer)


def _start(call: Call) -> int:
    token = call.request.argument("$skiptoken")
    if token is None:
        return 0
    try:
        content = json.loads(base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True))
        if content["of"] == call.operation.name and isinstance(content["next"], int):
            return max(content["next"], 0)
    except (binascii.Error, ValueError, KeyError, TypeError):
        pass
    raise ServiceError(400, "InvalidSkipToken", f"The provided skip token '{token}' is not valid.", headers=GATEWAY)
