"""`/_simulator/*`: looking into the world and steering it, without a token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeops_tui.simulator.faults import parse_fault
from pipeops_tui.simulator.operations import OPERATIONS
from pipeops_tui.simulator.routing import Match
from pipeops_tui.simulator.state import snapshot
from pipeops_tui.simulator.wire import Json, Reply, Request, decode_object
from pipeops_tui.simulator.world.sign_in import Verdict

if TYPE_CHECKING:
    from pipeops_tui.simulator.azure import Azure


class _BadRequestError(Exception):
    """One sentence for whoever steers."""


def serve(azure: Azure, request: Request, match: Match | None) -> Reply:
    """The answer to a control request."""
    if match is None:
        return Reply.of(404, {"error": f"There is no control at {request.method} {request.path}."})
    try:
        return Reply.of(200, _do(azure, match.operation.name, request))
    except _BadRequestError as error:
        return Reply.of(400, {"error": str(error)})


def _do(azure: Azure, name: str, request: Request) -> Json:
    if name == "simulatorState":
        return snapshot(azure.world)
    if name == "simulatorRequests":
        return azure.log.json()
    if name == "simulatorOperations":
        return sorted(OPERATIONS)
    if name == "simulatorClearFaults":
        azure.faults.clear()
        return {"faults": []}
    body = _body(request)
    if name == "simulatorAddFault":
        return add_fault(azure, body.get("fault"))
    if name == "simulatorClock":
        return _advance(azure, body.get("advance_s"))
    return _device_login(azure, body)


def add_fault(azure: Azure, text: object) -> Json:
    """Adds the fault of that text."""
    if not isinstance(text, str):
        raise _BadRequestError("The body must have a text named 'fault'.")
    try:
        fault = parse_fault(text)
    except ValueError as error:
        raise _BadRequestError(str(error)) from None
    azure.faults.add(fault)
    return {"fault": str(fault)}


def _advance(azure: Azure, seconds: object) -> Json:
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 <= seconds <= 1e10:
        raise _BadRequestError("The body must have a number named 'advance_s' between 0 and 10000000000.")
    azure.world.clock.advance(seconds)
    return {"now": azure.world.now()}


def _device_login(azure: Azure, body: dict[str, Json]) -> Json:
    code = body.get("user_code")
    if not isinstance(code, str):
        raise _BadRequestError("The body must have a text named 'user_code'.")
    verdict = Verdict.DECLINED if body.get("decline") is True else Verdict.APPROVED
    if not azure.world.sign_ins.decide(code, verdict):
        raise _BadRequestError(f"No device code {code!r} is waiting.")
    return {"user_code": code, "verdict": str(verdict)}


def _body(request: Request) -> dict[str, Json]:
    body = decode_object(request.body)
    if body is None:
        raise _BadRequestError("The body must be a JSON object.")
    return body
