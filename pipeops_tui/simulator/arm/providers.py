"""Resource providers and their registration (Azure REST API "Providers", 2021-04-01)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pipeops_tui.simulator.arm import errors
from pipeops_tui.simulator.arm.paging import paged
from pipeops_tui.simulator.arm.service import subscription_of
from pipeops_tui.simulator.arm.subscriptions import locations
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Json, Reply, ServiceError
from pipeops_tui.simulator.world.entities import Subscription
from pipeops_tui.simulator.world.world import World


@dataclass(frozen=True, slots=True)
class ProviderType:
    """A resource type of a provider; `everywhere` types exist in all physical regions, others in `regions` only."""

    name: str
    api_versions: tuple[str, ...]
    excluded: tuple[str, ...]
    global_only: bool


@dataclass(frozen=True, slots=True)
class Provider:
    """A resource provider. `free` ones are registered in every subscription without being asked for."""

    namespace: str
    application_id: str | None
    free: bool
    types: tuple[ProviderType, ...]


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
        **({"authorizations": [{"applicationId": provider.application_id}]} if provider.application_id else {}),
        "resourceTypes": [_type_json(item) for item in provider.types],
        "registrationState": state,
        "registrationPolicy": "RegistrationFree" if provider.free else "RegistrationRequired",
    }


@cache
def providers() -> dict[str, Provider]:
    """The providers of this world by lower-case namespace."""
    text = files("pipeops_tui.simulator").joinpath("data/providers.json").read_text("utf-8")
    return {
        item["namespace"].lower(): Provider(
            item["namespace"],
            item["applicationId"],
            item["free"],
            tuple(
                ProviderType(t["name"], tuple(t["apiVersions"]), tuple(t.get("excluded", ())), t.get("global", False))
                for t in item["types"]
            ),
        )
        for item in json.loads(text)
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


def _type_json(item: ProviderType) -> dict[str, Json]:
    places = [] if item.global_only else [place for place in _physical() if place not in item.excluded]
    return {
        "resourceType": item.name,
        "locations": places,
        "apiVersions": item.api_versions,
        "capabilities": "None"
        if item.global_only
        else "CrossResourceGroupResourceMove, CrossSubscriptionResourceMove, SupportsTags, SupportsLocation",
    }


@cache
def _physical() -> tuple[str, ...]:
    return tuple(
        str(item["displayName"])
        for item in locations()
        if isinstance(metadata := item["metadata"], dict) and metadata["regionType"] == "Physical"
    )
