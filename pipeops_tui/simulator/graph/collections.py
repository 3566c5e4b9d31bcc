"""Collections and single entities with the query options of OData that Graph knows."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlencode

from pipeops_tui.simulator.graph.filters import FilterError, parse_filter
from pipeops_tui.simulator.graph.kinds import KINDS
from pipeops_tui.simulator.graph.service import answer, bad_request, context
from pipeops_tui.simulator.routing import Call
from pipeops_tui.simulator.wire import Json, Reply, ServiceError, encode

PAGE = 100
_LARGEST_PAGE = 999
_KNOWN = frozenset({"$filter", "$select", "$top", "$count", "$search", "$orderby", "$skiptoken", "$expand"})
_SEARCH = re.compile(r'"(?P<property>\w+):(?P<text>.+)"')


def entity(call: Call, status: int, collection: str, item: Mapping[str, Json]) -> Reply:
    """One entity with `@odata.context` first, reduced to `$select`."""
    _check_options(call)
    names = _selected(call, collection)
    shown = f"({','.join(names)})" if names else ""
    body: dict[str, Json] = {"@odata.context": context(call, f"{collection}{shown}/$entity")}
    return answer(status, body | _project(item, names))


def listing(call: Call, collection: str, items: Sequence[Mapping[str, Json]]) -> Reply:
    """A collection after the query options of the request, with an opaque `@odata.nextLink` while more follows."""
    _check_options(call)
    items = _ordered(call, collection, _searched(call, _filtered(call, collection, items)))
    names = _selected(call, collection)
    size, start = _page_size(call), _start(call)
    shown = f"({','.join(names)})" if names else ""
    body: dict[str, Json] = {"@odata.context": context(call, f"{collection}{shown}")}
    if (call.request.argument("$count") or "").lower() == "true" and _eventual(call):
        body["@odata.count"] = len(items)
    if start + size < len(items):
        body["@odata.nextLink"] = _next_link(call, start + size)
    body["value"] = [_project(item, names) for item in items[start : start + size]]
    return answer(200, body)


def _filtered(call: Call, collection: str, items: Sequence[Mapping[str, Json]]) -> Sequence[Mapping[str, Json]]:
    text = call.request.argument("$filter")
    if not text:
        return items
    try:
        predicate, properties = parse_filter(text)
    except FilterError as error:
        raise ServiceError(400, "BadRequest", f"Invalid filter clause: {error}") from None
    kind = KINDS[collection]
    unknown = next((name for name in properties if name not in kind.properties), None)
    if unknown is not None:
        raise ServiceError(
            400,
            "Request_UnsupportedQuery",
            f"Unsupported or invalid query filter clause specified for property '{unknown}' of resource '{kind.name}'.",
        )
    return [item for item in items if predicate(item)]


def _searched(call: Call, items: Sequence[Mapping[str, Json]]) -> Sequence[Mapping[str, Json]]:
    text = call.request.argument("$search")
    if not text:
        return items
    found = _SEARCH.fullmatch(text.strip())
    if not _eventual(call) or found is None:
        raise bad_request(
            "Request with $search query parameter only works through MSGraph with a special request header: "
            "'ConsistencyLevel: eventual'"
        )
    wanted = found["text"].lower()
    return [item for item in items if wanted in str(item.get(found["property"]) or "").lower()]


def _ordered(call: Call, collection: str, items: Sequence[Mapping[str, Json]]) -> Sequence[Mapping[str, Json]]:
    text = call.request.argument("$orderby")
    if not text:
        return items
    name, _, direction = text.strip().partition(" ")
    return sorted(
        items, key=lambda item: str(item.get(name) or "").lower(), reverse=direction.strip().lower() == "desc"
    )


def _selected(call: Call, collection: str) -> list[str]:
    text = call.request.argument("$select")
    if not text:
        return []
    kind = KINDS[collection]
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = next((name for name in names if name not in kind.properties), None)
    if unknown is not None:
        raise ServiceError(
            400,
            "BadRequest",
            f"Parsing OData Select and Expand failed: Could not find a property named '{unknown}' on type "
            f"'microsoft.graph.{kind.type}'.",
        )
    return names


def _project(item: Mapping[str, Json], names: Sequence[str]) -> dict[str, Json]:
    if not names:
        return dict(item)
    return {name: item[name] for name in names if name in item}


def _page_size(call: Call) -> int:
    text = call.request.argument("$top")
    if text is None:
        return PAGE
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= _LARGEST_PAGE:
        raise bad_request(f"Invalid page size specified: '{text}'. Must be between 1 and {_LARGEST_PAGE} inclusive.")
    return int(text)


def _start(call: Call) -> int:
    token = call.request.argument("$skiptoken")
    if token is None:
        return 0
    try:
        content = json.loads(base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True))
        if isinstance(content["next"], int):
            return max(content["next"], 0)
    except (binascii.Error, ValueError, KeyError, TypeError):
        pass
    raise ServiceError(
        400,
        "Directory_ExpiredPageToken",
        "The specified page token value has expired and can no longer be included in your request.",
    )


def _next_link(call: Call, start: int) -> str:
    token = base64.urlsafe_b64encode(encode({"next": start})).rstrip(b"=").decode()
    kept = {key: value for key, value in call.request.query.items() if key.lower() != "$skiptoken"}
    return f"{call.world.endpoints.graph}{quote(call.request.path)}?{urlencode(kept | {'$skiptoken': token}, safe='$')}"


def _eventual(call: Call) -> bool:
    return call.request.headers.get("consistencylevel", "").lower() == "eventual"


def _check_options(call: Call) -> None:
    for name in call.request.query:
        if name.startswith("$") and name.lower() not in _KNOWN:
            raise ServiceError(400, "BadRequest", f"The query parameter '{name}' is not supported.")
