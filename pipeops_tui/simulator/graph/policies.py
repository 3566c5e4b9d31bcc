"""The two directory policies that decide over application registrations and their secrets (Microsoft Graph v1.0)."""

from __future__ import annotations

from pipeops_tui.simulator.graph.collections import entity
from pipeops_tui.simulator.graph.service import missing_scopes
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Json, Reply, ServiceError
from pipeops_tui.simulator.world.entities import Tenant
from pipeops_tui.simulator.world.world import World

_RESTRICTED_GUEST = "10dae51f-b6af-4016-8d66-8c2a99b929b3"
"""The role template "Guest User": limited access, the default for guests."""
_SINCE = "2019-10-19T10:37:00Z"
_DAY = 86_400


@handles("getAuthorizationPolicy")
def get_authorization_policy(call: Call) -> Reply:
    """What members and guests may do without a role."""
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
    """Whether applications may have client secrets, and for how long."""
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


def check_secret(world: World, tenant: Tenant, start: float, end: float) -> None:
    """Raises ServiceError (400) when the policy forbids client secrets, or one that lives so long."""
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


def _restrictions(tenant: Tenant) -> list[Json]:
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
