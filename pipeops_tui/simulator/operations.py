"""Every operation the simulated Azure serves: its name, its path, and the right it needs.

Handlers (`routing.handles`), faults and the request history refer to operations by these names. Imports nothing heavy,
because fault texts are checked against it while the command line is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ApiService(StrEnum):
    """The service a request belongs to; it decides about tokens, headers and error envelopes."""

    ENTRA = "entra"
    ARM = "arm"
    GRAPH = "graph"
    IDENTITY = "managed identity"
    CONTROL = "control"


@dataclass(frozen=True, slots=True)
class ApiOperation:
    """One row of `TABLE`.

    `path` is a template: `{name}` is one segment, `{scope}` any ARM scope (the empty one included),
    `{key:applications}` an entity key in either Graph spelling, `/applications/ID` or `/applications(appId='ID')`.
    `grant` narrows a token request to one grant type. `action` is the ARM operation a role must allow;
    `provider_type` names the ARM resource type whose API versions apply.
    """

    name: str
    service: ApiService
    method: str
    path: str
    action: str = ""
    provider_type: str = ""
    grant: str = ""
    anonymous: bool = False


_TOKEN = "/{tenant}/oauth2/v2.0/token"  # noqa: S105  # a path
_ENTRA = (
    ("getOpenIdConfiguration", "GET", "/{tenant}/v2.0/.well-known/openid-configuration", ""),
    ("getOpenIdConfiguration", "GET", "/{tenant}/.well-known/openid-configuration", ""),
    ("discoverInstance", "GET", "/{tenant}/discovery/instance", ""),
    ("getSigningKeys", "GET", "/{tenant}/discovery/v2.0/keys", ""),
    ("requestDeviceCode", "POST", "/{tenant}/oauth2/v2.0/devicecode", ""),
    ("showDeviceLogin", "GET", "/devicelogin", ""),
    ("enterDeviceCode", "POST", "/devicelogin", ""),
    ("authorize", "GET", "/{tenant}/oauth2/v2.0/authorize", ""),
    ("redeemDeviceCode", "POST", _TOKEN, "urn:ietf:params:oauth:grant-type:device_code"),
    ("redeemDeviceCode", "POST", _TOKEN, "device_code"),
    ("redeemAuthorizationCode", "POST", _TOKEN, "authorization_code"),
    ("redeemRefreshToken", "POST", _TOKEN, "refresh_token"),
    ("redeemClientSecret", "POST", _TOKEN, "client_credentials"),
    ("requestToken", "POST", _TOKEN, ""),
    ("requestTokenV1", "POST", "/{tenant}/oauth2/token", ""),
)

_SUB = "/subscriptions/{sub}"
_GROUP = "/subscriptions/{sub}/resourcegroups/{group}"
_ELIGIBLE = "roleEligibilityScheduleInstances"
_AUTH = "{scope}/providers/Microsoft.Authorization"
_RES = "Microsoft.Resources/subscriptions"
_REGISTER = "{namespace}/register/action"
_POLICY = "/providers/Microsoft.PolicyInsights/checkPolicyRestrictions"
_CHECK_POLICY = "Microsoft.PolicyInsights/checkPolicyRestrictions/read"
_COMPUTE = f"{_SUB}/providers/Microsoft.Compute"
_KUBERNETES = f"{_SUB}/providers/Microsoft.ContainerService/locations/{{location}}/kubernetesVersions"
_ACTIVITIES = "/providers/Microsoft.Insights/eventtypes/management/values"
_VALIDATION = f"{_GROUP}/providers/Microsoft.Resources/deployments/{{deployment}}/validate"
_TYPE = "/providers/{namespace}/{type}"
_RESOURCE = f"{_GROUP}/providers/{{namespace}}/{{type}}/{{resource}}"
_ARM = (
    ("listSubscriptions", "GET", "/subscriptions", "", "subscriptions"),
    ("getSubscription", "GET", _SUB, f"{_RES}/read", "subscriptions"),
    ("listTenants", "GET", "/tenants", "", "tenants"),
    ("listLocations", "GET", f"{_SUB}/locations", f"{_RES}/locations/read", "subscriptions"),
    ("listResourceGroups", "GET", f"{_SUB}/resourcegroups", f"{_RES}/resourceGroups/read", "resourceGroups"),
    ("getResourceGroup", "GET", _GROUP, f"{_RES}/resourceGroups/read", "resourceGroups"),
    ("checkResourceGroup", "HEAD", _GROUP, f"{_RES}/resourceGroups/read", "resourceGroups"),
    ("putResourceGroup", "PUT", _GROUP, f"{_RES}/resourceGroups/write", "resourceGroups"),
    ("updateResourceGroup", "PATCH", _GROUP, f"{_RES}/resourceGroups/write", "resourceGroups"),
    ("deleteResourceGroup", "DELETE", _GROUP, f"{_RES}/resourceGroups/delete", "resourceGroups"),
    ("pollDeletion", "GET", f"{_SUB}/operationresults/{{job}}", "", "resourceGroups"),
    ("listGroupResources", "GET", f"{_GROUP}/resources", f"{_RES}/resourceGroups/resources/read", "resourceGroups"),
    ("listResources", "GET", f"{_SUB}/resources", f"{_RES}/resources/read", "resourceGroups"),
    ("listProviders", "GET", f"{_SUB}/providers", f"{_RES}/providers/read", "providers"),
    ("getProvider", "GET", f"{_SUB}/providers/{{namespace}}", f"{_RES}/providers/read", "providers"),
    ("registerProvider", "POST", f"{_SUB}/providers/{{namespace}}/register", _REGISTER, "providers"),
    ("checkPolicyRestrictions", "POST", f"{_SUB}{_POLICY}", _CHECK_POLICY, "policies"),
    ("checkPolicyRestrictions", "POST", f"{_GROUP}{_POLICY}", _CHECK_POLICY, "policies"),
    (
        "listUsages",
        "GET",
        f"{_COMPUTE}/locations/{{location}}/usages",
        "Microsoft.Compute/locations/usages/read",
        "any",
    ),
    ("listSkus", "GET", f"{_COMPUTE}/skus", "Microsoft.Compute/skus/read", "any"),
    (
        "listKubernetesVersions",
        "GET",
        _KUBERNETES,
        "Microsoft.ContainerService/locations/kubernetesVersions/read",
        "any",
    ),
    ("listActivityLog", "GET", f"{_SUB}{_ACTIVITIES}", "Microsoft.Insights/eventtypes/values/read", "any"),
    ("validateDeployment", "POST", _VALIDATION, "Microsoft.Resources/deployments/validate/action", "resourceGroups"),
    ("queryResourceGraph", "POST", "/providers/Microsoft.ResourceGraph/resources", "", "resourceGraph"),
)
_AUTHORIZATION = (
    ("listPermissions", "GET", f"{_AUTH}/permissions", "permissions/read"),
    ("listRoleDefinitions", "GET", f"{_AUTH}/roleDefinitions", "roleDefinitions/read"),
    ("getRoleDefinition", "GET", f"{_AUTH}/roleDefinitions/{{role}}", "roleDefinitions/read"),
    ("putRoleDefinition", "PUT", f"{_AUTH}/roleDefinitions/{{role}}", "roleDefinitions/write"),
    ("deleteRoleDefinition", "DELETE", f"{_AUTH}/roleDefinitions/{{role}}", "roleDefinitions/delete"),
    ("listRoleAssignments", "GET", f"{_AUTH}/roleAssignments", "roleAssignments/read"),
    ("getRoleAssignment", "GET", f"{_AUTH}/roleAssignments/{{assignment}}", "roleAssignments/read"),
    ("putRoleAssignment", "PUT", f"{_AUTH}/roleAssignments/{{assignment}}", "roleAssignments/write"),
    ("deleteRoleAssignment", "DELETE", f"{_AUTH}/roleAssignments/{{assignment}}", "roleAssignments/delete"),
    ("listDenyAssignments", "GET", f"{_AUTH}/denyAssignments", "denyAssignments/read"),
    ("listLocks", "GET", f"{_AUTH}/locks", "locks/read"),
    ("getLock", "GET", f"{_AUTH}/locks/{{lock}}", "locks/read"),
    ("putLock", "PUT", f"{_AUTH}/locks/{{lock}}", "locks/write"),
    ("deleteLock", "DELETE", f"{_AUTH}/locks/{{lock}}", "locks/delete"),
    ("listPolicyAssignments", "GET", f"{_AUTH}/policyAssignments", "policyAssignments/read"),
    ("getPolicyAssignment", "GET", f"{_AUTH}/policyAssignments/{{policy}}", "policyAssignments/read"),
    ("putPolicyAssignment", "PUT", f"{_AUTH}/policyAssignments/{{policy}}", "policyAssignments/write"),
    ("deletePolicyAssignment", "DELETE", f"{_AUTH}/policyAssignments/{{policy}}", "policyAssignments/delete"),
    ("listPolicyDefinitions", "GET", f"{_AUTH}/policyDefinitions", "policyDefinitions/read"),
    ("getPolicyDefinition", "GET", f"{_AUTH}/policyDefinitions/{{definition}}", "policyDefinitions/read"),
    ("listRoleEligibilities", "GET", f"{_AUTH}/{_ELIGIBLE}", f"{_ELIGIBLE}/read"),
)

_FEDERATED = "/federatedIdentityCredentials"
_GRAPH = (
    ("getMe", "GET", "/v1.0/me"),
    ("listMyDirectoryRoles", "GET", "/v1.0/me/transitiveMemberOf/microsoft.graph.directoryRole"),
    ("listMyDirectoryRoles", "GET", "/v1.0/me/memberOf/microsoft.graph.directoryRole"),
    ("listDirectoryRoles", "GET", "/v1.0/directoryRoles"),
    ("listMyApplications", "GET", "/v1.0/me/ownedObjects/microsoft.graph.application"),
    ("listMyApplications", "GET", "/v1.0/me/createdObjects/microsoft.graph.application"),
    ("listMyObjects", "GET", "/v1.0/me/ownedObjects"),
    ("listMyObjects", "GET", "/v1.0/me/createdObjects"),
    ("getAuthorizationPolicy", "GET", "/v1.0/policies/authorizationPolicy"),
    ("getDefaultAppManagementPolicy", "GET", "/v1.0/policies/defaultAppManagementPolicy"),
    ("listUsers", "GET", "/v1.0/users"),
    ("getUser", "GET", "/v1.0/users/{user}"),
    ("listOrganization", "GET", "/v1.0/organization"),
    ("listApplications", "GET", "/v1.0/applications"),
    ("createApplication", "POST", "/v1.0/applications"),
    ("getApplication", "GET", "/v1.0{key:applications}"),
    ("updateApplication", "PATCH", "/v1.0{key:applications}"),
    ("deleteApplication", "DELETE", "/v1.0{key:applications}"),
    ("addPassword", "POST", "/v1.0{key:applications}/addPassword"),
    ("addPassword", "POST", "/v1.0{key:applications}/microsoft.graph.addPassword"),
    ("removePassword", "POST", "/v1.0{key:applications}/removePassword"),
    ("removePassword", "POST", "/v1.0{key:applications}/microsoft.graph.removePassword"),
    ("listApplicationOwners", "GET", "/v1.0{key:applications}/owners"),
    ("addApplicationOwner", "POST", "/v1.0{key:applications}/owners/$ref"),
    ("removeApplicationOwner", "DELETE", "/v1.0{key:applications}/owners/{object}/$ref"),
    ("listFederatedCredentials", "GET", f"/v1.0{{key:applications}}{_FEDERATED}"),
    ("createFederatedCredential", "POST", f"/v1.0{{key:applications}}{_FEDERATED}"),
    ("getFederatedCredential", "GET", f"/v1.0{{key:applications}}{_FEDERATED}/{{credential}}"),
    ("updateFederatedCredential", "PATCH", f"/v1.0{{key:applications}}{_FEDERATED}/{{credential}}"),
    ("deleteFederatedCredential", "DELETE", f"/v1.0{{key:applications}}{_FEDERATED}/{{credential}}"),
    ("listServicePrincipals", "GET", "/v1.0/servicePrincipals"),
    ("createServicePrincipal", "POST", "/v1.0/servicePrincipals"),
    ("getServicePrincipal", "GET", "/v1.0{key:servicePrincipals}"),
    ("updateServicePrincipal", "PATCH", "/v1.0{key:servicePrincipals}"),
    ("deleteServicePrincipal", "DELETE", "/v1.0{key:servicePrincipals}"),
    ("listPrincipalApplications", "GET", "/v1.0{key:servicePrincipals}/ownedObjects/microsoft.graph.application"),
    ("addServicePrincipalPassword", "POST", "/v1.0{key:servicePrincipals}/addPassword"),
    ("removeServicePrincipalPassword", "POST", "/v1.0{key:servicePrincipals}/removePassword"),
    ("listServicePrincipalOwners", "GET", "/v1.0{key:servicePrincipals}/owners"),
    ("addServicePrincipalOwner", "POST", "/v1.0{key:servicePrincipals}/owners/$ref"),
    ("removeServicePrincipalOwner", "DELETE", "/v1.0{key:servicePrincipals}/owners/{object}/$ref"),
    ("listGroups", "GET", "/v1.0/groups"),
    ("createGroup", "POST", "/v1.0/groups"),
    ("getGroup", "GET", "/v1.0/groups/{group}"),
    ("updateGroup", "PATCH", "/v1.0/groups/{group}"),
    ("deleteGroup", "DELETE", "/v1.0/groups/{group}"),
    ("listGroupOwners", "GET", "/v1.0/groups/{group}/owners"),
    ("listGroupMembers", "GET", "/v1.0/groups/{group}/members"),
    ("addGroupMember", "POST", "/v1.0/groups/{group}/members/$ref"),
    ("removeGroupMember", "DELETE", "/v1.0/groups/{group}/members/{object}/$ref"),
    ("batch", "POST", "/v1.0/$batch"),
    ("getDirectoryObjects", "POST", "/v1.0/directoryObjects/getByIds"),
    ("listDeletedApplications", "GET", "/v1.0/directory/deletedItems/microsoft.graph.application"),
    ("listDeletedServicePrincipals", "GET", "/v1.0/directory/deletedItems/microsoft.graph.servicePrincipal"),
    ("getDeletedItem", "GET", "/v1.0/directory/deletedItems/{item}"),
    ("purgeDeletedItem", "DELETE", "/v1.0/directory/deletedItems/{item}"),
    ("restoreDeletedItem", "POST", "/v1.0/directory/deletedItems/{item}/restore"),
)

_CONTROL = (
    ("simulatorState", "GET", "/_simulator/state"),
    ("simulatorRequests", "GET", "/_simulator/requests"),
    ("simulatorOperations", "GET", "/_simulator/operations"),
    ("simulatorAddFault", "POST", "/_simulator/faults"),
    ("simulatorClearFaults", "DELETE", "/_simulator/faults"),
    ("simulatorClock", "POST", "/_simulator/clock"),
    ("simulatorDeviceLogin", "POST", "/_simulator/device-login"),
    ("simulatorIssuer", "POST", "/_simulator/issuers"),
)

TABLE: tuple[ApiOperation, ...] = (
    *(
        ApiOperation(name, ApiService.ENTRA, method, path, grant=grant, anonymous=True)
        for name, method, path, grant in _ENTRA
    ),
    ApiOperation("getIdentityToken", ApiService.IDENTITY, "GET", "/msi/token", anonymous=True),
    ApiOperation("getMetadataEndpoints", ApiService.ARM, "GET", "/metadata/endpoints", "", "metadata", anonymous=True),
    *(ApiOperation(name, ApiService.ARM, method, path, action, kind) for name, method, path, action, kind in _ARM),
    *(
        ApiOperation(name, ApiService.ARM, method, path, f"Microsoft.Authorization/{right}", right.partition("/")[0])
        for name, method, path, right in _AUTHORIZATION
    ),
    *(
        ApiOperation(f"{verb}Resource", ApiService.ARM, method, _RESOURCE, f"{{namespace}}/{{type}}/{right}", "any")
        for verb, method, right in (
            ("get", "GET", "read"),
            ("put", "PUT", "write"),
            ("update", "PATCH", "write"),
            ("delete", "DELETE", "delete"),
        )
    ),
    *(
        ApiOperation("listResourcesOfType", ApiService.ARM, "GET", f"{where}{_TYPE}", "{namespace}/{type}/read", "any")
        for where in (_SUB, _GROUP)
    ),
    *(
        ApiOperation("getServiceDocument", ApiService.GRAPH, method, "/v1.0", anonymous=True)
        for method in ("GET", "HEAD")
    ),
    *(ApiOperation(name, ApiService.GRAPH, method, path) for name, method, path in _GRAPH),
    *(ApiOperation(name, ApiService.CONTROL, method, path, anonymous=True) for name, method, path in _CONTROL),
)

OPERATIONS: frozenset[str] = frozenset(row.name for row in TABLE if row.service is not ApiService.CONTROL)
"""The names faults can be put on."""
