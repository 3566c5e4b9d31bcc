"""The control endpoints `/_simulator/*`: read and change the simulated Azure without a token; the newest requests.

They serve programs of this computer. A web page that a browser shows on it reaches them too, so what a page can send on
its own is refused: another Host (DNS rebinding), another Origin, and bodies that are not JSON.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from pipeops_tui.simulator.arm.provider_catalog import resource_providers
from pipeops_tui.simulator.arm.providers import provider_json
from pipeops_tui.simulator.arm.resource_groups import group_json
from pipeops_tui.simulator.arm.role_assignments import assignment_json
from pipeops_tui.simulator.arm.subscriptions import subscription_json, tenant_json
from pipeops_tui.simulator.faults import FaultKind, FaultPlan, parse_fault
from pipeops_tui.simulator.graph.entity_types import application_json, service_principal_json
from pipeops_tui.simulator.operations import OPERATIONS
from pipeops_tui.simulator.routing import Match
from pipeops_tui.simulator.wire import Document, Json, Reply, Request, decode_object
from pipeops_tui.simulator.world.clock import Moment, precise
from pipeops_tui.simulator.world.sign_ins import SignInVerdict
from pipeops_tui.simulator.world.world import World

KEPT = 10_000
KEPT_TEXT = 8 * 1024 * 1024
"""Characters of paths, queries and callers that are kept at most."""
_HERE = frozenset({"localhost", "127.0.0.1", "[::1]"})
_SUBSCRIPTIONS_API_VERSION = "2022-12-01"
_MOST_SUBSCRIPTIONS_WITH_PROVIDERS = 100
"""Up to this many subscriptions the state lists the providers of all of them, beyond it only of those in which one was
registered: with 10,000 subscriptions the answer would have more than 100,000 entries."""


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """One request. `status` is 0 where no answer was sent; `time` is the world's."""

    n: int
    time: Moment
    operation: str
    method: str
    path: str
    query: str
    status: int
    fault: str | None
    caller: str | None

    @property
    def text_length(self) -> int:
        """Characters of what the client chose."""
        return len(self.path) + len(self.query) + len(self.caller or "")

    def json(self) -> Document:
        """As `/_simulator/requests` shows it."""
        return {
            "n": self.n,
            "time": precise(self.time),
            "operation": self.operation,
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "status": self.status,
            "fault": self.fault,
            "caller": self.caller,
        }


class RequestHistory:
    """The newest 10,000 requests, control requests left out; fewer where their texts are very long."""

    def __init__(self) -> None:
        self._entries: deque[RecordedRequest] = deque()
        self._count = 0
        self._text = 0

    def next_number(self) -> int:
        """The number of a request; call it when the request arrives."""
        self._count += 1
        return self._count

    def add(self, entry: RecordedRequest) -> None:
        """Adds a request, answered or not."""
        self._entries.append(entry)
        self._text += entry.text_length
        while len(self._entries) > KEPT or self._text > KEPT_TEXT:
            self._text -= self._entries.popleft().text_length

    def json(self) -> list[Document]:
        """All kept requests in the order they arrived."""
        return [entry.json() for entry in sorted(self._entries, key=lambda entry: entry.n)]


class _BadRequestError(Exception):
    """A control request that cannot be carried out; the text is one sentence."""


def serve(world: World, faults: FaultPlan, history: RequestHistory, request: Request, match: Match | None) -> Reply:
    """The reply to a control request: 200, 400 for a bad body, 403 and 415 for what a web page could send, 404 for an
    unknown control."""
    if refusal := _refusal(request):
        return refusal
    if match is None:
        return Reply.of(404, {"error": f"There is no control at {request.method} {request.path}."})
    try:
        return Reply.of(200, _run(world, faults, history, match.operation.name, request))
    except _BadRequestError as error:
        return Reply.of(400, {"error": str(error)})


def _refusal(request: Request) -> Reply | None:
    """The reply to a request that may come from a web page; None where none can have sent it."""
    host = request.headers.get("host", "").lower()
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    if name not in _HERE:
        return Reply.of(403, {"error": "Control requests are answered only on localhost."})
    if request.headers.get("origin", f"https://{host}").lower() != f"https://{host}":
        return Reply.of(403, {"error": "Control requests from web pages are refused."})
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if (request.body or request.method == "POST") and content_type != "application/json":
        return Reply.of(415, {"error": "The body must be sent as application/json."})
    return None


def snapshot(world: World) -> dict[str, list[Document]]:
    """Everything that exists: items as on the wire plus their `tenantId`. Client secrets appear by key id only."""
    directory, subscriptions = world.directory, world.subscriptions
    shown = [
        item
        for item in subscriptions.values()
        if item.registrations or len(subscriptions) <= _MOST_SUBSCRIPTIONS_WITH_PROVIDERS
    ]
    deleted = [item for tenant_id in directory.tenants for item in directory.deleted_items(tenant_id)]
    return {
        "tenants": [tenant_json(item) for item in directory.tenants.values()],
        "subscriptions": [subscription_json(item, _SUBSCRIPTIONS_API_VERSION) for item in subscriptions.values()],
        "resource_groups": [
            _with_tenant(group_json(item), subscriptions[item.subscription_id].tenant_id) for item in world.groups
        ],
        "applications": [
            _with_tenant(application_json(world, item), item.tenant_id) for item in directory.applications.values()
        ],
        "deleted_applications": [_with_tenant(application_json(world, item), item.tenant_id) for item in deleted],
        "service_principals": [
            _with_tenant(service_principal_json(world, item), item.tenant_id)
            for item in directory.service_principals.values()
        ],
        "role_assignments": [_with_tenant(assignment_json(item), item.tenant_id) for item in world.assignments],
        "providers": [
            _with_tenant(provider_json(world, item, provider), item.tenant_id)
            for item in shown
            for provider in resource_providers().values()
        ],
    }


def _with_tenant(item: dict[str, Json], tenant_id: str) -> Document:
    return item | {"tenantId": tenant_id}


def _run(world: World, faults: FaultPlan, history: RequestHistory, name: str, request: Request) -> Json:
    if name == "simulatorState":
        return snapshot(world)
    if name == "simulatorRequests":
        return history.json()
    if name == "simulatorOperations":
        return sorted(OPERATIONS)
    if name == "simulatorClearFaults":
        faults.clear()
        return {"faults": []}
    body = decode_object(request.body)
    if body is None:
        raise _BadRequestError("The body must be a JSON object.")
    if name == "simulatorAddFault":
        return _add_fault(faults, body)
    if name == "simulatorIssuer":
        return _publish_keys(world, body)
    if name == "simulatorClock":
        return _advance_clock(world, body.get("advance_s"))
    return _decide_device_code(world, body)


def _add_fault(faults: FaultPlan, body: dict[str, Json]) -> Json:
    text = body.pop("fault", None)
    if not isinstance(text, str):
        raise _BadRequestError("The body must have a text named 'fault'.")
    try:
        # A control request reads no file: what an answer is comes with it, even where that is nothing.
        fault = parse_fault(text, body if body or f":{FaultKind.ANSWER}" in text else None)
    except ValueError as error:
        raise _BadRequestError(str(error)) from None
    faults.add(fault)
    return {"fault": str(fault)}


def _advance_clock(world: World, seconds: Json) -> Json:
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 <= seconds <= 1e10:
        raise _BadRequestError("The body must have a number named 'advance_s' between 0 and 10000000000.")
    world.clock.advance(seconds)
    return {"now": world.now().seconds}


def _publish_keys(world: World, body: dict[str, Json]) -> Json:
    """What an issuer of tokens outside of Azure publishes (RFC 7517), since nothing is read from the network."""
    issuer, keys = body.get("issuer"), body.get("keys")
    if not isinstance(issuer, str) or not isinstance(keys, list):
        raise _BadRequestError("The body must have a text named 'issuer' and an array named 'keys'.")
    named: dict[str, Json] = {str(one["kid"]): one for one in keys if isinstance(one, dict) and one.get("kid")}
    if len(named) != len(keys):
        raise _BadRequestError("Every key must be a JSON Web Key with a 'kid' of its own.")
    world.issuers[issuer] = named
    return {"issuer": issuer, "keys": sorted(named)}


def _decide_device_code(world: World, body: dict[str, Json]) -> Json:
    code = body.get("user_code")
    if not isinstance(code, str):
        raise _BadRequestError("The body must have a text named 'user_code'.")
    verdict = SignInVerdict.DECLINED if body.get("decline") is True else SignInVerdict.APPROVED
    if not world.sign_ins.decide(code, verdict):
        raise _BadRequestError(f"No device code {code!r} is waiting.")
    return {"user_code": code, "verdict": str(verdict)}
