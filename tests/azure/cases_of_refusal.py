"""Refusals of Resource Manager and Microsoft Graph."""

from __future__ import annotations

from dataclasses import replace

from pipeops_tui.azure.errors.evidence import AzureOperation as Op
from tests.azure.wire import SCOPE, arm, graph

UNAUTHORIZED = (
    "The client 'you@contoso.com' with object id '6e0c' does not have authorization to perform action '{action}' over "
    "scope '{scope}' or the scope is invalid. If access was recently granted, please refresh your credentials."
)
RESOURCES = (
    arm("subscription disabled", Op.PUT_GROUP, 409, "ReadOnlyDisabledSubscription", "is disabled and therefore …"),
    arm("no subscription", Op.LIST_GROUPS, 404, "SubscriptionNotFound", "The subscription '1' could not be found."),
    arm(
        "bad group name",
        Op.PUT_GROUP,
        400,
        "InvalidResourceGroup",
        "The provided resource group name 'a!' has these invalid characters: '!'.",
    ),
    arm(
        "group elsewhere",
        Op.PUT_GROUP,
        409,
        "InvalidResourceGroupLocation",
        "Invalid resource group location 'eastus'. The Resource group already exists in location 'westus'.",
    ),
    arm(
        "group being deleted",
        Op.PUT_GROUP,
        409,
        "ResourceGroupBeingDeleted",
        "The resource group 'x' is in deprovisioning state and cannot perform this operation.",
    ),
    arm(
        "region closed",
        Op.PUT_GROUP,
        400,
        "LocationNotAvailableForResourceGroup",
        "The provided location 'australiacentral2' is not available for resource group. List of available regions is "
        "'eastus,westeurope'.",
    ),
    arm(
        "closed by Microsoft",
        Op.PUT_GROUP,
        403,
        "RequestDisallowedByAzure",
        "Resource 'PipeOpsRG' was disallowed by Azure: This policy maintains a set of best available regions where "
        "your subscription can deploy resources.",
    ),
    arm(
        "policy",
        Op.PUT_GROUP,
        403,
        "RequestDisallowedByPolicy",
        "Resource 'contoso-rg' was disallowed by policy. Reasons: 'CreationDate tag is required.'. See error details "
        "for policy resource IDs.",
    ),
    arm(
        "policy",
        Op.PUT_ASSIGNMENT,
        403,
        "RequestDisallowedByPolicy",
        "Resource '5a1f' was disallowed by policy. Reasons: 'Only approved roles.'. See error details for policy "
        "resource IDs.",
    ),
    arm(
        "bad tags",
        Op.PUT_GROUP,
        400,
        "InvalidTagNameCharacters",
        "The tag names 'a<b' have reserved characters '<,>,%,&,\\,?,/' or control characters.",
    ),
    arm(
        "other tenant",
        Op.LIST_GROUPS,
        401,
        "InvalidAuthenticationTokenTenant",
        "The access token is from the wrong issuer 'https://sts.windows.net/1/'. It must match the tenant "
        "'https://sts.windows.net/2/' associated with this subscription.",
    ),
    arm("deny assignment", Op.PUT_GROUP, 403, "AuthorizationFailed", "… is denied by the deny assignment 'stack' …"),
    arm(
        "locked",
        Op.PUT_ASSIGNMENT,
        409,
        "ScopeLocked",
        f"The scope '{SCOPE}' cannot perform write operation because following scope(s) are locked: '{SCOPE}'. Please "
        "remove the lock and try again.",
    ),
    arm("group quota", Op.PUT_GROUP, 409, "ResourceGroupQuotaExceeded", "too many"),
    arm(
        "provider not registered",
        Op.PUT_GROUP,
        409,
        "MissingSubscriptionRegistration",
        "The subscription is not registered to use namespace 'Microsoft.Network'. See https://aka.ms/rps-not-found",
        details=[{"code": "MissingSubscriptionRegistration", "target": "Microsoft.Network", "message": "…"}],
    ),
    arm(
        "deny assignment",
        Op.PUT_ASSIGNMENT,
        403,
        "DenyAssignmentAuthorizationFailed",
        "The client has permission, however the access is denied because of the deny assignment with name 'stack'.",
    ),
    arm("no permission to create a group", Op.PUT_GROUP, 403, "AuthorizationFailed", UNAUTHORIZED),
    arm("no permission to register providers", Op.REGISTER_PROVIDER, 403, "AuthorizationFailed", UNAUTHORIZED),
    arm("unauthorized", Op.LIST_GROUPS, 403, "AuthorizationFailed", UNAUTHORIZED.format(action="a/b/read", scope="/")),
)

ASSIGNMENTS = (
    arm("assigned already", Op.PUT_ASSIGNMENT, 409, "RoleAssignmentExists", "The role assignment already exists."),
    arm("other assignment", Op.PUT_ASSIGNMENT, 400, "RoleAssignmentUpdateNotPermitted", "… not allowed to be updated."),
    arm("assignment limit", Op.PUT_ASSIGNMENT, 400, "RoleAssignmentLimitExceeded", "No more role assignments …"),
    arm("other organization", Op.PUT_ASSIGNMENT, 403, "LinkedAuthorizationFailed", "The client has permission …"),
    arm("principal type", Op.PUT_ASSIGNMENT, 400, "UnmatchedPrincipalType", "The PrincipalId … type mismatch"),
    arm(
        "condition",
        Op.PUT_ASSIGNMENT,
        403,
        "AuthorizationFailed",
        "The client does not have authorization or an ABAC condition not fulfilled to perform action "
        "'Microsoft.Authorization/roleAssignments/write' over scope …",
    ),
    arm("no permission to assign", Op.PUT_ASSIGNMENT, 403, "AuthorizationFailed", UNAUTHORIZED),
)

DENIED = "Insufficient privileges to complete the operation."
DIRECTORY = (
    graph(
        "own quota",
        Op.CREATE_APPLICATION,
        403,
        "Directory_QuotaExceeded",
        "The directory object quota limit for the Principal has been exceeded. Please ask your administrator …",
    ),
    graph(
        "tenant quota",
        Op.CREATE_APPLICATION,
        403,
        "Directory_QuotaExceeded",
        "The directory object quota limit for the Tenant has been exceeded.",
    ),
    graph(
        "service reference", Op.CREATE_APPLICATION, 400, "ServiceTreeNullValueProvided", "ServiceManagementReference"
    ),
    graph(
        "secrets forbidden",
        Op.ADD_PASSWORD,
        400,
        "CredentialTypeNotAllowedAsPerAppPolicy",
        "Credential type not allowed as per assigned policy '538f1913-1'.",
    ),
    graph(
        "secret lifetime",
        Op.ADD_PASSWORD,
        400,
        "CredentialInvalidLifetimeAsPerAppPolicy",
        "Credential lifetime exceeds the max value allowed as per assigned policy '538f1913-1'.",
        {"code": "InvalidKeyEndDate", "target": "EndDate", "message": "…"},
    ),
    graph("application full", Op.ADD_PASSWORD, 400, "Directory_ResourceSizeExceeded", "too big"),
    graph(
        "principal exists",
        Op.CREATE_PRINCIPAL,
        409,
        "Request_MultipleObjectsWithSameKeyValue",
        "The service principal cannot be created, updated, or restored because the service principal name b0f3 is "
        "already in use.",
    ),
    replace(
        graph(
            "principal cannot register applications", Op.CREATE_APPLICATION, 403, "Authorization_RequestDenied", DENIED
        ),
        account="6a1e4f0c-9d2b-4a53-8c07-1f5d3b7e9a42",
    ),
    graph("no permission to register applications", Op.CREATE_APPLICATION, 403, "Authorization_RequestDenied", DENIED),
    graph("no permission to restore", Op.RESTORE_APPLICATION, 403, "Authorization_RequestDenied", DENIED),
    replace(
        graph("principal cannot add owners", Op.ADD_OWNER, 403, "Authorization_RequestDenied", DENIED),
        account="6a1e4f0c-9d2b-4a53-8c07-1f5d3b7e9a42",
    ),
    graph("no permission to change", Op.ADD_OWNER, 403, "Authorization_RequestDenied", DENIED),
    graph("no permission to change", Op.ADD_PASSWORD, 403, "Authorization_RequestDenied", DENIED),
    graph(
        "scopes missing",
        Op.READ_POLICY,
        403,
        "AccessDenied",
        "You cannot perform the requested operation, required scopes are missing in the token.",
    ),
    graph(
        "text refused",
        Op.CREATE_APPLICATION,
        400,
        "Request_BadRequest",
        "Invalid value specified for property 'displayName' of resource 'Application'.",
    ),
)
