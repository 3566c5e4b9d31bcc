"""May the account do what the plan says? Create the group, assign roles (P1, P1b, P1c)."""

from __future__ import annotations

from pipeops_tui.checks.reads import Reads
from pipeops_tui.checks.requests import ask_for, grant_command, group_name, group_scope
from pipeops_tui.checks.rights import ASSIGN_ROLES, CREATE_GROUP, allowed
from pipeops_tui.checks.spec import CheckSpec, Verdict, blocked, if_told, ok
from pipeops_tui.model import RoleGrant, Subscription, Write
from pipeops_tui.problem import Problem
from pipeops_tui.wizard import Choices, Step

MAY_CREATE = ("Owner", "Contributor")
MAY_ASSIGN = ("Owner", "User Access Administrator", "Role Based Access Control Administrator")
_GIVING_ROLES = frozenset(
    {
        "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
        "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
        "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
    }
)
"""Role definition GUIDs of the same three (Microsoft Learn, "Azure built-in roles")."""
_ROLES_LINK = "https://learn.microsoft.com/azure/role-based-access-control/role-assignments-steps"
_PIM_LINK = "https://aka.ms/pim"


async def _create_group(session: Reads, choices: Choices) -> Verdict:
    """Permissions - List at the subscription."""
    subscription = _subscription(choices)
    if allowed(CREATE_GROUP, await session.permissions(subscription)):
        return ok("you may create resource groups in this subscription")
    if roles := await _eligible(session, subscription, "", MAY_CREATE):
        return _activate_first(roles)
    command = grant_command(session.account, "Contributor", subscription.scope)
    wish = (
        f"Please create the resource group {choices.group_name}, or give me the role Contributor on the subscription."
    )
    return blocked(
        "you may not create resource groups in this subscription",
        Problem(
            title="You may not create a resource group",
            what=f"Your account has no right to create {choices.group_name} in {subscription.display_name}.",
            why="Creating one takes the role Contributor or Owner on the subscription.",
            remedy="Pick an existing resource group, or ask for the role.",
            who="An Owner of the subscription",
            link=_ROLES_LINK,
            command=command,
        ),
        message=ask_for(session.account, subscription, wish, command),
    )


async def _assign_roles(session: Reads, choices: Choices) -> Verdict:
    """Permissions - List where the role will be assigned: at the group when it exists, else at the subscription."""
    subscription = _subscription(choices)
    existing = choices.existing_group.name if choices.existing_group else ""
    if allowed(ASSIGN_ROLES, await session.permissions(subscription, existing)):
        return await _perhaps_limited(session, subscription, existing)
    if roles := await _eligible(session, subscription, existing, MAY_ASSIGN):
        return _activate_first(roles)
    scope = group_scope(choices) if existing else subscription.scope
    command = grant_command(session.account, "Role Based Access Control Administrator", scope)
    wish = (
        f"Please run pipeops-tui yourself for the resource group {group_name(choices)}, or give me the role "
        f"Role Based Access Control Administrator so that I can give the new application its access."
    )
    return blocked(
        "you may not assign roles here",
        Problem(
            title="You may not assign roles",
            what="Your account can create everything but the last step: giving the new application its access.",
            why="That takes the role Owner, User Access Administrator or Role Based Access Control Administrator.",
            remedy="Ask an Owner to run this tool, or prepare the rest now and hand that one step over.",
            who="An Owner or User Access Administrator of the subscription",
            link=_ROLES_LINK,
            command=command,
        ),
        message=ask_for(session.account, subscription, wish, command),
        may_hand_over=True,
    )


async def _perhaps_limited(session: Reads, subscription: Subscription, group: str) -> Verdict:
    """A condition on the very role that gives the right may leave Contributor out (constrained delegation)."""
    may = ok("you may assign roles here")
    grants = await if_told(session.own_roles(subscription, group), ())
    if any(_gives(grant) and not grant.condition for grant in grants) or not any(map(_is_limited, grants)):
        return may
    wish = "My right to assign roles carries a condition. Please let me assign Contributor to a service principal."
    return blocked(
        "you may assign roles, but with a condition that may leave Contributor out",
        Problem(
            title="Your right to assign roles is limited",
            what="It carries a condition, which usually excludes privileged roles such as Contributor.",
            why="Your organization delegates role assignment with constraints (Azure ABAC).",
            remedy="Try it: a refusal leaves nothing behind. Or ask an Owner to widen the condition.",
            who="An Owner of the subscription",
            link="https://learn.microsoft.com/azure/role-based-access-control/delegate-role-assignments-overview",
        ),
        message=ask_for(session.account, subscription, wish),
        may_hand_over=True,
        doubts=Write.ASSIGNMENT,
    )


def _gives(grant: RoleGrant) -> bool:
    return grant.role_definition_id.rpartition("/")[2].casefold() in _GIVING_ROLES


def _is_limited(grant: RoleGrant) -> bool:
    """Whether its condition is about assigning roles, which a custom role may carry as well."""
    return bool(grant.condition) and (_gives(grant) or ASSIGN_ROLES.casefold() in grant.condition.casefold())


async def _eligible(session: Reads, subscription: Subscription, group: str, giving: tuple[str, ...]) -> list[str]:
    """Names of roles that would give the right once activated; none when that cannot be known."""
    roles = await if_told(session.eligible_roles(subscription, group), ())
    return list(dict.fromkeys(role.role_name for role in roles if role.role_name in giving))


def _activate_first(roles: list[str]) -> Verdict:
    names = ", ".join(roles)
    return blocked(
        f"{names} can be activated and is not active",
        Problem(
            title="Activate your role first",
            what=f"You may activate {names}, but it is not active now.",
            why="Your organization hands out this right for a limited time (Privileged Identity Management).",
            remedy="Activate the role in the portal, wait a minute, then check again.",
            link=_PIM_LINK,
        ),
    )


def _subscription(choices: Choices) -> Subscription:
    assert choices.subscription is not None  # noqa: S101 - `ready` made sure
    return choices.subscription


def _chosen(choices: Choices) -> bool:
    return choices.subscription is not None


ACCESS_CHECKS: tuple[CheckSpec, ...] = (
    CheckSpec(
        "P1-group",
        "You may create the resource group",
        Step.ACCESS,
        _create_group,
        lambda choices: _chosen(choices) and choices.existing_group is None,
    ),
    CheckSpec("P1-roles", "You may assign roles", Step.ACCESS, _assign_roles, _chosen),
)
