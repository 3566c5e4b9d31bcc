"""The front door of the sign-in service: headers and error envelopes around its handlers."""

from __future__ import annotations

from pipeops_tui.simulator.entra.errors import SignInError
from pipeops_tui.simulator.routing import Call, Match
from pipeops_tui.simulator.wire import JSON_TYPE, Reply, Request, encode
from pipeops_tui.simulator.world.clock import spaced
from pipeops_tui.simulator.world.world import World

_SERVER = "2.1.21103.5 - WEULR1 ProdSlices"
_POST_ONLY = ("/oauth2/v2.0/token", "/oauth2/v2.0/devicecode", "/oauth2/token")
_NO_STORE = {"Cache-Control": "no-store, no-cache", "Pragma": "no-cache", "Expires": "-1"}


def serve(world: World, request: Request, match: Match | None, trouble: SignInError | None = None) -> Reply:
    """The answer to a request for the sign-in service; `match` is None where it serves nothing.

    `trouble` comes before all else.
    """
    correlation_id = request.headers.get("client-request-id") or world.ids.guid("sign-in correlation")
    trace_id = world.ids.guid("trace")
    if trouble is not None:
        return _dress(world, request, _error(world, trouble, trace_id, correlation_id), trace_id)
    if match is None:
        if request.path.endswith(_POST_ONLY) and request.method != "POST":
            return _dress(world, request, _wrong_method(world, request, trace_id, correlation_id), trace_id)
        return _dress(world, request, _page_not_found(), trace_id)
    call = Call(world, request, match.operation, match.params, trace_id, correlation_id)
    try:
        reply = match.handler(call)
    except SignInError as error:
        reply = _error(world, error, trace_id, call.correlation_id)
    return _dress(world, request, reply, trace_id)


def _error(world: World, error: SignInError, trace_id: str, correlation_id: str) -> Reply:
    body = error.body(
        timestamp=spaced(world.now()),
        trace_id=trace_id,
        correlation_id=correlation_id,
        login=world.endpoints.login,
    )
    headers = {"Content-Type": JSON_TYPE, **_NO_STORE, "x-ms-clitelem": f"1,{error.number},0,,", **error.headers}
    return Reply(error.status, encode(body), headers)


def _wrong_method(world: World, request: Request, trace_id: str, correlation_id: str) -> Reply:
    text = f"The endpoint only accepts POST requests. Received a {request.method} request."
    return _error(world, SignInError("invalid_request", 900561, text), trace_id, correlation_id)


def _page_not_found() -> Reply:
    html = b"<!DOCTYPE html><html><head><title>404 - Not Found</title></head><body>Not found.</body></html>"
    return Reply(404, html, {"Content-Type": "text/html; charset=utf-8", **_NO_STORE})


def _dress(world: World, request: Request, reply: Reply, trace_id: str) -> Reply:
    headers = {
        **(_NO_STORE if "Cache-Control" not in reply.headers else {}),
        **reply.headers,
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
        "P3P": 'CP="DSP CUR OTPi IND OTRi ONL FIN"',
        "x-ms-request-id": trace_id,
        "x-ms-ests-server": _SERVER,
    }
    if request.method == "POST" and reply.status == 200:
        headers.setdefault("x-ms-clitelem", "1,0,0,,")
    if "client-request-id" in request.headers:
        headers["client-request-id"] = request.headers["client-request-id"]
    reply.headers = headers
    reply.cookies = (
        f"fpc={world.ids.opaque('fpc', 22)}; path=/; secure; HttpOnly; SameSite=None",
        "x-ms-gateway-slice=estsfd; path=/; secure; samesite=none; httponly",
        "stsservicecookie=ests; path=/; secure; samesite=none; httponly",
    )
    return reply
