"""The resource type that a path names, checked against the provider's own document."""

from __future__ import annotations

from collections.abc import Sequence

from pipeops_tui.simulator.arm import arm_errors
from pipeops_tui.simulator.arm.arm_service import unserved_request
from pipeops_tui.simulator.arm.provider_catalog import ResourceType, resource_providers
from pipeops_tui.simulator.routing import Call
from pipeops_tui.simulator.wire import ServiceError

_NOT_GENERIC = frozenset({"microsoft.authorization", "microsoft.resources", "microsoft.policyinsights"})
"""Namespaces whose types have operations of their own; what is none of these is not kept as a resource."""


def known_type(call: Call) -> ResourceType:
    """The resource type in the path, checked with its API version. Raises ServiceError."""
    provider = resource_providers().get(call.params["namespace"].lower())
    kind = provider.type_named(call.params["type"]) if provider else None
    if kind is None or call.params["namespace"].lower() in _NOT_GENERIC:
        raise unserved_request(call.world, call.request)
    version = call.request.argument("api-version") or ""
    if version not in kind.api_versions:
        raise _unknown_version(version, kind.name, kind.api_versions)
    return kind


def check_version(call: Call, namespace: str, name: str) -> None:
    """Raises ServiceError (400) where `api-version` is none of the type's; for operations with a path of their own."""
    kind = resource_providers()[namespace.lower()].type_named(name)
    version = call.request.argument("api-version") or ""
    if kind is None or version not in kind.api_versions:
        raise _unknown_version(version, name, kind.api_versions if kind else ())


def _unknown_version(version: str, name: str, known: Sequence[str]) -> ServiceError:
    return ServiceError(
        400,
        "NoRegisteredProviderFound",
        f"No registered resource provider found for location '' and API version '{version}' for type '{name}'. The "
        f"supported api-versions are '{', '.join(known)}'. The supported locations are ''.",
        headers=arm_errors.GATEWAY,
    )
