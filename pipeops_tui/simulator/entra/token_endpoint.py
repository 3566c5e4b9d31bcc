"""The token endpoint: four grants of OAuth 2.0 in the form of the Microsoft identity platform v2.0.

An application signs in with a client secret, or with an assertion (`client_assertions`).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import replace

from pipeops_tui.simulator.entra import tokens
from pipeops_tui.simulator.entra.client_assertions import check_assertion
from pipeops_tui.simulator.entra.entra_service import tenant_in_path
from pipeops_tui.simulator.entra.interactive_sign_in import known_client, wants_p1
from pipeops_tui.simulator.entra.sign_in_errors import (
    ARM_APPLICATION,
    SignInError,
    application_disabled,
    application_not_found,
    blocked_by_conditional_access,
    expired_device_code,
    expired_secret,
    mfa_required,
    missing_parameter,
    no_service_principal,
    no_tenant_named,
    not_in_tenant,
    other_cloud,
    scope_without_default,
    session_revoked,
    several_resources,
    unknown_permission,
    unknown_resource,
    wrong_secret,
)
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Json, Reply
from pipeops_tui.simulator.world.clock import spaced
from pipeops_tui.simulator.world.records import (
    PUBLIC_INSTANCE,
    DirectoryObjectRecord,
    PasswordRecord,
    ServicePrincipalRecord,
    TenantRecord,
)
from pipeops_tui.simulator.world.sign_ins import SignInVerdict
from pipeops_tui.simulator.world.world import World

_OIDC = ("openid", "profile", "offline_access", "email")
_DEFAULT = "/.default"
_GRAPH = "https://graph.microsoft.com"


@handles("requestToken")
def refuse_grant(call: Call) -> Reply:
    """A token request of no known grant type."""
    grant = call.request.form().get("grant_type")
    if not grant:
        raise missing_parameter("grant_type")
    raise SignInError("unsupported_grant_type", 70003, f"The app requested an unsupported grant type '{grant}'.")


@handles("redeemDeviceCode")
def redeem_device_code(call: Call) -> Reply:
    """One poll of a program that waits for a person to sign in.

    Claims in the poll have no effect, because the page where the code was entered did not ask for them
    (AzureAD/microsoft-authentication-library-for-python#834).
    """
    form = call.request.form()
    code = call.world.sign_ins.device_code(form.get("device_code") or form.get("code") or "")
    tenant = tenant_in_path(call.world, call.params["tenant"])
    client_id = known_client(call.world, form.get("client_id", ""), tenant)
    if code is None or code.client_id != client_id or code.verdict is SignInVerdict.REDEEMED:
        raise SignInError(
            "bad_verification_code",
            70018,
            "Invalid verification code due to user typing in wrong code for device code flow.",
        )
    call.correlation_id = code.correlation_id
    if call.world.now() >= code.expires:
        raise expired_device_code()
    if code.verdict is SignInVerdict.DECLINED:
        raise SignInError("authorization_declined", 70019, "The user declined to authorize the device.")
    if code.verdict is SignInVerdict.PENDING:
        raise SignInError(
            "authorization_pending",
            70016,
            "OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
        )
    session = _begin(call, call.world.person, client_id, has_p1=code.has_p1)
    reply = _user_tokens(call, session, {"scope": code.scope} | form, nonce=None)
    code.verdict = SignInVerdict.REDEEMED
    return reply


@handles("redeemAuthorizationCode")
def redeem_authorization_code(call: Call) -> Reply:
    """Tokens for the authorization code that the browser brought back, with PKCE (RFC 7636)."""
    form = call.request.form()
    tenant = tenant_in_path(call.world, call.params["tenant"])
    client_id = known_client(call.world, form.get("client_id", ""), tenant)
    grant = call.world.sign_ins.take_authorization_code(form.get("code", ""))
    if grant is None or grant.client_id != client_id or call.world.now() >= grant.expires:
        raise SignInError(
            "invalid_grant", 70008, "The provided authorization code or refresh token has expired due to inactivity."
        )
    if form.get("redirect_uri") != grant.redirect_uri:
        raise SignInError("invalid_grant", 50011, "The redirect URI is not the one the code was asked for with.")
    if grant.challenge is not None and not _verifies(form.get("code_verifier", ""), grant.challenge):
        raise SignInError(
            "invalid_grant",
            501481,
            "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
        )
    session = _begin(call, grant.person, client_id, has_p1=grant.has_p1 or wants_p1(form.get("claims")))
    return _user_tokens(call, session, {"scope": grant.scope} | form, grant.nonce)


@handles("redeemRefreshToken")
def redeem_refresh_token(call: Call) -> Reply:
    """New tokens for a session, in any tenant its person is in."""
    form = call.request.form()
    tenant = tenant_in_path(call.world, call.params["tenant"])
    client_id = known_client(call.world, form.get("client_id", ""), tenant)
    session = tokens.read_refresh_token(call.world, form.get("refresh_token", ""))
    family = tokens.FIRST_PARTY_CLIENTS
    if session is None or (session.client_id != client_id and not {session.client_id, client_id} <= family):
        raise SignInError("invalid_grant", 9002313, "Invalid request. Request is malformed or invalid.")
    return _user_tokens(call, replace(session, client_id=client_id), form, nonce=None)


@handles("redeemClientSecret")
def redeem_client_secret(call: Call) -> Reply:
    """A token for an application that signs in with a client secret or a client assertion."""
    tenant = tenant_in_path(call.world, call.params["tenant"])
    form = call.request.form()
    if tenant is None:
        raise no_tenant_named()
    resource = _resource_of_application(form.get("scope", ""))
    principal = _authenticated_principal(call, tenant, form)
    if tokens.audience_of(call.world, resource) is None:
        raise unknown_resource(resource, call.world.tenant(tenant).display_name)
    lifetime = _lifetime(form.get("claims"))
    body: dict[str, Json] = {
        "token_type": "Bearer",
        "expires_in": lifetime - 1,
        "ext_expires_in": lifetime - 1,
        "access_token": tokens.application_token(
            call.world, principal, resource, lifetime, by_secret=bool(form.get("client_secret"))
        ),
    }
    return Reply.of(200, body)


@handles("requestTokenV1")
def request_token_v1(call: Call) -> Reply:
    """The v1.0 endpoint: applications only, `resource` in place of `scope`, numbers written as texts."""
    form = call.request.form()
    if form.get("grant_type") != "client_credentials":
        return refuse_grant(call)
    tenant = tenant_in_path(call.world, call.params["tenant"])
    resource = form.get("resource", "")
    if tenant is None:
        raise no_tenant_named()
    if tokens.audience_of(call.world, resource) is None:
        raise unknown_resource(resource, call.params["tenant"])
    principal = _authenticated_principal(call, tenant, form)
    now, lifetime = int(call.world.now()), tokens.PLAIN_LIFETIME
    body: dict[str, Json] = {
        "token_type": "Bearer",
        "expires_in": str(lifetime - 1),
        "ext_expires_in": str(lifetime - 1),
        "expires_on": str(now + lifetime),
        "not_before": str(now),
        "resource": resource,
        "access_token": tokens.application_token(
            call.world, principal, resource, lifetime, by_secret=bool(form.get("client_secret"))
        ),
    }
    return Reply.of(200, body)


def _begin(call: Call, person: str, client_id: str, *, has_p1: bool) -> tokens.UserSession:
    """A new session that begins in the tenant of the path."""
    world = call.world
    return tokens.UserSession(
        id=world.ids.guid("session"),
        person=person,
        client_id=client_id,
        began=int(world.now()),
        tenant=tenant_in_path(world, call.params["tenant"]) or world.directory.home_tenant(person),
        has_mfa=has_p1 or world.rules.sign_in_has_mfa,
        has_p1=has_p1,
    )


def _check_session(call: Call, session: tokens.UserSession, tenant: TenantRecord, claims: str | None) -> None:
    """Raises SignInError when the session cannot give tokens for `tenant`, or not the tokens `claims` asks for."""
    revoked = call.world.sign_ins.revoked_at(session.id)
    if revoked is not None:
        raise session_revoked(spaced(revoked))
    if tenant.own_sign_in and session.tenant != tenant.tenant_id:
        raise mfa_required(ARM_APPLICATION, "")
    if wants_p1(claims) and not session.has_p1:
        raise mfa_required(ARM_APPLICATION, claims or "")


def _user_tokens(call: Call, session: tokens.UserSession, form: dict[str, str], nonce: str | None) -> Reply:
    world = call.world
    tenant = tenant_in_path(world, call.params["tenant"]) or world.directory.home_tenant(session.person)
    user = world.directory.user_of(session.person, tenant)
    if user is None:
        home = world.directory.home_tenant(session.person)
        member = world.directory.user_of(session.person, home)
        name = member.principal_name if member else session.person
        raise not_in_tenant(name, home, world.tenant(tenant).display_name, session.client_id)
    _check_session(call, session, world.tenant(tenant), form.get("claims"))
    scope = form.get("scope", "")
    resource = _resource(world, scope, session.client_id)
    audience = tokens.audience_of(world, resource)
    if audience is None:
        raise unknown_resource(resource, world.tenant(tenant).display_name)
    lifetime = _lifetime(form.get("claims"))
    body: dict[str, Json] = {
        "token_type": "Bearer",
        "scope": f"{resource.rstrip('/')}/user_impersonation {resource}/.default",
        "expires_in": lifetime - 1,
        "ext_expires_in": lifetime - 1,
        "access_token": tokens.user_token(world, user, session, resource, lifetime),
        "refresh_token": tokens.refresh_token(world, session),
        **({"foci": "1"} if session.client_id in tokens.FIRST_PARTY_CLIENTS else {}),
    }
    if "openid" in scope.split():
        body["id_token"] = tokens.id_token(world, user, session.client_id, nonce)
    if form.get("client_info") == "1":
        body["client_info"] = tokens.client_info(world, session.person)
    return Reply.of(200, body)


def _authenticated_principal(call: Call, tenant: str, form: dict[str, str]) -> ServicePrincipalRecord:
    world, delays = call.world, call.world.rules.replication
    client_id = form.get("client_id", "").lower()
    if not client_id:
        raise missing_parameter("client_id")
    if not (form.get("client_secret") or form.get("client_assertion")):
        raise SignInError(
            "invalid_client",
            7000216,
            "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
            status=401,
        )
    if world.tenant(tenant).instance != PUBLIC_INSTANCE:
        raise other_cloud()
    directory = world.tenant(tenant).display_name
    holders = world.directory.objects_of_app(tenant, client_id)
    principal = world.directory.principal_of(tenant, client_id)
    if not holders or (principal is not None and world.young(principal.created, delays.sign_in)):
        raise application_not_found(client_id, directory)
    if any(holder.disabled for holder in holders):
        raise application_disabled(client_id, holders[0].display_name)
    password = None
    if form.get("client_secret"):
        password = _password(world, client_id, holders, form["client_secret"])
    else:
        application = world.directory.application_of(tenant, client_id)
        check_assertion(world, tenant, client_id, application, form)
    if principal is None:
        raise no_service_principal(client_id, tenant)
    if world.rules.blocks_workload_identities and client_id != world.announced.client_id:
        raise blocked_by_conditional_access(world.ids.named("conditional access policy", tenant))
    if password is not None:
        password.sign_ins += 1
        if password.sign_ins % 2 == 0 and world.young(password.created, delays.secret + delays.secret_flaps):
            raise application_not_found(client_id, directory)
        world.secret_used(principal)
    return principal


def _password(world: World, client_id: str, holders: Sequence[DirectoryObjectRecord], secret: str) -> PasswordRecord:
    """The client secret that was sent. Raises SignInError where it is none of the application's, or has expired."""
    digest = hashlib.sha256(secret.encode()).digest()
    passwords = [password for holder in holders for password in holder.passwords]
    found = next((password for password in passwords if hmac.compare_digest(password.digest, digest)), None)
    if found is None or world.now() < found.start or world.young(found.created, world.rules.replication.secret):
        raise wrong_secret(client_id)
    if world.now() >= found.end:
        raise expired_secret(client_id)
    return found


def _resource_of_application(scope: str) -> str:
    """The resource of a client credentials request, which must ask for `/.default`. Raises SignInError."""
    if not scope.strip():
        raise missing_parameter("scope")
    asked = scope.split()
    if not all(item.endswith(_DEFAULT) for item in asked):
        raise scope_without_default(scope)
    if len(asked) > 1:
        raise several_resources(scope)
    return asked[0].removesuffix(_DEFAULT)


def _resource(world: World, scope: str, client_id: str) -> str:
    """The one resource of all scopes that are not OpenID Connect's own; Graph's permissions need no resource.

    Raises SignInError where there is none, more than one, or a permission that the resource does not have.
    """
    asked = [item for item in scope.split() if item not in _OIDC]
    if not asked:
        raise missing_parameter("scope")
    found = {item.rpartition("/")[0] or _GRAPH for item in asked}
    if len(found) > 1:
        raise several_resources(scope)
    (resource,) = found
    known = tokens.permissions_of(world, resource)
    for name in (item.rpartition("/")[2] for item in asked):
        if known is not None and name.lower() not in known:
            raise unknown_permission(client_id, name, resource)
    return resource


def _lifetime(claims: str | None) -> int:
    return tokens.CAE_LIFETIME if claims and "cp1" in claims.lower() else tokens.PLAIN_LIFETIME


def _verifies(verifier: str, challenge: str) -> bool:
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return hmac.compare_digest(digest, challenge)
