"""The resource providers of this world and where their types exist."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import cast

from pipeops_tui.simulator.wire import JsonObject


@dataclass(frozen=True, slots=True)
class ResourceType:
    """A resource type of a provider. It exists in all physical regions but `excluded` ones, or is global."""

    name: str
    api_versions: tuple[str, ...]
    excluded: tuple[str, ...]
    global_only: bool


@dataclass(frozen=True, slots=True)
class ResourceProvider:
    """A resource provider. `free` ones are registered in every subscription without being asked for."""

    namespace: str
    authorization: JsonObject
    free: bool
    types: tuple[ResourceType, ...]

    def type_named(self, name: str) -> ResourceType | None:
        """The resource type of this name, in any case."""
        return next((item for item in self.types if item.name.lower() == name.lower()), None)


@cache
def resource_providers() -> dict[str, ResourceProvider]:
    """The providers by lower-case namespace."""
    text = files("pipeops_tui.simulator").joinpath("data/providers.json").read_text("utf-8")
    return {
        item["namespace"].lower(): ResourceProvider(
            item["namespace"],
            item["authorization"],
            item["free"],
            tuple(
                ResourceType(t["name"], tuple(t["apiVersions"]), tuple(t.get("excluded", ())), t.get("global", False))
                for t in item["types"]
            ),
        )
        for item in json.loads(text)
    }


@cache
def locations() -> list[JsonObject]:
    """The locations as recorded, without ids; `pairedRegion` holds names."""
    text = files("pipeops_tui.simulator").joinpath("data/locations.json").read_text("utf-8")
    return cast("list[JsonObject]", json.loads(text))


@cache
def physical_regions() -> dict[str, str]:
    """Display names of the physical regions by name, in Azure's order."""
    return {
        str(item["name"]): str(item["displayName"])
        for item in locations()
        if cast("JsonObject", item["metadata"])["regionType"] == "Physical"
    }


@cache
def zones_of(region: str) -> tuple[str, ...]:
    """The availability zones of a physical region, by their logical numbers; none where it has none."""
    item = next(item for item in locations() if item["name"] == region)
    zones = cast("list[JsonObject]", item.get("availabilityZoneMappings") or [])
    return tuple(str(zone["logicalZone"]) for zone in zones)


@cache
def group_regions() -> tuple[str, ...]:
    """The regions that take resource groups: physical ones that are neither for staging nor for early updates."""
    return tuple(name for name in physical_regions() if not name.endswith(("stg", "euap")))
