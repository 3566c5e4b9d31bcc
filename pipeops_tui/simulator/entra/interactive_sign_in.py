"""Interactive sign-in: device codes and the authorization page, on which the default user always consents."""

from __future__ import annotations

import html
from urllib.parse import urlencode, urlsplit

from pipeops_tui.simulator.entra.entra_service import tenant_in_path
from pipeops_tui.simulator.entra.sign_in_errors import SignInError, application_not_found, missing_parameter
from pipeops_tui.simulator.entra.tokens import FIRST_PARTY_CLIENTS
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Json, Reply, decode_object
from pipeops_tui.simulator.world.sign_ins import (
    AUTHORIZATION_LIFETIME,
    INTERVAL,
    LIFETIME,
    AuthorizationCodeGrant,
    SignInVerdict,
)
from pipeops_tui.simulator.world.world import World

_HTML = "text/html; charset=utf-8"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def known_client(world: World, client_id: str, tenant: str | None) -> str:
    """The client id, if a person can sign in through it: Azure's own tools and applications of the tenant.

    Raises SignInError (900144 when empty, 700016 when unknown).
    """
    if not client_id:
        raise missing_parameter("client_id")
    client_id = client_id.lower()
    tenants = [tenant] if tenant else list(world.directory.tenants)
    if client_id in FIRST_PARTY_CLIENTS or any(world.directory.application_of(t, client_id) for t in tenants):
        return client_id
    name = world.directory.tenants[tenant].display_name if tenant else "organizations"
    raise application_not_found(client_id, name)


def wants_p1(claims: str | None) -> bool:
    """Whether a `claims` parameter (OpenID Connect Core 5.5, JSON) asks the access token for a second factor."""
    if not claims:
        return False
    asked = decode_object(claims.encode())
    if asked is None:
        raise SignInError("invalid_request", 90100, "'claims' parameter is empty or not valid.")
    wanted = asked.get("access_token")
    return isinstance(wanted, dict) and ("acrs" in wanted or "amr" in wanted)


@handles("requestDeviceCode")
def request_device_code(call: Call) -> Reply:
    """Hands out a device code; it waits for `/_simulator/device-login` or the page at `verification_uri`."""
    tenant = tenant_in_path(call.world, call.params["tenant"])
    form = call.request.form()
    client_id = known_client(call.world, form.get("client_id", ""), tenant)
    scope = form.get("scope", "")
    if not scope:
        raise missing_parameter("scope")
    tenant_name = call.params["tenant"]
    has_p1 = wants_p1(form.get("claims"))
    code = call.world.sign_ins.issue_device_code(client_id, tenant_name, scope, call.correlation_id, has_p1=has_p1)
    page = f"{call.world.endpoints.login}/devicelogin"
    body: dict[str, Json] = {
        "user_code": code.user_code,
        "device_code": code.device_code,
        "verification_uri": page,
        "expires_in": LIFETIME,
        "interval": INTERVAL,
        "message": f"To sign in, use a web browser to open the page {page} and enter the code {code.user_code} to "
        "authenticate.",
    }
    return Reply.of(200, body)


@handles("showDeviceLogin")
def show_device_login(call: Call) -> Reply:
    """The page a person opens to type the code of a program."""
    form = (
        '<form method="post"><label>Code <input name="user_code" autofocus></label> '
        '<button>Sign in</button> <button name="decline" value="true">Cancel</button></form>'
    )
    return _page("Simulated Azure: enter the code your program shows", form)


@handles("enterDeviceCode")
def enter_device_code(call: Call) -> Reply:
    """What the device-login page sends."""
    form = call.request.form()
    verdict = SignInVerdict.DECLINED if form.get("decline") == "true" else SignInVerdict.APPROVED
    if not call.world.sign_ins.decide(form.get("user_code", ""), verdict):
        return _page("That code is not right, was used before, or has expired", '<a href="/devicelogin">Again</a>')
    return _page("Done. You can close this window", "")


@handles("authorize")
def authorize(call: Call) -> Reply:
    """Signs the default user in and returns to the program with an authorization code (response_type `code`)."""
    query = call.request.query
    tenant = tenant_in_path(call.world, call.params["tenant"])
    client_id = known_client(call.world, query.get("client_id", ""), tenant)
    redirect_uri = query.get("redirect_uri", "")
    if not redirect_uri.isprintable() or _host(redirect_uri) not in _LOOPBACK:
        raise SignInError(
            "invalid_request",
            50011,
            f"The redirect URI '{redirect_uri}' specified in the request does not match the redirect URIs configured "
            f"for the application '{client_id}'.",
        )
    if query.get("response_type") != "code":
        raise SignInError("unsupported_response_type", 700054, "response_type is not enabled for the application.")
    grant = AuthorizationCodeGrant(
        person=call.world.person,
        client_id=client_id,
        redirect_uri=redirect_uri,
        challenge=query.get("code_challenge"),
        nonce=query.get("nonce"),
        scope=query.get("scope", ""),
        has_p1=wants_p1(query.get("claims")),
        expires=call.world.now() + AUTHORIZATION_LIFETIME,
    )
    code = call.world.sign_ins.issue_authorization_code(grant)
    answer = {"code": code, "state": query.get("state", ""), "session_state": call.world.ids.guid("session")}
    if query.get("response_mode") == "form_post":
        fields = "".join(f'<input type="hidden" name="{k}" value="{html.escape(v)}"/>' for k, v in answer.items())
        form = f'<form method="POST" name="hiddenform" action="{html.escape(redirect_uri)}">{fields}'
        return _page("Working...", f"{form}<noscript><input type='submit' value='Continue'/></noscript></form>"
                     '<script language="javascript">document.forms[0].submit();</script>')  # fmt: skip
    separator = "&" if urlsplit(redirect_uri).query else "?"
    return Reply(302, b"", {"Location": f"{redirect_uri}{separator}{urlencode(answer)}", "Content-Type": _HTML})


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _page(title: str, content: str) -> Reply:
    text = f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1>{content}</body></html>"
    return Reply(200, text.encode(), {"Content-Type": _HTML})
