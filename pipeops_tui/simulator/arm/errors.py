"""ARM's errors with the texts ARM uses, and its envelope.

Sources: recorded exchanges of Azure/azure-cli and Azure/azure-dev; Azure/azure-cli#22242, #16368, #28038;
Azure/azure-sdk-for-net#49391; Microsoft Learn "Troubleshoot common Azure deployment errors".
"""

from __future__ import annotations

from pipeops_tui.simulator.wire import Json, ServiceError, encode
from pipeops_tui.simulator.world.caller import Caller

GATEWAY = {"x-ms-failure-cause": "gateway"}
_AUTHORIZATION_URI = 'Bearer authorization_uri="https://login.windows.net/"'


def envelope(error: ServiceError) -> bytes:
    """`{"error":{"code","message"[,"details"]}}`."""
    inner: dict[str, Json] = {"code": error.code, "message": error.message}
    if error.details:
        inner["details"] = error.details
    return encode({"error": inner})


def unauthenticated(code: str, message: str, description: str) -> ServiceError:
    """401 with the challenge header; `description` is its `error_description`."""
    challenge = f'{_AUTHORIZATION_URI}, error="invalid_token", error_description="{description}"'
    return ServiceError(401, code, message, headers={**GATEWAY, "WWW-Authenticate": challenge})


def authorization_failed(caller: Caller, action: str, scope: str) -> ServiceError:
    """403: no role assignment of the caller allows `action` at `scope`."""
    return ServiceError(
        403,
        "AuthorizationFailed",
        f"The client '{caller.name}' with object id '{caller.object_id}' does not have authorization to perform action "
        f"'{action}' over scope '{scope}' or the scope is invalid. If access was recently granted, please refresh your "
        "credentials.",
        headers=GATEWAY,
    )


def wrong_tenant(token_tenant: str, tenant: str) -> ServiceError:
    """401: the token is of another tenant than the subscription trusts."""
    return unauthenticated(
        "InvalidAuthenticationTokenTenant",
        f"The access token is from the wrong issuer 'https://sts.windows.net/{token_tenant}/'. It must match the "
        f"tenant 'https://sts.windows.net/{tenant}/' associated with this subscription. Please use the authority (URL) "
        f"'https://login.windows.net/{tenant}' to get the token. Note, if the subscription is transferred to another "
        "tenant there is no impact to the services, but information about new tenant could take time to propagate (up "
        "to an hour). If you just transferred your subscription and see this error message, please try back later.",
        "The access token is from the wrong issuer",
    )


def subscription_not_found(subscription_id: str) -> ServiceError:
    """404."""
    return ServiceError(
        404, "SubscriptionNotFound", f"The subscription '{subscription_id}' could not be found.", headers=GATEWAY
    )


def invalid_subscription(subscription_id: str) -> ServiceError:
    """400: not a GUID."""
    return ServiceError(
        400,
        "InvalidSubscriptionId",
        f"The provided subscription identifier '{subscription_id}' is malformed or invalid.",
        headers=GATEWAY,
    )


def group_not_found(name: str) -> ServiceError:
    """404."""
    return ServiceError(404, "ResourceGroupNotFound", f"Resource group '{name}' could not be found.", headers=GATEWAY)


def bad_body(message: str) -> ServiceError:
    """400: the request's JSON is missing, broken or of the wrong shape."""
    return ServiceError(400, "InvalidRequestContent", message, headers=GATEWAY)
