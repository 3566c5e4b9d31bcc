"""What can be known before a client secret is renewed: whether one can be added, for how long, how many there are."""

from __future__ import annotations

import asyncio

from pipeops_tui.checks.admin_messages import AdminRequest, ask_for
from pipeops_tui.checks.directory_checks import DIRECTORY_CHECKS, MANAGES_APPLICATIONS
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
from pipeops_tui.connections.connection import Connection
from pipeops_tui.core import refusals
from pipeops_tui.core.model import Subscription, Write
from pipeops_tui.core.ports import Reads
from pipeops_tui.core.wizard import Choices, Step

_POLICY = "client-secrets"
_MANY = 10
"""Client secrets from which on the check warns: unused ones should be removed. Microsoft Entra allows many more."""


def renewal_checks(connection: Connection) -> tuple[CheckSpec, ...]:
    """The checks before `connection` gets a new client secret. They are run with choices that name its subscription,
    its application and the lifetime."""

    async def may_add(reads: Reads, choices: Choices, subscription: Subscription) -> CheckVerdict:
        return await _may_add(reads, connection, subscription)

    async def number(reads: Reads, choices: Choices) -> CheckVerdict:
        return _number(connection)

    async def access(reads: Reads, choices: Choices, subscription: Subscription) -> CheckVerdict:
        return await _access(reads, connection, subscription)

    policy = next(spec for spec in DIRECTORY_CHECKS if spec.key == _POLICY)
    return (
        policy,
        subscription_check("add-secrets", "Permission to add a client secret", Step.APPLICATION, may_add),
        CheckSpec("number-of-secrets", "Client secrets it has", Step.APPLICATION, number, lambda choices: True),
        subscription_check("access", "Access of the application", Step.APPLICATION, access),
    )


async def _may_add(reads: Reads, connection: Connection, subscription: Subscription) -> CheckVerdict:
    """Owners of an application can, and who has one of three directory roles (Microsoft Learn, "Microsoft Entra
    built-in roles"). What cannot be seen is left to Microsoft Entra."""
    tenant_id = subscription.tenant_id
    owners = await unless_refused(reads.application_owners(tenant_id, connection.object_id), None)
    account = reads.account
    if owners is not None and any(
        owner.object_id == account.object_id or owner.account_name.casefold() == account.name.casefold()
        for owner in owners
    ):
        return ok("you own the application")
    roles = await unless_refused(reads.directory_roles(tenant_id), None)
    if roles is not None and roles & MANAGES_APPLICATIONS:
        return ok("by your role in the tenant")
    if owners is None or roles is None:
        return unknown("could not be checked: no permission to read it")
    problem = refusals.not_an_owner(connection.application_name, tuple(owner.display_name for owner in owners))
    request = AdminRequest(
        f"Please make me an owner of the application {connection.application_name} ({connection.client_id}), so that I "
        "can renew its client secret for PipeOps; or run `pipeops-tui renew` yourself.",
        "You can remove me again as soon as the secret is renewed.",
        f"Microsoft Entra ID → App registrations → {connection.application_name} → Owners → Add owners",
    )
    return blocked(
        "missing: you neither own the application nor have a role that manages it",
        problem,
        message=ask_for(account, subscription, request, problem),
        doubts=Write.SECRET,
    )


def _number(connection: Connection) -> CheckVerdict:
    number, foreign = len(connection.secrets), sum(not secret.ours for secret in connection.secrets)
    if foreign:
        which = "" if foreign == number else f"{foreign} of them "
        stays = "it stays" if foreign == 1 else "they stay"
        return warning(f"{number}, {which}not added by pipeops-tui: {stays}")
    return warning(f"{number}: remove those that are not used") if number >= _MANY else ok(f"{number}")


async def _access(reads: Reads, connection: Connection, subscription: Subscription) -> CheckVerdict:
    group = connection.group_name

    async def exists() -> bool:
        return await reads.resource_group(subscription, group) is not None

    found = await unless_refused(exists(), None)
    if found is False:
        return warning(f"{group} does not exist: PipeOps cannot work with any client secret")
    principal_id, assignments = await asyncio.gather(
        unless_refused(reads.service_principal_id(subscription.tenant_id, connection.client_id), None),
        unless_refused(reads.group_contributors(subscription), None),
    )
    if found is None or principal_id is None or assignments is None:
        return unknown("could not be checked: no permission to read it")
    scope, holder = subscription.scope_of(group).lower(), principal_id.lower()
    if any(one.scope.lower() == scope and one.principal_id.lower() == holder for one in assignments):
        return ok(f"Contributor on {group}")
    return warning(f"it does not have Contributor on {group}: the test sign-in fails until it has")
