"""The resource providers that a PipeOps server needs, and which of them a subscription lacks."""

from __future__ import annotations

from collections.abc import Sequence

from pipeops_tui.model import Provider

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
