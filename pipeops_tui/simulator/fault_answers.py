"""The errors that faults put in place of an answer: throttling, internal errors, claims challenges.

Each service adds its own envelope, ids and headers. The HTML page comes from Azure Front Door, before any service.
"""

from __future__ import annotations

import base64
import re

from pipeops_tui.simulator.arm.arm_errors import GATEWAY, MFA_CLAIMS, throttled
from pipeops_tui.simulator.entra.sign_in_errors import ARM_APPLICATION, SignInError, mfa_required
from pipeops_tui.simulator.faults import Fault, FaultKind
from pipeops_tui.simulator.wire import Reply, Request, ServiceError
from pipeops_tui.simulator.world.clock import whole
from pipeops_tui.simulator.world.world import World

_RETRY_AFTER = 5
_PROVIDER = re.compile(r".*/providers/(?P<namespace>[^/]+)/(?P<types>[^?]+)", re.IGNORECASE)
_RIGHTS = {"GET": "read", "HEAD": "read", "DELETE": "delete", "POST": "action"}
_CHALLENGE = (
    'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", '
    f'error="insufficient_claims", claims="{base64.b64encode(MFA_CLAIMS.encode()).decode()}"'
)
"""Asks for a token of a session with a second factor (Azure/azure-cli#31699)."""

_FRONT_DOOR_PAGE = (
    "<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Transitional//EN' "
    "'http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd'><html xmlns='http://www.w3.org/1999/xhtml'><head>"
    "<meta content='text/html; charset=utf-8' http-equiv='content-type'/><style type='text/css'>body "
    "{{font-family:Arial; margin-left:40px; }}img  {{ border:0 none; }}#content {{ margin-left: auto; "
    "margin-right: auto }}#message h2 {{ font-size: 20px; font-weight: normal; color: #000000; margin: 34px 0px 0px "
    "0px }}#message p  "
    "{{ font-size: 13px; color: #000000; margin: 7px 0px 0px 0px }}#errorref {{ font-size: 11px; color: #737373; "
    "margin-top: 41px }}</style><title>Service unavailable</title></head><body><div id='content'><div id='message'>"
    "<h2>Our services aren't available right now</h2><p>We're working to restore all services as soon as possible. "
    "Please check back soon.</p></div><div id='errorref'><span>{reference}</span></div></div></body></html>"
)
"""988 bytes with its reference. Words: Microsoft Learn, "Custom domains in Azure AD B2C", troubleshooting."""
_EDGE = "AMS04EDGE23108"


def front_door_error(world: World) -> Reply:
    """503 as HTML, as Azure Front Door answers when it does not reach the service."""
    reference = f"Ref A: {world.ids.guid('edge').replace('-', '').upper()} Ref B: {_EDGE} Ref C: {whole(world.now())}"
    headers = {
        "Content-Type": "text/html",
        "Cache-Control": "no-store",
        "x-azure-externalerror": "0x80072efe,OriginConnectionAborted",
        "X-MSEdge-Ref": reference,
    }
    return Reply(503, _FRONT_DOOR_PAGE.format(reference=reference).encode(), headers)


def arm_error(fault: Fault, request: Request) -> ServiceError:
    """The error of Azure Resource Manager for `fault`."""
    if fault.kind is FaultKind.TOO_MANY:
        return _arm_throttled(request, _seconds(fault))
    if fault.kind is FaultKind.CLAIMS:
        headers = {**GATEWAY, "WWW-Authenticate": _CHALLENGE}
        return ServiceError(401, "AuthenticationFailed", "Authentication failed.", headers=headers)
    cause = {"x-ms-failure-cause": "service"}
    return ServiceError(500, "InternalServerError", "Encountered internal server error.", headers=cause)


def graph_error(fault: Fault) -> ServiceError:
    """The error of Microsoft Graph for `fault`."""
    if fault.kind is FaultKind.TOO_MANY:
        headers = {"Retry-After": _seconds(fault)}
        return ServiceError(429, "TooManyRequests", "Please retry again later.", headers=headers)
    if fault.kind is FaultKind.CLAIMS:
        message = "Exception of type 'Microsoft.Graph.AGS.Contracts.ClaimsChallengeRequiredException' was thrown."
        challenge = {"WWW-Authenticate": _CHALLENGE}
        return ServiceError(401, "InvalidAuthenticationToken", message, headers=challenge)
    return ServiceError(500, "InternalServerError", "An internal server error has occurred.")


def entra_error(fault: Fault) -> SignInError:
    """The error of the sign-in service for `fault`."""
    if fault.kind is FaultKind.TOO_MANY:
        text = "The app is sending too many requests, too often."
        headers = {"Retry-After": _seconds(fault)}
        return SignInError("temporarily_unavailable", 90055, text, status=429, headers=headers)
    if fault.kind is FaultKind.CLAIMS:
        return mfa_required(ARM_APPLICATION, MFA_CLAIMS)
    return SignInError("server_error", 50000, "There was an issue issuing a token.", status=500)


def identity_error(fault: Fault) -> tuple[int, str]:
    """Status and message with which the managed identity's address answers for `fault`."""
    if fault.kind is FaultKind.TOO_MANY:
        return 429, "Too many requests."
    if fault.kind is FaultKind.CLAIMS:
        return 401, "The request is not authorized."
    return 500, "An unexpected error occurred while fetching the token."


def _arm_throttled(request: Request, seconds: str) -> ServiceError:
    """Sources: Azure/azqr#34 (resource providers), MicrosoftDocs/azure-docs#105248 (subscriptions), Azure/migAz#57."""
    resource = _PROVIDER.fullmatch(request.path)
    if resource is not None:
        types = "/".join(resource["types"].split("/")[::2])
        return throttled(f"{resource['namespace']}/{types}/{_RIGHTS.get(request.method, 'write')}", int(seconds))
    headers = {**GATEWAY, "Retry-After": seconds}
    parts = request.path.strip("/").split("/")
    if len(parts) < 2 or parts[0].lower() != "subscriptions":
        return ServiceError(429, "TooManyRequests", "The request is being throttled.", headers=headers)
    operation = f"{request.method}/{'/'.join(parts[::2])}".upper()
    return ServiceError(
        429,
        "SubscriptionRequestsThrottled",
        f"Number of requests for subscription '{parts[1]}' and operation '{operation}' exceeded the backend storage "
        f"limit. Please try again after '{seconds}' seconds.",
        headers=headers,
    )


def _seconds(fault: Fault) -> str:
    return str(int(fault.argument if fault.argument is not None else _RETRY_AFTER))
