"""The sign-in service of Microsoft Entra ID: headers and error envelopes around its handlers, and what clients read
before they sign in: OpenID configuration, instance discovery, signing keys."""

from __future__ import annotations

import re
from urllib.parse import urlsplit
from uuid import UUID

from pipeops_tui.simulator.entra.sign_in_errors import SignInError, malformed_tenant, tenant_not_found
from pipeops_tui.simulator.routing import Call, Match, handles
from pipeops_tui.simulator.wire import JSON_TYPE, Json, Reply, Request, encode
from pipeops_tui.simulator.world.clock import spaced
from pipeops_tui.simulator.world.records import PUBLIC_INSTANCE
from pipeops_tui.simulator.world.world import World

PLURAL_TENANTS = frozenset({"common", "organizations", "consumers"})
_INSTANCES = {
    PUBLIC_INSTANCE: ("NA", "graph.windows.net", "graph.microsoft.com", "https://pas.windows.net"),
    "microsoftonline.us": (
        "USGov", "graph.windows.net", "graph.microsoft.us", "https://pasff.usgovcloudapi.net",
    ),
    "partner.microsoftonline.cn": (
        "AS", "graph.chinacloudapi.cn", "microsoftgraph.chinacloudapi.cn", "https://pas.chinacloudapi.cn",
    ),
}  # fmt: skip
"""Region, Azure AD Graph, Microsoft Graph and Azure RBAC by `cloud_instance_name`."""
_DOMAIN = re.compile(r"[\w-]+(\.[\w-]+)+", re.ASCII)
_SERVER = "2.1.21103.5 - WEULR1 ProdSlices"
_POST_ONLY = ("/oauth2/v2.0/token", "/oauth2/v2.0/devicecode", "/oauth2/token")
_NO_STORE = {"Cache-Control": "no-store, no-cache", "Pragma": "no-cache", "Expires": "-1"}


def tenant_in_path(world: World, name: str, *, discovering: bool = False) -> str | None:
    """The tenant id a path segment names, or None for `common` and `organizations`. Raises SignInError (90002)."""
    if name.lower() in PLURAL_TENANTS:
        return None
    tenant = world.directory.tenant_named(name)
    if tenant is None and not (_is_guid(name) or _DOMAIN.fullmatch(name)):
        raise malformed_tenant(name)
    if tenant is None:
        raise tenant_not_found(name, discovering=discovering)
    return tenant.tenant_id


def _is_guid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@handles("getOpenIdConfiguration")
def get_openid_configuration(call: Call) -> Reply:
    """The endpoints of one tenant. Key order as recorded; Microsoft Learn "OpenID Connect on the platform"."""
    tenant = tenant_in_path(call.world, call.params["tenant"], discovering=True) or call.params["tenant"]
    place = _place(call.world, tenant)
    login = call.world.endpoints.login
    base = f"{login}/{tenant}"
    issuer = "{tenantid}" if tenant in PLURAL_TENANTS else tenant
    body: dict[str, Json] = {
        "token_endpoint": f"{base}/oauth2/v2.0/token",
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": f"{base}/discovery/v2.0/keys",
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": f"{login}/{issuer}/v2.0",
        "request_uri_parameter_supported": False,
        "userinfo_endpoint": f"{call.world.endpoints.graph}/oidc/userinfo",
        "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
        "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
        "http_logout_supported": True,
        "frontchannel_logout_supported": True,
        "end_session_endpoint": f"{base}/oauth2/v2.0/logout",
        "claims_supported": [
            "sub", "iss", "cloud_instance_name", "cloud_instance_host_name", "cloud_graph_host_name", "msgraph_host",
            "aud", "exp", "iat", "auth_time", "acr", "nonce", "preferred_username", "name", "tid", "ver", "at_hash",
            "c_hash", "email",
        ],
        **place,
    }  # fmt: skip
    reply = Reply.of(200, body)
    reply.headers |= {
        "Cache-Control": "max-age=86400, private",
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": "GET, OPTIONS",
    }
    return reply


def _place(world: World, tenant: str) -> dict[str, Json]:
    """Where a tenant is: its region and the hosts of its cloud. The addresses of the sign-in stay those of this
    world, so that no client is led out of it."""
    instance = PUBLIC_INSTANCE if tenant in PLURAL_TENANTS else world.tenant(tenant).instance
    region, graph, microsoft_graph, rbac = _INSTANCES[instance]
    return {
        "tenant_region_scope": None if tenant in PLURAL_TENANTS else region,
        **({"tenant_region_sub_scope": "DODCON"} if region == "USGov" else {}),
        "cloud_instance_name": instance,
        "cloud_graph_host_name": graph,
        "msgraph_host": microsoft_graph,
        "rbac_url": rbac,
    }


@handles("discoverInstance")
def discover_instance(call: Call) -> Reply:
    """The instances of the cloud: only this one."""
    endpoint = call.request.argument("authorization_endpoint")
    if not endpoint:
        raise SignInError("invalid_request", 900144, "The request must contain 'authorization_endpoint'.")
    host = urlsplit(call.world.endpoints.login).netloc
    if not endpoint.startswith(f"https://{host}/"):
        raise SignInError("invalid_instance", 50049, "Unknown or invalid instance.")
    tenant = urlsplit(endpoint).path.strip("/").partition("/")[0] or "common"
    body: dict[str, Json] = {
        "tenant_discovery_endpoint": f"https://{host}/{tenant}/v2.0/.well-known/openid-configuration",
        "api-version": call.request.argument("api-version") or "1.1",
        "metadata": [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}],
    }
    return Reply.of(200, body)


@handles("getSigningKeys")
def get_signing_keys(call: Call) -> Reply:
    """No keys: only this world can check the tokens of this world."""
    tenant_in_path(call.world, call.params["tenant"])
    return Reply.of(200, {"keys": []})


def serve(world: World, request: Request, match: Match | None, failure: SignInError | None = None) -> Reply:
    """The reply to a sign-in request. `match` is None where nothing is served; `failure` replaces the answer."""
    correlation_id = request.headers.get("client-request-id") or world.ids.guid("sign-in correlation")
    trace_id = world.ids.guid("trace")
    if failure is not None:
        return _with_headers(world, request, _error(world, failure, trace_id, correlation_id), trace_id)
    if match is None:
        if request.path.endswith(_POST_ONLY) and request.method != "POST":
            return _with_headers(world, request, _wrong_method(world, request, trace_id, correlation_id), trace_id)
        return _with_headers(world, request, _page_not_found(), trace_id)
    call = Call(world, request, match.operation, match.params, trace_id, correlation_id)
    try:
        reply = match.handler(call)
    except SignInError as error:
        reply = _error(world, error, trace_id, call.correlation_id)
    return _with_headers(world, request, reply, trace_id)


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


def _with_headers(world: World, request: Request, reply: Reply, trace_id: str) -> Reply:
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
