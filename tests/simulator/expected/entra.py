"""Microsoft Entra ID, the Microsoft identity platform v2.0."""

from __future__ import annotations

from tests.conformity.recordings import HOST
from tests.conformity.shapes import GUID, SPACED, TEXT, Each, Shape, Text
from tests.simulator.expected import Expected
from tests.simulator.expected.headers import ENTRA_CACHED, entra

_TOKEN = "POST /{tenant}/oauth2/v2.0/token"
_JWT = Text("JWT", r"[\w-]+\.[\w-]+\.[\w-]+")


def endpoint(path: str) -> Text:
    """An address of one tenant."""
    return Text(f"address of {path}", rf"\{{host\}}/{GUID.pattern}/{path}")


def error(error: str, number: int, words: str) -> Shape:
    """The envelope; the description begins with the code and ends with ids and time."""
    ids = f" Trace ID: {GUID.pattern} Correlation ID: {GUID.pattern} Timestamp: {SPACED.pattern}"
    return {
        "error": error, "error_description": Text(f"AADSTS{number}", f"AADSTS{number}: {words}{ids}"),
        "error_codes": [number], "timestamp": SPACED, "trace_id": GUID, "correlation_id": GUID,
        "error_uri": f"{HOST}/error?code={number}",
    }  # fmt: skip


OPENID_CONFIGURATION: Shape = {
    "token_endpoint": endpoint("oauth2/v2.0/token"),
    "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
    "jwks_uri": endpoint("discovery/v2.0/keys"), "response_modes_supported": ["query", "fragment", "form_post"],
    "subject_types_supported": ["pairwise"], "id_token_signing_alg_values_supported": ["RS256"],
    "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
    "scopes_supported": ["openid", "profile", "email", "offline_access"], "issuer": endpoint(r"v2\.0"),
    "request_uri_parameter_supported": False, "userinfo_endpoint": f"{HOST}/oidc/userinfo",
    "authorization_endpoint": endpoint("oauth2/v2.0/authorize"),
    "device_authorization_endpoint": endpoint("oauth2/v2.0/devicecode"), "http_logout_supported": True,
    "frontchannel_logout_supported": True, "end_session_endpoint": endpoint("oauth2/v2.0/logout"),
    "claims_supported": Each(TEXT), "tenant_region_scope": TEXT, "cloud_instance_name": TEXT,
    "cloud_graph_host_name": TEXT, "msgraph_host": TEXT, "rbac_url": TEXT,
}  # fmt: skip

ANSWERS = (
    Expected("the configuration", "GET /{tenant}/v2.0/.well-known/openid-configuration", 200, OPENID_CONFIGURATION,
             ENTRA_CACHED),
    Expected("a device code", "POST /{tenant}/oauth2/v2.0/devicecode", 200, {
        "user_code": Text("nine characters", "[A-Z0-9]{9}"), "device_code": TEXT,
        "verification_uri": f"{HOST}/devicelogin", "expires_in": 900, "interval": 5,
        "message": Text("message", "To sign in, use a web browser to open the page .* and enter the code .* to "
                        r"authenticate\."),
    }, entra()),
    Expected("a code that waits", _TOKEN, 400,
             error("authorization_pending", 70016,
                   r"OAuth 2\.0 device flow error\. Authorization is pending\. Continue polling\."), entra(70016),
             about={"error": "authorization_pending"}),
    Expected("a code that was approved", _TOKEN, 200, {
        "token_type": "Bearer", "scope": f"{HOST}/user_impersonation {HOST}/.default", "expires_in": 86_399,
        "ext_expires_in": 86_399, "access_token": _JWT, "refresh_token": TEXT,
        "foci": "1", "id_token": _JWT, "client_info": Text("base64url", r"[\w-]+"),
    }, entra()),
    Expected("a wrong secret", _TOKEN, 401,
             error("invalid_client", 7000215, r"Invalid client secret provided\. Ensure the secret being sent in the "
                   "request is the client secret value, not the client secret ID, for a secret added to app "
                   rf"'{GUID.pattern}'\."), entra(7000215), about={"error": "invalid_client"}),
)  # fmt: skip
