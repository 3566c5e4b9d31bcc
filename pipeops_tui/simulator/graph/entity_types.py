"""The types of Graph's entities for `$filter`, `$select`, `$orderby` and `$expand`, and the entities as Graph writes
them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipeops_tui.simulator.graph.entity_templates import APPLICATION, FEDERATED_CREDENTIAL, GROUP, SERVICE_PRINCIPAL
from pipeops_tui.simulator.graph.graph_service import bad_request
from pipeops_tui.simulator.wire import Json
from pipeops_tui.simulator.world.clock import trimmed, whole
from pipeops_tui.simulator.world.records import (
    ApplicationRecord,
    CertificateRecord,
    GroupRecord,
    PasswordRecord,
    ServicePrincipalRecord,
    UserRecord,
)
from pipeops_tui.simulator.world.world import World

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
class EntityType:
    """A type of entity: `name` as errors write it, `type` as OData writes it. Names are compared without their case.

    `sortable` are the properties that `$orderby` knows, `navigation` those that `$expand` could name.
    """

    name: str
    type: str
    properties: frozenset[str]
    sortable: frozenset[str] = frozenset()
    navigation: frozenset[str] = frozenset()
    _canonical: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_canonical", {name.lower(): name for name in (*self.properties, *self.navigation)})

    def canonical(self, name: str) -> str | None:
        """The property, in Graph's own spelling, that `name` means in any case; None where there is none."""
        found = self._canonical.get(name.lower())
        return found if found in self.properties else None

    def navigates(self, name: str) -> str | None:
        """The navigation property, in Graph's own spelling, that `name` means in any case."""
        found = self._canonical.get(name.lower())
        return found if found in self.navigation else None


def _kind(name: str, properties: str | Iterable[str], sortable: str = "", navigation: str = "") -> EntityType:
    known = properties.split() if isinstance(properties, str) else properties
    return EntityType(
        name,
        name[0].lower() + name[1:],
        frozenset(known),
        frozenset(sortable.split()),
        frozenset(navigation.split()),
    )


_IN_DIRECTORY = "memberOf transitiveMemberOf ownedObjects createdObjects"
ENTITY_TYPES: dict[str, EntityType] = {
    "applications": _kind(
        "Application",
        (*APPLICATION, "isDisabled"),
        "displayName createdDateTime",
        "owners federatedIdentityCredentials extensionProperties createdOnBehalfOf appManagementPolicies "
        "homeRealmDiscoveryPolicies synchronization tokenIssuancePolicies tokenLifetimePolicies",
    ),
    "servicePrincipals": _kind(
        "ServicePrincipal",
        SERVICE_PRINCIPAL,
        "displayName createdDateTime",
        f"owners appRoleAssignedTo appRoleAssignments oauth2PermissionGrants endpoints {_IN_DIRECTORY}",
    ),
    "groups": _kind(
        "Group", GROUP, "displayName createdDateTime", "members owners memberOf transitiveMembers appRoleAssignments"
    ),
    "directoryObjects": _kind("DirectoryObject", (*APPLICATION, *SERVICE_PRINCIPAL, *GROUP, *_USER.split())),
    "users": _kind("User", _USER, "displayName userPrincipalName", f"manager directReports {_IN_DIRECTORY}"),
    "federatedIdentityCredentials": _kind("FederatedIdentityCredential", FEDERATED_CREDENTIAL),
    "organization": _kind("Organization", _ORGANIZATION, "", "branding extensions"),
    "directoryRoles": _kind(
        "DirectoryRole", "id deletedDateTime description displayName roleTemplateId", "", "members"
    ),
    "policies/authorizationPolicy": _kind("AuthorizationPolicy", _AUTHORIZATION_POLICY),
    "policies/defaultAppManagementPolicy": _kind("TenantAppManagementPolicy", _APP_MANAGEMENT_POLICY),
}
"""By the collection in `@odata.context`."""


def type_of(collection: str) -> EntityType:
    """The type behind a collection such as `applications`, or one inside it, `applications('ID')/owners`."""
    return ENTITY_TYPES[collection if collection in ENTITY_TYPES else collection.rpartition("/")[2]]


_READ_ONLY = frozenset(
    {
        "id",
        "deletedDateTime",
        "createdDateTime",
        "publisherDomain",
        "renewedDateTime",
        "securityIdentifier",
        "uniqueName",
        "verifiedPublisher",
    }
)
_OPEN = ("optionalClaims", "servicePrincipalLockConfiguration", "requestSignatureVerification", "certification")


_DEACTIVATED = "isDisabled"
"""A property of applications that is shown once it was set (Microsoft Learn, "Deactivate an app registration")."""
_TEMPLATES = {"application": APPLICATION | {_DEACTIVATED: False}, "servicePrincipal": SERVICE_PRINCIPAL, "group": GROUP}


def application_json(world: World, item: ApplicationRecord, *, fresh: bool = False) -> dict[str, Json]:
    """An application as Graph writes it; the answer to its creation (`fresh`) has fractions of a second."""
    return _merged(APPLICATION, item.properties) | {
        "id": item.object_id,
        "deletedDateTime": None if item.deleted_at is None else whole(item.deleted_at),
        "appId": item.app_id,
        "createdDateTime": trimmed(item.created) if fresh else whole(item.created),
        "publisherDomain": world.directory.tenants[item.tenant_id].default_domain,
        "keyCredentials": [certificate_json(certificate) for certificate in item.certificates],
        "passwordCredentials": [password_json(password) for password in item.passwords],
        **({_DEACTIVATED: item.properties[_DEACTIVATED]} if _DEACTIVATED in item.properties else {}),
    }


def service_principal_json(world: World, item: ServicePrincipalRecord) -> dict[str, Json]:
    """A service principal as Graph writes it."""
    application = world.directory.application_of(item.tenant_id, item.app_id)
    name = application.display_name if application else item.display_name
    audience = application.properties.get("signInAudience") if application else None
    return _merged(SERVICE_PRINCIPAL, item.properties) | {
        "id": item.object_id,
        "appDisplayName": name,
        "appDescription": application.properties.get("description") if application else None,
        "appId": item.app_id,
        "appOwnerOrganizationId": item.tenant_id,
        "deletedDateTime": None if item.deleted_at is None else whole(item.deleted_at),
        "createdDateTime": whole(item.created),
        "displayName": item.display_name or name,
        "servicePrincipalNames": [item.app_id],
        "signInAudience": audience or "AzureADMyOrg",
        "passwordCredentials": [password_json(password) for password in item.passwords],
    }


def group_json(item: GroupRecord) -> dict[str, Json]:
    """A group as Graph writes it."""
    return _merged(GROUP, item.properties) | {
        "id": item.object_id,
        "createdDateTime": whole(item.created),
        "renewedDateTime": whole(item.created),
        "securityIdentifier": "S-1-12-1-" + "-".join(str(int(part, 16)) for part in item.object_id.split("-")[:4]),
    }


def user_json(user: UserRecord) -> dict[str, Json]:
    """The eleven properties of a user that are shown unless others are selected; the id comes last."""
    return {
        "businessPhones": [],
        "displayName": user.display_name,
        "givenName": user.given_name,
        "jobTitle": "Engineer",
        "mail": user.mail,
        "mobilePhone": None,
        "officeLocation": None,
        "preferredLanguage": None,
        "surname": user.surname,
        "userPrincipalName": user.principal_name,
        "id": user.object_id,
    }


def typed_object(world: World, tenant_id: str, object_id: str) -> dict[str, Json] | None:
    """Any directory object of a tenant as lists of mixed types show it: its type first, then its id."""
    directory = world.directory
    user, group = directory.users.get(object_id), directory.groups.get(object_id)
    application = directory.applications.get(object_id)
    principal = directory.service_principals.get(object_id)
    record = user or group or application or principal
    if record is None or record.tenant_id != tenant_id:
        return None
    if user is not None:
        return {"@odata.type": "#microsoft.graph.user", "id": user.object_id} | user_json(user)
    if group is not None:
        return {"@odata.type": "#microsoft.graph.group"} | group_json(group)
    if application is not None:
        return {"@odata.type": "#microsoft.graph.application"} | application_json(world, application)
    if principal is not None:
        return {"@odata.type": "#microsoft.graph.servicePrincipal"} | service_principal_json(world, principal)
    return None


def password_json(password: PasswordRecord, secret: str | None = None) -> dict[str, Json]:
    """A client secret as Graph writes it, keys in alphabetical order; only the answer to addPassword has the text."""
    return {
        "customKeyIdentifier": None,
        "displayName": password.display_name,
        "endDateTime": trimmed(password.end),
        "hint": password.hint,
        "keyId": password.key_id,
        "secretText": secret,
        "startDateTime": trimmed(password.start),
    }


def certificate_json(certificate: CertificateRecord) -> dict[str, Json]:
    """A certificate as Graph writes it; the certificate itself is left out, as in lists (Microsoft Graph v1.0,
    "keyCredential")."""
    return {
        "customKeyIdentifier": hashlib.sha1(certificate.der, usedforsecurity=False).hexdigest().upper(),
        "displayName": certificate.display_name,
        "endDateTime": trimmed(certificate.end),
        "key": None,
        "keyId": certificate.key_id,
        "startDateTime": trimmed(certificate.start),
        "type": "AsymmetricX509Cert",
        "usage": "Verify",
    }


def writable(body: Mapping[str, Json], kind: str) -> dict[str, Json]:
    """The properties of `body`, checked: a client can set them. `kind` is `application`, `servicePrincipal` or `group`.

    Raises ServiceError (400) for unknown and read-only ones and for values of another type than the property has.
    """
    template = _TEMPLATES[kind]
    for name, value in body.items():
        if name.startswith("@"):
            continue
        if name not in template:
            raise bad_request(f"Invalid property '{name}'.")
        if name in _READ_ONLY:
            raise bad_request(f"Property '{name}' is read-only and cannot be set.")
        if not _fits(template[name], value) and name not in _OPEN:
            raise bad_request(
                f"Invalid value specified for property '{name}' of resource '{kind[0].upper()}{kind[1:]}'."
            )
    return {name: value for name, value in body.items() if not name.startswith("@")}


def _fits(default: Json, value: Json) -> bool:
    if value is None or default is None:
        return not isinstance(value, (dict, list)) or default is not None
    return isinstance(value, type(default))


def _merged(template: Mapping[str, Json], properties: Mapping[str, Json]) -> dict[str, Json]:
    merged: dict[str, Json] = {}
    for name, default in template.items():
        value = properties.get(name, default)
        if isinstance(default, dict) and isinstance(value, dict):
            value = default | value
        merged[name] = value
    return merged
