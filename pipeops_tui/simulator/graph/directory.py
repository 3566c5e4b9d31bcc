"""The signed-in user, other users, and the organization (Microsoft Graph v1.0)."""

from __future__ import annotations

from pipeops_tui.simulator.graph.collections import entity, listing
from pipeops_tui.simulator.graph.service import answer, bad_request, context, json_body, not_found
from pipeops_tui.simulator.graph.shapes import application_json, service_principal_json
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Json, Reply, ServiceError
from pipeops_tui.simulator.world.clock import whole
from pipeops_tui.simulator.world.entities import Tenant, User
from pipeops_tui.simulator.world.rights import ROLE_NAMES

_FOUNDED, _SYNCED = 1_556_093_947, 1_716_200_000
"""Seconds since 1970 at which every tenant was made and last synchronised with its own servers."""


@handles("getServiceDocument")
def get_service_document(call: Call) -> Reply:
    """The collections there are."""
    names = ("applications", "directoryObjects", "organization", "servicePrincipals", "users")
    items: list[Json] = [{"name": name, "kind": "EntitySet", "url": name} for name in names]
    return answer(200, {"@odata.context": context(call, "").rstrip("#"), "value": items})


@handles("getMe")
def get_me(call: Call) -> Reply:
    """The signed-in user; an application that signed in as itself has no `me`."""
    return _user(call, _me(call))


@handles("listMyDirectoryRoles")
def list_my_directory_roles(call: Call) -> Reply:
    """The directory roles of the signed-in user."""
    roles: list[dict[str, Json]] = [
        {
            "id": call.world.ids.named("directory role", f"{call.caller.tenant_id}/{template}"),
            "deletedDateTime": None,
            "description": None,
            "displayName": ROLE_NAMES[template],
            "roleTemplateId": template,
        }
        for template in _me(call).directory_roles
    ]
    return listing(call, "directoryRoles", roles)


@handles("listMyApplications")
def list_my_applications(call: Call) -> Reply:
    """The living applications the signed-in user owns."""
    user = _me(call)
    owned = [item for item in call.world.directory.applications.values() if user.object_id in item.owners]
    return listing(call, "applications", [application_json(call.world, item) for item in owned])


@handles("listMyObjects")
def list_my_objects(call: Call) -> Reply:
    """The living applications and service principals the signed-in user owns."""
    user, world = _me(call), call.world
    applications = [
        {"@odata.type": "#microsoft.graph.application"} | application_json(world, item)
        for item in world.directory.applications.values()
        if user.object_id in item.owners
    ]
    principals = [
        {"@odata.type": "#microsoft.graph.servicePrincipal"} | service_principal_json(world, item)
        for item in world.directory.service_principals.values()
        if user.object_id in item.owners
    ]
    return listing(call, "directoryObjects", [*applications, *principals])


@handles("listUsers")
def list_users(call: Call) -> Reply:
    """The users of the tenant."""
    users = [item for item in call.world.directory.users.values() if item.tenant_id == call.caller.tenant_id]
    return listing(call, "users", [user_json(item) for item in users])


@handles("getUser")
def get_user(call: Call) -> Reply:
    """A user of the tenant by object id or user principal name."""
    key = call.params["user"].lower()
    users = (item for item in call.world.directory.users.values() if item.tenant_id == call.caller.tenant_id)
    user = next((item for item in users if key in (item.object_id, item.principal_name.lower())), None)
    if user is None:
        raise not_found(call.params["user"])
    return _user(call, user)


@handles("listOrganization")
def list_organization(call: Call) -> Reply:
    """Exactly one element: the tenant."""
    return listing(call, "organization", [_organization(call.world.directory.tenants[call.caller.tenant_id])])


@handles("getDirectoryObjects")
def get_directory_objects(call: Call) -> Reply:
    """Users and service principals by object id, unknown ids left out (`directoryObjects/getByIds`)."""
    ids = json_body(call.request).get("ids")
    if not isinstance(ids, list):
        raise bad_request("A value is required for the parameter 'ids'.")
    world, tenant = call.world, call.caller.tenant_id
    items: list[dict[str, Json]] = []
    for object_id in (str(item).lower() for item in ids):
        user, principal = world.directory.users.get(object_id), world.directory.service_principals.get(object_id)
        if user and user.tenant_id == tenant:
            items.append({"@odata.type": "#microsoft.graph.user"} | user_json(user))
        elif principal and principal.tenant_id == tenant:
            items.append(
                {
                    "@odata.type": "#microsoft.graph.servicePrincipal",
                    "id": principal.object_id,
                    "appId": principal.app_id,
                    "displayName": principal.display_name,
                    "servicePrincipalNames": [principal.app_id],
                }
            )
    return listing(call, "directoryObjects", items)


def user_json(user: User) -> dict[str, Json]:
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


def _me(call: Call) -> User:
    user = call.world.directory.users.get(call.caller.object_id)
    if user is None:
        # microsoftgraph/msgraph-sdk-php#1163
        raise ServiceError(400, "BadRequest", "/me request is only valid with delegated authentication flow.")
    return user


def _user(call: Call, user: User) -> Reply:
    shown = user_json(user)
    if call.request.argument("$select"):
        shown |= {"userType": user.user_type, "accountEnabled": True}
    return entity(call, 200, "users", shown)


def _organization(tenant: Tenant) -> dict[str, Json]:
    domains: list[Json] = [
        {
            "capabilities": "Email, OfficeCommunicationsOnline",
            "isDefault": name == tenant.default_domain,
            "isInitial": name.endswith(".onmicrosoft.com"),
            "name": name,
            "type": "Managed",
        }
        for name in tenant.domains
    ]
    return {
        "id": tenant.tenant_id,
        "deletedDateTime": None,
        "businessPhones": [],
        "city": "Seattle",
        "country": None,
        "countryLetterCode": tenant.country,
        "createdDateTime": whole(_FOUNDED),
        "displayName": tenant.display_name,
        "isMultipleDataLocationsForServicesEnabled": False,
        "marketingNotificationEmails": [],
        "onPremisesLastSyncDateTime": whole(_SYNCED),
        "onPremisesSyncEnabled": True,
        "partnerTenantType": None,
        "postalCode": "98101",
        "preferredLanguage": "en",
        "securityComplianceNotificationMails": [],
        "securityComplianceNotificationPhones": [],
        "state": "wa",
        "street": "1 Pike Place",
        "technicalNotificationMails": [],
        "tenantType": "AAD",
        "directorySizeQuota": {"used": 1_204, "total": 300_000},
        "assignedPlans": [],
        "provisionedPlans": [],
        "verifiedDomains": domains,
    }
