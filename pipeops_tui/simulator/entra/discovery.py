"""What clients read before they sign in: OpenID configuration, the clouds, the metadata of the cloud."""

from __future__ import annotations

from urllib.parse import urlsplit

from pipeops_tui.simulator.entra.errors import SignInError, tenant_not_found
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Json, Reply
from pipeops_tui.simulator.world.world import World

PLURAL_TENANTS = frozenset({"common", "organizations", "consumers"})


def tenant_in_path(world: World, name: str, *, discovering: bool = False) -> str | None:
    """The tenant id a path segment names, or None for `common` and `organizations`. Raises SignInError (90002)."""
    if name.lower() in PLURAL_TENANTS:
        return None
    tenant = world.directory.tenant_named(name)
    if tenant is None:
        raise tenant_not_found(name, discovering=discovering)
    return tenant.tenant_id


@handles("getOpenIdConfiguration")
def get_openid_configuration(call: Call) -> Reply:
    """The endpoints of one tenant. Key order as recorded; Microsoft Learn "OpenID Connect on the platform"."""
    tenant = tenant_in_path(call.world, call.params["tenant"], discovering=True) or call.params["tenant"]
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
        "tenant_region_scope": None if tenant in PLURAL_TENANTS else "NA",
        "cloud_instance_name": "microsoftonline.com",
        "cloud_graph_host_name": "graph.windows.net",
        "msgraph_host": "graph.microsoft.com",
        "rbac_url": "https://pas.windows.net",
    }  # fmt: skip
    reply = Reply.of(200, body)
    reply.headers |= {
        "Cache-Control": "max-age=86400, private",
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": "GET, OPTIONS",
    }
    return reply


@handles("discoverInstance")
def discover_instance(call: Call) -> Reply:
    """The clouds that exist: here only this one."""
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
    """No keys: the tokens of this world can only be checked by itself."""
    tenant_in_path(call.world, call.params["tenant"])
    return Reply.of(200, {"keys": []})
