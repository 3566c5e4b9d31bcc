"""Client secrets (Microsoft Graph v1.0 "application: addPassword" and "application: removePassword"), and the directory
policies that limit them and application registrations."""

from __future__ import annotations

import hashlib
from calendar import isleap
from uuid import UUID

from pipeops_tui.simulator.graph import directory_objects
from pipeops_tui.simulator.graph.entity_types import password_json
from pipeops_tui.simulator.graph.graph_service import answer, bad_request, context, json_body, missing_scopes
from pipeops_tui.simulator.graph.odata import entity
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Json, Reply, ServiceError
from pipeops_tui.simulator.world.clock import TICKS, Moment, parse
from pipeops_tui.simulator.world.records import DirectoryObjectRecord, PasswordRecord, TenantRecord
from pipeops_tui.simulator.world.world import World

_RESTRICTED_GUEST = "10dae51f-b6af-4016-8d66-8c2a99b929b3"
"""The role template "Guest User": limited access, the default for guests."""
_SINCE = "2019-10-19T10:37:00Z"
_DAY = 86_400


@handles("getAuthorizationPolicy")
def get_authorization_policy(call: Call) -> Reply:
    """The permissions of members and guests that have no role."""
    _check(call)
    tenant = call.world.tenant(call.caller.tenant_id)
    policy: dict[str, Json] = {
        "id": "authorizationPolicy",
        "allowInvitesFrom": "everyone",
        "allowedToSignUpEmailBasedSubscriptions": True,
        "allowedToUseSSPR": True,
        "allowEmailVerifiedUsersToJoinOrganization": False,
        "allowUserConsentForRiskyApps": None,
        "blockMsolPowerShell": False,
        "displayName": "Authorization Policy",
        "description": "Used to manage authorization related settings across the company.",
        "guestUserRoleId": _RESTRICTED_GUEST,
        "defaultUserRolePermissions": {
            "allowedToCreateApps": tenant.users_may_create_apps,
            "allowedToCreateSecurityGroups": True,
            "allowedToCreateTenants": True,
            "allowedToReadBitlockerKeysForOwnedDevice": True,
            "allowedToReadOtherUsers": True,
            "permissionGrantPoliciesAssigned": ["ManagePermissionGrantsForSelf.microsoft-user-default-legacy"],
        },
    }
    return entity(call, 200, "policies/authorizationPolicy", policy)


@handles("getDefaultAppManagementPolicy")
def get_default_app_management_policy(call: Call) -> Reply:
    """Whether the tenant allows client secrets, and for how long."""
    _check(call)
    tenant = call.world.tenant(call.caller.tenant_id)
    restrictions: Json = {"passwordCredentials": _restrictions(tenant), "keyCredentials": []}
    policy: dict[str, Json] = {
        "@odata.id": f"{call.world.endpoints.graph}/v2/{tenant.tenant_id}/defaultAppManagementPolicy/"
        "00000000-0000-0000-0000-000000000000",
        "id": "00000000-0000-0000-0000-000000000000",
        "displayName": "Default app management tenant policy",
        "description": "Default tenant policy that enforces app management restrictions on applications and service "
        "principals. To apply policy to targeted resources, create a new policy under appManagementPolicies "
        "collection.",
        "isEnabled": tenant.secrets_forbidden or tenant.secret_days is not None,
        "applicationRestrictions": restrictions,
        "servicePrincipalRestrictions": restrictions,
    }
    return entity(call, 200, "policies/defaultAppManagementPolicy", policy)


def check_secret(world: World, tenant: TenantRecord, start: Moment, end: Moment) -> None:
    """Raises ServiceError (400) when the policy forbids client secrets, or one with this lifetime."""
    policy = world.ids.named("app management policy", tenant.tenant_id)
    if tenant.secrets_forbidden:
        raise ServiceError(
            400,
            "CredentialTypeNotAllowedAsPerAppPolicy",
            f"Credential type not allowed as per assigned policy '{policy}'.",
            details=({"code": "CredentialTypeNotAllowed", "message": "Password addition is not allowed.",
                      "target": "PasswordCredentials"},),
        )  # fmt: skip
    if tenant.secret_days is not None and end - start > tenant.secret_days * _DAY + 1:
        message = f"Credential lifetime exceeds the max value allowed as per assigned policy '{policy}'."
        raise ServiceError(
            400,
            "CredentialInvalidLifetimeAsPerAppPolicy",
            message,
            details=({"code": "InvalidKeyEndDate", "message": message, "target": "EndDate"},),
        )


def _check(call: Call) -> None:
    if not call.caller.is_user:
        raise missing_scopes()


def _restrictions(tenant: TenantRecord) -> list[Json]:
    restrictions: list[Json] = []
    if tenant.secrets_forbidden:
        restrictions.append(_restriction("passwordAddition", None))
    if tenant.secret_days is not None:
        restrictions.append(_restriction("passwordLifetime", f"P{tenant.secret_days}D"))
    return restrictions


def _restriction(kind: str, lifetime: str | None) -> Json:
    return {
        "restrictionType": kind,
        "state": "enabled",
        "maxLifetime": lifetime,
        "restrictForAppsCreatedAfterDateTime": _SINCE,
    }


@handles("addPassword")
def add_password(call: Call) -> Reply:
    """Adds a secret to an application; the only answer that ever carries its text."""
    return _add(call, directory_objects.application(call))


@handles("addServicePrincipalPassword")
def add_service_principal_password(call: Call) -> Reply:
    """Adds a secret to a service principal."""
    return _add(call, directory_objects.service_principal(call))


@handles("removePassword")
def remove_password(call: Call) -> Reply:
    """Removes a secret from an application by its key id."""
    return _remove(call, directory_objects.application(call))


@handles("removeServicePrincipalPassword")
def remove_service_principal_password(call: Call) -> Reply:
    """Removes a secret from a service principal by its key id."""
    return _remove(call, directory_objects.service_principal(call))


def initial_passwords(call: Call, sent: Json) -> tuple[list[PasswordRecord], list[dict[str, Json]]]:
    """The secrets that a new application is created with: as kept, and as the answer shows them."""
    if not sent:
        return [], []
    if not isinstance(sent, list) or not all(isinstance(item, dict) for item in sent):
        raise bad_request("Invalid value specified for property 'passwordCredentials' of resource 'Application'.")
    made = [_make(call, item) for item in sent if isinstance(item, dict)]
    return [password for password, _ in made], [password_json(password, secret) for password, secret in made]


def _add(call: Call, item: DirectoryObjectRecord) -> Reply:
    directory_objects.check_manageable(call, item)
    directory_objects.check_settled(call, item)
    sent = json_body(call.request).get("passwordCredential") or {}
    if not isinstance(sent, dict):
        raise bad_request("Invalid value specified for property 'passwordCredential'.")
    password, secret = _make(call, sent)
    if any(password.key_id == other.key_id for other in item.passwords):
        raise bad_request("A credential with the same keyId already exists.")
    item.passwords.append(password)
    body: dict[str, Json] = {"@odata.context": context(call, "microsoft.graph.passwordCredential")}
    reply = answer(200, body | password_json(password, secret))
    reply.headers["Location"] = call.world.endpoints.graph
    return reply


def _remove(call: Call, item: DirectoryObjectRecord) -> Reply:
    directory_objects.check_manageable(call, item)
    directory_objects.check_settled(call, item)
    key_id = json_body(call.request).get("keyId")
    kept = [password for password in item.passwords if password.key_id != str(key_id).lower()]
    if len(kept) == len(item.passwords):
        raise bad_request(f"No password credential found with keyId '{key_id}'.")
    item.passwords[:] = kept
    return Reply(204)


def _make(call: Call, sent: dict[str, Json]) -> tuple[PasswordRecord, str]:
    world = call.world
    now = world.now()
    start = _time(sent, "startDateTime") or now
    end = _time(sent, "endDateTime") or _two_years_after(start)
    if end <= start:
        raise bad_request("Key credential end date must be after its start date.")
    check_secret(world, world.tenant(call.caller.tenant_id), start, end)
    name, key_id = sent.get("displayName"), sent.get("keyId")
    secret = world.ids.secret()
    password = PasswordRecord(
        key_id=_guid(key_id) if key_id is not None else world.ids.guid("password key"),
        display_name=None if name is None else str(name),
        start=start,
        end=end,
        hint=secret[:3],
        digest=hashlib.sha256(secret.encode()).digest(),
        created=now,
    )
    return password, secret


def _time(sent: dict[str, Json], name: str) -> Moment | None:
    value = sent.get(name)
    if value is None:
        return None
    at = parse(value) if isinstance(value, str) else None
    if at is None:
        raise bad_request(f"Cannot convert the value of property '{name}' to a date and time.")
    return at


def _guid(value: Json) -> str:
    try:
        return str(UUID(str(value)))
    except ValueError:
        raise bad_request("Cannot convert the value of property 'keyId' to a GUID.") from None


def _two_years_after(start: Moment) -> Moment:
    begin = start.utc
    if (begin.month, begin.day) == (2, 29) and not isleap(begin.year + 2):
        begin = begin.replace(day=28)
    end = begin.replace(year=begin.year + 2, microsecond=0)
    return Moment(int(end.timestamp()) * TICKS + start.ticks % TICKS)
