"""What can be known before a client secret is renewed: whether one can be added, for how long, how many there are."""

from __future__ import annotations

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
from pipeops_tui.connections.connection import Connection, ConnectionState
from pipeops_tui.core import refusals
from pipeops_tui.core.model import Subscription, Write
from pipeops_tui.core.ports import Reads
from pipeops_tui.core.wizard import Choices, Step

_POLICY = "client-secrets"
_MANY = 10
"""Client secrets from which on a person has lost track. Microsoft Entra allows many more."""


def renewal_checks(connection: Connection) -> tuple[CheckSpec, ...]:
    """The checks before `connection` gets a new client secret. They are run with choices that name its subscription,
    its application and the lifetime."""

    async def may_add(reads: Reads, choices: Choices, subscription: Subscription) -> CheckVerdict:
        return await _may_add(reads, connection, subscription)

    async def number(reads: Reads, choices: Choices) -> CheckVerdict:
        return _number(connection)

    async def access(reads: Reads, choices: Choices) -> CheckVerdict:
        return _access(connection)

    policy = next(spec for spec in DIRECTORY_CHECKS if spec.key == _POLICY)
    return (
        policy,
        subscription_check("add-secrets", "Permission to add a client secret", Step.APPLICATION, may_add),
        CheckSpec("number-of-secrets", "Client secrets it has", Step.APPLICATION, number, lambda choices: True),
        CheckSpec("access", "Access of the application", Step.APPLICATION, access, lambda choices: True),
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
    foreign = [secret for secret in connection.secrets if not secret.ours]
    number = len(connection.secrets)
    if foreign:
        return warning(f"{number}, of which {len(foreign)} were not added by pipeops-tui and stay")
    return warning(f"{number}: remove those that are not used") if number >= _MANY else ok(f"{number}")


def _access(connection: Connection) -> CheckVerdict:
    group = connection.group_name
    match connection.state:
        case ConnectionState.NO_ROLE:
            return warning(f"it has no role on {group} any more: the test sign-in fails until it has")
        case ConnectionState.NO_GROUP:
            return warning(f"{group} does not exist any more: PipeOps cannot work with any client secret")
    return ok(f"Contributor on {group}")
