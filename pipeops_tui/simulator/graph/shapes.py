"""How applications, service principals and secrets look on the wire: every key, in Graph's order (v1.0, 2024)."""

from __future__ import annotations

from collections.abc import Mapping

from pipeops_tui.simulator.graph.service import bad_request
from pipeops_tui.simulator.wire import Json
from pipeops_tui.simulator.world.clock import trimmed, whole
from pipeops_tui.simulator.world.entities import Application, Password, ServicePrincipal
from pipeops_tui.simulator.world.world import World

_INFO: dict[str, Json] = {
    "logoUrl": None,
    "marketingUrl": None,
    "privacyStatementUrl": None,
    "supportUrl": None,
    "termsOfServiceUrl": None,
}
_VERIFIED_PUBLISHER: dict[str, Json] = {"displayName": None, "verifiedPublisherId": None, "addedDateTime": None}

APPLICATION: dict[str, Json] = {
    "id": "",
    "deletedDateTime": None,
    "appId": "",
    "applicationTemplateId": None,
    "disabledByMicrosoftStatus": None,
    "createdDateTime": "",
    "displayName": "",
    "description": None,
    "groupMembershipClaims": None,
    "identifierUris": [],
    "isDeviceOnlyAuthSupported": None,
    "isFallbackPublicClient": None,
    "nativeAuthenticationApisEnabled": None,
    "notes": None,
    "publisherDomain": "",
    "serviceManagementReference": None,
    "signInAudience": "AzureADMyOrg",
    "tags": [],
    "tokenEncryptionKeyId": None,
    "uniqueName": None,
    "samlMetadataUrl": None,
    "defaultRedirectUri": None,
    "certification": None,
    "optionalClaims": None,
    "servicePrincipalLockConfiguration": None,
    "requestSignatureVerification": None,
    "addIns": [],
    "api": {
        "acceptMappedClaims": None,
        "knownClientApplications": [],
        "requestedAccessTokenVersion": None,
        "oauth2PermissionScopes": [],
        "preAuthorizedApplications": [],
    },
    "appRoles": [],
    "info": _INFO,
    "keyCredentials": [],
    "parentalControlSettings": {"countriesBlockedForMinors": [], "legalAgeGroupRule": "Allow"},
    "passwordCredentials": [],
    "publicClient": {"redirectUris": []},
    "requiredResourceAccess": [],
    "verifiedPublisher": _VERIFIED_PUBLISHER,
    "web": {
        "homePageUrl": None,
        "logoutUrl": None,
        "redirectUris": [],
        "implicitGrantSettings": {"enableAccessTokenIssuance": False, "enableIdTokenIssuance": False},
        "redirectUriSettings": [],
    },
    "spa": {"redirectUris": []},
}
SERVICE_PRINCIPAL: dict[str, Json] = {
    "id": "",
    "deletedDateTime": None,
    "accountEnabled": True,
    "alternativeNames": [],
    "appDisplayName": "",
    "appDescription": None,
    "appId": "",
    "applicationTemplateId": None,
    "appOwnerOrganizationId": "",
    "appRoleAssignmentRequired": False,
    "createdDateTime": "",
    "description": None,
    "disabledByMicrosoftStatus": None,
    "displayName": "",
    "homepage": None,
    "loginUrl": None,
    "logoutUrl": None,
    "notes": None,
    "notificationEmailAddresses": [],
    "preferredSingleSignOnMode": None,
    "preferredTokenSigningKeyThumbprint": None,
    "replyUrls": [],
    "servicePrincipalNames": [],
    "servicePrincipalType": "Application",
    "signInAudience": "AzureADMyOrg",
    "tags": [],
    "tokenEncryptionKeyId": None,
    "samlSingleSignOnSettings": None,
    "addIns": [],
    "appRoles": [],
    "info": _INFO,
    "keyCredentials": [],
    "oauth2PermissionScopes": [],
    "passwordCredentials": [],
    "resourceSpecificApplicationPermissions": [],
    "verifiedPublisher": _VERIFIED_PUBLISHER,
}
_READ_ONLY = frozenset(
    {"id", "deletedDateTime", "createdDateTime", "publisherDomain", "verifiedPublisher", "uniqueName"}
)
_OPEN = ("optionalClaims", "servicePrincipalLockConfiguration", "requestSignatureVerification", "certification")


def application_json(world: World, item: Application, *, fresh: bool = False) -> dict[str, Json]:
    """An application as Graph writes it; the answer to its creation (`fresh`) has fractions of a second."""
    return _merged(APPLICATION, item.properties) | {
        "id": item.object_id,
        "deletedDateTime": None if item.deleted_at is None else whole(item.deleted_at),
        "appId": item.app_id,
        "createdDateTime": trimmed(item.created) if fresh else whole(item.created),
        "publisherDomain": world.directory.tenants[item.tenant_id].default_domain,
        "passwordCredentials": [password_json(password) for password in item.passwords],
    }


def service_principal_json(world: World, item: ServicePrincipal) -> dict[str, Json]:
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
        "createdDateTime": whole(item.created),
        "displayName": item.display_name or name,
        "servicePrincipalNames": [item.app_id],
        "signInAudience": audience or "AzureADMyOrg",
        "passwordCredentials": [password_json(password) for password in item.passwords],
    }


def password_json(password: Password, secret: str | None = None) -> dict[str, Json]:
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


def writable(body: Mapping[str, Json], kind: str) -> dict[str, Json]:
    """The properties a client may set, checked. `kind` is `application` or `servicePrincipal`.

    Raises ServiceError (400) for unknown and read-only ones and for values of another type than the property has.
    """
    template = APPLICATION if kind == "application" else SERVICE_PRINCIPAL
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
