"""The resource providers that a PipeOps server needs, which of them a subscription lacks, and who may register those
(P6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeops_tui.checks.reads import Reads
from pipeops_tui.checks.requests import ask_for, register_commands
from pipeops_tui.checks.rights import allowed, register_action
from pipeops_tui.checks.spec import CheckSpec, Verdict, if_told, ok, unknown, warning
from pipeops_tui.model import Provider, Subscription
from pipeops_tui.problem import CloudError, Problem
from pipeops_tui.wizard import Choices, Step

REQUIRED_PROVIDERS: tuple[str, ...] = (
    "Microsoft.ContainerService",
    "Microsoft.Compute",
    "Microsoft.Network",
    "Microsoft.Storage",
    "Microsoft.ManagedIdentity",
    "Microsoft.OperationalInsights",
    "Microsoft.OperationsManagement",
    "Microsoft.ContainerRegistry",
)
"""A managed Kubernetes cluster with its nodes, networks, disks, identity, monitoring and images."""

_HAVE = frozenset({"registered", "registering"})


def required_providers() -> tuple[str, ...]:
    """Namespaces of the resource providers that a PipeOps server needs."""
    return REQUIRED_PROVIDERS


def unregistered(providers: Sequence[Provider]) -> tuple[str, ...]:
    """Those of the required providers that are neither registered nor being registered, in their usual order."""
    have = {provider.namespace.casefold() for provider in providers if provider.state.casefold() in _HAVE}
    return tuple(namespace for namespace in REQUIRED_PROVIDERS if namespace.casefold() not in have)


@dataclass(frozen=True, slots=True)
class Registrations:
    """Required providers that are missing and that a plan can register."""

    namespaces: tuple[str, ...] = ()
    certain: bool = False
    """Whether the account is known to have the right to; otherwise only Azure can tell."""


async def registrations(session: Reads, subscription: Subscription) -> Registrations:
    """What can be registered: what the account may, or all that is missing where its rights cannot be read. Nothing
    where Azure does not say what is missing. That Azure asks for another sign-in is what the check of the same says."""
    try:
        missing = unregistered(await session.providers(subscription, REQUIRED_PROVIDERS))
    except CloudError:
        return Registrations()
    if not missing:
        return Registrations()
    try:
        return Registrations(await _may_register(session, subscription, missing), certain=True)
    except CloudError:
        return Registrations(missing)


async def _providers(session: Reads, choices: Choices) -> Verdict:
    """Registration states, and whether the account may register what is missing."""
    subscription = choices.subscription
    assert subscription is not None  # noqa: S101 - `ready` made sure
    missing = unregistered(await session.providers(subscription, REQUIRED_PROVIDERS))
    if not missing:
        return ok("all that a PipeOps server needs are registered")
    may = await if_told(_may_register(session, subscription, missing), None)
    if may is None:
        return unknown(f"not registered yet, and whether you may register them is not shown to you: {_names(missing)}")
    if len(may) == len(missing):
        return ok(f"not registered yet, and can be as part of this: {_names(missing)}")
    return _left_to_others(session, subscription, tuple(one for one in missing if one not in may))


def _left_to_others(session: Reads, subscription: Subscription, namespaces: tuple[str, ...]) -> Verdict:
    commands = register_commands(namespaces, subscription.subscription_id)
    wish = "PipeOps needs these resource providers registered in the subscription; my account may not do it."
    return warning(
        f"not registered, and you may not register them: {_names(namespaces)}",
        Problem(
            title="Resource providers are missing",
            what=f"PipeOps' servers need {_names(namespaces)} in this subscription.",
            why="Registering is done once for the whole subscription and takes a right on it.",
            remedy="Go on: the credentials work without. Have them registered before you create a server.",
            who="A Contributor or Owner of the subscription",
            link="https://learn.microsoft.com/azure/azure-resource-manager/management/resource-providers-and-types",
            command=commands,
        ),
        message=ask_for(session.account, subscription, wish, commands),
    )


async def _may_register(session: Reads, subscription: Subscription, missing: tuple[str, ...]) -> tuple[str, ...]:
    """Those of `missing` that the account may register. Raises `CloudError` when its rights cannot be read."""
    permissions = await session.permissions(subscription)
    return tuple(namespace for namespace in missing if allowed(register_action(namespace), permissions))


def _names(namespaces: tuple[str, ...]) -> str:
    return ", ".join(namespace.removeprefix("Microsoft.") for namespace in namespaces)


PROVIDER_CHECKS: tuple[CheckSpec, ...] = (
    CheckSpec("P6", "Resource providers", Step.ACCESS, _providers, lambda choices: choices.subscription is not None),
)
