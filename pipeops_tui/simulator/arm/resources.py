"""Resources of any provider, kept as they are sent: enough to see whether a group is empty or a provider registered."""

from __future__ import annotations

from collections.abc import Mapping

from pipeops_tui.simulator.arm import errors
from pipeops_tui.simulator.arm.catalog import ProviderType, physical_regions, providers
from pipeops_tui.simulator.arm.service import json_body, subscription_of
from pipeops_tui.simulator.arm.unknown import nothing_there
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import JsonObject, Reply, ServiceError
from pipeops_tui.simulator.world.entities import ResourceGroup


@handles("getResource")
def get_resource(call: Call) -> Reply:
    """One resource."""
    _known_type(call)
    group = _group(call)
    resource = _find(group, call)
    if resource is None:
        kind = f"{call.params['namespace']}/{call.params['type']}/{call.params['resource']}"
        raise ServiceError(
            404,
            "ResourceNotFound",
            f"The Resource '{kind}' under resource group '{group.name}' was not found. For more details please go to "
            "https://aka.ms/ARMResourceNotFoundFix",
            headers=errors.GATEWAY,
        )
    return Reply.of(200, resource)


@handles("putResource")
def put_resource(call: Call) -> Reply:
    """Creates (201) or replaces (200) a resource, when its provider is registered."""
    kind = _known_type(call)
    namespace = providers()[call.params["namespace"].lower()].namespace
    state = call.world.registration(subscription_of(call), namespace)
    if state not in ("Registered", "Registering") and not providers()[namespace.lower()].free:
        raise errors.unregistered(call.params["namespace"])
    group = _group(call)
    if group.deleted_from is not None:
        raise errors.being_deleted(group.name)
    body = json_body(call.request)
    location = body.get("location")
    if not kind.global_only and (not isinstance(location, str) or location.lower() not in physical_regions()):
        raise ServiceError(
            400, "LocationRequired", "The location property is required for this definition.", headers=errors.GATEWAY
        )
    properties = body.get("properties")
    sent = properties if isinstance(properties, Mapping) else {}
    resource: JsonObject = {
        "id": f"{group.scope}/providers/{namespace}/{kind.name}/{call.params['resource']}",
        "name": call.params["resource"],
        "type": f"{namespace}/{kind.name}",
        **{key: body[key] for key in ("location", "tags", "sku", "kind") if key in body},
        "properties": {**sent, "provisioningState": "Succeeded"},
    }
    existing = _find(group, call)
    group.resources = (*(item for item in group.resources if item is not existing), resource)
    return Reply.of(201 if existing is None else 200, resource)


@handles("deleteResource")
def delete_resource(call: Call) -> Reply:
    """Removes a resource: 200, or 204 when there is none."""
    _known_type(call)
    group = _group(call)
    existing = _find(group, call)
    if existing is None:
        return Reply(204)
    group.resources = tuple(item for item in group.resources if item is not existing)
    return Reply(200)


def _group(call: Call) -> ResourceGroup:
    call.world.settle()
    group = call.world.groups.get(subscription_of(call).subscription_id, call.params["group"])
    if group is None:
        raise errors.group_not_found(call.params["group"])
    return group


def _find(group: ResourceGroup, call: Call) -> JsonObject | None:
    wanted = "/".join(call.params[name] for name in ("namespace", "type", "resource")).lower()
    return next((item for item in group.resources if str(item["id"]).lower().endswith(f"/{wanted}")), None)


def _known_type(call: Call) -> ProviderType:
    """The resource type in the path, checked with its API version. Raises ServiceError."""
    provider = providers().get(call.params["namespace"].lower())
    kind = provider.type_named(call.params["type"]) if provider else None
    if kind is None:
        raise nothing_there(call.world, call.request)
    version = call.request.argument("api-version") or ""
    if version not in kind.api_versions:
        raise ServiceError(
            400,
            "NoRegisteredProviderFound",
            f"No registered resource provider found for location '' and API version '{version}' for type "
            f"'{kind.name}'. The supported api-versions are '{', '.join(kind.api_versions)}'. The supported "
            "locations are ''.",
            headers=errors.GATEWAY,
        )
    return kind
