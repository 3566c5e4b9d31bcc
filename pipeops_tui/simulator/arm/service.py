"""ARM's front door: token, API version, subscription and rights are judged here, before any handler runs."""

from __future__ import annotations

from pipeops_tui.simulator.arm import errors, gates, limits
from pipeops_tui.simulator.arm.unknown import nothing_there
from pipeops_tui.simulator.arm.versions import check_version
from pipeops_tui.simulator.entra.tokens import ARM_AUDIENCES, read_access_token
from pipeops_tui.simulator.routing import Call, Match
from pipeops_tui.simulator.wire import JSON_TYPE, Json, Reply, Request, ServiceError, decode_object
from pipeops_tui.simulator.world.caller import Caller
from pipeops_tui.simulator.world.clock import compact
from pipeops_tui.simulator.world.entities import Subscription
from pipeops_tui.simulator.world.world import World

_REGION = "WESTEUROPE"
_AUTHORIZATION_TYPES = frozenset(
    {"permissions", "roleDefinitions", "roleAssignments", "denyAssignments", "roleEligibilityScheduleInstances"}
)


def serve(world: World, request: Request, match: Match | None, trouble: ServiceError | None = None) -> Reply:
    """The answer to a request for ARM; `match` is None where it serves nothing, `trouble` comes before all else."""
    request_id = world.ids.guid("arm request")
    correlation_id = request.headers.get("x-ms-correlation-request-id") or request_id
    caller: Caller | None = None
    try:
        if trouble is not None:
            raise trouble
        if match is None or not match.operation.anonymous:
            caller = _authenticate(world, request)
        check_version(request, match.operation if match else None)
        if match is None:
            raise nothing_there(world, request)
        call = Call(world, request, match.operation, match.params, request_id, correlation_id, caller)
        gates.admit(call)
        reply = match.handler(call)
    except ServiceError as error:
        reply = Reply(error.status, errors.envelope(error), {"Content-Type": JSON_TYPE, **error.headers})
    limits.count(world, caller, request, reply)
    return _dress(world, reply, match, request_id, correlation_id, caller)


def subscription_of(call: Call) -> Subscription:
    """The subscription in the path. The front door has found it by then."""
    return call.world.subscriptions[call.params["sub"].lower()]


def json_body(request: Request) -> dict[str, Json]:
    """The request's body, a JSON object. Raises ServiceError (400)."""
    body = decode_object(request.body)
    if body is None:
        raise errors.bad_body(
            "The request content was invalid and could not be deserialized: a JSON object is expected."
        )
    return body


def _authenticate(world: World, request: Request) -> Caller:
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        raise errors.unauthenticated(
            "AuthenticationFailed",
            "Authentication failed. The 'Authorization' header is missing.",
            "The authentication failed because of missing 'Authorization' header.",
        )
    token = read_access_token(world, text.strip())
    if token is None:
        raise errors.unauthenticated(
            "InvalidAuthenticationToken", "The access token is invalid.", "Could not validate the token."
        )
    if token.audience.rstrip("/") not in ARM_AUDIENCES:
        allowed = "','".join(f"{audience}/','{audience}" for audience in sorted(ARM_AUDIENCES, reverse=True))
        raise errors.unauthenticated(
            "InvalidAuthenticationTokenAudience",
            f"The access token has been obtained for wrong audience or resource '{token.audience}'. It should exactly "
            f"match with one of the allowed audiences '{allowed}'.",
            "The access token has been obtained from wrong audience or resource",
        )
    if world.now() >= token.expires:
        raise errors.unauthenticated(
            "ExpiredAuthenticationToken", "The access token expiry UTC time is earlier than current UTC time.",
            "The access token has expired.",
        )  # fmt: skip
    revoked = world.sign_ins.revoked_at(token.caller.session)
    if revoked is not None:
        raise errors.revoked(revoked)
    return token.caller


def _dress(
    world: World, reply: Reply, match: Match | None, request_id: str, correlation_id: str, caller: Caller | None
) -> Reply:
    is_authorization = match is not None and match.operation.provider_type in _AUTHORIZATION_TYPES
    extra: dict[str, str] = {}
    routed = correlation_id if is_authorization else request_id
    if is_authorization and caller is not None:
        extra["x-ms-operation-identifier"] = (
            f"tenantId={caller.tenant_id},objectId={caller.object_id}/{_REGION.lower()}/{world.ids.guid('operation')}"
        )
        extra["Set-Cookie"] = "x-ms-gateway-slice=Production; path=/; secure; samesite=none; httponly"
        request_id = world.ids.guid("authorization request")
    reply.headers = {
        "Cache-Control": "no-cache",
        "Pragma": "no-cache",
        "Expires": "-1",
        **reply.headers,
        **extra,
        "x-ms-request-id": request_id,
        "x-ms-correlation-request-id": correlation_id,
        "x-ms-routing-request-id": f"{_REGION}:{compact(world.now())}:{routed}",
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
        "X-Cache": "CONFIG_NOCACHE",
        "X-MSEdge-Ref": f"Ref A: {world.ids.guid('edge').replace('-', '').upper()} Ref B: AMS231032608031 "
        f"Ref C: {compact(world.now())}",
    }
    return reply
