"""Checks whether the account has permission to create the resource group and to assign roles."""

from __future__ import annotations

from pipeops_tui.checks.admin_messages import (
    CLEAN_UP,
    AdminRequest,
    ask_for,
    assigning_in_portal,
    group_name,
    group_scope,
    place_in_portal,
)
from pipeops_tui.checks.spec import (
    ASSIGN_ROLES,
    CREATE_GROUP,
    CheckSpec,
    CheckVerdict,
    allowed,
    blocked,
    ok,
    subscription_check,
    unless_refused,
)
from pipeops_tui.core import az_commands, refusals
from pipeops_tui.core.model import RoleGrant, Subscription, Write
from pipeops_tui.core.ports import Reads
from pipeops_tui.core.problem import Problem
from pipeops_tui.core.wizard import Choices, Step

MAY_CREATE = ("Owner", "Contributor")
RBAC_ADMINISTRATOR = "Role Based Access Control Administrator"
"""The smallest built-in role that allows assigning roles."""
MAY_ASSIGN = ("Owner", "User Access Administrator", RBAC_ADMINISTRATOR)
_GIVING_ROLES = frozenset(
    {
        "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
        "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
        "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
    }
)
"""Role definition GUIDs of the same three (Microsoft Learn, "Azure built-in roles")."""
_PIM_LINK = "https://aka.ms/pim"


async def _create_group(session: Reads, choices: Choices, subscription: Subscription) -> CheckVerdict:
    """Permissions - List at the subscription."""
    if allowed(CREATE_GROUP, await session.permissions(subscription)):
        return ok("yes, in this subscription")
    if roles := await _eligible(session, subscription, "", MAY_CREATE):
        return _activate_first(roles)
    problem = refusals.no_permission_to_create_group(
        _commands(session, choices, subscription), choices.group_name, subscription.display_name
    )
    request = AdminRequest(
        f"Please create the resource group {choices.group_name}. On that group, and on nothing else, please give me "
        f"the role {RBAC_ADMINISTRATOR}, so that I can give the application for PipeOps its access to it.",
        f"The group: as long as we use PipeOps. My role: {CLEAN_UP[:1].lower()}{CLEAN_UP[1:]}",
        f"Resource groups → Create. Then {_assigning_in_portal(choices.group_name)}",
    )
    return blocked(
        "missing in this subscription", problem, message=ask_for(session.account, subscription, request, problem)
    )


async def _assign_roles(session: Reads, choices: Choices, subscription: Subscription) -> CheckVerdict:
    """Permissions - List where the role will be assigned: at the group when it exists, else at the subscription."""
    existing = choices.existing_group.name if choices.existing_group else ""
    if allowed(ASSIGN_ROLES, await session.permissions(subscription, existing)):
        return await _unless_limited(session, subscription, existing)
    if roles := await _eligible(session, subscription, existing, MAY_ASSIGN):
        return _activate_first(roles)
    problem = refusals.no_permission_to_assign(_commands(session, choices, subscription))
    name = group_name(choices)
    create = "" if existing else f"Please create the resource group {name}, if there is none yet. "
    request = AdminRequest(
        f"{create}Please give me the role {RBAC_ADMINISTRATOR} on the resource group {name}, and on nothing else. With "
        "it I give the application for PipeOps the role Contributor on that group.",
        CLEAN_UP,
        f"{'' if existing else 'Resource groups → Create. Then '}{_assigning_in_portal(name)}",
    )
    return blocked(
        "missing",
        problem,
        message=ask_for(session.account, subscription, request, problem),
        may_hand_over=True,
    )


def _commands(session: Reads, choices: Choices, subscription: Subscription) -> str:
    """What creates the group, unless it exists, and lets the account assign roles on it and on nothing else."""
    region = choices.region.name if choices.region else ""
    create = az_commands.create_group(subscription.subscription_id, choices.group_name, region, choices.group_tags)
    grant = az_commands.grant_role(session.account.name, RBAC_ADMINISTRATOR, group_scope(choices))
    return grant if choices.existing_group or not region else f"{create}\n{grant}"


def _assigning_in_portal(group: str) -> str:
    return assigning_in_portal(f"Resource groups → {group}", RBAC_ADMINISTRATOR)


async def _unless_limited(session: Reads, subscription: Subscription, group: str) -> CheckVerdict:
    """A condition on the very role that gives the right can exclude Contributor (constrained delegation)."""
    grants = await unless_refused(session.own_roles(subscription, group), ())
    limited = next(filter(_is_limited, grants), None)
    if limited is None or any(_gives(grant) and not grant.condition for grant in grants):
        return ok("yes")
    where = f"the resource group {group}" if group else "the resource group for PipeOps"
    request = AdminRequest(
        "My permission to assign roles has a condition. Please let it allow me to assign the role Contributor to a "
        f"service principal on {where}, and nothing more.",
        "You can set the condition back as soon as PipeOps is connected.",
        f"{place_in_portal(limited.scope)} → Access control (IAM) → Role assignments → my role → View/Edit (column "
        "Condition)",
    )
    problem = refusals.limited_permission_to_assign(certain=False)
    return blocked(
        "limited by a condition, which can exclude Contributor",
        problem,
        message=ask_for(session.account, subscription, request, problem),
        may_hand_over=True,
        doubts=Write.ASSIGNMENT,
    )


def _gives(grant: RoleGrant) -> bool:
    return grant.role_definition_id.rpartition("/")[2].casefold() in _GIVING_ROLES


def _is_limited(grant: RoleGrant) -> bool:
    """Whether its condition is about assigning roles, which a custom role can carry as well."""
    return bool(grant.condition) and (_gives(grant) or ASSIGN_ROLES.casefold() in grant.condition.casefold())


async def _eligible(session: Reads, subscription: Subscription, group: str, giving: tuple[str, ...]) -> list[str]:
    """Names of roles that would give the right once activated; none when that cannot be known."""
    roles = await unless_refused(session.eligible_roles(subscription, group), ())
    return list(dict.fromkeys(role.role_name for role in roles if role.role_name in giving))


def _activate_first(roles: list[str]) -> CheckVerdict:
    names = ", ".join(roles)
    return blocked(
        f"{names} can be activated and is not active",
        Problem(
            title="Activate your role first",
            what=f"You can activate {names}, but it is not active now.",
            why="Your organization gives this role for a limited time (Privileged Identity Management).",
            remedy="Activate the role in the portal, wait a minute, then check again.",
            link=_PIM_LINK,
        ),
    )


ACCESS_CHECKS: tuple[CheckSpec, ...] = (
    subscription_check(
        "create-group",
        "Permission to create resource groups",
        Step.ACCESS,
        _create_group,
        lambda choices: choices.existing_group is None,
    ),
    subscription_check("assign-roles", "Permission to assign roles", Step.ACCESS, _assign_roles),
)
