"""Microsoft Graph's front door: token, headers, error envelope."""

from __future__ import annotations

import json

from pipeops_tui.simulator.entra.tokens import audience_of, read_access_token
from pipeops_tui.simulator.routing import Call, Match
from pipeops_tui.simulator.wire import Json, Reply, Request, ServiceError, encode
from pipeops_tui.simulator.world.caller import Caller
from pipeops_tui.simulator.world.clock import whole
from pipeops_tui.simulator.world.world import World

ODATA_TYPE = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
_DIAGNOSTIC = (
    '{"ServerInfo":{"DataCenter":"West Europe","Slice":"E","Ring":"5","ScaleUnit":"004",'
    '"RoleInstance":"AM2PEPF0001B7A4"}}'
)


def serve(world: World, request: Request, match: Match | None) -> Reply:
    """The answer to a request for Microsoft Graph; `match` is None where it serves nothing."""
    request_id = world.ids.guid("graph request")
    client_id = request.headers.get("client-request-id") or request_id
    try:
        caller = _authenticate(world, request)
        if match is None:
            raise _nothing_there(request)
        reply = match.handler(Call(world, request, match.operation, match.params, request_id, client_id, caller))
    except ServiceError as error:
        reply = _error(world, error, request_id, client_id)
    if reply.body:
        reply.chunked = True
        reply.headers.setdefault("Content-Type", ODATA_TYPE)
        reply.headers["Vary"] = "Accept-Encoding"
        if reply.status < 400:
            reply.headers["OData-Version"] = "4.0"
    reply.headers = {
        "Cache-Control": "no-cache",
        **reply.headers,
        "Strict-Transport-Security": "max-age=31536000",
        "request-id": request_id,
        "client-request-id": client_id,
        "x-ms-ags-diagnostic": _DIAGNOSTIC,
        "x-ms-resource-unit": "2" if request.method == "GET" and "$filter" in request.query else "1",
    }
    return reply


def answer(status: int, value: Json) -> Reply:
    """A success in Graph's own content type."""
    return Reply.of(status, value, ODATA_TYPE)


def context(call: Call, what: str) -> str:
    """The value of `@odata.context` for an entity or collection such as `applications/$entity`."""
    return f"{call.world.endpoints.graph}/v1.0/$metadata#{what}"


def bad_request(message: str, *, details: tuple[dict[str, Json], ...] = ()) -> ServiceError:
    """400 Request_BadRequest."""
    return ServiceError(400, "Request_BadRequest", message, details=details)


def denied() -> ServiceError:
    """403 Authorization_RequestDenied."""
    return ServiceError(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")


def not_found(key: str) -> ServiceError:
    """404 Request_ResourceNotFound."""
    return ServiceError(
        404,
        "Request_ResourceNotFound",
        f"Resource '{key}' does not exist or one of its queried reference-property objects are not present.",
    )


def json_body(request: Request) -> dict[str, Json]:
    """The request's body, a JSON object; an empty body counts as `{}`. Raises ServiceError (400)."""
    if not request.body.strip():
        return {}
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        raise ServiceError(
            400,
            "BadRequest",
            "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of "
            "valid JSON format.",
        ) from None
    if not isinstance(body, dict):
        raise ServiceError(400, "BadRequest", "Write requests (excluding DELETE) must contain a JSON object.")
    return body


def _authenticate(world: World, request: Request) -> Caller:
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        raise _unauthenticated("Access token is empty.")
    token = read_access_token(world, text.strip())
    if token is None:
        raise _unauthenticated("IDX14100: JWT is not well formed, there are no dots (.).")
    if audience_of(world, token.audience) != "graph":
        raise _unauthenticated("Access token validation failure. Invalid audience.")
    if world.now() >= token.expires:
        raise _unauthenticated("Lifetime validation failed, the token is expired.")
    return token.caller


def _unauthenticated(message: str) -> ServiceError:
    challenge = (
        'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", '
        'client_id="00000003-0000-0000-c000-000000000000"'
    )
    return ServiceError(401, "InvalidAuthenticationToken", message, headers={"WWW-Authenticate": challenge})


def _nothing_there(request: Request) -> ServiceError:
    segment = request.path.split("/")[2] if request.path.count("/") > 1 else ""
    return ServiceError(400, "BadRequest", f"Resource not found for the segment '{segment}'.")


def _error(world: World, error: ServiceError, request_id: str, client_id: str) -> Reply:
    inner: dict[str, Json] = {"code": error.code, "message": error.message}
    if error.details:
        inner["details"] = error.details
    inner["innerError"] = {
        "date": whole(world.now()).rstrip("Z"),
        "request-id": request_id,
        "client-request-id": client_id,
    }
    return Reply(error.status, encode({"error": inner}), {"Content-Type": "application/json", **error.headers})
