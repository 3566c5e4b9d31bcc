"""From a request to the operation it means, and from the operation to its handler."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pipeops_tui.simulator.operations import TABLE, Operation, Service
from pipeops_tui.simulator.wire import Reply, Request
from pipeops_tui.simulator.world.caller import Caller
from pipeops_tui.simulator.world.world import World

_PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")


@dataclass(slots=True)
class Call:
    """One request on its way through a service: what was asked, of which world, and by whom."""

    world: World
    request: Request
    operation: Operation
    params: Mapping[str, str]
    request_id: str
    correlation_id: str
    signed_in: Caller | None = None

    @property
    def caller(self) -> Caller:
        """Who asks. Only for operations that need a token; the front door has checked it by then."""
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
    """The operation a request means, with the parts its path names."""

    operation: Operation
    params: Mapping[str, str]
    handler: Handler


class Router:
    """Finds the first row of the table that fits. Paths of ARM and Graph are matched without regard to case."""

    def __init__(self, table: Iterable[Operation] = TABLE) -> None:
        self._rows = [(row, _compile(row), _handler(row)) for row in table]

    def match(self, request: Request) -> Match | None:
        """The operation `request` means, or None."""
        path = request.path.rstrip("/") or "/"
        if service_of(path) is Service.GRAPH:
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


def _handler(row: Operation) -> Handler:
    return _steered if row.service is Service.CONTROL else _HANDLERS[row.name]


def _steered(call: Call) -> Reply:
    raise LookupError(f"{call.operation.name} is a control and has no handler of its own")


def _compile(row: Operation) -> re.Pattern[str]:
    pattern, end = "", 0
    for place in _PLACE.finditer(row.path):
        pattern += re.escape(row.path[end : place.start()]) + _place(place[1], place[2])
        end = place.end()
    pattern += re.escape(row.path[end:])
    return re.compile(pattern, re.IGNORECASE if row.service in (Service.ARM, Service.GRAPH) else 0)


def _place(name: str, collection: str | None) -> str:
    if name == "scope":
        return r"(?P<scope>(?:/(?!providers/Microsoft\.Authorization/)[^/]+)*?)"
    if name == "key":
        return rf"/{collection}(?:/(?P<id>[^/()]+)|\((?P<alternate>\w+)='(?P<value>.*?)'\))"
    return rf"(?P<{name}>[^/]+)"


def service_of(path: str) -> Service:
    """The service that answers for `path`, also where it serves nothing there."""
    first = path.lstrip("/").partition("/")[0].lower()
    if first == "_simulator":
        return Service.CONTROL
    if first in ("v1.0", "beta"):
        return Service.GRAPH
    if first in ("subscriptions", "tenants", "providers", "metadata"):
        return Service.ARM
    return Service.ENTRA
