"""Resource providers and their registration (Azure REST API "Providers", 2021-04-01)."""

from __future__ import annotations

from pipeops_tui.simulator.arm import arm_errors
from pipeops_tui.simulator.arm.arm_service import paged, subscription_of
from pipeops_tui.simulator.arm.provider_catalog import (
    ResourceProvider,
    ResourceType,
    group_regions,
    physical_regions,
    resource_providers,
)
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Json, Reply, ServiceError
from pipeops_tui.simulator.world.records import SubscriptionRecord
from pipeops_tui.simulator.world.world import World

_GROUPS = ("Microsoft.Resources", "resourceGroups")
_MOVABLE = "CrossResourceGroupResourceMove, CrossSubscriptionResourceMove, SupportsTags, SupportsLocation"


@handles("listProviders")
def list_providers(call: Call) -> Reply:
    """All providers of a subscription."""
    subscription = subscription_of(call)
    return paged(call, [provider_json(call.world, subscription, item) for item in resource_providers().values()])


@handles("getProvider")
def get_provider(call: Call) -> Reply:
    """One provider with its registration state."""
    return Reply.of(200, provider_json(call.world, subscription_of(call), _provider(call)))


@handles("registerProvider")
def register_provider(call: Call) -> Reply:
    """Starts a registration; always 200 with the provider, Registering until it is done."""
    subscription, provider = subscription_of(call), _provider(call)
    call.world.register(subscription, provider.namespace)
    return Reply.of(200, provider_json(call.world, subscription, provider))


def provider_json(world: World, subscription: SubscriptionRecord, provider: ResourceProvider) -> dict[str, Json]:
    """A provider as ARM writes it."""
    state = "Registered" if provider.free else world.registration(subscription, provider.namespace)
    return {
        "id": f"{subscription.scope}/providers/{provider.namespace}",
        "namespace": provider.namespace,
        **provider.authorization,
        "resourceTypes": [_type_json(world, provider.namespace, item) for item in provider.types],
        "registrationState": state,
        "registrationPolicy": "RegistrationFree" if provider.free else "RegistrationRequired",
    }


def _provider(call: Call) -> ResourceProvider:
    provider = resource_providers().get(call.params["namespace"].lower())
    if provider is None:
        raise ServiceError(
            404,
            "InvalidResourceNamespace",
            f"The resource namespace '{call.params['namespace']}' is invalid.",
            headers=arm_errors.GATEWAY,
        )
    return provider


def _type_json(world: World, namespace: str, item: ResourceType) -> dict[str, Json]:
    closed = world.rules.closed_regions if (namespace, item.name) == _GROUPS else frozenset[str]()
    known = group_regions() if (namespace, item.name) == _GROUPS else tuple(physical_regions())
    shown = [physical_regions()[name] for name in known if name not in closed]
    return {
        "resourceType": item.name,
        "locations": [] if item.global_only else [name for name in shown if name not in item.excluded],
        "apiVersions": item.api_versions,
        "capabilities": "None" if item.global_only else _MOVABLE,
    }
