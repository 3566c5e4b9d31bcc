"""ARM's errors with the texts ARM uses, and its envelope.

Sources: recorded exchanges of Azure/azure-cli and Azure/azure-dev; Azure/azure-cli#22242, #16368, #28038;
Azure/azure-sdk-for-net#49391; Microsoft Learn "Troubleshoot common Azure deployment errors".
"""

from __future__ import annotations

import base64
from collections.abc import Sequence

from pipeops_tui.simulator.wire import Json, ServiceError, encode
from pipeops_tui.simulator.world.clock import Moment
from pipeops_tui.simulator.world.records import Caller, DenyAssignmentRecord

GATEWAY = {"x-ms-failure-cause": "gateway"}
MFA_CLAIMS = '{"access_token":{"acrs":{"essential":true,"values":["p1"]}}}'
_LOGIN = "https://login.windows.net/"


def envelope(error: ServiceError) -> bytes:
    """`{"error":{"code","message"[,"details"][,"additionalInfo"]}}`."""
    inner: dict[str, Json] = {"code": error.code, "message": error.message}
    if error.details:
        inner["details"] = error.details
    if error.additional_info:
        inner["additionalInfo"] = error.additional_info
    return encode({"error": inner})


def unauthenticated(code: str, message: str, description: str, tenant_id: str = "") -> ServiceError:
    """401 with the challenge header; `description` is its `error_description`, `tenant_id` ends the address in it."""
    challenge = f'Bearer authorization_uri="{_LOGIN}{tenant_id}", error="invalid_token"'
    challenge = f'{challenge}, error_description="{description}"'
    return ServiceError(401, code, message, headers={**GATEWAY, "WWW-Authenticate": challenge})


def without_token(tenant_id: str) -> ServiceError:
    """401 for a request without a token. Below a subscription it names the tenant that the subscription trusts, which
    clients rely on (rancher/aks-operator `FindTenantID`)."""
    return unauthenticated(
        "AuthenticationFailed",
        "Authentication failed. The 'Authorization' header is missing.",
        "The authentication failed because of missing 'Authorization' header.",
        tenant_id,
    )


def authorization_failed(caller: Caller, action: str, scope: str, *, conditioned: bool = False) -> ServiceError:
    """403: no role of the caller allows `action` at `scope`; `conditioned` when one does but for its condition."""
    condition = " or an ABAC condition not fulfilled" if conditioned else ""
    return ServiceError(
        403,
        "AuthorizationFailed",
        f"The client '{caller.name}' with object id '{caller.object_id}' does not have authorization{condition} to "
        f"perform action '{action}' over scope '{scope}' or the scope is invalid. If access was recently granted, "
        "please refresh your credentials.",
        headers=GATEWAY,
    )


def denied(caller: Caller, action: str, scope: str, deny: DenyAssignmentRecord) -> ServiceError:
    """403: the caller's roles allow it, a deny assignment does not."""
    return ServiceError(
        403,
        "DenyAssignmentAuthorizationFailed",
        f"The client '{caller.name}' with object id '{caller.object_id}' has permission to perform action '{action}' "
        f"on scope '{scope}'; however, the access is denied because of the deny assignment with name "
        f"'{deny.display_name}' and Id '{deny.name.replace('-', '')}' at scope '{deny.scope}'.",
        headers=GATEWAY,
    )


def second_factor_needed(resource: str) -> ServiceError:
    """401: a person's write needs a token of a session with a second factor (Azure/azure-cli#31699)."""
    coded = base64.b64encode(MFA_CLAIMS.encode()).decode()
    return ServiceError(
        401,
        "RequestDisallowedByPolicy",
        f"Resource '{resource}' was disallowed by policy. Reasons: MFA is required to create, update, or delete Azure "
        "resources. See error details for policy resource IDs.",
        headers={
            **GATEWAY,
            "WWW-Authenticate": 'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/'
            f'authorize", error="insufficient_claims", claims="{coded}"',
        },
    )


def revoked(at: Moment) -> ServiceError:
    """401: continuous access evaluation says the session ended at `at`."""
    claims = f'{{"access_token":{{"nbf":{{"essential":true, "value":"{int(at)}"}}}}}}'
    coded = base64.b64encode(claims.encode()).decode()
    challenge = (
        'Bearer authorization_uri="https://login.windows.net/", error="invalid_token", '
        f'error_description="User session has been revoked", claims="{coded}"'
    )
    return ServiceError(
        401,
        "AuthenticationFailed",
        "Authentication failed.",
        headers={**GATEWAY, "WWW-Authenticate": challenge, "Connection": "close"},
    )


def throttled(action: str, seconds: int) -> ServiceError:
    """429."""
    return ServiceError(
        429,
        "ResourceRequestsThrottled",
        f"Number of requests for action '{action}' exceeded the limit of '150' for time interval '01:00:00'. Please "
        f"try again after '{seconds}' seconds.",
        headers={**GATEWAY, "Retry-After": str(seconds), "Connection": "close"},
    )


def disabled(subscription_id: str) -> ServiceError:
    """409: the subscription takes no writes (microsoft/vscode-azureappservice#1646)."""
    return ServiceError(
        409,
        "ReadOnlyDisabledSubscription",
        f"The subscription '{subscription_id}' is disabled and therefore marked as read only. You cannot perform any "
        "write actions on this subscription until it is re-enabled.",
        headers=GATEWAY,
    )


def locked(scope: str, verb: str, locks: Sequence[str]) -> ServiceError:
    """409: a management lock forbids the `verb` (write or delete)."""
    return ServiceError(
        409,
        "ScopeLocked",
        f"The scope '{scope}' cannot perform {verb} operation because following scope(s) are locked: "
        f"'{','.join(locks)}'. Please remove the lock and try again.",
        headers=GATEWAY,
    )


def unregistered(namespace: str) -> ServiceError:
    """409: the subscription does not use this resource provider yet."""
    message = (
        f"The subscription is not registered to use namespace '{namespace}'. See https://aka.ms/rps-not-found for "
        "how to register subscriptions."
    )
    code = "MissingSubscriptionRegistration"
    return ServiceError(
        409, code, message, details=({"code": code, "target": namespace, "message": message},), headers=GATEWAY
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


def resource_not_found(kind: str, group: str) -> ServiceError:
    """404; `kind` is namespace, type and name, such as `Microsoft.Network/virtualNetworks/vnet1`."""
    return ServiceError(
        404,
        "ResourceNotFound",
        f"The Resource '{kind}' under resource group '{group}' was not found. For more details please go to "
        "https://aka.ms/ARMResourceNotFoundFix",
        headers=GATEWAY,
    )


def invalid_option(name: str, value: str) -> ServiceError:
    """400: a query option (`name` without its `$`, such as `Filter`) has a value that the operation does not know."""
    return ServiceError(
        400,
        f"Invalid{name}InQueryString",
        f"Invalid ${name.lower()} '{value}' specified in the query string.",
        headers=GATEWAY,
    )


def bad_body(message: str) -> ServiceError:
    """400: the request's JSON is missing, broken or of the wrong shape."""
    return ServiceError(400, "InvalidRequestContent", message, headers=GATEWAY)


def being_deleted(name: str) -> ServiceError:
    """409: the group is being deleted."""
    return ServiceError(
        409,
        "ResourceGroupBeingDeleted",
        f"The resource group '{name}' is in deprovisioning state and cannot perform this operation.",
        headers=GATEWAY,
    )
