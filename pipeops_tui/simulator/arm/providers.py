"""Resource providers and their registration (Azure REST API "Providers", 2021-04-01)."""

from __future__ import annotations

from pipeops_tui.simulator.arm import errors
from pipeops_tui.simulator.arm.catalog import Provider, ProviderType, group_regions, physical_regions, providers
from pipeops_tui.simulator.arm.paging import paged
from pipeops_tui.simulator.arm.service import subscription_of
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Json, Reply, ServiceError
from pipeops_tui.simulator.world.entities import Subscription
from pipeops_tui.simulator.world.world import World

_GROUPS = ("Microsoft.Resources", "resourceGroups")
_MOVABLE = "CrossResourceGroupResourceMove, CrossSubscriptionResourceMove, SupportsTags, SupportsLocation"


@handles("listProviders")
def list_providers(call: Call) -> Reply:
    """All providers of a subscription."""
    subscription = subscription_of(call)
    return paged(call, [provider_json(call.world, subscription, item) for item in providers().values()])


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


def provider_json(world: World, subscription: Subscription, provider: Provider) -> dict[str, Json]:
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


def _provider(call: Call) -> Provider:
    provider = providers().get(call.params["namespace"].lower())
    if provider is None:
        raise ServiceError(
            404,
            "InvalidResourceNamespace",
            f"The resource namespace '{call.params['namespace']}' is invalid.",
            headers=errors.GATEWAY,
        )
    return provider


def _type_json(world: World, namespace: str, item: ProviderType) -> dict[str, Json]:
    closed = world.rules.closed_regions if (namespace, item.name) == _GROUPS else frozenset[str]()
    known = group_regions() if (namespace, item.name) == _GROUPS else tuple(physical_regions())
    shown = [physical_regions()[name] for name in known if name not in closed]
    return {
        "resourceType": item.name,
        "locations": [] if item.global_only else [name for name in shown if name not in item.excluded],
        "apiVersions": item.api_versions,
        "capabilities": "None" if item.global_only else _MOVABLE,
    }
