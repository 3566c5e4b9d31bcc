"""What stops writes although the rights are there: locks (P8), deny assignments, a full subscription (P12)."""

from __future__ import annotations

from pipeops_tui.checks.reads import Reads
from pipeops_tui.checks.requests import ask_for
from pipeops_tui.checks.spec import CheckSpec, Verdict, blocked, ok, warning
from pipeops_tui.model import Lock, Subscription
from pipeops_tui.problem import Problem
from pipeops_tui.provisioning import commands
from pipeops_tui.wizard import Choices, Step

ASSIGNMENT_LIMIT = 4000
"""Role assignments in a subscription, resource group and resource scopes included; fixed (Microsoft Learn,
"Troubleshoot Azure RBAC limits")."""
_ASSIGNMENT_WARNING = 3900
_READ_ONLY = "readonly"


async def _locks(session: Reads, choices: Choices) -> Verdict:
    """A read-only lock stops every write, role assignments included; one against deletion stops undoing them."""
    subscription = _subscription(choices)
    locks = await session.locks(subscription, choices.existing_group.name if choices.existing_group else "")
    read_only = [lock for lock in locks if lock.level.casefold() == _READ_ONLY]
    if read_only:
        return _read_only(session, subscription, read_only[0])
    if locks:
        return warning(f"the lock {locks[0].name} forbids deleting: undoing this later needs it removed first")
    return ok("nothing is locked")


def _read_only(session: Reads, subscription: Subscription, lock: Lock) -> Verdict:
    command = commands.delete_lock(f"{lock.scope}/providers/Microsoft.Authorization/locks/{lock.name}")
    wish = f"Please remove the read-only lock {lock.name} on {lock.scope} for a moment."
    return blocked(
        f"the read-only lock {lock.name} forbids changes",
        Problem(
            title="A lock forbids changes",
            what=f"The lock {lock.name} on {lock.scope} is read-only.",
            why="A read-only lock stops role assignments too, whatever rights you have.",
            remedy="Have it removed, or choose another resource group.",
            who="An Owner or User Access Administrator of that scope",
            link="https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources",
            command=command,
        ),
        message=ask_for(session.account, subscription, wish, command),
    )


async def _denials(session: Reads, choices: Choices) -> Verdict:
    """Whom a deny assignment means cannot be told from outside, so it is a warning with its name."""
    found = await session.deny_assignments(
        _subscription(choices), choices.existing_group.name if choices.existing_group else ""
    )
    if not found:
        return ok("there is none")
    names = ", ".join(one.name for one in found)
    return warning(f"{names}: it may forbid what your roles allow")


async def _room(session: Reads, choices: Choices) -> Verdict:
    """Counted, all pages."""
    subscription = _subscription(choices)
    count = await session.role_assignment_count(subscription)
    if count < _ASSIGNMENT_WARNING:
        return ok(f"{count} of {ASSIGNMENT_LIMIT} role assignments used")
    if count < ASSIGNMENT_LIMIT:
        return warning(f"{count} of {ASSIGNMENT_LIMIT} role assignments used: almost full")
    wish = (
        f"The subscription has reached Azure's limit of {ASSIGNMENT_LIMIT} role assignments. Please remove some that "
        "are no longer needed, those of deleted identities (“Identity not found”) first."
    )
    return blocked(
        f"the subscription is full: {count} of {ASSIGNMENT_LIMIT} role assignments",
        Problem(
            title="The subscription is full of role assignments",
            what=f"It holds {count}, and Azure allows {ASSIGNMENT_LIMIT}.",
            why="The limit is fixed and counts resource groups and resources too.",
            remedy="Have unused ones removed, those of deleted identities first, or pick another subscription.",
            who="An Owner or User Access Administrator of the subscription",
            link="https://learn.microsoft.com/azure/role-based-access-control/troubleshoot-limits",
        ),
        message=ask_for(session.account, subscription, wish),
    )


def _subscription(choices: Choices) -> Subscription:
    assert choices.subscription is not None  # noqa: S101 - `ready` made sure
    return choices.subscription


def _chosen(choices: Choices) -> bool:
    return choices.subscription is not None


OBSTACLE_CHECKS: tuple[CheckSpec, ...] = (
    CheckSpec("P8", "Locks", Step.ACCESS, _locks, _chosen),
    CheckSpec("P-deny", "Deny assignments", Step.ACCESS, _denials, _chosen),
    CheckSpec("P12", "Room for one more role assignment", Step.ACCESS, _room, _chosen),
)
