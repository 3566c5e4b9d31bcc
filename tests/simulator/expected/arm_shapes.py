"""How the entities of Azure Resource Manager look, and its errors."""

from __future__ import annotations

from tests.conformity.headers import Rule, form
from tests.conformity.shapes import GUID, NUMERAL, TEXT, TICKS, Each, Maybe, Shape, Table, Text, arm_id
from tests.simulator.expected.headers import ARM_REFUSED


def error(code: str, words: str) -> Shape:
    """The envelope; `words` is a regular expression for the message."""
    return {"error": {"code": code, "message": Text(f"message of {code}", words)}}


def group(state: str = "Succeeded") -> Shape:
    """A resource group."""
    return {
        "id": arm_id("subscriptions", "*", "resourceGroups", "*"), "name": TEXT,
        "type": "Microsoft.Resources/resourceGroups", "location": TEXT, "managedBy": Maybe(TEXT),
        "tags": Maybe(Table(TEXT)), "properties": {"provisioningState": state},
    }  # fmt: skip


SUBSCRIPTION: Shape = {
    "id": arm_id("subscriptions", "*"), "authorizationSource": "RoleBased",
    "managedByTenants": Each({"tenantId": GUID}), "tags": Maybe(Table(TEXT)), "subscriptionId": GUID,
    "tenantId": GUID, "displayName": TEXT, "state": "Enabled",
    "subscriptionPolicies": {"locationPlacementId": TEXT, "quotaId": TEXT, "spendingLimit": TEXT},
}  # fmt: skip
TENANT: Shape = {
    "id": arm_id("tenants", "*"), "tenantId": GUID, "countryCode": TEXT, "displayName": TEXT, "domains": Each(TEXT),
    "tenantCategory": "Home", "defaultDomain": TEXT, "tenantType": "AAD", "tenantBrandingLogoUrl": Maybe(TEXT),
}  # fmt: skip
LOCATION: Shape = {
    "id": arm_id("subscriptions", "*", "locations", "*"), "name": TEXT, "type": "Region", "displayName": TEXT,
    "regionalDisplayName": TEXT,
    "metadata": {
        "regionType": Text("region type", "Physical|Logical"),
        "regionCategory": Text("region category", "Recommended|Other"),
        "geography": Maybe(TEXT), "geographyGroup": Maybe(TEXT), "longitude": Maybe(NUMERAL),
        "latitude": Maybe(NUMERAL), "physicalLocation": Maybe(TEXT),
        "pairedRegion": Maybe(Each({"name": TEXT, "id": arm_id("subscriptions", "*", "locations", "*")})),
    },
    "availabilityZoneMappings": Maybe(Each({"logicalZone": NUMERAL, "physicalZone": TEXT})),
}  # fmt: skip
ROLE: Shape = {
    "properties": {
        "roleName": "Contributor", "type": "BuiltInRole", "description": TEXT, "assignableScopes": ["/"],
        "permissions": [
            {"actions": ["*"], "notActions": Each(TEXT), "dataActions": [], "notDataActions": []},
        ],
        "createdOn": TICKS, "updatedOn": TICKS, "createdBy": None, "updatedBy": None,
    },
    "id": arm_id("subscriptions", "*", "providers", "Microsoft.Authorization", "roleDefinitions", "*"),
    "type": "Microsoft.Authorization/roleDefinitions", "name": "b24988ac-6180-42a0-ab88-20f7382dd24c",
}  # fmt: skip


def assignment(created_by: Shape = GUID) -> Shape:
    """A role assignment on a resource group; the answer to its creation does not name the creator."""
    scope = ("subscriptions", "*", "resourceGroups", "*")
    kind = ("providers", "Microsoft.Authorization", "roleAssignments", "*")
    return {
        "properties": {
            "roleDefinitionId": arm_id(
                "subscriptions", "*", "providers", "Microsoft.Authorization", "roleDefinitions", "*"
            ),
            "principalId": GUID, "principalType": "ServicePrincipal", "scope": arm_id(*scope), "condition": None,
            "conditionVersion": None, "createdOn": TICKS, "updatedOn": TICKS, "createdBy": created_by,
            "updatedBy": GUID, "delegatedManagedIdentityResourceId": None, "description": None,
        },
        "id": arm_id(*scope, *kind), "type": "Microsoft.Authorization/roleAssignments", "name": GUID,
    }  # fmt: skip


def provider(state: str) -> Shape:
    """A resource provider."""
    authorization: Shape = {"applicationId": GUID, "roleDefinitionId": Maybe(GUID)}
    return {
        "id": arm_id("subscriptions", "*", "providers", "*"), "namespace": TEXT, "authorization": Maybe(authorization),
        "authorizations": Maybe(Each(authorization)),
        "resourceTypes": Each(
            {"resourceType": TEXT, "locations": Each(TEXT), "apiVersions": Each(TEXT), "capabilities": TEXT}
        ),
        "registrationState": state, "registrationPolicy": "RegistrationRequired",
    }  # fmt: skip


def challenge(code: str, words: str, parameters: str) -> tuple[Shape, tuple[Rule, ...]]:
    """A 401 and its headers; `parameters` is a regular expression for what follows `error="invalid_token", `."""
    begin = 'Bearer authorization_uri="https://login.windows.net/", error="invalid_token", '
    return error(code, words), (*ARM_REFUSED, form("www-authenticate", begin + parameters))
