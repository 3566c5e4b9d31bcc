"""Refusals as they were recorded or published whole: status, headers that matter, body, with ids replaced.

From Azure CLI's and azure-identity's public test recordings of 2020 to 2024 and from public issues, named at each.
"""

from __future__ import annotations

from pipeops_tui.azure.errors.evidence import AzureOperation as Op
from pipeops_tui.azure.errors.evidence import AzureService
from tests.azure.wire import Case

_ARM = {"Content-Type": "application/json; charset=utf-8", "x-ms-failure-cause": "gateway"}
_NOT_REGISTERED = (
    "The subscription is not registered to use namespace 'Microsoft.RecoveryServices'. See "
    "https://aka.ms/rps-not-found "
    "for how to register subscriptions."
)
_NO_BACKING = (
    "The appId 'a3177365-66d9-447e-a2c8-5ee485ce87d7' of the service principal does not reference a valid application "
    "object."
)
_ENTRA_IDS = {
    "timestamp": "2022-10-31 09:12:44Z",
    "trace_id": "654ce9b2-a626-4e0b-8598-0cac69970200",
    "correlation_id": "5be327fc-93cb-4bef-ab4e-0373f11a8017",
    "error_uri": "https://login.microsoftonline.com/error?code=7000215",
}
_WRONG_SECRET = {
    "error": "invalid_client",
    "error_description": "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the "
    "request is "
    "the client secret value, not the client secret ID, for a secret added to app "
    "'832d86c8-cd9b-43a5-b165-ab40fb49770b'.\r\nTrace ID: 654ce9b2-a626-4e0b-8598-0cac69970200\r\n"
    "Correlation ID: 5be327fc-93cb-4bef-ab4e-0373f11a8017\r\nTimestamp: 2022-10-31 09:12:44Z",
    "error_codes": [7000215],
    **_ENTRA_IDS,
}

RECORDED: tuple[Case, ...] = (
    Case(  # Azure CLI, Cosmos DB, 2024-09: Front Door answers for a service behind it
        "server",
        Op.LIST_GROUPS,
        AzureService.RESOURCE_MANAGER,
        503,
        "<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Transitional//EN' "
        "'http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd'><html xmlns='http://www.w3.org/1999/xhtml'><head>"
        "<meta content='text/html; charset=utf-8' http-equiv='content-type'/></head><body>Our services aren't "
        "available "
        "right now</body></html>",
        {"Content-Type": "text/html", "x-azure-externalerror": "0x80072efe,OriginConnectionAborted"},
    ),
    Case(  # Azure CLI, Recovery Services, 2023-01
        "throttled",
        Op.LIST_GROUPS,
        AzureService.RESOURCE_MANAGER,
        429,
        {
            "error": {
                "code": "ResourceRequestsThrottled",
                "message": "Number of requests for action 'Microsoft.RecoveryServices/vaults/backupJobs/read' exceeded "
                "the limit of '150' for time interval '01:00:00'. Please try again after '324' seconds.",
            }
        },
        _ARM,
    ),
    Case(  # Azure CLI, az rest, 2020-08
        "not found",
        Op.GET_GROUP,
        AzureService.RESOURCE_MANAGER,
        404,
        {
            "error": {
                "code": "ResourceGroupNotFound",
                "message": "Resource group 'test-rest-rg000001' could not be found.",
            }
        },
        _ARM,
    ),
    Case(  # azure-identity, continuous access evaluation, 2021-01
        "claims challenge",
        Op.LIST_SUBSCRIPTIONS,
        AzureService.RESOURCE_MANAGER,
        401,
        {"error": {"code": "AuthenticationFailed", "message": "Authentication failed."}},
        {
            **_ARM,
            "Date": "Wed, 20 Jan 2021 17:55:59 GMT",
            "WWW-Authenticate": 'Bearer authorization_uri="https://login.windows.net/", error="invalid_token", '
            'error_description="User session has been revoked", '
            'claims="eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwgInZhbHVlIjoiMTYxMTE2NTM1OSJ9fX0="',
        },
    ),
    Case(  # Azure CLI, tags, 2024-02
        "provider not registered",
        Op.PUT_GROUP,
        AzureService.RESOURCE_MANAGER,
        409,
        {
            "error": {
                "code": "MissingSubscriptionRegistration",
                "message": _NOT_REGISTERED,
                "details": [
                    {
                        "code": "MissingSubscriptionRegistration",
                        "target": "Microsoft.RecoveryServices",
                        "message": _NOT_REGISTERED,
                    }
                ],
            }
        },
        _ARM,
    ),
    Case(  # Azure CLI, policy with identity, 2023-08: the first of five in 21 seconds
        "principal not found",
        Op.PUT_ASSIGNMENT,
        AzureService.RESOURCE_MANAGER,
        400,
        {
            "error": {
                "code": "PrincipalNotFound",
                "message": "Principal e92c765f7f4f4794afb92012f91f0fa3 does not exist in the directory "
                "54826b22-38d6-4fb2-bad9-b7b93a3e9c5a. Check that you have the correct principal ID. If you are "
                "creating "
                "this principal and then immediately assigning a role, this error might be related to a replication "
                "delay. In this case, set the role assignment principalType property to a value, such as "
                "ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype",
            }
        },
        {"Content-Type": "application/json; charset=utf-8"},
    ),
    Case(  # Azure CLI, AKS, 2024-04
        "no permission to assign",
        Op.PUT_ASSIGNMENT,
        AzureService.RESOURCE_MANAGER,
        403,
        {
            "error": {
                "code": "AuthorizationFailed",
                "message": "The client 'user@example.com' with object id '11111111-1111-4111-8111-111111111111' "
                "does not "
                "have authorization to perform action 'Microsoft.Authorization/roleAssignments/write' over scope "
                "'/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/clitest000001/providers/"
                "Microsoft.Authorization/roleAssignments/796aa989-2e34-48b1-808a-2cf40c627853' or the scope is "
                "invalid. "
                "If access was recently granted, please refresh your credentials.",
            }
        },
        _ARM,
    ),
    Case(  # Azure CLI, container apps, 2024-04
        "assigned already",
        Op.PUT_ASSIGNMENT,
        AzureService.RESOURCE_MANAGER,
        409,
        {"error": {"code": "RoleAssignmentExists", "message": "The role assignment already exists."}},
        {"Content-Type": "application/json; charset=utf-8"},
    ),
    Case(  # Azure CLI, applications, 2022-05
        "application not copied",
        Op.ADD_PASSWORD,
        AzureService.GRAPH,
        404,
        {
            "error": {
                "code": "Request_ResourceNotFound",
                "message": "Resource 'cc46cd6e-d9e9-46eb-87a0-fdb69c74358e' does not exist or one of its queried "
                "reference-property objects are not present.",
                "innerError": {
                    "date": "2022-05-07T06:53:15",
                    "request-id": "66656a0f-c2d8-454a-8e7e-a734d061a35f",
                    "client-request-id": "66656a0f-c2d8-454a-8e7e-a734d061a35f",
                },
            }
        },
        {"Content-Type": "application/json", "request-id": "66656a0f-c2d8-454a-8e7e-a734d061a35f"},
    ),
    Case(  # jenkinsci/azure-vm-agents-plugin#110, Azure/azure-cli#23043
        "group elsewhere",
        Op.PUT_GROUP,
        AzureService.RESOURCE_MANAGER,
        409,
        {
            "error": {
                "code": "InvalidResourceGroupLocation",
                "message": "Invalid resource group location 'eastus'. The Resource group already exists in location "
                "'eastus2'.",
            }
        },
    ),
    Case("secret wrong", Op.GET_TOKEN, AzureService.ENTRA, 401, _WRONG_SECRET),
    Case("secret not live", Op.TEST_SIGN_IN, AzureService.ENTRA, 401, _WRONG_SECRET),
    Case(  # openshift/openshift-azure#1534
        "no backing application",
        Op.CREATE_PRINCIPAL,
        AzureService.GRAPH,
        400,
        {
            "error": {
                "code": "Request_BadRequest",
                "message": _NO_BACKING,
                "details": [{"code": "NoBackingApplicationObject", "message": _NO_BACKING, "target": "appId"}],
            }
        },
    ),
)
