"""The Microsoft Graph service: what happens to every request before and after its handler (token, errors, headers)."""

from __future__ import annotations

import base64
import re

from pipeops_tui.simulator.entra.tokens import audience_of, read_access_token
from pipeops_tui.simulator.operations import TABLE, ApiService
from pipeops_tui.simulator.routing import Call, Match
from pipeops_tui.simulator.wire import Json, Reply, Request, ServiceError, decode_object, encode
from pipeops_tui.simulator.world.clock import Moment, whole
from pipeops_tui.simulator.world.records import Caller
from pipeops_tui.simulator.world.world import World

ODATA_TYPE = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
_VERSION = "v1.0"
_KEY = re.compile(r"\([^)]*\)")
_BEARER = (
    'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", '
    'client_id="00000003-0000-0000-c000-000000000000"'
)
_DIAGNOSTIC = (
    '{"ServerInfo":{"DataCenter":"West Europe","Slice":"E","Ring":"5","ScaleUnit":"004",'
    '"RoleInstance":"AM2PEPF0001B7A4"}}'
)


def serve(world: World, request: Request, match: Match | None, failure: ServiceError | None = None) -> Reply:
    """The reply to a request for Graph. `match` is None where nothing is served; `failure` replaces the answer."""
    request_id = world.ids.guid("graph request")
    client_id = request.headers.get("client-request-id") or request_id
    try:
        if failure is not None:
            raise failure
        caller = None if match and match.operation.anonymous else _authenticate(world, request)
        if match is None:
            raise unserved_request(request)
        call = Call(world, request, match.operation, match.params, request_id, client_id, caller)
        _check_access(call)
        reply = match.handler(call)
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


def missing_scopes() -> ServiceError:
    """403 AccessDenied: the client application has no permission for the operation (Azure/azure-cli#23906)."""
    return ServiceError(
        403,
        "AccessDenied",
        "You cannot perform the requested operation, required scopes are missing in the token.",
    )


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
    body = decode_object(request.body)
    if body is None:
        raise ServiceError(
            400,
            "BadRequest",
            "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid "
            "JSON format.",
        )
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
    revoked = world.sign_ins.revoked_at(token.caller.session)
    if revoked is not None:
        raise _revoked(revoked)
    return token.caller


def _check_access(call: Call) -> None:
    """The checks of every operation: refused by the rules, throttled, session revoked at this write."""
    world, name = call.world, call.operation.name
    if name in world.rules.refused:
        raise missing_scopes() if "Policy" in name else denied()
    seconds = world.throttle(name)
    if seconds is not None:
        raise ServiceError(429, "TooManyRequests", "Please retry again later.", headers={"Retry-After": str(seconds)})
    if call.request.method in ("POST", "PATCH", "DELETE") and name not in ("getDirectoryObjects", "batch"):
        revoked = world.sign_ins.revoke_if_due(world.rules, call.caller.session)
        if revoked is not None:
            raise _revoked(revoked)


def _revoked(at: Moment) -> ServiceError:
    claims = f'{{"access_token":{{"nbf":{{"essential":true, "value":"{int(at)}"}}}}}}'
    message = (
        "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: "
        "TokenIssuedBeforeRevocationTimestamp"
    )
    challenge = (
        f'{_BEARER}, error_description="{message}", error="insufficient_claims", '
        f'claims="{base64.b64encode(claims.encode()).decode()}"'
    )
    return ServiceError(401, "InvalidAuthenticationToken", message, headers={"WWW-Authenticate": challenge})


def _unauthenticated(message: str) -> ServiceError:
    return ServiceError(401, "InvalidAuthenticationToken", message, headers={"WWW-Authenticate": _BEARER})


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


def unserved_request(request: Request) -> ServiceError:
    """The error for a request that no operation of Graph fits."""
    version, *segments = request.path.strip("/").split("/")
    if version.lower() != _VERSION:
        return ServiceError(400, "BadRequest", f"Invalid version: {version}.")
    known = [_segments(row.path) for row in TABLE if row.service is ApiService.GRAPH]
    asked = [_KEY.sub("", segment).lower() for segment in segments]
    for depth, segment in enumerate(asked):
        known = [row for row in known if len(row) > depth and row[depth] in (segment, "{}")]
        if not known:
            return ServiceError(400, "BadRequest", f"Resource not found for the segment '{segments[depth]}'.")
    return ServiceError(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")


def _segments(template: str) -> list[str]:
    """The segments of a path template after the version, in lower case; `{}` stands for any value."""
    spread = re.sub(r"\{key:(\w+)\}", r"/\1/{}", template).lower()
    return ["{}" if part.startswith("{") else part for part in spread.strip("/").split("/")[1:]]
