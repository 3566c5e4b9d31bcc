"""The signed-in user, other users, and the organization (Microsoft Graph v1.0)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeops_tui.simulator.graph import directory_objects
from pipeops_tui.simulator.graph.entity_types import (
    application_json,
    service_principal_json,
    typed_object,
    user_json,
)
from pipeops_tui.simulator.graph.graph_service import answer, bad_request, context, denied, json_body, not_found
from pipeops_tui.simulator.graph.odata import entity, expands, listing
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Json, Reply, ServiceError
from pipeops_tui.simulator.world.authorization import ROLE_NAMES, may_read_directory_roles
from pipeops_tui.simulator.world.clock import Moment, whole
from pipeops_tui.simulator.world.records import TenantRecord, UserRecord

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MOST_IDS = 1_000
_OBJECT_TYPES = frozenset({
    "administrativeunit", "application", "contact", "device", "directoryobject", "directoryobjectpartnerreference",
    "directoryrole", "group", "orgcontact", "serviceprincipal", "user",
})  # fmt: skip
_FOUNDED, _SYNCED = Moment.of(1_556_093_947), Moment.of(1_716_200_000)
"""When every tenant was created and last synchronized with its own servers."""


@handles("getServiceDocument")
def get_service_document(call: Call) -> Reply:
    """The service document: the names of Graph's collections that are served here."""
    names = ("applications", "directoryObjects", "groups", "organization", "servicePrincipals", "users")
    items: list[Json] = [{"name": name, "kind": "EntitySet", "url": name} for name in names]
    return answer(200, {"@odata.context": context(call, "").rstrip("#"), "value": items})


@handles("getMe")
def get_me(call: Call) -> Reply:
    """The signed-in user; an application that signed in as itself has no `me`."""
    return _user(call, _me(call))


@handles("listMyDirectoryRoles")
def list_my_directory_roles(call: Call) -> Reply:
    """The directory roles of the signed-in user."""
    return listing(call, "directoryRoles", [_role(call, template) for template in _me(call).directory_roles])


@handles("listDirectoryRoles")
def list_directory_roles(call: Call) -> Reply:
    """The directory roles that are activated in the tenant: here, those that a user has."""
    if not may_read_directory_roles(call.world.directory, call.caller):
        raise denied()
    held = {template for user in _users(call) for template in user.directory_roles}
    return listing(call, "directoryRoles", [_role(call, template) for template in sorted(held)])


@expands("directoryRoles", "members")
def members_of_role(call: Call, object_id: str) -> Sequence[dict[str, Json]]:
    """What `$expand=members` shows of a directory role."""
    holders = [
        user.object_id
        for user in _users(call)
        if object_id in (_role_id(call, template) for template in user.directory_roles)
    ]
    found = (typed_object(call.world, call.caller.tenant_id, holder) for holder in holders)
    return [item for item in found if item is not None]


def _users(call: Call) -> list[UserRecord]:
    return [user for user in call.world.directory.users.values() if user.tenant_id == call.caller.tenant_id]


def _role_id(call: Call, template: str) -> str:
    return call.world.ids.named("directory role", f"{call.caller.tenant_id}/{template}")


def _role(call: Call, template: str) -> dict[str, Json]:
    return {
        "id": _role_id(call, template),
        "deletedDateTime": None,
        "description": None,
        "displayName": ROLE_NAMES[template],
        "roleTemplateId": template,
    }


@handles("listMyApplications")
def list_my_applications(call: Call) -> Reply:
    """The applications the signed-in user owns, deleted ones left out."""
    return _owned_applications(call, _me(call).object_id)


@handles("listPrincipalApplications")
def list_principal_applications(call: Call) -> Reply:
    """The applications that a service principal owns, deleted ones left out."""
    return _owned_applications(call, directory_objects.service_principal(call).object_id)


@handles("listMyObjects")
def list_my_objects(call: Call) -> Reply:
    """The applications and service principals the signed-in user owns, deleted ones left out."""
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
    """Directory objects by their ids, unknown ids left out; `types` narrows them (`directoryObjects/getByIds`)."""
    body = json_body(call.request)
    ids, types = body.get("ids"), body.get("types") or ["directoryObject"]
    if not isinstance(ids, list) or not ids:
        raise bad_request("A value is required for the parameter 'ids'.")
    if len(ids) > _MOST_IDS:
        raise bad_request(f"Too many ids: at most {_MOST_IDS} can be asked for.")
    invalid = next((item for item in ids if not isinstance(item, str) or not _GUID.fullmatch(item)), None)
    if invalid is not None:
        raise bad_request(f"Invalid object identifier '{invalid}'.")
    if not isinstance(types, list) or not {str(item).lower() for item in types} <= _OBJECT_TYPES:
        raise bad_request("Invalid value specified for the parameter 'types'.")
    wanted = {str(item).lower() for item in types}
    found = (typed_object(call.world, call.caller.tenant_id, str(item).lower()) for item in ids)
    items = [
        item
        for item in found
        if item is not None
        and ("directoryobject" in wanted or str(item["@odata.type"]).rpartition(".")[2].lower() in wanted)
    ]
    reply = listing(call, "directoryObjects", items)
    reply.headers["Location"] = call.world.endpoints.graph
    return reply


def _owned_applications(call: Call, owner: str) -> Reply:
    owned = [item for item in call.world.directory.applications.values() if owner in item.owners]
    return listing(call, "applications", [application_json(call.world, item) for item in owned])


def _me(call: Call) -> UserRecord:
    user = call.world.directory.users.get(call.caller.object_id)
    if user is None:
        # microsoftgraph/msgraph-sdk-php#1163
        raise ServiceError(400, "BadRequest", "/me request is only valid with delegated authentication flow.")
    return user


def _user(call: Call, user: UserRecord) -> Reply:
    shown = user_json(user)
    if call.request.argument("$select"):
        shown |= {"userType": user.user_type, "accountEnabled": True}
    return entity(call, 200, "users", shown)


def _organization(tenant: TenantRecord) -> dict[str, Json]:
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
