"""Collections and single entities with the query options of OData that Graph knows."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote, urlencode

from pipeops_tui.simulator.graph.entity_types import ENTITY_TYPES, EntityType, type_of
from pipeops_tui.simulator.graph.filters import FilterError, parse_filter
from pipeops_tui.simulator.graph.graph_service import answer, bad_request, context
from pipeops_tui.simulator.routing import Call
from pipeops_tui.simulator.wire import Json, Reply, ServiceError, encode

PAGE = 100
_LARGEST_PAGE = 999
_KNOWN = frozenset({"$filter", "$select", "$top", "$count", "$search", "$orderby", "$skiptoken", "$expand"})
_FOR_COLLECTIONS = frozenset({"$filter", "$top", "$count", "$search", "$orderby", "$skiptoken"})
_SEARCH = re.compile(r'"(?P<property>\w+):(?P<text>.+)"')
_ORDER = re.compile(r"(?P<name>[\w/.]+)(?:\s+(?P<direction>asc|desc))?", re.IGNORECASE)
_EXPAND = re.compile(r"(?P<name>\w+)(?:\(\$select=(?P<select>[\w,\s]+)\))?", re.IGNORECASE)

Expansion = Callable[[Call, str], Sequence[Mapping[str, Json]]]
_EXPANSIONS: dict[tuple[str, str], Expansion] = {}


def expands(collection: str, name: str) -> Callable[[Expansion], Expansion]:
    """Binds a function to the navigation property `name`: it returns what an entity, given by its id, leads to."""

    def bind(expansion: Expansion) -> Expansion:
        _EXPANSIONS[collection, name] = expansion
        return expansion

    return bind


def entity(call: Call, status: int, collection: str, item: Mapping[str, Json]) -> Reply:
    """One entity with `@odata.context` first, reduced to `$select`."""
    _check_options(call)
    if any(call.request.argument(name) is not None for name in _FOR_COLLECTIONS):
        raise ServiceError(
            400,
            "BadRequest",
            "The query specified in the URI is not valid. The requested resource is not a collection. Query options "
            "$filter, $orderby, $count, $skip, and $top can be applied only on collections.",
        )
    shape = _shape(call, collection)
    body: dict[str, Json] = {"@odata.context": context(call, f"{collection}{shape.shown}/$entity")}
    return answer(status, body | _project(call, item, shape))


def listing(call: Call, collection: str, items: Sequence[Mapping[str, Json]]) -> Reply:
    """A collection after the query options of the request, with an opaque `@odata.nextLink` while more follows."""
    _check_options(call)
    items = _ordered(call, collection, _searched(call, collection, _filtered(call, collection, items)))
    shape = _shape(call, collection)
    size, start = _page_size(call), _start(call)
    body: dict[str, Json] = {"@odata.context": context(call, f"{collection}{shape.shown}")}
    if _counts(call) and _eventual(call):
        body["@odata.count"] = len(items)
    if start + size < len(items):
        body["@odata.nextLink"] = _next_link(call, start + size)
    body["value"] = [_project(call, item, shape) for item in items[start : start + size]]
    return answer(200, body)


@dataclass(frozen=True, slots=True)
class _Shape:
    """What of each entity is shown: the selected properties (all, when empty), and what is expanded, each with its own
    selection."""

    names: tuple[str, ...]
    expanded: Mapping[str, tuple[Expansion, tuple[str, ...]]]

    @property
    def shown(self) -> str:
        """As `@odata.context` writes it."""
        inner = [f"{name}({','.join(names)})" for name, (_, names) in self.expanded.items()]
        parts = ",".join((*self.names, *inner))
        return f"({parts})" if parts else ""


def _filtered(call: Call, collection: str, items: Sequence[Mapping[str, Json]]) -> Sequence[Mapping[str, Json]]:
    text = call.request.argument("$filter")
    if not text:
        return items
    try:
        meant = parse_filter(text)
    except FilterError as error:
        raise ServiceError(400, "BadRequest", f"Invalid filter clause: {error}") from None
    kind = type_of(collection)
    if meant.advanced and not (_eventual(call) and _counts(call)):
        raise ServiceError(
            400,
            "Request_UnsupportedQuery",
            f"Operator '{meant.advanced[0]}' is not supported because the required parameters might be missing. Try "
            "adding $count=true query parameter and ConsistencyLevel:eventual header. Refer to "
            "https://aka.ms/graph-docs/advanced-queries for more information",
        )
    unknown = next((name for name in meant.properties if kind.canonical(name) is None), None)
    if unknown is not None:
        raise ServiceError(
            400,
            "Request_UnsupportedQuery",
            f"Unsupported or invalid query filter clause specified for property '{unknown}' of resource '{kind.name}'.",
        )
    return [item for item in items if meant.predicate(item)]


def _searched(call: Call, collection: str, items: Sequence[Mapping[str, Json]]) -> Sequence[Mapping[str, Json]]:
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
    name = type_of(collection).canonical(found["property"])
    if name is None:
        raise ServiceError(
            400, "Request_UnsupportedQuery", f"Unsupported or invalid search property '{found['property']}'."
        )
    return [item for item in items if wanted in str(item.get(name) or "").lower()]


def _ordered(call: Call, collection: str, items: Sequence[Mapping[str, Json]]) -> Sequence[Mapping[str, Json]]:
    """Sorted as `$orderby` says; texts without regard to case (microsoft-graph-docs-contrib#1354 has the refusal)."""
    text = call.request.argument("$orderby")
    if text is None:
        return items
    kind = type_of(collection)
    keys: list[tuple[str, bool]] = []
    for clause in text.split(","):
        found = _ORDER.fullmatch(clause.strip())
        if found is None:
            raise ServiceError(400, "BadRequest", f"Syntax error in the $orderby clause '{clause.strip()}'.")
        name = kind.canonical(found["name"])
        if name is None:
            raise ServiceError(400, "BadRequest", _no_property(found["name"], kind))
        if name not in kind.sortable:
            raise ServiceError(
                400, "Request_UnsupportedQuery", f"Unsupported sort property '{name}' for '{kind.name}'."
            )
        keys.append((name, (found["direction"] or "").lower() == "desc"))
    if call.request.argument("$filter") and not _eventual(call):
        raise ServiceError(400, "Request_UnsupportedQuery", "Sorting not supported for current query.")
    for name, descending in reversed(keys):
        items = sorted(items, key=partial(_sort_key, name), reverse=descending)
    return items


def _sort_key(name: str, item: Mapping[str, Json]) -> str:
    return str(item.get(name) or "").lower()


def _shape(call: Call, collection: str) -> _Shape:
    kind = type_of(collection)
    expanded: dict[str, tuple[Expansion, tuple[str, ...]]] = {}
    for clause in _clauses(call.request.argument("$expand") or ""):
        found = _EXPAND.fullmatch(clause)
        if found is None:
            raise _unreadable(f"Syntax error in '{clause}'.")
        name = kind.navigates(found["name"])
        if name is None:
            scalar = kind.canonical(found["name"])
            raise _unreadable(
                _no_property(found["name"], kind)
                if scalar is None
                else f"Property '{scalar}' on type 'microsoft.graph.{kind.type}' is not a navigation property or "
                "complex property. Only navigation properties can be expanded."
            )
        expansion = _EXPANSIONS.get((collection.rpartition("/")[2], name))
        if expansion is None:
            raise ServiceError(
                400, "Request_UnsupportedQuery", f"Expanding '{name}' of resource '{kind.name}' is not supported."
            )
        target = type_of(name if name in ENTITY_TYPES else "directoryObjects")
        expanded[name] = (expansion, _canonical_names(found["select"] or "", target))
    names = [name for name in _select_of(call) if kind.navigates(name) not in expanded]
    return _Shape(_canonical_names(",".join(names), kind), expanded)


def _select_of(call: Call) -> list[str]:
    return [name.strip() for name in (call.request.argument("$select") or "").split(",") if name.strip()]


def _clauses(text: str) -> list[str]:
    """The clauses of `$expand`; commas in parentheses belong to a clause."""
    return [clause.strip() for clause in re.split(r",(?![^(]*\))", text) if clause.strip()]


def _canonical_names(text: str, kind: EntityType) -> tuple[str, ...]:
    """The names that `$select` lists, in any case, in Graph's own spelling."""
    names: list[str] = []
    for asked in (name.strip() for name in text.split(",") if name.strip()):
        name = kind.canonical(asked)
        if name is None:
            raise _unreadable(_no_property(asked, kind))
        names.append(name)
    return tuple(dict.fromkeys(names))


def _no_property(name: str, kind: EntityType) -> str:
    return f"Could not find a property named '{name}' on type 'microsoft.graph.{kind.type}'."


def _unreadable(why: str) -> ServiceError:
    return ServiceError(400, "BadRequest", f"Parsing OData Select and Expand failed: {why}")


def _project(call: Call, item: Mapping[str, Json], shape: _Shape) -> dict[str, Json]:
    shown = _reduced(item, shape.names)
    for name, (expansion, names) in shape.expanded.items():
        shown[name] = [_reduced(inner, names) for inner in expansion(call, str(item["id"]))]
    return shown


def _reduced(item: Mapping[str, Json], names: Sequence[str]) -> dict[str, Json]:
    """The properties that are named, or all; the type of an entity is always there."""
    if not names:
        return dict(item)
    notes = {key: value for key, value in item.items() if key.startswith("@")}
    return notes | {name: item[name] for name in names if name in item}


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


def _counts(call: Call) -> bool:
    return (call.request.argument("$count") or "").lower() == "true"


def _eventual(call: Call) -> bool:
    return call.request.headers.get("consistencylevel", "").lower() == "eventual"


def _check_options(call: Call) -> None:
    for name in call.request.query:
        if name.startswith("$") and name.lower() not in _KNOWN:
            raise ServiceError(400, "BadRequest", f"The query parameter '{name}' is not supported.")
