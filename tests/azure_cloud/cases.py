"""Every failure the rules know, as it arrives; each names the rule that must recognise it."""

from __future__ import annotations

from pipeops_tui.azure_cloud.problems.evidence import Operation as Op
from pipeops_tui.azure_cloud.problems.evidence import Service, Transport
from tests.azure_cloud.cases_of_refusal import ASSIGNMENTS, DENIED, DIRECTORY, RESOURCES, UNAUTHORIZED
from tests.azure_cloud.wire import (
    CAE_CLAIMS,
    MFA_CLAIMS,
    PRINCIPAL,
    SCOPE,
    TENANT,
    Case,
    arm,
    challenge,
    entra,
    graph,
    silent,
    told,
)

NOT_FOUND = "Resource 'b0f3c1de' does not exist or one of its queried reference-property objects are not present."

REPLICATION = (
    graph("application not copied", Op.ADD_PASSWORD, 404, "Request_ResourceNotFound", NOT_FOUND),
    graph("application not copied", Op.LIST_PASSWORDS, 404, "Request_ResourceNotFound", NOT_FOUND),
    graph("application settling", Op.ADD_PASSWORD, 409, "Request_BadRequest", "Object is in an inconsistent state."),
    graph(
        "no backing application",
        Op.CREATE_PRINCIPAL,
        400,
        "Request_BadRequest",
        "The appId 'b0f3' of the service principal does not reference a valid application object.",
        {"code": "NoBackingApplicationObject", "message": "The appId does not …", "target": "appId"},
    ),
    graph(
        "not in the local tenant",
        Op.CREATE_PRINCIPAL,
        403,
        "Authorization_RequestDenied",
        "When using this permission, the backing application of the service principal being created must in the local "
        "tenant",
    ),
    arm(
        "principal not found",
        Op.PUT_ASSIGNMENT,
        400,
        "PrincipalNotFound",
        f"Principal {PRINCIPAL.replace('-', '')} does not exist in the directory {TENANT}. Check that you have the "
        "correct principal ID. If you are creating this principal and then immediately assigning a role, this error "
        "might be related to a replication delay.",
    ),
    arm(
        "taken for an application",
        Op.PUT_ASSIGNMENT,
        400,
        "PrincipalTypeNotSupported",
        "Principals of type Application cannot validly be used in role assignments.",
    ),
    entra(
        "secret not live",
        7000215,
        "invalid_client",
        "Invalid client secret provided.",
        operation=Op.PROVE_SIGN_IN,
    ),
    entra(
        "secret not live",
        700016,
        "unauthorized_client",
        "Application with identifier 'b0f3' was not found in the directory 'Contoso'.",
        operation=Op.PROVE_SIGN_IN,
    ),
    arm(
        "access not live",
        Op.PROVE_ACCESS,
        403,
        "AuthorizationFailed",
        UNAUTHORIZED.format(action="Microsoft.Resources/subscriptions/resourcegroups/read", scope=SCOPE),
    ),
)

NETWORK = (
    silent(
        "untrusted certificate",
        Op.LIST_TENANTS,
        Service.RESOURCE_MANAGER,
        Transport.NOT_SENT,
        "ServiceRequestError: Cannot connect to host management.azure.com:443 ssl:True [SSLCertVerificationError: (1, "
        "'[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate in certificate chain')]",
        "management.azure.com",
    ),
    silent(
        "proxy", Op.LIST_TENANTS, Service.GRAPH, Transport.NOT_SENT, "ProxyError: 407 Proxy Authentication Required"
    ),
    Case("proxy", Op.LIST_TENANTS, Service.RESOURCE_MANAGER, 407, "<html>authenticate</html>"),
    silent("not sent", Op.LIST_GROUPS, Service.RESOURCE_MANAGER, Transport.NOT_SENT, "Connect call failed", "h"),
    silent("lost answer", Op.PUT_GROUP, Service.RESOURCE_MANAGER, Transport.NO_ANSWER, "no answer in time"),
    Case("lost answer", Op.CREATE_APPLICATION, Service.GRAPH, 200, '{"id": "half a'),
    told(
        "wrong clock",
        Service.ENTRA,
        "Authentication failed: The ID token is not yet valid. Make sure your computer's time and time zone are both "
        "correct. Current epoch = 1.",
    ),
    Case(
        "wrong clock",
        Op.LIST_TENANTS,
        Service.RESOURCE_MANAGER,
        401,
        {"error": {"code": "ExpiredAuthenticationToken", "message": "The access token expiry UTC time is earlier."}},
        {"Date": "Wed, 20 Jan 2021 17:55:59 GMT"},
    ),
    Case("no cloud", Op.DISCOVER_CLOUD, Service.RESOURCE_MANAGER, 404, "<html>nothing here</html>"),
    Case("no cloud", Op.DISCOVER_CLOUD, Service.RESOURCE_MANAGER, 200, "<html>a welcome page</html>"),
    Case("intercepted", Op.READ_DIRECTORY, Service.GRAPH, 403, "<html>blocked by your company</html>"),
)

CHALLENGES = (
    Case(
        "second factor for changes",
        Op.PUT_GROUP,
        Service.RESOURCE_MANAGER,
        401,
        {
            "error": {
                "code": "RequestDisallowedByPolicy",
                "message": "Resource 'x' was disallowed by policy. Reasons: MFA",
            }
        },
        challenge("insufficient_claims", MFA_CLAIMS),
    ),
    told(
        "second factor for changes",
        Service.ENTRA,
        "Interactive authentication is required",
        "interaction_required",
        MFA_CLAIMS,
    ),
    Case(
        "Graph claims challenge",
        Op.READ_DIRECTORY,
        Service.GRAPH,
        401,
        {
            "error": {
                "code": "InvalidAuthenticationToken",
                "message": "Exception of type 'Microsoft.Graph.AGS.Contracts.ClaimsChallengeRequiredException' was "
                "thrown.",
            }
        },
    ),
    Case(
        "claims challenge",
        Op.LIST_SUBSCRIPTIONS,
        Service.RESOURCE_MANAGER,
        401,
        {"error": {"code": "AuthenticationFailed", "message": "Authentication failed."}},
        challenge("invalid_token", CAE_CLAIMS),
    ),
    told(
        "interaction required",
        Service.ENTRA,
        "Interactive authentication is required to get a token.",
        "interaction_required",
    ),
)

SIGN_IN = (
    entra(
        "second factor", 50076, "interaction_required", "you must use multi-factor authentication to access '797f4846'."
    ),
    entra("second factor not set up", 50079, "interaction_required"),
    entra("second factor blocked", 53004, "interaction_required"),
    entra("device code session refused", 530036, "invalid_grant"),
    entra("token protection", 530084, "invalid_grant"),
    entra("security defaults", 530035, "invalid_grant"),
    entra("conditional access", 53003, "invalid_grant"),
    entra("proof blocked by policy", 53003, "unauthorized_client", operation=Op.PROVE_SIGN_IN),
    entra("not preauthorized", 65002, "invalid_client"),
    entra("consent", 65001, "invalid_grant"),
    entra("client unknown", 700016, "unauthorized_client"),
    entra("tenant unknown", 90002, "invalid_request", "Tenant 'xxxx' not found."),
    entra("another cloud", 90038, "invalid_request"),
    entra("not in the tenant", 50020, "invalid_grant"),
    entra("tenant restrictions", 500021, "invalid_grant"),
    entra("session over", 50173, "invalid_grant", suberror="bad_token"),
    entra("session over", 700082, "invalid_grant"),
    entra("not confirmed", 50199, "interaction_required", "For security reasons, user confirmation is required."),
    entra("code expired", 70020, "expired_token"),
    entra("code not valid", 70018, "bad_verification_code"),
    entra("not completed", 50126, "invalid_grant"),
    entra("code declined", 70019, "authorization_declined"),
    entra("loop", 50196, "invalid_grant"),
    entra("sign-in service failed", 90033, "temporarily_unavailable"),
    entra("secret expired", 7000222, "invalid_client"),
    entra("secret wrong", 7000215, "invalid_client", "Invalid client secret provided."),
)

WAYS = (
    told("az missing", Service.AZURE_CLI, "Azure CLI not found on path"),
    told("az signed out", Service.AZURE_CLI, "Please run 'az login' to set up an account"),
    told("az slow", Service.AZURE_CLI, "Timed out waiting for Azure CLI"),
    told(
        "az broker",
        Service.AZURE_CLI,
        "ERROR: (pii). Status: Response_Status.Status_Unexpected, Error code: 3399614476",
    ),
    told(
        "az claims",
        Service.AZURE_CLI,
        "This credential doesn't support claims challenges. To authenticate with the required claims, please run …",
    ),
    told("declined", Service.ENTRA, "The page said no.", "access_denied"),
    told("az other", Service.AZURE_CLI, "Failed to invoke the Azure CLI"),
    told("not finished", Service.ENTRA, "Timed out after waiting 300 seconds for the user to authenticate"),
    told("no authority", Service.ENTRA, "Unable to get authority configuration for https://login.…/nobody.example."),
    told("no port", Service.ENTRA, "Couldn't start an HTTP server on localhost"),
    told("no browser", Service.ENTRA, "Failed to open a browser"),
)

GENERAL = (
    Case(
        "throttled",
        Op.LIST_GROUPS,
        Service.RESOURCE_MANAGER,
        429,
        {"error": {"code": "ResourceRequestsThrottled", "message": "Please try again after '324' seconds."}},
        {"Retry-After": "324"},
    ),
    Case("throttled", Op.LIST_GROUPS, Service.RESOURCE_MANAGER, 429, {"Code": "429", "Message": "slow", "Details": []}),
    arm("throttled", Op.PUT_GROUP, 429, "RetryableErrorDueToAnotherOperation", "Another operation is in progress."),
    graph("throttled", Op.CREATE_APPLICATION, 429, "TooManyRequests", "Please retry again later."),
    Case("server", Op.LIST_GROUPS, Service.RESOURCE_MANAGER, 503, "<!DOCTYPE html><html>Front Door</html>"),
    Case("server", Op.CREATE_APPLICATION, Service.GRAPH, 504, {"error": {"code": "GatewayTimeout", "message": ""}}),
    graph("signed out", Op.READ_DIRECTORY, 401, "InvalidAuthenticationToken", "Access token has expired."),
    graph("refused", Op.LIST_APPLICATIONS, 403, "Authorization_RequestDenied", DENIED),
    graph("not found", Op.GET_APPLICATION, 404, "Request_ResourceNotFound", NOT_FOUND),
    arm("conflict", Op.DELETE_GROUP, 409, "SomethingNew", "Something else is going on."),
    arm("unknown", Op.PUT_GROUP, 400, "BrandNewCode", "Nobody has seen this before"),
)

CASES: tuple[Case, ...] = (
    *REPLICATION,
    *NETWORK,
    *CHALLENGES,
    *SIGN_IN,
    *WAYS,
    *RESOURCES,
    *ASSIGNMENTS,
    *DIRECTORY,
    *GENERAL,
)
