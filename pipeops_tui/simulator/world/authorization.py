"""Azure RBAC, computed: who may do what at which scope.

Sources: Microsoft Learn "Understand how Azure RBAC works" (inheritance; actions minus notActions of each role
assignment alone, then OR) and "Understand Azure deny assignments" (a deny outweighs every role).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeops_tui.simulator.world.caller import Caller
from pipeops_tui.simulator.world.conditions import fulfilled
from pipeops_tui.simulator.world.entities import DenyAssignment, RoleAssignment
from pipeops_tui.simulator.world.roles import Permission, built_in_roles, matches_any
from pipeops_tui.simulator.world.world import World


@dataclass(frozen=True, slots=True)
class Held:
    """A permission somebody holds, and the role assignment it comes from."""

    permission: Permission
    assignment: RoleAssignment


def covers(assigned: str, scope: str) -> bool:
    """Whether what is assigned at the scope `assigned` holds at `scope`; both are ARM ids, `/` is the root."""
    assigned, scope = assigned.rstrip("/").lower(), scope.rstrip("/").lower()
    return scope == assigned or scope.startswith(f"{assigned}/")


def permissions(world: World, caller: Caller, scope: str) -> list[Held]:
    """What the caller holds at `scope`, one element for each permission of every role assignment that counts there."""
    roles = built_in_roles()
    return [
        Held(permission, item)
        for item in _effective(world, caller)
        if covers(item.scope, scope)
        for permission in roles[item.role_id].permissions
    ]


def may(
    world: World, caller: Caller, action: str, scope: str, attributes: dict[str, str] | None = None
) -> tuple[bool, bool]:
    """Whether the caller may do `action` at `scope`, and whether only a condition stands in the way.

    `attributes` describe the role assignment in question, for conditions that constrain delegation.
    """
    held = [item for item in permissions(world, caller, scope) if item.permission.allows(action)]
    for item in held:
        condition = item.assignment.condition
        if condition is None or fulfilled(condition, action, attributes or {}):
            return True, False
    return False, bool(held)


def denied(world: World, caller: Caller, action: str, scope: str) -> DenyAssignment | None:
    """The deny assignment that keeps the caller from `action` at `scope`, if there is one."""
    for item in world.deny_assignments:
        if caller.object_id in item.excluded or not covers(item.scope, scope):
            continue
        if matches_any(item.actions, action) and not matches_any(item.not_actions, action):
            return item
    return None


def sees_subscription(world: World, caller: Caller, scope: str) -> bool:
    """Whether the subscription at `scope` is listed for the caller: any role on it, above it or anywhere below it."""
    return any(covers(item.scope, scope) or covers(scope, item.scope) for item in _effective(world, caller))


def _effective(world: World, caller: Caller) -> Iterator[RoleAssignment]:
    """The role assignments that count for this token. Tokens issued before one took effect keep the old rights."""
    delay = world.rules.replication.rbac
    for item in world.assignments.of(caller.object_id):
        # Token times are whole seconds, so one is granted here.
        if delay == 0 or caller.issued_at + 1 > item.created + delay:
            yield item
