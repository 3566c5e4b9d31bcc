"""The Azure Resource Manager service: what happens to every request before and after its handler, and pages of lists.

Before: token, API version (Azure/azure-rest-api-specs and recorded exchanges), rights; after: error envelope, rate
limits, headers. Sizes of the limits: Microsoft Learn "Understand how Azure Resource Manager throttles requests"
(buckets of 250 reads refilled by 25 a second, 200 writes and 200 deletes refilled by 10; 15 times as much for all
principals together).
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Sequence
from urllib.parse import quote, urlencode

from pipeops_tui.simulator.arm import access_checks, arm_errors
from pipeops_tui.simulator.arm.arm_errors import GATEWAY
from pipeops_tui.simulator.arm.provider_catalog import resource_providers
from pipeops_tui.simulator.entra.tokens import ARM_AUDIENCES, audience_of, read_access_token
from pipeops_tui.simulator.operations import TABLE, ApiOperation, ApiService
from pipeops_tui.simulator.routing import Call, Match
from pipeops_tui.simulator.wire import JSON_TYPE, Json, Reply, Request, ServiceError, decode_object, encode
from pipeops_tui.simulator.world.clock import compact
from pipeops_tui.simulator.world.records import Caller, ResourceGroupRecord, SubscriptionRecord
from pipeops_tui.simulator.world.world import World

PAGE = 489
"""Entries on a full page, as recorded for resource groups."""
_RESOURCES = (
    "2025-04-01", "2025-03-01", "2024-11-01", "2024-07-01", "2024-03-01", "2023-07-01", "2022-12-01", "2022-09-01",
    "2022-06-01", "2022-05-01", "2022-01-01", "2021-04-01", "2021-01-01", "2020-10-01", "2020-09-01", "2020-08-01",
    "2020-07-01", "2020-06-01", "2020-05-01", "2020-01-01", "2019-11-01", "2019-10-01", "2019-09-01", "2019-08-01",
    "2019-07-01", "2019-06-01", "2019-05-10", "2019-05-01", "2019-03-01", "2018-11-01", "2018-09-01", "2018-08-01",
    "2018-07-01", "2018-06-01", "2018-05-01", "2018-02-01", "2018-01-01", "2017-12-01", "2017-08-01", "2017-06-01",
    "2017-05-10", "2017-05-01", "2017-03-01", "2016-09-01", "2016-07-01", "2016-06-01", "2016-02-01", "2015-11-01",
    "2015-01-01", "2014-04-01-preview", "2014-04-01",
)  # fmt: skip
_AUTHORIZATION = (
    "2022-05-01-preview", "2022-04-01", "2020-10-01-preview", "2020-08-01-preview", "2020-04-01-preview",
    "2020-03-01-preview", "2018-09-01-preview", "2018-07-01", "2018-01-01-preview", "2017-10-01-preview",
    "2015-07-01", "2015-06-01", "2015-05-01-preview", "2014-10-01-preview", "2014-07-01-preview", "2014-04-01-preview",
)  # fmt: skip
_POLICIES = (
    "2025-11-01", "2025-03-01", "2025-01-01", "2024-05-01", "2024-04-01", "2023-04-01", "2022-06-01", "2021-06-01",
    "2020-09-01", "2020-03-01", "2019-09-01", "2019-06-01", "2019-01-01", "2018-05-01", "2018-03-01",
    "2017-06-01-preview", "2016-12-01", "2016-04-01", "2015-11-01", "2015-10-01-preview",
)  # fmt: skip
SUPPORTED: dict[str, tuple[str, ...]] = {
    "subscriptions": _RESOURCES,
    "tenants": _RESOURCES,
    "resourceGroups": _RESOURCES,
    "providers": _RESOURCES,
    "permissions": _AUTHORIZATION,
    "roleDefinitions": _AUTHORIZATION,
    "roleAssignments": _AUTHORIZATION,
    "denyAssignments": ("2024-07-01-preview", "2022-04-01", "2018-07-01-preview"),
    "locks": ("2020-05-01", "2017-04-01", "2016-09-01", "2015-01-01"),
    "policyAssignments": _POLICIES,
    "policyDefinitions": _POLICIES,
    "roleEligibilityScheduleInstances": ("2022-04-01-preview", "2020-10-01", "2020-10-01-preview"),
    "policies": ("2024-10-01", "2023-03-01", "2022-03-01", "2020-07-01"),
    "resourceGraph": (
        "2024-04-01",
        "2022-10-01",
        "2021-03-01",
        "2021-03-01-preview",
        "2020-04-01-preview",
        "2019-04-01",
    ),
    "metadata": ("2022-09-01", "2020-06-01", "2019-05-01", "2018-05-01", "2015-01-01"),
}
"""By `Operation.provider_type`, newest first."""
_REGION = "WESTEUROPE"
_PROVIDER = re.compile(r".*/providers/(?P<namespace>[^/]+)(?:/(?P<type>[^/]+))?.*", re.IGNORECASE)
_KINDS = {"GET": "reads", "HEAD": "reads", "DELETE": "deletes"}
_SIZES = {"reads": 250, "writes": 200, "deletes": 800}
_REFILL = {"reads": 25, "writes": 10, "deletes": 10}
_ALL_PRINCIPALS = 15
_TENANT_READS = 2_200
_COUNTED_REFUSALS = (400, 409)
"""A write that is refused with one of these still counts, as recorded."""
_AUTHORIZATION_TYPES = frozenset(
    {"permissions", "roleDefinitions", "roleAssignments", "denyAssignments", "roleEligibilityScheduleInstances"}
)


def paged(call: Call, items: Sequence[Json], size: int = PAGE) -> Reply:
    """`{"value": [...]}` with an absolute `nextLink` while more follows; the key is absent on the last page."""
    start = _start(call)
    answer: dict[str, Json] = {"value": items[start : start + size]}
    if start + size < len(items):
        token = (
            base64.urlsafe_b64encode(encode({"next": start + size, "of": call.operation.name})).rstrip(b"=").decode()
        )
        kept = {k: v for k, v in call.request.query.items() if k.lower() != "$skiptoken"}
        base = f"{call.world.endpoints.resource_manager}{quote(call.request.path)}"
        answer["nextLink"] = f"{base}?{urlencode(kept)}&%24skiptoken={token}"
    return Reply.of(200, answer)


def page_size(call: Call) -> int:
    """`$top`, or a full page. Raises ServiceError (400) for what is no number of entries."""
    text = call.request.argument("$top")
    if text is None:
        return PAGE
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise arm_errors.invalid_option("Top", text)
    return min(int(text), PAGE)


def _start(call: Call) -> int:
    token = call.request.argument("$skiptoken")
    if token is None:
        return 0
    try:
        content = json.loads(base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True))
        if content["of"] == call.operation.name and isinstance(content["next"], int):
            return max(content["next"], 0)
    except (binascii.Error, ValueError, KeyError, TypeError):
        pass
    raise ServiceError(400, "InvalidSkipToken", f"The provided skip token '{token}' is not valid.", headers=GATEWAY)


def check_version(request: Request, operation: ApiOperation | None) -> None:
    """Raises ServiceError (400) when `api-version` is missing or not one of the resource type."""
    version = request.argument("api-version")
    if not version:
        raise ServiceError(
            400,
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
            headers=GATEWAY,
        )
    if operation is None or operation.provider_type == "any":
        return
    supported = SUPPORTED[operation.provider_type]
    if version.lower() not in supported:
        raise ServiceError(
            400,
            "InvalidApiVersionParameter",
            f"The api-version '{version}' is invalid. The supported versions are '{','.join(supported)}'.",
            headers=GATEWAY,
        )


def serve(world: World, request: Request, match: Match | None, failure: ServiceError | None = None) -> Reply:
    """The reply to a request for ARM. `match` is None where nothing is served; `failure` replaces the answer."""
    request_id = world.ids.guid("arm request")
    correlation_id = request.headers.get("x-ms-correlation-request-id") or request_id
    caller: Caller | None = None
    try:
        if failure is not None:
            raise failure
        if match is None or not match.operation.anonymous:
            caller = _authenticate(world, request)
        check_version(request, match.operation if match else None)
        if match is None:
            raise unserved_request(world, request)
        call = Call(world, request, match.operation, match.params, request_id, correlation_id, caller)
        world.settle()
        access_checks.check_access(call)
        reply = match.handler(call)
    except ServiceError as error:
        reply = Reply(error.status, arm_errors.envelope(error), {"Content-Type": JSON_TYPE, **error.headers})
    _count_against_limits(world, caller, request, reply)
    return _with_headers(world, reply, match, request_id, correlation_id, caller)


def subscription_of(call: Call) -> SubscriptionRecord:
    """The subscription in the path; `access_checks.check_access` has made sure that it exists."""
    return call.world.subscriptions[call.params["sub"].lower()]


def group_of(call: Call) -> ResourceGroupRecord:
    """The resource group in the path. Raises ServiceError (404)."""
    group = call.world.groups.get(subscription_of(call).subscription_id, call.params["group"])
    if group is None:
        raise arm_errors.group_not_found(call.params["group"])
    return group


def json_body(request: Request) -> dict[str, Json]:
    """The request's body, a JSON object. Raises ServiceError (400)."""
    body = decode_object(request.body)
    if body is None:
        raise arm_errors.bad_body(
            "The request content was invalid and could not be deserialized: a JSON object is expected."
        )
    return body


def _authenticate(world: World, request: Request) -> Caller:
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        raise access_checks.without_token(world, request.path)
    token = read_access_token(world, text.strip())
    if token is None:
        raise arm_errors.unauthenticated(
            "InvalidAuthenticationToken", "The access token is invalid.", "Could not validate the token."
        )
    if audience_of(world, token.audience) != "arm":
        allowed = "','".join(f"{audience}/','{audience}" for audience in sorted(ARM_AUDIENCES, reverse=True))
        raise arm_errors.unauthenticated(
            "InvalidAuthenticationTokenAudience",
            f"The access token has been obtained for wrong audience or resource '{token.audience}'. It should exactly "
            f"match with one of the allowed audiences '{allowed}'.",
            "The access token has been obtained from wrong audience or resource",
        )
    if world.now() >= token.expires:
        raise arm_errors.unauthenticated(
            "ExpiredAuthenticationToken", "The access token expiry UTC time is earlier than current UTC time.",
            "The access token has expired.",
        )  # fmt: skip
    revoked = world.sign_ins.revoked_at(token.caller.session)
    if revoked is not None:
        raise arm_errors.revoked(revoked)
    return token.caller


def _with_headers(
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


def _count_against_limits(world: World, caller: Caller | None, request: Request, reply: Reply) -> None:
    """Takes one token for a request that passed the gateway and writes what remains into the reply's headers."""
    kind = _KINDS.get(request.method, "writes")
    refused_early = reply.headers.get("x-ms-failure-cause") == "gateway"
    if caller is None or (refused_early and (kind == "reads" or reply.status not in _COUNTED_REFUSALS)):
        return
    parts = request.path.split("/")
    if len(parts) < 3 or parts[1].lower() != "subscriptions":
        left = world.buckets.take((caller.object_id, "tenant", kind), _TENANT_READS, _REFILL[kind], world.now())
        reply.headers[f"x-ms-ratelimit-remaining-tenant-{kind}"] = str(left)
        return
    subscription = parts[2].lower()
    size, refill = _SIZES[kind], _REFILL[kind]
    own = world.buckets.take((caller.object_id, subscription, kind), size, refill, world.now())
    shared = world.buckets.take(("", subscription, kind), size * _ALL_PRINCIPALS, refill * _ALL_PRINCIPALS, world.now())
    reply.headers[f"x-ms-ratelimit-remaining-subscription-{kind}"] = str(own)
    reply.headers[f"x-ms-ratelimit-remaining-subscription-global-{kind}"] = str(shared)


def unserved_request(world: World, request: Request) -> ServiceError:
    """The error for a request that no operation of ARM fits."""
    found = _PROVIDER.fullmatch(request.path)
    if found is not None:
        return _unknown_type(found["namespace"], found["type"] or "", request.argument("api-version") or "")
    if _has_other_method(request.path):
        return ServiceError(
            405,
            "MethodNotAllowed",
            f"The requested resource does not support http method '{request.method}'.",
            headers=GATEWAY,
        )
    url = f"{world.endpoints.resource_manager}{request.path}"
    return ServiceError(
        404, "NotFound", f"No HTTP resource was found that matches the request URI '{url}'.", headers=GATEWAY
    )


def _unknown_type(namespace: str, kind: str, version: str) -> ServiceError:
    if namespace.lower() not in resource_providers():
        return ServiceError(
            404, "InvalidResourceNamespace", f"The resource namespace '{namespace}' is invalid.", headers=GATEWAY
        )
    return ServiceError(
        404,
        "InvalidResourceType",
        f"The resource type '{kind}' could not be found in the namespace '{namespace}' for api version '{version}'.",
        headers=GATEWAY,
    )


def _has_other_method(path: str) -> bool:
    """Whether some ARM operation has this path; segments in braces match anything."""
    parts = path.rstrip("/").lower().split("/")
    templates = [row.path.lower().split("/") for row in TABLE if row.service is ApiService.ARM]
    return any(
        len(template) == len(parts)
        and all(want == have or want.startswith("{") for want, have in zip(template, parts, strict=True))
        for template in templates
    )
