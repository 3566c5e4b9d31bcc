"""Checks the resource providers that a PipeOps server needs: which are missing, and which of those the account can
register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeops_tui.checks.admin_messages import AdminRequest, ask_for
from pipeops_tui.checks.spec import (
    CheckSpec,
    CheckVerdict,
    allowed,
    ok,
    register_action,
    subscription_check,
    unknown,
    unless_refused,
    warning,
)
from pipeops_tui.core import refusals
from pipeops_tui.core.model import Provider, Subscription
from pipeops_tui.core.ports import Reads
from pipeops_tui.core.problem import CloudError
from pipeops_tui.core.wizard import Choices, Step

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

USEFUL_PROVIDERS: tuple[str, ...] = (
    "Microsoft.KeyVault",
    "Microsoft.Insights",
    "Microsoft.CostManagement",
    "Microsoft.MarketplaceOrdering",
    "Microsoft.PolicyInsights",
)
"""Keys, alerts, costs, images of others and policies. A server does without them; tools that create one often ask for
them, and an application with a role on one group cannot register them (hashicorp/terraform-provider-azurerm#4440). They
are registered beside those that are needed, and missed by no check."""

_HAVE = frozenset({"registered", "registering"})


def required_providers() -> tuple[str, ...]:
    """Namespaces of the resource providers that a PipeOps server needs."""
    return REQUIRED_PROVIDERS


def unregistered(providers: Sequence[Provider], wanted: Sequence[str] = REQUIRED_PROVIDERS) -> tuple[str, ...]:
    """Those of the `wanted` providers that are neither registered nor being registered, in their order."""
    have = {provider.namespace.casefold() for provider in providers if provider.state.casefold() in _HAVE}
    return tuple(namespace for namespace in wanted if namespace.casefold() not in have)


@dataclass(frozen=True, slots=True)
class Registrations:
    """Providers that are missing and that a plan can register: those that are needed, then those that are useful."""

    namespaces: tuple[str, ...] = ()
    certain: bool = False
    """Whether the account is known to have the right to; otherwise only Azure can tell."""


async def registrations(session: Reads, subscription: Subscription) -> Registrations:
    """What can be registered: what the account can, or all that is missing where its rights cannot be read. Nothing
    where Azure does not say what is missing, or where only useful ones are: they are not even asked for then. That
    Azure asks for another sign-in is what the check of the same says."""
    try:
        missing = unregistered(await session.providers(subscription, REQUIRED_PROVIDERS))
    except CloudError:
        return Registrations()
    if not missing:
        return Registrations()
    missing += await _missing_useful(session, subscription)
    try:
        return Registrations(await _may_register(session, subscription, missing), certain=True)
    except CloudError:
        return Registrations(missing)


async def _missing_useful(session: Reads, subscription: Subscription) -> tuple[str, ...]:
    try:
        return unregistered(await session.providers(subscription, USEFUL_PROVIDERS), USEFUL_PROVIDERS)
    except CloudError:
        return ()


async def _providers(session: Reads, choices: Choices, subscription: Subscription) -> CheckVerdict:
    """Registration states, and whether the account can register what is missing."""
    missing = unregistered(await session.providers(subscription, REQUIRED_PROVIDERS))
    if not missing:
        return ok("all that a PipeOps server needs are registered")
    allowed = await unless_refused(_may_register(session, subscription, missing), None)
    if allowed is None:
        return unknown(f"not registered yet; whether you can register them could not be checked: {_names(missing)}")
    if len(allowed) == len(missing):
        return ok(f"not registered yet; you can register them here: {_names(missing)}")
    return _left_to_others(session, subscription, tuple(one for one in missing if one not in allowed))


def _left_to_others(session: Reads, subscription: Subscription, namespaces: tuple[str, ...]) -> CheckVerdict:
    problem = refusals.no_permission_to_register_providers(_names(namespaces), subscription.subscription_id, namespaces)
    request = AdminRequest(
        f"Please register these resource providers in the subscription: {_names(namespaces)}. My account is not "
        "allowed to. It costs nothing and gives access to nothing.",
        "They stay registered.",
        "Subscriptions → the subscription → Resource providers → the provider → Register",
    )
    return warning(
        f"not registered, and you cannot register them: {_names(namespaces)}",
        problem,
        message=ask_for(session.account, subscription, request, problem),
    )


async def _may_register(session: Reads, subscription: Subscription, missing: tuple[str, ...]) -> tuple[str, ...]:
    """Those of `missing` that the account can register. Raises `CloudError` when its rights cannot be read."""
    permissions = await session.permissions(subscription)
    return tuple(namespace for namespace in missing if allowed(register_action(namespace), permissions))


def _names(namespaces: tuple[str, ...]) -> str:
    return ", ".join(namespace.removeprefix("Microsoft.") for namespace in namespaces)


PROVIDERS = "resource-providers"
"""Key of the check, whose row also shows what can be registered."""

PROVIDER_CHECKS: tuple[CheckSpec, ...] = (subscription_check(PROVIDERS, "Resource providers", Step.ACCESS, _providers),)
