"""The checks that ARM makes before it handles a request, in ARM's order.

Subscription, role assignments and deny assignments, the second factor for writes, throttling, a disabled subscription,
locks. Each raises ServiceError.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from pipeops_tui.simulator.arm import arm_errors
from pipeops_tui.simulator.routing import Call
from pipeops_tui.simulator.wire import Json, ServiceError, decode_object
from pipeops_tui.simulator.world import authorization
from pipeops_tui.simulator.world.records import ResourceGroupRecord, SubscriptionRecord
from pipeops_tui.simulator.world.roles import covers
from pipeops_tui.simulator.world.world import World

_FREE_OF_LOCKS = frozenset(
    {"registerProvider", "checkPolicyRestrictions", "putLock", "deleteLock", "validateDeployment"}
)
_PUBLIC = frozenset({"listPolicyDefinitions", "getPolicyDefinition"})
"""Operations that need no role at the root of the tenant, where only what is built in is found."""
_SHOWS_WHAT_IS_READABLE = frozenset({"listResourceGroups", "listResources"})
"""Lists of a subscription that need no role on all of it: they show what is below it and can be read, to a caller with
any role there (Azure/aci-connector-k8s#19)."""
_NAMED = frozenset({"group", "assignment", "resource", "role", "lock", "policy", "definition"})
"""Parameters that name what a refusal is about, so that it shows the whole path instead of the scope alone."""


def check_access(call: Call) -> None:
    """Raises the error of the first check that fails."""
    scope = scope_of(call)
    parts = scope.lower().split("/")
    subscription_id = parts[2] if len(parts) > 2 and parts[1] == "subscriptions" else None
    if subscription_id is not None:
        _check_subscription(call, subscription_id)
    if not call.operation.action or (scope == "/" and call.operation.name in _PUBLIC):
        return
    action = call.operation.action.format_map(call.params)
    _check_rights(call, action, scope)
    if action.lower().endswith("/read"):
        _check_throttle(call, action)
        return
    _check_session(call)
    _check_second_factor(call)
    _check_throttle(call, action)
    if subscription_id is not None and call.world.subscriptions[subscription_id].state == "Disabled":
        raise arm_errors.disabled(subscription_id)
    if call.operation.name not in _FREE_OF_LOCKS:
        _check_locks(call, action, scope)


def without_token(world: World, path: str) -> ServiceError:
    """The error for a request without a token: below a subscription, the subscription is looked up first."""
    parts = path.lower().split("/")
    if len(parts) < 3 or parts[1] != "subscriptions":
        return arm_errors.without_token("")
    try:
        return arm_errors.without_token(_known_subscription(world, parts[2]).tenant_id)
    except ServiceError as error:
        return error


def readable_groups(call: Call, groups: Sequence[ResourceGroupRecord]) -> Sequence[ResourceGroupRecord]:
    """The groups that the caller is allowed to read in the way the operation reads them."""
    world, caller, action = call.world, call.caller, call.operation.action
    if authorization.is_allowed(world, caller, action, scope_of(call))[0]:
        return groups
    return [group for group in groups if authorization.is_allowed(world, caller, action, group.scope)[0]]


def scope_of(call: Call) -> str:
    """The ARM scope a request is about, as the client wrote it."""
    if "scope" in call.params:
        return call.params["scope"] or "/"
    if "sub" not in call.params:
        return "/"
    scope = f"/subscriptions/{call.params['sub']}"
    return f"{scope}/resourceGroups/{call.params['group']}" if "group" in call.params else scope


def canonical_scope(world: World, scope: str) -> str:
    """The scope with names as they were created. Raises ServiceError (404) where a part of it does not exist."""
    parts = scope.rstrip("/").split("/")
    if len(parts) < 3:
        return scope
    subscription_id = parts[2].lower()
    if len(parts) < 5:
        return f"/subscriptions/{subscription_id}"
    group = world.groups.get(subscription_id, parts[4])
    if group is None:
        raise arm_errors.group_not_found(parts[4])
    if len(parts) == 5:
        return group.scope
    wanted = "/".join([group.scope, *parts[5:]]).lower()
    resource = next((item for item in group.resources if str(item["id"]).lower() == wanted), None)
    if resource is None:
        raise arm_errors.resource_not_found("/".join(parts[6:]), group.name)
    return str(resource["id"])


def _known_subscription(world: World, subscription_id: str) -> SubscriptionRecord:
    try:
        UUID(subscription_id)
    except ValueError:
        raise arm_errors.invalid_subscription(subscription_id) from None
    subscription = world.subscriptions.get(subscription_id)
    if subscription is None:
        raise arm_errors.subscription_not_found(subscription_id)
    return subscription


def _check_subscription(call: Call, subscription_id: str) -> None:
    subscription = _known_subscription(call.world, subscription_id)
    if call.caller.tenant_id not in (subscription.tenant_id, *subscription.managed_by):
        raise arm_errors.wrong_tenant(call.caller.tenant_id, subscription.tenant_id)


def _check_rights(call: Call, action: str, scope: str) -> None:
    world, caller = call.world, call.caller
    typed = "resourcegroups" if "/resourcegroups/" in f"{call.request.path}/" else "resourceGroups"
    shown = action.replace("resourceGroups", typed)
    target = call.request.path if call.params.keys() & _NAMED else scope
    target = target.rstrip("/") or "/"
    allowed, conditioned = authorization.is_allowed(world, caller, action, scope, _attributes(call))
    if call.operation.name in _SHOWS_WHAT_IS_READABLE:
        allowed = allowed or authorization.sees_subscription(world, caller, scope)
    if not allowed or call.operation.name in world.rules.refused:
        raise arm_errors.authorization_failed(caller, shown, target, conditioned=conditioned)
    deny = authorization.denied(world, caller, action, scope)
    if deny is not None:
        raise arm_errors.denied(caller, shown, target, deny)


def _attributes(call: Call) -> dict[str, str]:
    """The attributes of the role assignment in the request that conditions can compare."""
    if call.operation.name == "deleteRoleAssignment":
        item = call.world.assignments.get(call.request.path)
        if item is None:
            return {}
        return {
            "RoleDefinitionId": item.role_id,
            "PrincipalType": item.principal_type,
            "PrincipalId": item.principal_id,
        }
    if call.operation.name != "putRoleAssignment":
        return {}
    properties = _sent_properties(call.request.body)
    principal_id = str(properties.get("principalId") or "").lower()
    directory = call.world.directory
    known = "Group" if principal_id in directory.groups else "User"
    if principal_id in directory.service_principals:
        known = "ServicePrincipal"
    return {
        "RoleDefinitionId": str(properties.get("roleDefinitionId") or "").rpartition("/")[2].lower(),
        "PrincipalType": str(properties.get("principalType") or known),
        "PrincipalId": principal_id,
    }


def _sent_properties(body: bytes) -> Mapping[str, Json]:
    properties = (decode_object(body) or {}).get("properties")
    return properties if isinstance(properties, dict) else {}


def _check_session(call: Call) -> None:
    revoked = call.world.sign_ins.revoke_if_due(call.world.rules, call.caller.session)
    if revoked is not None:
        raise arm_errors.revoked(revoked)


def _check_second_factor(call: Call) -> None:
    if call.world.rules.writes_need_mfa and call.caller.is_user and not call.caller.has_p1:
        raise arm_errors.second_factor_needed(call.request.path.rpartition("/")[2])


def _check_throttle(call: Call, action: str) -> None:
    seconds = call.world.throttle(call.operation.name)
    if seconds is not None:
        raise arm_errors.throttled(action, seconds)


def _check_locks(call: Call, action: str, scope: str) -> None:
    deletes = action.lower().endswith("/delete")
    verb = "delete" if deletes else "write"
    place = call.request.path if "resource" in call.params else scope
    forbidding = ("CanNotDelete", "ReadOnly") if deletes else ("ReadOnly",)
    # The deletion of a group deletes what is in it, so a lock on anything below forbids it as well.
    takes_all = call.operation.name == "deleteResourceGroup"
    closed = [
        item.scope
        for item in call.world.locks
        if item.level in forbidding and (covers(item.scope, place) or (takes_all and covers(place, item.scope)))
    ]
    if closed:
        raise arm_errors.locked(call.request.path, verb, closed)
