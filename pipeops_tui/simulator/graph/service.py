"""Microsoft Graph's front door: token, headers, error envelope."""

from __future__ import annotations

import base64

from pipeops_tui.simulator.entra.tokens import audience_of, read_access_token
from pipeops_tui.simulator.graph.unknown import nothing_there
from pipeops_tui.simulator.routing import Call, Match
from pipeops_tui.simulator.wire import Json, Reply, Request, ServiceError, decode_object, encode
from pipeops_tui.simulator.world.caller import Caller
from pipeops_tui.simulator.world.clock import whole
from pipeops_tui.simulator.world.world import World

ODATA_TYPE = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
_BEARER = (
    'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", '
    'client_id="00000003-0000-0000-c000-000000000000"'
)
_DIAGNOSTIC = (
    '{"ServerInfo":{"DataCenter":"West Europe","Slice":"E","Ring":"5","ScaleUnit":"004",'
    '"RoleInstance":"AM2PEPF0001B7A4"}}'
)


def serve(world: World, request: Request, match: Match | None, trouble: ServiceError | None = None) -> Reply:
    """The answer to a request for Microsoft Graph; `match` is None where it serves nothing.

    `trouble` comes before all else.
    """
    request_id = world.ids.guid("graph request")
    client_id = request.headers.get("client-request-id") or request_id
    try:
        if trouble is not None:
            raise trouble
        caller = None if match and match.operation.anonymous else _authenticate(world, request)
        if match is None:
            raise nothing_there(request)
        call = Call(world, request, match.operation, match.params, request_id, client_id, caller)
        _admit(call)
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
    """403 AccessDenied: the client application was not granted what the operation takes (Azure/azure-cli#23906)."""
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


def _admit(call: Call) -> None:
    """What can keep any operation from happening: no right to it, a throttle, a session that ends now."""
    world, name = call.world, call.operation.name
    if name in world.rules.refused:
        raise missing_scopes() if "Policy" in name else denied()
    seconds = world.throttle(name)
    if seconds is not None:
        raise ServiceError(429, "TooManyRequests", "Please retry again later.", headers={"Retry-After": str(seconds)})
    if call.request.method in ("POST", "PATCH", "DELETE") and name != "getDirectoryObjects":
        revoked = world.sign_ins.revoke_if_due(world.rules, call.caller.session)
        if revoked is not None:
            raise _revoked(revoked)


def _revoked(at: float) -> ServiceError:
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
