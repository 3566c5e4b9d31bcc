"""The answers of services that are in trouble: throttled, failing, hidden behind a front door's error page."""

from __future__ import annotations

import base64

from pipeops_tui.simulator.faults import Fault, FaultKind
from pipeops_tui.simulator.operations import Service
from pipeops_tui.simulator.wire import JSON_TYPE, Json, Reply, encode
from pipeops_tui.simulator.world.clock import spaced, whole
from pipeops_tui.simulator.world.world import World

MFA_CLAIMS = '{"access_token":{"acrs":{"essential":true,"values":["p1"]}}}'
"""Asks for a token of a session with a second factor (Azure/azure-cli#31699)."""
_MFA_TEXT = (
    "Due to a configuration change made by your administrator, or because you moved to a new location, you must use "
    "multi-factor authentication to access the resource."
)
_RETRY_AFTER = 5

_FRONT_DOOR_PAGE = (
    "<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Transitional//EN' "
    "'http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd'><html xmlns='http://www.w3.org/1999/xhtml'><head>"
    "<meta content='text/html; charset=utf-8' http-equiv='content-type'/><style type='text/css'>body "
    "{{font-family:Arial; margin-left:40px; }}img  {{ border:0 none; }}#content {{ margin-left: auto; "
    "margin-right: auto }}#message h2 {{ font-size: 20px; font-weight: normal; color: #000000; margin: 34px 0px 0px "
    "0px }}#message p  "
    "{{ font-size: 13px; color: #000000; margin: 7px 0px 0px 0px }}#errorref {{ font-size: 11px; color: #737373; "
    "margin-top: 41px }}</style><title>Service unavailable</title></head><body><div id='content'><div id='message'>"
    "<h2>The service is unavailable.</h2></div><div id='errorref'><span>{reference}</span></div></div></body></html>"
)


def trouble(world: World, service: Service, fault: Fault) -> Reply:
    """What `service` answers when `fault` has struck; for the kinds that have an answer of their own."""
    if fault.kind is FaultKind.HTML_503:
        return _front_door(world)
    if fault.kind is FaultKind.TOO_MANY:
        return _throttled(world, service, int(fault.argument if fault.argument is not None else _RETRY_AFTER))
    if fault.kind is FaultKind.CLAIMS:
        return claims_challenge(world, service, MFA_CLAIMS)
    return _failed(world, service)


def claims_challenge(world: World, service: Service, claims: str) -> Reply:
    """401 that asks the client to come back with a token that satisfies `claims`, a JSON text."""
    coded = base64.b64encode(claims.encode()).decode()
    challenge = (
        'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", '
        f'error="insufficient_claims", claims="{coded}"'
    )
    headers = {"WWW-Authenticate": challenge}
    if service is Service.GRAPH:
        message = "Exception of type 'Microsoft.Graph.AGS.Contracts.ClaimsChallengeRequiredException' was thrown."
        return _graph(world, 401, "InvalidAuthenticationToken", message, headers)
    if service is Service.ENTRA:
        return _entra(world, 400, "interaction_required", 50076, _MFA_TEXT, {}, claims)
    return _arm(401, "AuthenticationFailed", "Authentication failed.", headers)


def _throttled(world: World, service: Service, seconds: int) -> Reply:
    headers = {"Retry-After": str(seconds)}
    if service is Service.GRAPH:
        return _graph(world, 429, "TooManyRequests", "Too many requests.", headers)
    if service is Service.ENTRA:
        return _entra(
            world, 429, "temporarily_unavailable", 90055, "The app is sending too many requests, too often.", headers
        )
    message = f"Number of requests exceeded the limit. Please try again after '{seconds}' seconds."
    return _arm(429, "SubscriptionRequestsThrottled", message, headers)


def _failed(world: World, service: Service) -> Reply:
    if service is Service.GRAPH:
        return _graph(world, 500, "InternalServerError", "An internal server error has occurred.", {})
    if service is Service.ENTRA:
        return _entra(world, 500, "server_error", 50000, "There was an issue issuing a token.", {})
    return _arm(500, "InternalServerError", "Encountered internal server error.", {"x-ms-failure-cause": "service"})


def _front_door(world: World) -> Reply:
    edge = world.ids.guid("edge").replace("-", "").upper()
    page = _FRONT_DOOR_PAGE.format(reference=f"Ref A: {edge} Ref B: AMS231032608031 Ref C: {whole(world.now())}")
    headers = {
        "Content-Type": "text/html",
        "Cache-Control": "no-store",
        "x-azure-externalerror": "0x80072efe,OriginConnectionAborted",
        "X-MSEdge-Ref": f"Ref A: {edge} Ref B: AMS231032608031 Ref C: {whole(world.now())}",
    }
    return Reply(503, page.encode(), headers)


def _arm(status: int, code: str, message: str, headers: dict[str, str]) -> Reply:
    common = {"Content-Type": JSON_TYPE, "Cache-Control": "no-cache", "Pragma": "no-cache", "Expires": "-1"}
    cause = {} if "x-ms-failure-cause" in headers else {"x-ms-failure-cause": "gateway"}
    return Reply(status, encode({"error": {"code": code, "message": message}}), common | cause | headers)


def _graph(world: World, status: int, code: str, message: str, headers: dict[str, str]) -> Reply:
    request_id = world.ids.guid("graph request")
    inner: Json = {"date": whole(world.now()).rstrip("Z"), "request-id": request_id, "client-request-id": request_id}
    body = encode({"error": {"code": code, "message": message, "innerError": inner}})
    return Reply(status, body, {"Content-Type": "application/json", "request-id": request_id} | headers, chunked=True)


def _entra(
    world: World, status: int, error: str, number: int, text: str, headers: dict[str, str], claims: str = ""
) -> Reply:
    trace, correlation, now = world.ids.guid("trace"), world.ids.guid("sign-in correlation"), spaced(world.now())
    body: dict[str, Json] = {
        "error": error,
        "error_description": f"AADSTS{number}: {text} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {now}",
        "error_codes": [number],
        "timestamp": now,
        "trace_id": trace,
        "correlation_id": correlation,
        "error_uri": f"{world.endpoints.login}/error?code={number}",
        **({"suberror": "basic_action", "claims": claims} if claims else {}),
    }
    return Reply(status, encode(body), {"Content-Type": JSON_TYPE, "Cache-Control": "no-store, no-cache"} | headers)
