"""The kinds of entities and the properties each has, for `$filter`, `$select` and `$orderby`."""

from __future__ import annotations

from dataclasses import dataclass

from pipeops_tui.simulator.graph.shapes import APPLICATION, SERVICE_PRINCIPAL

_USER = (
    "businessPhones displayName givenName jobTitle mail mobilePhone officeLocation preferredLanguage surname "
    "userPrincipalName id userType accountEnabled"
)
_ORGANIZATION = (
    "id deletedDateTime businessPhones city country countryLetterCode createdDateTime displayName "
    "isMultipleDataLocationsForServicesEnabled marketingNotificationEmails onPremisesLastSyncDateTime "
    "onPremisesSyncEnabled partnerTenantType postalCode preferredLanguage securityComplianceNotificationMails "
    "securityComplianceNotificationPhones state street technicalNotificationMails tenantType directorySizeQuota "
    "assignedPlans provisionedPlans verifiedDomains"
)
_AUTHORIZATION_POLICY = (
    "id allowInvitesFrom allowedToSignUpEmailBasedSubscriptions allowedToUseSSPR "
    "allowEmailVerifiedUsersToJoinOrganization allowUserConsentForRiskyApps blockMsolPowerShell displayName "
    "description guestUserRoleId defaultUserRolePermissions"
)
_APP_MANAGEMENT_POLICY = "id displayName description isEnabled applicationRestrictions servicePrincipalRestrictions"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of entity: `name` as errors call it, `type` as OData does."""

    name: str
    type: str
    properties: frozenset[str]


def _kind(name: str, properties: str) -> Kind:
    return Kind(name, name[0].lower() + name[1:], frozenset(properties.split()))


KINDS: dict[str, Kind] = {
    "applications": Kind("Application", "application", frozenset(APPLICATION)),
    "servicePrincipals": Kind("ServicePrincipal", "servicePrincipal", frozenset(SERVICE_PRINCIPAL)),
    "directoryObjects": Kind("DirectoryObject", "directoryObject", frozenset((*APPLICATION, *SERVICE_PRINCIPAL))),
    "users": _kind("User", _USER),
    "organization": _kind("Organization", _ORGANIZATION),
    "directoryRoles": _kind("DirectoryRole", "id deletedDateTime description displayName roleTemplateId"),
    "policies/authorizationPolicy": _kind("AuthorizationPolicy", _AUTHORIZATION_POLICY),
    "policies/defaultAppManagementPolicy": _kind("TenantAppManagementPolicy", _APP_MANAGEMENT_POLICY),
}
"""By the collection in `@odata.context`."""
