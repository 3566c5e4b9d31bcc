"""What a region offers: processor cores, sizes of virtual machines, versions of Kubernetes."""

from __future__ import annotations

import re

from pipeops_tui.simulator.arm import arm_errors
from pipeops_tui.simulator.arm.arm_errors import invalid_option
from pipeops_tui.simulator.arm.arm_service import subscription_of
from pipeops_tui.simulator.arm.provider_catalog import physical_regions, resource_providers
from pipeops_tui.simulator.arm.resource_types import check_version
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Json, Reply, ServiceError

_REMAINING = "Microsoft.Compute/LowCostGet3Min;3999,Microsoft.Compute/LowCostGet30Min;31999"
"""The limits of Microsoft.Compute itself (Microsoft Learn "Troubleshooting API throttling errors - Compute")."""
_LOCATION = re.compile(r"location eq '(?P<name>[^']*)'", re.IGNORECASE)
_SIZES = (("Standard_B2s", "standardBSFamily", 2, 4), ("Standard_D2s_v3", "standardDSv3Family", 2, 8),
          ("Standard_D4s_v3", "standardDSv3Family", 4, 16))  # fmt: skip
"""Name, family, cores and GiB of memory."""
_KUBERNETES = (("1.31", "1.31.9", ()), ("1.32", "1.32.5", ()), ("1.30", "1.30.12", ("1.31.9",)))
"""Version, its newest patch, and to what that can be upgraded."""


@handles("listUsages")
def list_usages(call: Call) -> Reply:
    """Processor cores in a region: how many are used, and the subscription's quota."""
    check_version(call, "Microsoft.Compute", "locations/usages")
    subscription = subscription_of(call)
    _check_region(call)
    _check_registered(call, "Microsoft.Compute")
    limit = 4 if subscription.quota_id.startswith(("FreeTrial", "MSDN", "AzureForStudents")) else 100
    rows = (("cores", "Total Regional vCPUs"), ("standardDSv3Family", "Standard DSv3 Family vCPUs"))
    value: list[Json] = [
        {"limit": limit, "unit": "Count", "currentValue": 0, "name": {"value": name, "localizedValue": title}}
        for name, title in rows
    ]
    reply = Reply.of(200, {"value": value})
    reply.headers["x-ms-ratelimit-remaining-resource"] = _REMAINING
    return reply


@handles("listSkus")
def list_skus(call: Call) -> Reply:
    """The sizes of virtual machines; `$filter` knows `location eq`, as documented ("Resource Skus - List")."""
    check_version(call, "Microsoft.Compute", "skus")
    _check_registered(call, "Microsoft.Compute")
    text = call.request.argument("$filter")
    wanted = _LOCATION.fullmatch(text.strip()) if text else None
    if text and wanted is None:
        raise invalid_option("Filter", text)
    regions = [name for name in physical_regions() if wanted is None or name == wanted["name"].replace(" ", "").lower()]
    return Reply.of(200, {"value": [_sku_json(size, region) for region in regions for size in _SIZES]})


@handles("listKubernetesVersions")
def list_kubernetes_versions(call: Call) -> Reply:
    """The versions that a new cluster can have in a region."""
    check_version(call, "Microsoft.ContainerService", "locations/kubernetesVersions")
    _check_region(call, closed=("Microsoft.ContainerService", "managedClusters"))
    _check_registered(call, "Microsoft.ContainerService")
    values: list[Json] = [
        {
            "version": version,
            "capabilities": {"supportPlan": ["KubernetesOfficial", "AKSLongTermSupport"]},
            "patchVersions": {patch: {"upgrades": upgrades}},
        }
        for version, patch, upgrades in _KUBERNETES
    ]
    return Reply.of(200, {"values": values}, "application/json")


def _sku_json(size: tuple[str, str, int, int], region: str) -> dict[str, Json]:
    name, family, cores, memory = size
    return {
        "resourceType": "virtualMachines",
        "name": name,
        "tier": "Standard",
        "size": name.removeprefix("Standard_"),
        "family": family,
        "locations": [region],
        "locationInfo": [{"location": region, "zones": [], "zoneDetails": []}],
        "capabilities": [{"name": "vCPUs", "value": str(cores)}, {"name": "MemoryGB", "value": str(memory)}],
        "restrictions": [],
    }


def _check_region(call: Call, closed: tuple[str, str] | None = None) -> None:
    """Raises ServiceError (400) for a region that does not exist, or where the type `closed` is not offered."""
    name = call.params["location"].replace(" ", "").lower()
    title = physical_regions().get(name)
    kind = resource_providers()[closed[0].lower()].type_named(closed[1]) if closed else None
    if title is None or (kind is not None and title in kind.excluded):
        raise ServiceError(
            400, "NoRegisteredProviderFound",
            f"No registered resource provider found for location '{call.params['location']}'.",
            headers=arm_errors.GATEWAY,
        )  # fmt: skip


def _check_registered(call: Call, namespace: str) -> None:
    if call.world.registration(subscription_of(call), namespace) not in ("Registered", "Registering"):
        raise arm_errors.unregistered(namespace)
