"""What Azure Resource Manager answers."""

from __future__ import annotations

from tests.conformity.headers import absent, exactly, form
from tests.conformity.shapes import GUID, TEXT, Each, Text
from tests.simulator.expected import Expected, message
from tests.simulator.expected.arm_shapes import (
    LOCATION,
    ROLE,
    SUBSCRIPTION,
    TENANT,
    assignment,
    challenge,
    error,
    group,
    provider,
)
from tests.simulator.expected.headers import ARM, ARM_EMPTY, ARM_REFUSED, DELETES, RBAC, READS, WRITES, counted

_SUBSCRIPTION = "/subscriptions/{subscriptionId}"
_GROUP = f"{_SUBSCRIPTION}/resourcegroups/{{rg}}"
_ASSIGNMENT = f"{_GROUP}/providers/Microsoft.Authorization/roleAssignments/{{guid}}"
_V2021 = {"api-version": "2021-04-01"}
_V2022 = {"api-version": "2022-12-01"}
_RBAC_VERSION = {"api-version": "2022-04-01"}
_SIGNED = r"api-version=2021-04-01&t=\d+&c=\w+&s=\w+&h=\w+"
_JOB = rf"https://[^/]+/subscriptions/{GUID.pattern}/operationresults/[\w-]+\?{_SIGNED}"
_ON_RESOURCE = f"{_GROUP}/providers/{{ns}}/{{type}}/{{name}}/providers/Microsoft.Authorization/permissions"
_EXPIRED = challenge(
    "ExpiredAuthenticationToken",
    "The access token expiry UTC time .*",
    'error_description="The access token has expired."',
)
_REVOKED = challenge(
    "AuthenticationFailed", r"Authentication failed\.",
    'error_description="User session has been revoked", claims="[A-Za-z0-9+/]+=*"',
)  # fmt: skip
_LOCATION = "westeurope"
_NAME = "conformity-[0-9]+"

READING = (
    Expected("subscriptions", "GET /subscriptions", 200, {"value": Each(SUBSCRIPTION)},
             (*ARM, *counted("tenant-reads")), _V2022),
    Expected("subscriptions with a count", "GET /subscriptions", 200,
             {"value": Each(SUBSCRIPTION), "count": {"type": "Total", "value": 1}}, ARM, {"api-version": "2020-01-01"}),
    Expected("a subscription", f"GET {_SUBSCRIPTION}", 200, SUBSCRIPTION, (*ARM, *READS), _V2022),
    Expected("tenants", "GET /tenants", 200, {"value": Each(TENANT)}, (*ARM, *counted("tenant-reads")), _V2022),
    Expected("locations", f"GET {_SUBSCRIPTION}/locations", 200, {"value": Each(LOCATION)}, (*ARM, *READS), _V2022),
    Expected("groups", f"GET {_SUBSCRIPTION}/resourcegroups", 200, {"value": Each(group())}, (*ARM, *READS), _V2021),
    Expected("a group", f"GET {_GROUP}", 200, group(), (*ARM, *READS), _V2021),
    Expected("a group that exists", f"HEAD {_GROUP}", 204, None, (*ARM_EMPTY, *READS), _V2021),
    Expected("a role", f"GET {_SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions", 200,
             {"value": [ROLE]}, RBAC, {**_RBAC_VERSION, "$filter": "roleName eq 'contributor'"}),
    Expected("permissions before data actions", f"GET {_ON_RESOURCE}", 200,
             {"value": Each({"actions": Each(TEXT), "notActions": Each(TEXT)})}, RBAC, {"api-version": "2015-07-01"}),
    Expected("role assignments", f"GET {_SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments", 200,
             {"value": [assignment()]}, RBAC, {**_RBAC_VERSION, "$filter": "principalId eq 'x'"}),
    Expected("a provider", f"GET {_SUBSCRIPTION}/providers/{{namespace}}", 200, provider("Registered"),
             (*ARM, *READS), _V2021),
    Expected("a provider being registered", f"GET {_SUBSCRIPTION}/providers/{{namespace}}", 200,
             provider("Registering"), (*ARM, *READS), _V2021, about={"registrationState": "Registering"}),
)  # fmt: skip

WRITING = (
    Expected("a group is made", f"PUT {_GROUP}", 201, group(), (*ARM, *WRITES), _V2021,
             {"location": _LOCATION, "tags": {"a": "b"}}),
    Expected("a group is put again", f"PUT {_GROUP}", 200, group(), (*ARM, *WRITES), _V2021,
             {"properties": {}, "location": _LOCATION, "managedBy": "somebody", "tags": {}},
             about={"location": _LOCATION}),
    Expected("a group is deleted", f"DELETE {_GROUP}", 202, None,
             (*ARM_EMPTY, *DELETES, exactly("content-length", "0"), form("location", _JOB), form("retry-after", "15"),
              absent("azure-asyncoperation")), _V2021),
    Expected("a deletion runs", f"GET {_SUBSCRIPTION}/operationresults/{{jobId}}", 202, None,
             (*ARM_EMPTY, exactly("content-length", "0"), form("location", _JOB)), _V2021),
    Expected("a deletion is done", f"GET {_SUBSCRIPTION}/operationresults/{{jobId}}", 200, None,
             (*ARM_EMPTY, exactly("content-length", "0"), absent("location")), _V2021),
    Expected("a provider is registered", f"POST {_SUBSCRIPTION}/providers/{{namespace}}/register", 200,
             provider("Registering"), (*ARM, *WRITES), _V2021, about={"registrationState": "Registering"}),
    Expected("a role is assigned", f"PUT {_ASSIGNMENT}", 201, assignment(created_by=None), (*RBAC, *WRITES),
             _RBAC_VERSION),
    Expected("a role is taken away", f"DELETE {_ASSIGNMENT}", 200, assignment(), (*RBAC, *DELETES), _RBAC_VERSION),
)  # fmt: skip

REFUSING = (
    Expected("no such group", f"GET {_GROUP}", 404,
             error("ResourceGroupNotFound", f"Resource group '{_NAME}' could not be found\\."), ARM_REFUSED, _V2021,
             about=message("ResourceGroupNotFound")),
    Expected("a group that does not exist", f"HEAD {_GROUP}", 404, None,
             (*ARM_REFUSED, form("content-length", r"10\d")), _V2021),
    Expected("a group lies elsewhere", f"PUT {_GROUP}", 409,
             error("InvalidResourceGroupLocation", r"Invalid resource group location 'West Europe'\. The Resource "
                   r"group already exists in location 'eastus2'\."), ARM, _V2021, {"location": "West Europe"},
             message("InvalidResourceGroupLocation")),
    Expected("a group goes", f"PUT {_GROUP}", 409,
             error("ResourceGroupBeingDeleted", f"The resource group '{_NAME}' is in deprovisioning state and cannot "
                   "perform this operation\\."), ARM_REFUSED, _V2021, about=message("ResourceGroupBeingDeleted")),
    Expected("a location for no groups", f"PUT {_GROUP}", 400,
             error("LocationNotAvailableForResourceGroup", "The provided location 'europe' is not available for "
                   r"resource group\. List of available regions is '[a-z0-9]+(,[a-z0-9]+)+'\."), ARM_REFUSED, _V2021,
             {"location": "europe"}),
    Expected("not registered", f"PUT {_GROUP}/providers/{{namespace}}/{{type}}/{{name}}", 409,
             {"error": {"code": "MissingSubscriptionRegistration", "message": TEXT, "details": [{
                 "code": "MissingSubscriptionRegistration", "target": "Microsoft.RecoveryServices",
                 "message": "The subscription is not registered to use namespace 'Microsoft.RecoveryServices'. See "
                 "https://aka.ms/rps-not-found for how to register subscriptions."}]}},
             ARM_REFUSED, {"api-version": "2023-08-01"}, {"location": "westus"}),
    Expected("no right", f"PUT {_ASSIGNMENT}", 403,
             error("AuthorizationFailed", f"The client '{GUID.pattern}' with object id '{GUID.pattern}' does not have "
                   "authorization to perform action 'Microsoft.Authorization/roleAssignments/write' over scope "
                   f"'/subscriptions/[^']+/roleAssignments/{GUID.pattern}' or the scope is invalid\\. If access was "
                   r"recently granted, please refresh your credentials\."), ARM_REFUSED, _RBAC_VERSION,
             {"properties": {}}),
    Expected("no such principal", f"PUT {_ASSIGNMENT}", 400,
             error("PrincipalNotFound", f"Principal [0-9a-f]{{32}} does not exist in the directory {GUID.pattern}\\. .*"
                   r"  See https://aka\.ms/docs-principaltype"), (*RBAC, *WRITES), _RBAC_VERSION,
             {"properties": {"roleDefinitionId": "acdd72a7-3385-48ef-bd42-f606fba81ae7",
                             "principalId": "e92c765f-7f4f-4794-afb9-2012f91f0fa3"}}, message("PrincipalNotFound")),
    Expected("assigned already", f"PUT {_ASSIGNMENT}", 409,
             error("RoleAssignmentExists", r"The role assignment already exists\. The ID of the existing role "
                   r"assignment is [0-9a-f]{32}\."), (*RBAC, *WRITES), _RBAC_VERSION),
    Expected("a token that is over", "GET /subscriptions", 401, *_EXPIRED, _V2022,
             about=message("ExpiredAuthenticationToken")),
    Expected("a session that was revoked", "GET /subscriptions", 401, *_REVOKED, _V2022,
             about=message("AuthenticationFailed")),
    Expected("a throttled provider", f"GET {_GROUP}/providers/{{ns}}/…", 429,
             error("ResourceRequestsThrottled", "Number of requests for action 'Microsoft.Web/vaults/read' exceeded "
                   r"the limit of '150' for time interval '01:00:00'\. Please try again after '324' seconds\."),
             (*ARM_REFUSED, exactly("retry-after", "324")), _V2021,
             about={"error": {"message": "Please try again after '324' seconds."}}),
    Expected("a throttled subscription", f"GET {_SUBSCRIPTION}/resourcegroups", 429,
             error("SubscriptionRequestsThrottled", f"Number of requests for subscription '{GUID.pattern}' and "
                   "operation 'GET/SUBSCRIPTIONS/RESOURCEGROUPS' exceeded the backend storage limit\\. Please try "
                   "again after '6' seconds\\."), (*ARM_REFUSED, exactly("retry-after", "6")), _V2021,
             about={"error": {"message": "Please try again after '6' seconds."}}),
)  # fmt: skip

FRONT_DOOR = Expected(
    "the front door's page", f"GET {_SUBSCRIPTION}/providers/{{ns}}/…", 503,
    Text("page", "<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Transitional//EN' (?s:.*)</html>"),
    (exactly("content-type", "text/html"), exactly("cache-control", "no-store"), exactly("content-length", "988"),
     form("x-azure-externalerror", "0x[0-9a-f]{8},OriginConnectionAborted"), absent("x-ms-request-id")), _V2021,
)  # fmt: skip

ANSWERS = (*READING, *WRITING, *REFUSING, FRONT_DOOR)
