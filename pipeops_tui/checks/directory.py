"""What the directory allows: registering applications (P2, P3, P3b), how many (P11), client secrets and their lifetime
(P4)."""

from __future__ import annotations

import asyncio

from pipeops_tui.checks.reads import Reads
from pipeops_tui.checks.requests import ask_for
from pipeops_tui.checks.spec import CheckSpec, Verdict, blocked, if_told, ok, unknown, warning
from pipeops_tui.model import Write
from pipeops_tui.problem import Problem
from pipeops_tui.wizard import Choices, Step

APPLICATION_DEVELOPER = "cf1c38e5-3621-4004-a7cb-879624dced7c"
MAY_REGISTER = frozenset(
    {
        APPLICATION_DEVELOPER,
        "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
        "158c047a-c907-4556-b7ef-446551a6b5f7",
        "62e90394-69f5-4237-9190-012177145e10",
    }
)
"""Application Developer, Application, Cloud Application and Global Administrator (Microsoft Learn, "Microsoft Entra
built-in roles")."""

OWN_APPLICATIONS = "Application.ReadWrite.OwnedBy"
"""What a service principal needs to register applications (Microsoft Graph permissions reference)."""

QUOTA = 250
"""Directory objects that an ordinary user may own (Microsoft Learn, "Microsoft Entra service limits")."""
_QUOTA_WARNING = 200
_ROLES_LINK = "https://learn.microsoft.com/entra/identity/role-based-access-control/delegate-app-roles"


async def _register(session: Reads, choices: Choices) -> Verdict:
    """A directory role settles it; without one, guests may not, and members may if the directory says so."""
    subscription = choices.subscription
    assert subscription is not None  # noqa: S101 - `ready` made sure
    tenant_id = subscription.tenant_id
    facts, roles, open_to_all, directory = await asyncio.gather(
        if_told(session.token_facts(tenant_id), None),
        if_told(session.directory_roles(tenant_id), None),
        if_told(session.users_may_register(tenant_id), None),
        if_told(session.directory(tenant_id), None),
    )
    if facts is not None and facts.is_person is False:
        return unknown(f"a service principal needs {OWN_APPLICATIONS}, which it cannot read of itself")
    if roles is not None and roles & MAY_REGISTER:
        return ok("you have a directory role that may register applications")
    guest = directory is not None and directory.user_type.casefold() == "guest"
    if not guest and open_to_all is True:
        return ok("the directory lets its users register applications")
    if roles is None or (not guest and open_to_all is None):
        return unknown("could not be checked: the directory does not show its rules to you")
    why = "You are a guest in this directory." if guest else "This directory does not let ordinary users register them."
    wish = "Please give me the directory role Application Developer, so that I can register an application."
    return blocked(
        "you are a guest here" if guest else "the directory does not let you register applications",
        Problem(
            title="You may not register applications",
            what=why,
            why="PipeOps signs in to Azure as an application of your own directory.",
            remedy="Ask for the directory role Application Developer, the smallest one that allows it.",
            who="A Privileged Role Administrator or Global Administrator",
            link=_ROLES_LINK,
        ),
        message=ask_for(session.account, subscription, wish),
        doubts=Write.APPLICATION,
    )


async def _secrets(session: Reads, choices: Choices) -> Verdict:
    """The default app management policy, for an application made now."""
    subscription = choices.subscription
    assert subscription is not None  # noqa: S101 - `ready` made sure
    policy = await session.secret_policy(subscription.tenant_id)
    if policy.forbidden:
        wish = (
            f"Our app management policy forbids client secrets on new applications. Please allow one for the "
            f"application {choices.application_name}, which PipeOps needs."
        )
        return blocked(
            "the directory forbids client secrets on new applications",
            Problem(
                title="Your directory forbids client secrets",
                what="Its app management policy does not allow a client secret on a new application.",
                why="PipeOps signs in with a client secret.",
                remedy="Ask for an exception for this application.",
                who="A Cloud Application Administrator or Global Administrator",
                link="https://learn.microsoft.com/graph/api/resources/applicationauthenticationmethodpolicy",
            ),
            message=ask_for(session.account, subscription, wish),
            doubts=Write.SECRET,
        )
    if policy.longest_days is None:
        return ok("allowed, with no limit to their lifetime")
    if choices.secret_days > policy.longest_days:
        return warning(f"allowed for at most {policy.longest_days} days: the lifetime is shortened to that")
    return ok(f"allowed for up to {policy.longest_days} days")


async def _unlimited(session: Reads, tenant_id: str) -> bool:
    """The limit is for those who are no administrators; Application Developers have it (Microsoft Learn, "Remove limits
    on creating app registrations")."""
    roles = await if_told(session.directory_roles(tenant_id), frozenset[str]())
    return bool(roles & (MAY_REGISTER - {APPLICATION_DEVELOPER}))


async def _quota(session: Reads, choices: Choices) -> Verdict:
    """What the account owns; soft-deleted applications count too, and are not in this number."""
    assert choices.subscription is not None  # noqa: S101 - `ready` made sure
    owned = await session.owned_application_count(choices.subscription.tenant_id)
    if owned >= _QUOTA_WARNING and await _unlimited(session, choices.subscription.tenant_id):
        return ok(f"you own {owned}, and your directory role has no limit")
    if owned < _QUOTA_WARNING:
        return ok(f"you own {owned} of {QUOTA}")
    if owned < QUOTA:
        return warning(f"you own {owned} applications; the directory allows {QUOTA}, deleted ones included")
    wish = (
        f"I own {owned} applications, and the directory allows {QUOTA}. Please delete those that nobody needs, or give "
        "me a directory role that may create applications without that limit."
    )
    return blocked(
        f"you own {owned} applications, and the directory allows {QUOTA}",
        Problem(
            title="You own too many applications",
            what=f"You own {owned} applications in this directory; an ordinary user may own {QUOTA} objects.",
            why="Applications deleted in the last 30 days count as well.",
            remedy="Delete some you no longer need, and remove them under “Deleted applications” too.",
            who="A Cloud Application Administrator can delete them for you",
            link="https://learn.microsoft.com/entra/identity/users/directory-service-limits-restrictions",
        ),
        message=ask_for(session.account, choices.subscription, wish),
        doubts=Write.APPLICATION,
    )


def _ready(choices: Choices) -> bool:
    return choices.subscription is not None


DIRECTORY_CHECKS: tuple[CheckSpec, ...] = (
    CheckSpec("P2", "You may register applications", Step.TENANT, _register, _ready),
    CheckSpec("P4", "Client secrets are allowed", Step.TENANT, _secrets, _ready),
    CheckSpec("P11", "Your applications in the directory", Step.TENANT, _quota, _ready),
)
