"""Microsoft Graph v1.0."""

from __future__ import annotations

from tests.conformity.headers import exactly, form
from tests.conformity.recordings import HOST
from tests.conformity.shapes import BOOL, FRACTION, GUID, MOMENT, NUMBER, TEXT, Each, Nullable, Shape, Text
from tests.simulator.expected import Expected, message
from tests.simulator.expected.headers import GRAPH, GRAPH_EMPTY, GRAPH_REFUSED

_SECRET = Text("secret", r"[A-Za-z0-9~._-]{3}\dQ~[A-Za-z0-9~._-]{34}")
_HINT = Text("hint", r"[A-Za-z0-9~._-]{3}")
_DATE = Text("time without zone or fraction", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_APPLICATION = "/v1.0/applications/{id}"
_LOCATION = rf"https://[^/]+/v2/{GUID.pattern}/directoryObjects/{GUID.pattern}/Microsoft\.DirectoryServices\."
_INFO: dict[str, Shape] = dict.fromkeys(
    ("logoUrl", "marketingUrl", "privacyStatementUrl", "supportUrl", "termsOfServiceUrl")
)
_PUBLISHER: dict[str, Shape] = dict.fromkeys(("displayName", "verifiedPublisherId", "addedDateTime"))


def context(what: str) -> dict[str, Shape]:
    """The first key of every success with a body."""
    return {"@odata.context": f"{HOST}/v1.0/$metadata#{what}"}


def error(code: str, words: str, reason: str = "") -> Shape:
    """The envelope; `reason` is the code of the one detail, which repeats the message and names its target."""
    text = Text(f"message of {code}", words)
    details: dict[str, Shape] = {"details": [{"code": reason, "message": text, "target": TEXT}]} if reason else {}
    inner: Shape = {"date": _DATE, "request-id": GUID, "client-request-id": GUID}
    return {"error": {"code": code, "message": text, **details, "innerError": inner}}


def password(secret: Shape = None) -> dict[str, Shape]:
    """A client secret, keys in alphabetical order; only the answer to addPassword has its text."""
    return {
        "customKeyIdentifier": None, "displayName": "rbac", "endDateTime": MOMENT, "hint": _HINT, "keyId": GUID,
        "secretText": secret, "startDateTime": MOMENT,
    }  # fmt: skip


def application(created: Shape, passwords: Shape) -> Shape:
    """An application, single tenant, with nothing set but its name."""
    return {
        **context("applications/$entity"), "id": GUID, "deletedDateTime": None, "appId": GUID,
        **dict.fromkeys(("applicationTemplateId", "disabledByMicrosoftStatus")), "createdDateTime": created,
        "displayName": TEXT, **dict.fromkeys(("description", "groupMembershipClaims")), "identifierUris": [],
        **dict.fromkeys(
            ("isDeviceOnlyAuthSupported", "isFallbackPublicClient", "nativeAuthenticationApisEnabled", "notes")
        ),
        "publisherDomain": TEXT, "serviceManagementReference": None, "signInAudience": "AzureADMyOrg", "tags": [],
        **dict.fromkeys((
            "tokenEncryptionKeyId", "uniqueName", "samlMetadataUrl", "defaultRedirectUri", "certification",
            "optionalClaims", "servicePrincipalLockConfiguration", "requestSignatureVerification",
        )),
        "addIns": [],
        "api": {
            "acceptMappedClaims": None, "knownClientApplications": [], "requestedAccessTokenVersion": None,
            "oauth2PermissionScopes": [], "preAuthorizedApplications": [],
        },
        "appRoles": [], "info": _INFO, "keyCredentials": [],
        "parentalControlSettings": {"countriesBlockedForMinors": [], "legalAgeGroupRule": "Allow"},
        "passwordCredentials": passwords, "publicClient": {"redirectUris": []}, "requiredResourceAccess": [],
        "verifiedPublisher": _PUBLISHER,
        "web": {
            "homePageUrl": None, "logoutUrl": None, "redirectUris": [],
            "implicitGrantSettings": {"enableAccessTokenIssuance": False, "enableIdTokenIssuance": False},
            "redirectUriSettings": [],
        },
        "spa": {"redirectUris": []},
    }  # fmt: skip


SERVICE_PRINCIPAL: Shape = {
    **context("servicePrincipals/$entity"), "id": GUID, "deletedDateTime": None, "accountEnabled": True,
    "alternativeNames": [], "appDisplayName": TEXT, "appDescription": None, "appId": GUID,
    "applicationTemplateId": None, "appOwnerOrganizationId": GUID, "appRoleAssignmentRequired": False,
    "createdDateTime": MOMENT, "description": None, "disabledByMicrosoftStatus": None, "displayName": TEXT,
    **dict.fromkeys(("homepage", "loginUrl", "logoutUrl", "notes")), "notificationEmailAddresses": [],
    **dict.fromkeys(("preferredSingleSignOnMode", "preferredTokenSigningKeyThumbprint")), "replyUrls": [],
    "servicePrincipalNames": [GUID], "servicePrincipalType": "Application", "signInAudience": "AzureADMyOrg",
    "tags": [], "tokenEncryptionKeyId": None, "samlSingleSignOnSettings": None, "addIns": [], "appRoles": [],
    "info": _INFO, "keyCredentials": [], "oauth2PermissionScopes": [], "passwordCredentials": [],
    "resourceSpecificApplicationPermissions": [], "verifiedPublisher": _PUBLISHER,
}  # fmt: skip
ME: Shape = {
    **context("users/$entity"), "businessPhones": [], "displayName": TEXT, "givenName": TEXT,
    "jobTitle": Nullable(TEXT), "mail": Nullable(TEXT),
    **dict.fromkeys(("mobilePhone", "officeLocation", "preferredLanguage")), "surname": TEXT,
    "userPrincipalName": TEXT, "id": GUID,
}  # fmt: skip
ORGANIZATION: Shape = {
    "id": GUID, "deletedDateTime": None, "businessPhones": [], "city": Nullable(TEXT), "country": Nullable(TEXT),
    "countryLetterCode": TEXT, "createdDateTime": MOMENT, "displayName": TEXT,
    "isMultipleDataLocationsForServicesEnabled": Nullable(BOOL), "marketingNotificationEmails": Each(TEXT),
    "onPremisesLastSyncDateTime": Nullable(MOMENT), "onPremisesSyncEnabled": Nullable(BOOL),
    "partnerTenantType": None, "postalCode": Nullable(TEXT), "preferredLanguage": TEXT,
    "securityComplianceNotificationMails": Each(TEXT), "securityComplianceNotificationPhones": Each(TEXT),
    "state": Nullable(TEXT), "street": Nullable(TEXT), "technicalNotificationMails": Each(TEXT), "tenantType": "AAD",
    "directorySizeQuota": {"used": NUMBER, "total": NUMBER},
    "assignedPlans": Each({
        "assignedDateTime": MOMENT, "capabilityStatus": TEXT, "service": TEXT, "servicePlanId": GUID,
    }),
    "provisionedPlans": Each({"capabilityStatus": TEXT, "provisioningStatus": TEXT, "service": TEXT}),
    "verifiedDomains": Each({
        "capabilities": TEXT, "isDefault": BOOL, "isInitial": BOOL, "name": TEXT, "type": TEXT,
    }),
}  # fmt: skip
_TWO_YEARS = {
    "displayName": "rbac",
    "startDateTime": "2026-01-01T08:00:00+08:00",
    "endDateTime": "2100-12-31T00:00:00Z",
}

ANSWERS = (
    Expected("an application is made", "POST /v1.0/applications", 201, application(FRACTION, []),
             (*GRAPH, form("location", f"{_LOCATION}Application")), sent={"displayName": "conformity"}),
    Expected("an application", f"GET {_APPLICATION}", 200, application(MOMENT, [password()]), GRAPH),
    Expected("applications of a name", "GET /v1.0/applications", 200, {**context("applications"), "value": []}, GRAPH,
             {"$filter": "startswith(displayName,'nobody has this name')"}),
    Expected("selected properties", "GET /v1.0/applications", 200,
             {**context("applications(id,appId)"), "value": Each({"id": GUID, "appId": GUID})}, GRAPH,
             {"$select": "id,appId", "$filter": "displayName eq 'Contoso Website'"}),
    Expected("an identity is made", "POST /v1.0/servicePrincipals", 201, SERVICE_PRINCIPAL,
             (*GRAPH, form("location", f"{_LOCATION}ServicePrincipal"))),
    Expected("a secret is added", f"POST {_APPLICATION}/addPassword", 200,
             {**context("microsoft.graph.passwordCredential"), **password(_SECRET)},
             (*GRAPH, form("location", "https://[^/]+")), sent={"passwordCredential": _TWO_YEARS}),
    Expected("a secret is removed", f"POST {_APPLICATION}/removePassword", 204, None, GRAPH_EMPTY),
    Expected("an application is deleted", f"DELETE {_APPLICATION}", 204, None, GRAPH_EMPTY),
    Expected("the person", "GET /v1.0/me", 200, ME, GRAPH),
    Expected("the organization", "GET /v1.0/organization", 200,
             {**context("organization"), "value": [ORGANIZATION]}, GRAPH),
    Expected("no such application", f"GET {_APPLICATION}", 404,
             error("Request_ResourceNotFound", f"Resource '{GUID.pattern}' does not exist or one of its queried "
                   r"reference-property objects are not present\."), GRAPH_REFUSED),
    Expected("no application behind it", "POST /v1.0/servicePrincipals", 400,
             error("Request_BadRequest", f"The appId '{GUID.pattern}' of the service principal does not reference a "
                   r"valid application object\.", "NoBackingApplicationObject"), GRAPH_REFUSED),
    Expected("an identity exists", "POST /v1.0/servicePrincipals", 409,
             error("Request_MultipleObjectsWithSameKeyValue", "The service principal cannot be created, updated, or "
                   f"restored because the service principal name {GUID.pattern} is already in use\\.",
                   "ConflictingObjects"), GRAPH_REFUSED),
    Expected("throttled", "GET /v1.0/applications", 429, error("TooManyRequests", r"Please retry again later\."),
             (*GRAPH_REFUSED, exactly("retry-after", "7")), about={"error": {"message": "after '7' seconds"}}),
    Expected("not for an application", "GET /v1.0/me", 400,
             error("BadRequest", r"/me request is only valid with delegated authentication flow\."),
             GRAPH_REFUSED, about=message("BadRequest")),
)  # fmt: skip
