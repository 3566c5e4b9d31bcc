"""Resources of any provider, kept as they are sent: enough to see whether a group is empty or a provider registered."""

from __future__ import annotations

from collections.abc import Mapping

from pipeops_tui.simulator.arm import arm_errors
from pipeops_tui.simulator.arm.arm_service import group_of, json_body, page_size, paged, subscription_of
from pipeops_tui.simulator.arm.location_policies import check_resource_location
from pipeops_tui.simulator.arm.provider_catalog import physical_regions, resource_providers
from pipeops_tui.simulator.arm.resource_types import known_type
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Json, JsonObject, Reply, ServiceError
from pipeops_tui.simulator.world.clock import trimmed
from pipeops_tui.simulator.world.records import ResourceGroupRecord

_SENT = ("location", "tags", "sku", "kind", "plan", "identity", "zones", "managedBy")


@handles("getResource")
def get_resource(call: Call) -> Reply:
    """One resource."""
    known_type(call)
    return Reply.of(200, _shown(_existing(call)))


@handles("putResource")
def put_resource(call: Call) -> Reply:
    """Creates (201) or replaces (200) a resource, when its provider is registered."""
    kind = known_type(call)
    namespace = resource_providers()[call.params["namespace"].lower()].namespace
    state = call.world.registration(subscription_of(call), namespace)
    if state not in ("Registered", "Registering") and not resource_providers()[namespace.lower()].free:
        raise arm_errors.unregistered(call.params["namespace"])
    group = group_of(call)
    if group.deleted_from is not None:
        raise arm_errors.being_deleted(group.name)
    body = json_body(call.request)
    location = body.get("location")
    if not kind.global_only and (not isinstance(location, str) or location.lower() not in physical_regions()):
        raise ServiceError(
            400,
            "LocationRequired",
            "The location property is required for this definition.",
            headers=arm_errors.GATEWAY,
        )
    if not kind.global_only:
        check_resource_location(call, call.params["resource"], str(location))
    properties = body.get("properties")
    existing, now = _find(group, call), trimmed(call.world.now())
    sent = properties if isinstance(properties, Mapping) else {}
    resource: JsonObject = {
        "id": f"{group.scope}/providers/{namespace}/{kind.name}/{call.params['resource']}",
        "name": call.params["resource"],
        "type": f"{namespace}/{kind.name}",
        **{key: body[key] for key in _SENT if key in body},
        "properties": {**sent, "provisioningState": "Succeeded"},
        "createdTime": existing["createdTime"] if existing and "createdTime" in existing else now,
        "changedTime": now,
    }
    group.resources = (*(item for item in group.resources if item is not existing), resource)
    return Reply.of(201 if existing is None else 200, _shown(resource))


@handles("updateResource")
def update_resource(call: Call) -> Reply:
    """Changes a resource: tags are replaced, properties are added to those it has."""
    known_type(call)
    existing = _existing(call)
    body = json_body(call.request)
    old, sent = existing.get("properties"), body.get("properties")
    if isinstance(sent, Mapping):
        existing["properties"] = {**(old if isinstance(old, Mapping) else {}), **sent}
    existing |= {key: body[key] for key in _SENT if key in body and key != "location"}
    existing["changedTime"] = trimmed(call.world.now())
    return Reply.of(200, _shown(existing))


@handles("listResourcesOfType")
def list_resources_of_type(call: Call) -> Reply:
    """The resources of one type in a subscription or a group; every type that its provider names has a list."""
    kind = known_type(call)
    wanted = f"{resource_providers()[call.params['namespace'].lower()].namespace}/{kind.name}".lower()
    subscription = subscription_of(call).subscription_id
    groups = [group_of(call)] if "group" in call.params else call.world.groups.of(subscription)
    found = [_shown(item) for group in groups for item in group.resources if str(item.get("type")).lower() == wanted]
    return paged(call, found, page_size(call))


@handles("deleteResource")
def delete_resource(call: Call) -> Reply:
    """Removes a resource: 200, or 204 when there is none."""
    known_type(call)
    group = group_of(call)
    existing = _find(group, call)
    if existing is None:
        return Reply(204)
    group.resources = tuple(item for item in group.resources if item is not existing)
    return Reply(200)


def _existing(call: Call) -> JsonObject:
    group = group_of(call)
    resource = _find(group, call)
    if resource is None:
        kind = f"{call.params['namespace']}/{call.params['type']}/{call.params['resource']}"
        raise arm_errors.resource_not_found(kind, group.name)
    return resource


def _shown(resource: Mapping[str, Json]) -> dict[str, Json]:
    """A resource as its own address shows it; its times are for lists."""
    return {key: value for key, value in resource.items() if key not in ("createdTime", "changedTime")}


def _find(group: ResourceGroupRecord, call: Call) -> JsonObject | None:
    wanted = "/".join(call.params[name] for name in ("namespace", "type", "resource")).lower()
    return next((item for item in group.resources if str(item["id"]).lower().endswith(f"/{wanted}")), None)
