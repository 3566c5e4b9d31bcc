"""Tokens that carry all of their state, so that memory does not grow with sign-ins.

Shapes follow Microsoft Learn "Access token claims reference" and "ID token claims reference". The header says RS256 as
Azure's does, but the signature is a keyed hash that only this world can check: access tokens are opaque to clients.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from functools import lru_cache

from pipeops_tui.simulator.wire import Json, encode
from pipeops_tui.simulator.world.clock import Moment
from pipeops_tui.simulator.world.records import Caller, ServicePrincipalRecord, UserRecord
from pipeops_tui.simulator.world.world import World

AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
AZURE_POWERSHELL = "1950a258-227b-4e31-a9cf-717495945fc2"
FIRST_PARTY_CLIENTS = frozenset({AZURE_CLI, AZURE_POWERSHELL})

ARM_AUDIENCES = frozenset({"https://management.azure.com", "https://management.core.windows.net"})
GRAPH_AUDIENCES = frozenset({"https://graph.microsoft.com"})
_GRAPH_SCOPES = (
    "Application.ReadWrite.All AppRoleAssignment.ReadWrite.All AuditLog.Read.All "
    "DelegatedPermissionGrant.ReadWrite.All Directory.AccessAsUser.All email Group.ReadWrite.All openid "
    "profile User.Read.All User.ReadWrite.All"
)
_MORE_GRAPH_SCOPES = (
    "Application.Read.All Directory.Read.All Directory.ReadWrite.All Group.Read.All Organization.Read.All "
    "Policy.Read.All RoleManagement.Read.Directory User.Read User.ReadBasic.All User.ReadWrite"
)
"""Permissions that can be asked for by name; the token of a first-party client names those above."""

PLAIN_LIFETIME = 3_600
CAE_LIFETIME = 86_400
"""Seconds; a client that can answer claims challenges (`xms_cc` cp1) gets the long one."""


@dataclass(frozen=True, slots=True)
class UserSession:
    """An interactive sign-in; every token of a user comes from one."""

    id: str
    person: str
    client_id: str
    began: int
    """Seconds since 1970."""
    tenant: str
    """Where the person signed in."""
    has_mfa: bool
    has_p1: bool
    """Whether the sign-in answered a claims challenge for `acrs` p1."""


def audience_of(world: World, resource: str) -> str | None:
    """`arm` or `graph` for a resource or scope URL, else None. The world's own addresses count too."""
    resource = resource.rstrip("/").lower()
    if resource in GRAPH_AUDIENCES or resource == world.endpoints.graph:
        return "graph"
    return "arm" if resource in ARM_AUDIENCES or resource == world.endpoints.resource_manager else None


def permissions_of(world: World, resource: str) -> frozenset[str] | None:
    """The delegated permissions that a resource offers, in lower case; None for an unknown resource."""
    match audience_of(world, resource):
        case "arm":
            return frozenset({".default", "user_impersonation"})
        case "graph":
            return frozenset({".default", *_GRAPH_SCOPES.lower().split(), *_MORE_GRAPH_SCOPES.lower().split()})
        case _:
            return None


def user_token(world: World, user: UserRecord, session: UserSession, resource: str, lifetime: int) -> str:
    """An access token for a user, v1.0 as ARM and Graph get it. `resource` becomes the audience."""
    claims = _common(world, resource, user.tenant_id, lifetime) | {
        "acr": "1",
        **({"acrs": ["p1"]} if session.has_p1 else {}),
        "amr": ["pwd", "mfa"] if session.has_mfa else ["pwd"],
        "appid": session.client_id,
        "appidacr": "0",
        "auth_time": session.began,
        "family_name": user.surname,
        "given_name": user.given_name,
        "idtyp": "user",
        "ipaddr": "203.0.113.7",
        "name": user.display_name,
        "oid": user.object_id,
        "sid": session.id,
        "scp": "user_impersonation" if audience_of(world, resource) == "arm" else _GRAPH_SCOPES,
        "sub": world.ids.named("subject", user.object_id),
        "unique_name": user.principal_name,
        "upn": user.principal_name,
        "ver": "1.0",
        "wids": [*user.directory_roles, "b79fbf4d-3ef9-4689-8143-76b194e85509"],
    }
    return _sign(world, claims)


def application_token(
    world: World, principal: ServicePrincipalRecord, resource: str, lifetime: int, *, by_secret: bool = True
) -> str:
    """An access token for a service principal that signed in with its own secret or, where not `by_secret`, with an
    assertion (Microsoft Learn, "Access token claims reference": appidacr)."""
    claims = _common(world, resource, principal.tenant_id, lifetime) | {
        "appid": principal.app_id,
        "appidacr": "1" if by_secret else "2",
        "idp": f"https://sts.windows.net/{principal.tenant_id}/",
        "idtyp": "app",
        "oid": principal.object_id,
        **({"roles": sorted(principal.graph_permissions)} if principal.graph_permissions else {}),
        "sub": principal.object_id,
        "ver": "1.0",
    }
    return _sign(world, claims)


def id_token(world: World, user: UserRecord, client_id: str, nonce: str | None) -> str:
    """An ID token, v2.0, for `client_id`."""
    now = int(world.now())
    claims: dict[str, Json] = {
        "aud": client_id,
        "iss": f"{world.endpoints.login}/{user.tenant_id}/v2.0",
        "iat": now,
        "nbf": now,
        "exp": now + 3_900,
        "aio": world.ids.opaque("aio", 40),
        "name": user.display_name,
        **({"nonce": nonce} if nonce else {}),
        "oid": user.object_id,
        "preferred_username": user.principal_name,
        "rh": f"1.{world.ids.opaque('rh', 40)}.",
        "sub": world.ids.named("subject", user.object_id),
        "tid": user.tenant_id,
        "uti": world.ids.opaque("uti", 22),
        "ver": "2.0",
    }
    return _sign(world, claims)


def refresh_token(world: World, session: UserSession) -> str:
    """An opaque refresh token that carries the session and can be redeemed in every tenant the person is in."""
    payload = encode(list(astuple(session)))
    return f"1.{_b64(payload)}.{_b64(_mac(world.seed, b'refresh', payload))}"


def read_refresh_token(world: World, token: str) -> UserSession | None:
    """The session of a refresh token of this world, else None."""
    version, _, rest = token.partition(".")
    payload_text, _, mac_text = rest.partition(".")
    payload, mac = _unb64(payload_text), _unb64(mac_text)
    if version != "1" or not payload or not hmac.compare_digest(mac, _mac(world.seed, b"refresh", payload)):
        return None
    return UserSession(*json.loads(payload))


def client_info(world: World, person: str) -> str:
    """Base64url JSON that identifies the home account of a person to MSAL."""
    home = world.directory.home_tenant(person)
    user = world.directory.user_of(person, home)
    return _b64(encode({"uid": user.object_id if user else person, "utid": home}))


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What a presented access token says."""

    caller: Caller
    audience: str
    expires: Moment


def read_access_token(world: World, token: str) -> AccessToken | None:
    """The contents of an access token this world signed, expired or not, else None."""
    return _read(world.seed, token)


@lru_cache(maxsize=1024)
def _read(seed: int, token: str) -> AccessToken | None:
    signed, _, signature = token.rpartition(".")
    header, _, payload = signed.partition(".")
    if not header or not hmac.compare_digest(_unb64(signature), _signature(seed, signed.encode())):
        return None
    claims: Mapping[str, object] = json.loads(_unb64(payload))
    is_user = claims.get("idtyp") == "user"
    contexts = claims.get("acrs")
    caller = Caller(
        object_id=str(claims.get("oid")),
        tenant_id=str(claims.get("tid")),
        app_id=str(claims.get("appid")),
        name=str(claims.get("upn") if is_user else claims.get("appid")),
        is_user=is_user,
        issued_at=Moment.of(float(str(claims.get("iat")))),
        session=str(claims.get("sid") or ""),
        has_p1=isinstance(contexts, list) and "p1" in contexts,
    )
    return AccessToken(caller, str(claims.get("aud")), Moment.of(float(str(claims.get("exp")))))


def _common(world: World, resource: str, tenant_id: str, lifetime: int) -> dict[str, Json]:
    now = int(world.now())
    return {
        "aud": resource,
        "iss": f"https://sts.windows.net/{tenant_id}/",
        "iat": now,
        "nbf": now,
        "exp": now + lifetime,
        "aio": world.ids.opaque("aio", 40),
        "rh": f"1.{world.ids.opaque('rh', 40)}.",
        "tid": tenant_id,
        "uti": world.ids.opaque("uti", 22),
        **({"xms_cc": ["cp1"]} if lifetime >= CAE_LIFETIME else {}),
    }


def _sign(world: World, claims: Mapping[str, Json]) -> str:
    header = {"typ": "JWT", "alg": "RS256", "kid": _b64(_mac(world.seed, b"kid", b"")[:20])}
    signed = f"{_b64(encode(header))}.{_b64(encode(claims))}"
    return f"{signed}.{_b64(_signature(world.seed, signed.encode()))}"


def _signature(seed: int, signed: bytes) -> bytes:
    # 256 bytes, the length of an RSA-2048 signature, so that tokens have the size they have in Azure.
    return b"".join(_mac(seed, bytes([part]), signed) for part in range(8))


def _mac(seed: int, purpose: bytes, data: bytes) -> bytes:
    return hmac.digest(f"signing key {seed}/".encode() + purpose, data, hashlib.sha256)


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _unb64(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
