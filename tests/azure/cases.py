"""Every failure the rules know, as it arrives; each names the rule that must recognise it."""

from __future__ import annotations

from pipeops_tui.azure.errors.evidence import AzureOperation as Op
from pipeops_tui.azure.errors.evidence import AzureService, Transport
from tests.azure.cases_of_refusal import ASSIGNMENTS, DENIED, DIRECTORY, RESOURCES, UNAUTHORIZED
from tests.azure.wire import (
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
        operation=Op.TEST_SIGN_IN,
    ),
    entra(
        "secret not live",
        700016,
        "unauthorized_client",
        "Application with identifier 'b0f3' was not found in the directory 'Contoso'.",
        operation=Op.TEST_SIGN_IN,
    ),
    arm(
        "access not live",
        Op.TEST_ACCESS,
        403,
        "AuthorizationFailed",
        UNAUTHORIZED.format(action="Microsoft.Resources/subscriptions/resourcegroups/read", scope=SCOPE),
    ),
)

NETWORK = (
    silent(
        "untrusted certificate",
        Op.LIST_TENANTS,
        AzureService.RESOURCE_MANAGER,
        Transport.NOT_SENT,
        "ServiceRequestError: Cannot connect to host management.azure.com:443 ssl:True [SSLCertVerificationError: (1, "
        "'[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate in certificate chain')]",
        "management.azure.com",
    ),
    silent(
        "proxy",
        Op.LIST_TENANTS,
        AzureService.GRAPH,
        Transport.NOT_SENT,
        "ProxyError: 407 Proxy Authentication Required",
    ),
    Case("proxy", Op.LIST_TENANTS, AzureService.RESOURCE_MANAGER, 407, "<html>authenticate</html>"),
    silent("not sent", Op.LIST_GROUPS, AzureService.RESOURCE_MANAGER, Transport.NOT_SENT, "Connect call failed", "h"),
    silent("foreign address", Op.LIST_SUBSCRIPTIONS, AzureService.RESOURCE_MANAGER, Transport.FOREIGN, "", "h"),
    silent("too large", Op.LIST_GROUPS, AzureService.RESOURCE_MANAGER, Transport.TOO_LARGE, "over 8 MiB", "h"),
    silent("too large write", Op.PUT_GROUP, AzureService.RESOURCE_MANAGER, Transport.TOO_LARGE, "over 8 MiB", "h"),
    silent("malformed", Op.READ_POLICY, AzureService.GRAPH, Transport.MALFORMED, "TypeError: no zone", "h"),
    silent("malformed write", Op.CREATE_APPLICATION, AzureService.GRAPH, Transport.MALFORMED, "TypeError", "h"),
    silent("lost answer", Op.PUT_GROUP, AzureService.RESOURCE_MANAGER, Transport.NO_ANSWER, "no answer in time"),
    Case("lost answer", Op.CREATE_APPLICATION, AzureService.GRAPH, 200, '{"id": "half a'),
    told(
        "wrong clock",
        AzureService.ENTRA,
        "Authentication failed: The ID token is not yet valid. Make sure your computer's time and time zone are both "
        "correct. Current epoch = 1.",
    ),
    Case(
        "wrong clock",
        Op.LIST_TENANTS,
        AzureService.RESOURCE_MANAGER,
        401,
        {"error": {"code": "ExpiredAuthenticationToken", "message": "The access token expiry UTC time is earlier."}},
        {"Date": "Wed, 20 Jan 2021 17:55:59 GMT"},
    ),
    Case("no cloud", Op.DISCOVER_CLOUD, AzureService.RESOURCE_MANAGER, 404, "<html>nothing here</html>"),
    Case("no cloud", Op.DISCOVER_CLOUD, AzureService.RESOURCE_MANAGER, 200, "<html>a welcome page</html>"),
    *(
        graph(
            "directory busy",
            operation,
            409,
            "Directory_ConcurrencyViolation",
            "Error due to concurrent requests being made to the tenant. Please wait briefly and retry.",
        )
        for operation in (
            *(Op.CREATE_APPLICATION, Op.CREATE_PRINCIPAL, Op.ADD_PASSWORD, Op.REMOVE_PASSWORD, Op.DELETE_APPLICATION),
        )
    ),
    Case("intercepted", Op.READ_DIRECTORY, AzureService.GRAPH, 403, "<html>blocked by your company</html>"),
    Case("intercepted", Op.GET_APPLICATION, AzureService.GRAPH, 404, "<html>there is no such page</html>"),
    Case("intercepted", Op.GET_GROUP, AzureService.RESOURCE_MANAGER, 302, "", {"Location": "https://proxy.example/"}),
    silent("intercepted", Op.DELETE_APPLICATION, AzureService.GRAPH, Transport.INTERCEPTED, ""),
    silent("incomplete", Op.ADD_PASSWORD, AzureService.GRAPH, Transport.INCOMPLETE, ""),
)

CHALLENGES = (
    Case(
        "second factor for changes",
        Op.PUT_GROUP,
        AzureService.RESOURCE_MANAGER,
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
        AzureService.ENTRA,
        "Interactive authentication is required",
        "interaction_required",
        MFA_CLAIMS,
    ),
    Case(
        "Graph claims challenge",
        Op.READ_DIRECTORY,
        AzureService.GRAPH,
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
        AzureService.RESOURCE_MANAGER,
        401,
        {"error": {"code": "AuthenticationFailed", "message": "Authentication failed."}},
        challenge("invalid_token", CAE_CLAIMS),
    ),
    told(
        "interaction required",
        AzureService.ENTRA,
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
    entra("conditional access", 53003, "invalid_grant", claims=MFA_CLAIMS),
    entra("device not managed", 530003, "invalid_grant"),
    entra("device not managed", 530033, "interaction_required"),
    entra("tenant blocked", 5000225, "interaction_required"),
    entra("service switched off", 500014, "invalid_client"),
    entra("personal account", 500200, "invalid_request"),
    entra("not assigned", 50105, "interaction_required"),
    entra("account at risk", 530034, "invalid_grant"),
    entra("account locked", 50057, "invalid_grant"),
    entra("password", 50055, "invalid_grant"),
    entra("federation", 80001, "invalid_grant"),
    entra("client unusable", 7000218, "invalid_client"),
    entra("principal not in the tenant", 7000229, "unauthorized_client", is_program=True),
    entra("principal unknown", 700016, "unauthorized_client", is_program=True),
    entra("principal disabled", 7000112, "unauthorized_client", is_program=True),
    entra("principal blocked by policy", 53003, "invalid_grant", is_program=True),
    entra("principal's token not trusted", 700213, "invalid_client", is_program=True),
    entra("principal's token not verified", 50027, "invalid_request", is_program=True),
    entra("principal's token out of time", 700024, "invalid_client", is_program=True),
    entra("principal's tenant unknown", 90002, "invalid_request", is_program=True),
    entra("client unknown", 7000229, "unauthorized_client"),
    arm(
        "principal not in the tenant",
        Op.LIST_TENANTS,
        401,
        "InvalidAuthenticationToken",
        "The received access token is not valid: at least one of the claims 'puid' or 'altsecid' or 'oid' should be "
        "present. If you are accessing as application please make sure service principal is properly created in the "
        "tenant.",
    ),
    entra("test sign-in blocked by policy", 53003, "unauthorized_client", operation=Op.TEST_SIGN_IN),
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

EXAMINED = (
    entra("values: tenant unknown", 90002, "invalid_tenant", operation=Op.LOOK_UP_TENANT),
    entra("values: tenant unknown", 900023, "invalid_request", operation=Op.EXAMINE_SIGN_IN),
    entra("values: another cloud", 900382, "invalid_request", operation=Op.EXAMINE_SIGN_IN),
    entra("values: client unknown", 700016, "unauthorized_client", operation=Op.EXAMINE_SIGN_IN, is_program=True),
    entra("values: no service principal", 7000229, "invalid_client", operation=Op.EXAMINE_SIGN_IN),
    entra("values: disabled", 7000112, "unauthorized_client", operation=Op.EXAMINE_SIGN_IN, is_program=True),
    entra(
        "values: blocked by policy", 53003, "invalid_grant", operation=Op.EXAMINE_SIGN_IN, claims='{"access_token":1}'
    ),
    entra("values: secret expired", 7000222, "invalid_client", operation=Op.EXAMINE_SIGN_IN),
    entra("values: secret wrong", 7000215, "invalid_client", operation=Op.EXAMINE_SIGN_IN),
)
WAYS = (
    told("az missing", AzureService.AZURE_CLI, "Azure CLI not found on path"),
    told("az signed out", AzureService.AZURE_CLI, "Please run 'az login' to set up an account"),
    told("az one tenant", AzureService.AZURE_CLI, "ERROR: Tenant shouldn't be specified for Cloud Shell account"),
    told("az slow", AzureService.AZURE_CLI, "Timed out waiting for Azure CLI"),
    told(
        "identity not assigned",
        AzureService.MANAGED_IDENTITY,
        "ManagedIdentityCredential authentication unavailable. The requested identity has not been assigned to this "
        "resource.",
    ),
    told(
        "no identity here",
        AzureService.MANAGED_IDENTITY,
        "ManagedIdentityCredential authentication unavailable, no response from the IMDS endpoint.",
    ),
    told("identity gave no token", AzureService.MANAGED_IDENTITY, "No token received."),
    told(
        "az broker",
        AzureService.AZURE_CLI,
        "ERROR: (pii). Status: Response_Status.Status_Unexpected, Error code: 3399614476",
    ),
    told(
        "az claims",
        AzureService.AZURE_CLI,
        "This credential doesn't support claims challenges. To authenticate with the required claims, please run …",
    ),
    told("declined", AzureService.ENTRA, "The page said no.", "access_denied"),
    told("az other", AzureService.AZURE_CLI, "Failed to invoke the Azure CLI"),
    told("not finished", AzureService.ENTRA, "Timed out after waiting 300 seconds for the user to authenticate"),
    told(
        "no authority", AzureService.ENTRA, "Unable to get authority configuration for https://login.…/nobody.example."
    ),
    told("no port", AzureService.ENTRA, "Couldn't start an HTTP server on localhost"),
    told("no browser", AzureService.ENTRA, "Failed to open a browser"),
)

GENERAL = (
    Case(
        "throttled",
        Op.LIST_GROUPS,
        AzureService.RESOURCE_MANAGER,
        429,
        {"error": {"code": "ResourceRequestsThrottled", "message": "Please try again after '324' seconds."}},
        {"Retry-After": "324"},
    ),
    Case(
        "throttled",
        Op.LIST_GROUPS,
        AzureService.RESOURCE_MANAGER,
        429,
        {"Code": "429", "Message": "slow", "Details": []},
    ),
    arm("throttled", Op.PUT_GROUP, 429, "RetryableErrorDueToAnotherOperation", "Another operation is in progress."),
    graph("throttled", Op.CREATE_APPLICATION, 429, "TooManyRequests", "Please retry again later."),
    Case("server", Op.LIST_GROUPS, AzureService.RESOURCE_MANAGER, 503, "<!DOCTYPE html><html>Front Door</html>"),
    Case(
        "server", Op.CREATE_APPLICATION, AzureService.GRAPH, 504, {"error": {"code": "GatewayTimeout", "message": ""}}
    ),
    graph("signed out", Op.READ_DIRECTORY, 401, "InvalidAuthenticationToken", "Access token has expired."),
    graph("refused", Op.LIST_APPLICATIONS, 403, "Authorization_RequestDenied", DENIED),
    graph("not found", Op.GET_APPLICATION, 404, "Request_ResourceNotFound", NOT_FOUND),
    arm("conflict", Op.DELETE_GROUP, 409, "SomethingNew", "Something else is going on."),
    arm("unknown", Op.PUT_GROUP, 400, "BrandNewCode", "Nobody has seen this before"),
)

CASES: tuple[Case, ...] = (
    *REPLICATION,
    *EXAMINED,
    *NETWORK,
    *CHALLENGES,
    *SIGN_IN,
    *WAYS,
    *RESOURCES,
    *ASSIGNMENTS,
    *DIRECTORY,
    *GENERAL,
)
