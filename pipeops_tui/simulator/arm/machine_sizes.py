"""The sizes of virtual machines, with which families they count to: what "Resource Skus - List" says of a region.

Some 600 sizes and 1.2 MB a region; the largest regions of Azure have twice as many. The catalog is generated from rows
of series; the names of sizes and families, their cores and the ratio of memory are Azure's (Microsoft Learn, "Sizes for
virtual machines in Azure"), the other capabilities are plausible.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pipeops_tui.simulator.wire import Json, JsonObject, encode

_CORES = (2, 4, 8, 16, 32, 48, 64, 96)
_SERIES_OF_D_AND_E = (
    ("v3", "standard", " S"),
    ("v4", "standard", " S D DS A AS"),
    ("v5", "standard", " S D DS AS ADS PS PDS LS LDS BS"),
    ("v6", "Standard", "s ds as ads ls lds als alds ps pds"),
)
"""Generation, how the name of the family begins, the letters of its series; the first can have none."""
_GIB_PER_CORE = {"D": 4, "E": 8, "F": 2, "L": 8, "M": 16, "B": 4, "A": 2}
_ONLY_A_PART_OF_THE_CORES = ("standardESv3Family", "standardESv4Family", "standardESv5Family", "standardMSFamily")
"""Families with sizes that have fewer cores than their memory would allow, such as Standard_E8-2s_v5."""
_OTHERS = (
    ("standardBSFamily", "B", "ms", (1, 2, 4, 8, 12, 16, 20)),
    ("standardBsv2Family", "B", "s_v2", (2, 4, 8, 16, 32)),
    ("standardBasv2Family", "B", "as_v2", (2, 4, 8, 16, 32)),
    ("standardBpsv2Family", "B", "ps_v2", (2, 4, 8, 16)),
    ("standardAv2Family", "A", "_v2", (1, 2, 4, 8)),
    ("standardFSv2Family", "F", "s_v2", (2, 4, 8, 16, 32, 48, 64, 72)),
    ("standardFasv6Family", "F", "as_v6", _CORES),
    ("standardFalsv6Family", "F", "als_v6", _CORES),
    ("standardLSv2Family", "L", "s_v2", (8, 16, 32, 48, 64, 80)),
    ("standardLSv3Family", "L", "s_v3", (8, 16, 32, 48, 64, 80)),
    ("standardLASv3Family", "L", "as_v3", (8, 16, 32, 48, 64, 80)),
    ("standardMSFamily", "M", "s", (8, 16, 32, 64, 128)),
    ("standardMSv2Family", "M", "s_v2", (32, 64, 128, 192, 208, 416)),
)
_NUMBERED = (1, 2, 4, 8, 16)
"""Cores of the sizes of Dv2 and DSv2, whose names count: Standard_DS3_v2 has 4."""
_WITHOUT_A_ZONE = frozenset({"standardDSv5Family", "standardDDSv5Family", "standardBsv2Family"})
"""Families of which one zone takes no more: usable all the same, in the other zones or in none."""


@dataclass(frozen=True, slots=True)
class CatalogSize:
    """A size of virtual machines: its family as quotas call it, its cores, its memory in GiB."""

    name: str
    family: str
    cores: int
    memory: int


@cache
def catalog() -> tuple[CatalogSize, ...]:
    """All sizes, by series."""
    return tuple(_sizes())


@cache
def families() -> tuple[str, ...]:
    """The families of all sizes, each once."""
    return tuple(dict.fromkeys(size.family for size in catalog()))


def title_of(family: str) -> str:
    """What the portal calls the quota of a family: `Standard DSv5 Family vCPUs`."""
    return f"Standard {family.removesuffix('Family')[len('standard') :]} Family vCPUs"


def list_json(region: str, zones: tuple[str, ...], closed: frozenset[str], most_cores: int = 0) -> Iterator[bytes]:
    """The entries of the list for one region; families in `closed` are not open to the subscription there. With
    `most_cores` only sizes that have no more."""
    for size in catalog():
        if most_cores and size.cores > most_cores:
            continue
        yield encode(_size_json(size, region, zones, size.family in closed))
    for kind, name in (
        ("availabilitySets", "Aligned"), ("availabilitySets", "Classic"), ("disks", "Premium_LRS"),
        ("disks", "StandardSSD_LRS"), ("disks", "Standard_LRS"), ("snapshots", "Standard_LRS"),
        ("hostGroups/hosts", "DSv3-Type3"),
    ):  # fmt: skip
        yield encode({"resourceType": kind, "name": name, "locations": [region], "restrictions": []})


def _sizes() -> Iterator[CatalogSize]:
    for family, letter, suffix, cores in _OTHERS:
        yield from _series(family, letter, suffix, cores)
    yield CatalogSize("Standard_B2s", "standardBSFamily", 2, 4)
    for family, prefix in (("standardDv2Family", "D"), ("standardDSv2Family", "DS")):
        for number, count in enumerate(_NUMBERED, 1):
            yield CatalogSize(f"Standard_{prefix}{number}_v2", family, count, 7 * count // 2)
    for letter in "DE":
        for version, begin, series in _SERIES_OF_D_AND_E:
            for letters in series.split(" "):
                family = f"{begin}{letter}{letters}{version}Family"
                yield from _series(family, letter, f"{letters.lower()}_{version}", _CORES)


def _series(family: str, letter: str, suffix: str, all_cores: tuple[int, ...]) -> Iterator[CatalogSize]:
    for cores in all_cores:
        memory = cores * _GIB_PER_CORE[letter]
        yield CatalogSize(f"Standard_{letter}{cores}{suffix}", family, cores, memory)
        if family in _ONLY_A_PART_OF_THE_CORES and cores >= 8:
            yield CatalogSize(f"Standard_{letter}{cores}-{cores // 4}{suffix}", family, cores // 4, memory)
            yield CatalogSize(f"Standard_{letter}{cores}-{cores // 2}{suffix}", family, cores // 2, memory)


def _size_json(size: CatalogSize, region: str, zones: tuple[str, ...], is_closed: bool) -> JsonObject:
    restrictions: list[Json] = []
    if is_closed:
        restrictions.append(_restriction("Location", {"locations": [region]}, region))
    if zones and (is_closed or size.family in _WITHOUT_A_ZONE):
        info: JsonObject = {"locations": [region], "zones": list(zones if is_closed else zones[:1])}
        restrictions.append(_restriction("Zone", info, region))
    return {
        "resourceType": "virtualMachines",
        "name": size.name,
        "tier": "Standard",
        "size": size.name.removeprefix("Standard_"),
        "family": size.family,
        "locations": [region],
        "locationInfo": [
            {
                "location": region,
                "zones": list(zones),
                "zoneDetails": [{"Name": list(zones), "capabilities": [_pair("UltraSSDAvailable", "True")]}]
                if zones
                else [],
            }
        ],
        "capabilities": _capabilities(size),
        "restrictions": restrictions,
    }


def _restriction(kind: str, info: JsonObject, region: str) -> JsonObject:
    return {
        "type": kind,
        "values": [region],
        "restrictionInfo": info,
        "reasonCode": "NotAvailableForSubscription",
    }


@cache
def _capabilities(size: CatalogSize) -> list[Json]:
    cores = size.cores
    rows: tuple[tuple[str, object], ...] = (
        ("MaxResourceVolumeMB", cores * 8192),
        ("OSVhdSizeMB", 1047552),
        ("vCPUs", cores),
        ("MemoryPreservingMaintenanceSupported", True),
        ("HyperVGenerations", "V1,V2"),
        ("SupportedEphemeralOSDiskPlacements", "ResourceDisk,CacheDisk"),
        ("MemoryGB", size.memory),
        ("MaxDataDiskCount", min(64, cores * 2)),
        ("CpuArchitectureType", "Arm64" if "ps_v" in size.name or "pds_v" in size.name else "x64"),
        ("LowPriorityCapable", True),
        ("HibernationSupported", cores <= 32),
        ("PremiumIO", True),
        ("VMDeploymentTypes", "IaaS"),
        ("vCPUsAvailable", cores),
        ("ACUs", 195),
        ("vCPUsPerCore", 2),
        ("CombinedTempDiskAndCachedIOPS", cores * 9500),
        ("CombinedTempDiskAndCachedReadBytesPerSecond", cores * 65_536_000),
        ("CombinedTempDiskAndCachedWriteBytesPerSecond", cores * 65_536_000),
        ("CachedDiskBytes", cores * 26_843_545_600),
        ("UncachedDiskIOPS", cores * 1600),
        ("UncachedDiskBytesPerSecond", cores * 24_117_248),
        ("EphemeralOSDiskSupported", True),
        ("EncryptionAtHostSupported", True),
        ("CapacityReservationSupported", True),
        ("AcceleratedNetworkingEnabled", cores > 1),
        ("RdmaEnabled", False),
        ("MaxNetworkInterfaces", min(8, max(2, cores))),
        ("DiskControllerTypes", "SCSI,NVMe"),
        ("NvMeDiskSizeInMiB", cores * 56_320),
        ("NvMeSizePerDiskInMiB", 56_320),
        ("RetirementDateUtc", ""),
        ("ParentSize", size.name),
    )
    return [_pair(name, str(value)) for name, value in rows]


def _pair(name: str, value: str) -> JsonObject:
    return {"name": name, "value": value}
