"""Checks what the directory allows: registering applications, client secrets and their lifetime, how many
applications one account can own; and looks for applications of the same name."""

from __future__ import annotations

import asyncio

from pipeops_tui.checks.admin_messages import AdminRequest, ask_for
from pipeops_tui.checks.spec import (
    CheckSpec,
    CheckVerdict,
    blocked,
    ok,
    subscription_check,
    unknown,
    unless_refused,
    warning,
)
from pipeops_tui.core import refusals
from pipeops_tui.core.clock import spell_day
from pipeops_tui.core.model import Subscription, Write
from pipeops_tui.core.ports import Reads
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.core.refusals import OBJECT_LIMIT
from pipeops_tui.core.wizard import Choices, Step

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

MANAGES_APPLICATIONS = MAY_REGISTER - {APPLICATION_DEVELOPER}
"""The same without Application Developer, who can change only applications of their own."""

OWN_APPLICATIONS = "Application.ReadWrite.OwnedBy"
"""What a service principal needs to register applications (Microsoft Graph permissions reference)."""

_MANY = 200
"""Number of owned applications from which on the check warns."""


async def _register(session: Reads, choices: Choices, subscription: Subscription) -> CheckVerdict:
    """What `_by_rules` finds; where the sign-in service gives out no token for Microsoft Graph, no application can be
    registered, whatever the rules are."""
    try:
        return await _by_rules(session, subscription)
    except CloudError as error:
        if not error.no_token or error.kind not in (FailureKind.REFUSED, FailureKind.FINAL):
            raise
        return blocked(f"Microsoft Graph cannot be reached: {error.problem.title}", error.problem)


async def _by_rules(session: Reads, subscription: Subscription) -> CheckVerdict:
    """A directory role settles it; without one, guests cannot, and members can if the directory says so."""
    tenant_id = subscription.tenant_id
    facts, roles, open_to_all, directory = await asyncio.gather(
        unless_refused(session.token_facts(tenant_id), None),
        unless_refused(session.directory_roles(tenant_id), None),
        unless_refused(session.users_may_register(tenant_id), None),
        unless_refused(session.directory(tenant_id), None),
    )
    if facts is not None and facts.is_person is False:
        return unknown(f"a service principal needs {OWN_APPLICATIONS}, which it cannot read of itself")
    if roles is not None and roles & MAY_REGISTER:
        return ok("yes, by your role in the tenant")
    if directory is not None and directory.account_missing and not roles:
        problem = refusals.partner_without_role()
        request = AdminRequest(
            "I work in your subscription as your partner, but have no role in your directory. Please approve a "
            "granular delegated admin relationship (GDAP) with us that has the role Cloud Application Administrator: "
            "open the link in our invitation, then Approve partner roles → Approve all.",
            "You can end the relationship as soon as the application is registered (Microsoft 365 admin center → "
            "Settings → Partner relationships).",
        )
        return blocked(
            "missing: your account is not in this tenant",
            problem,
            message=ask_for(session.account, subscription, request, problem),
            doubts=Write.APPLICATION,
        )
    guest = directory is not None and directory.user_type.casefold() == "guest"
    if not guest and open_to_all is True:
        return ok("yes: the tenant allows all its users to do so")
    if roles is None or (not guest and open_to_all is None):
        return unknown("could not be checked: no permission to read the tenant's rules")
    problem = refusals.no_permission_to_register_applications(guest)
    request = AdminRequest(
        "Please give me the directory role Application Developer in this tenant, so that I can register one "
        "application. It is the smallest role that allows it.",
        "You can remove it again as soon as the application is registered.",
        "Microsoft Entra ID → Roles and administrators → Application Developer → Add assignments",
    )
    return blocked(
        "missing: you are a guest here" if guest else "missing: not allowed in this tenant",
        problem,
        message=ask_for(session.account, subscription, request, problem),
        doubts=Write.APPLICATION,
    )


async def _secrets(session: Reads, choices: Choices, subscription: Subscription) -> CheckVerdict:
    """The default app management policy, for an application made now."""
    policy = await session.secret_policy(subscription.tenant_id)
    if policy.forbidden:
        request = AdminRequest(
            f"Our app management policy forbids client secrets on new applications. Please exempt one application, "
            f"{choices.application_name}, from it. PipeOps signs in with a client secret and takes no certificate.",
            "The exemption is needed as long as we use PipeOps.",
        )
        problem = refusals.secrets_forbidden()
        return blocked(
            "the tenant does not allow client secrets on new applications",
            problem,
            message=ask_for(session.account, subscription, request, problem),
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
    roles = await unless_refused(session.directory_roles(tenant_id), frozenset[str]())
    return bool(roles & MANAGES_APPLICATIONS)


async def _quota(session: Reads, choices: Choices, subscription: Subscription) -> CheckVerdict:
    """What the account owns; soft-deleted applications count too, and are not in this number."""
    owned = await session.owned_application_count(subscription.tenant_id)
    if owned >= _MANY and await _unlimited(session, subscription.tenant_id):
        return ok(f"you own {owned}, and your directory role has no limit")
    if owned < _MANY:
        return ok(f"you own {owned} of {OBJECT_LIMIT}")
    if owned < OBJECT_LIMIT:
        return warning(f"you own {owned} applications; the tenant allows {OBJECT_LIMIT}, deleted ones included")
    request = AdminRequest(
        f"I own {owned} applications, and the tenant allows {OBJECT_LIMIT}, deleted ones included. Please remove "
        "some of mine that are no longer used, also from the deleted applications.",
        portal="Microsoft Entra ID → App registrations → All applications → Delete, then Deleted applications → Delete "
        "permanently",
    )
    problem = refusals.own_limit_reached(owned)
    return blocked(
        f"you own {owned} applications, and the tenant allows {OBJECT_LIMIT}",
        problem,
        message=ask_for(session.account, subscription, request, problem),
        doubts=Write.APPLICATION,
    )


async def _same_name(session: Reads, choices: Choices, subscription: Subscription) -> CheckVerdict:
    """Applications of the same display name are reported, never changed (Azure/azure-cli#28589)."""
    name = choices.application_name.strip()
    found = await session.applications_named(subscription.tenant_id, name)
    if not found:
        return ok(f"no other application is called {name}")
    newest = max((one.created for one in found if one.created), default=None)
    alone = len(found) == 1
    when = f", {'' if alone else 'the newest '}from {spell_day(newest)}" if newest else ""
    number = "1 application" if alone else f"{len(found)} applications"
    return warning(f"{number} of this name already{when}; the new one does not change {'it' if alone else 'them'}")


DIRECTORY_CHECKS: tuple[CheckSpec, ...] = (
    subscription_check("register-applications", "Permission to register applications", Step.TENANT, _register),
    subscription_check("client-secrets", "Client secrets", Step.TENANT, _secrets),
    subscription_check("owned-applications", "Applications you own", Step.TENANT, _quota),
)

APPLICATION_CHECKS: tuple[CheckSpec, ...] = (
    subscription_check(
        "same-name",
        "Applications of the same name",
        Step.APPLICATION,
        _same_name,
        lambda choices: bool(choices.application_name.strip()),
    ),
)
