"""What stands between a request and its handler in ARM, in ARM's order.

Subscription, role assignments and deny assignments, the second factor for writes, throttling, a disabled subscription,
locks. Each gate raises ServiceError.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from pipeops_tui.simulator.arm import errors
from pipeops_tui.simulator.routing import Call
from pipeops_tui.simulator.wire import Json, decode_object
from pipeops_tui.simulator.world import authorization

_FREE_OF_LOCKS = frozenset({"registerProvider", "checkPolicyRestrictions"})


def admit(call: Call) -> None:
    """Lets the request through or raises the error of the first gate that is closed."""
    scope = scope_of(call)
    parts = scope.lower().split("/")
    subscription_id = parts[2] if len(parts) > 2 and parts[1] == "subscriptions" else None
    if subscription_id is not None:
        _check_subscription(call, subscription_id)
    if not call.operation.action:
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
        raise errors.disabled(subscription_id)
    if call.operation.name not in _FREE_OF_LOCKS:
        _check_locks(call, action, scope)


def scope_of(call: Call) -> str:
    """The ARM scope a request is about, as the client wrote it."""
    if "scope" in call.params:
        return call.params["scope"] or "/"
    if "sub" not in call.params:
        return "/"
    scope = f"/subscriptions/{call.params['sub']}"
    return f"{scope}/resourceGroups/{call.params['group']}" if "group" in call.params else scope


def _check_subscription(call: Call, subscription_id: str) -> None:
    try:
        UUID(subscription_id)
    except ValueError:
        raise errors.invalid_subscription(subscription_id) from None
    subscription = call.world.subscriptions.get(subscription_id)
    if subscription is None:
        raise errors.subscription_not_found(subscription_id)
    if call.caller.tenant_id not in (subscription.tenant_id, *subscription.managed_by):
        raise errors.wrong_tenant(call.caller.tenant_id, subscription.tenant_id)


def _check_rights(call: Call, action: str, scope: str) -> None:
    world, caller = call.world, call.caller
    typed = "resourcegroups" if "/resourcegroups/" in f"{call.request.path}/" else "resourceGroups"
    shown = action.replace("resourceGroups", typed)
    target = call.request.path if call.params.keys() & {"group", "assignment", "resource"} else scope
    target = target.rstrip("/") or "/"
    allowed, conditioned = authorization.may(world, caller, action, scope, _attributes(call))
    if not allowed or call.operation.name in world.rules.refused:
        raise errors.authorization_failed(caller, shown, target, conditioned=conditioned)
    deny = authorization.denied(world, caller, action, scope)
    if deny is not None:
        raise errors.denied(caller, shown, target, deny)


def _attributes(call: Call) -> dict[str, str]:
    """What conditions may ask about the role assignment in the request."""
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
    known = "ServicePrincipal" if principal_id in call.world.directory.service_principals else "User"
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
        raise errors.revoked(revoked)


def _check_second_factor(call: Call) -> None:
    if call.world.rules.writes_need_mfa and call.caller.is_user and not call.caller.has_p1:
        raise errors.second_factor_needed(call.request.path.rpartition("/")[2])


def _check_throttle(call: Call, action: str) -> None:
    seconds = call.world.throttle(call.operation.name)
    if seconds is not None:
        raise errors.throttled(action, seconds)


def _check_locks(call: Call, action: str, scope: str) -> None:
    deletes = action.lower().endswith("/delete")
    verb = "delete" if deletes else "write"
    closed = [
        item.scope
        for item in call.world.locks
        if authorization.covers(item.scope, scope) and (deletes or item.level == "ReadOnly")
    ]
    if closed:
        raise errors.locked(call.request.path, verb, closed)
