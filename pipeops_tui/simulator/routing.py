"""From a request to the operation it means, and from the operation to its handler."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from pipeops_tui.simulator.operations import TABLE, ApiOperation, ApiService
from pipeops_tui.simulator.wire import Reply, Request
from pipeops_tui.simulator.world.records import Caller
from pipeops_tui.simulator.world.world import World

_SLASHES = re.compile("/{2,}")
_PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")


@dataclass(slots=True)
class Call:
    """One request while a service handles it: the world, the operation, the parts of its path, and the caller."""

    world: World
    request: Request
    operation: ApiOperation
    params: Mapping[str, str]
    request_id: str
    correlation_id: str
    signed_in: Caller | None = None

    @property
    def caller(self) -> Caller:
        """Who sends the request. Only for operations that need a token, which the service has checked by then."""
        if self.signed_in is None:
            raise LookupError(f"{self.operation.name} takes no token")
        return self.signed_in


Handler = Callable[[Call], Reply]
_HANDLERS: dict[str, Handler] = {}


def handles(name: str) -> Callable[[Handler], Handler]:
    """Binds a function to the operation of that name."""

    def bind(handler: Handler) -> Handler:
        if name in _HANDLERS:
            raise ValueError(f"{name} has two handlers")
        _HANDLERS[name] = handler
        return handler

    return bind


@dataclass(frozen=True, slots=True)
class Match:
    """The operation a request means, its handler, and the parameters in its path."""

    operation: ApiOperation
    params: Mapping[str, str]
    handler: Handler


class Router:
    """Finds the first row of `operations.TABLE` that fits a request. Case does not matter in paths of ARM and Graph."""

    def __init__(self, table: Iterable[ApiOperation] = TABLE) -> None:
        self._rows = [(row, _compile(row), _handler(row)) for row in table]

    def match(self, request: Request) -> Match | None:
        """The operation `request` means, or None."""
        path = request.path.rstrip("/") or "/"
        if service_of(path) is ApiService.GRAPH:
            # Graph's metadata gives its namespace the alias "graph", which the SDKs write in type casts.
            path = path.replace("/graph.", "/microsoft.graph.")
        for row, pattern, handler in self._rows:
            if row.method != request.method:
                continue
            found = pattern.fullmatch(path)
            if found is None or (row.grant and request.form().get("grant_type") != row.grant):
                continue
            params = {key: value for key, value in found.groupdict().items() if value is not None}
            return Match(row, params, handler)
        return None


@cache
def router() -> Router:
    """The router of all operations; to be called when every handler is bound."""
    return Router()


def _handler(row: ApiOperation) -> Handler:
    return _handled_by_control if row.service is ApiService.CONTROL else _HANDLERS[row.name]


def _handled_by_control(call: Call) -> Reply:
    raise LookupError(f"{call.operation.name} is a control and has no handler of its own")


def _compile(row: ApiOperation) -> re.Pattern[str]:
    pattern, end = "", 0
    for place in _PLACE.finditer(row.path):
        pattern += re.escape(row.path[end : place.start()]) + _place(place[1], place[2])
        end = place.end()
    pattern += re.escape(row.path[end:])
    return re.compile(pattern, re.IGNORECASE if row.service in (ApiService.ARM, ApiService.GRAPH) else 0)


def _place(name: str, collection: str | None) -> str:
    if name == "scope":
        return r"(?P<scope>(?:/(?!providers/Microsoft\.Authorization/)[^/]+)*?)"
    if name == "key":
        return rf"/{collection}(?:/(?P<id>[^/()]+)|\((?P<alternate>\w+)='(?P<value>.*?)'\))"
    return rf"(?P<{name}>[^/]+)"


def normal_path(path: str) -> str:
    """`path` as Azure Resource Manager reads it: several slashes are one.

    The SDK for JavaScript writes two before a scope, because its documents let a scope begin with one.
    """
    return _SLASHES.sub("/", path) if service_of(path) is ApiService.ARM else path


def service_asked(request: Request) -> ApiService:
    """The service that answers `request`, even if it serves nothing there."""
    return ApiService.GRAPH if request.at_graph else service_of(request.path)


def service_of(path: str) -> ApiService:
    """The service that `path` belongs to, even if it serves nothing there."""
    first = path.lstrip("/").partition("/")[0].lower()
    if first == "_simulator":
        return ApiService.CONTROL
    if first == "msi":
        return ApiService.IDENTITY
    if first in ("v1.0", "beta"):
        return ApiService.GRAPH
    if first in ("subscriptions", "tenants", "providers", "metadata"):
        return ApiService.ARM
    return ApiService.ENTRA
