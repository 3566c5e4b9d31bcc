"""What a region offers: processor cores, sizes of virtual machines, versions of Kubernetes."""

from __future__ import annotations

import re

from pipeops_tui.simulator.arm import arm_errors, machine_sizes
from pipeops_tui.simulator.arm.arm_errors import invalid_option
from pipeops_tui.simulator.arm.arm_service import subscription_of
from pipeops_tui.simulator.arm.provider_catalog import physical_regions, resource_providers, zones_of
from pipeops_tui.simulator.arm.resource_types import check_version
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import JSON_TYPE, Json, Reply, ServiceError
from pipeops_tui.simulator.world.records import SubscriptionRecord

_REMAINING = "Microsoft.Compute/LowCostGet3Min;3999,Microsoft.Compute/LowCostGet30Min;31999"
"""The limits of Microsoft.Compute itself (Microsoft Learn "Troubleshooting API throttling errors - Compute")."""
_LOCATION = re.compile(r"location eq '(?P<name>[^']*)'", re.IGNORECASE)
_SMALL_OFFERS = ("FreeTrial", "AzureForStudents", "MSDN")
"""How the quota ids of offers begin that allow few cores."""
_FEW_CORES, _MANY_CORES = 4, 100
_OTHER_LIMITS = (
    ("virtualMachines", "Virtual Machines", 25_000),
    ("virtualMachineScaleSets", "Virtual Machine Scale Sets", 2_500),
)
_CORES_WITHOUT_A_FILTER = 2
"""Without a filter Azure lists the sizes of all regions, some 60 MB; here only the smallest ones."""
_WITH_A_STRAY_BLANK = "standardDASv5Family"
"""A family whose name is followed by a blank in quotas, as Azure writes some."""
_KUBERNETES = (("1.31", "1.31.9", ()), ("1.32", "1.32.5", ()), ("1.30", "1.30.12", ("1.31.9",)))
"""Version, its newest patch, and to what that can be upgraded."""


@handles("listUsages")
def list_usages(call: Call) -> Reply:
    """Processor cores in a region: how many are used, and the subscription's quota."""
    check_version(call, "Microsoft.Compute", "locations/usages")
    subscription = subscription_of(call)
    region = _check_region(call)
    _check_registered(call, "Microsoft.Compute")
    value = [
        _usage("availabilitySets", "Availability Sets", 2_500),
        _usage("cores", "Total Regional vCPUs", _limit(subscription, region, "cores")),
        *(_usage(*row) for row in _OTHER_LIMITS),
    ]
    for family in machine_sizes.families():
        name = f"{family} " if family == _WITH_A_STRAY_BLANK else family
        value.append(_usage(name, machine_sizes.title_of(family), _limit(subscription, region, family)))
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
    subscription = subscription_of(call)
    # Entry by entry: encoded at once, a list of 2 MB would hold up every other thread of this process.
    entries = [
        entry
        for region in regions
        for entry in machine_sizes.list_json(
            region, zones_of(region), _closed_families(subscription, region), 0 if wanted else _CORES_WITHOUT_A_FILTER
        )
    ]
    return Reply(200, b'{"value":[' + b",".join(entries) + b"]}", {"Content-Type": JSON_TYPE})


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


def _usage(name: str, title: str, limit: int) -> Json:
    return {"limit": limit, "unit": "Count", "currentValue": 0, "name": {"value": name, "localizedValue": title}}


def _limit(subscription: SubscriptionRecord, region: str, name: str) -> int:
    """What the scenario says of this quota in this region, or in all; else what the offer allows."""
    few = subscription.quota_id.startswith(_SMALL_OFFERS)
    quotas = subscription.quotas
    return quotas.get((region, name), quotas.get(("", name), _FEW_CORES if few else _MANY_CORES))


def _closed_families(subscription: SubscriptionRecord, region: str) -> frozenset[str]:
    return subscription.closed_families.get(region, frozenset()) | subscription.closed_families.get("", frozenset())


def _check_region(call: Call, closed: tuple[str, str] | None = None) -> str:
    """The name of the region asked about. Raises ServiceError (400) for one that does not exist, or where the type
    `closed` is not offered."""
    name = call.params["location"].replace(" ", "").lower()
    title = physical_regions().get(name)
    kind = resource_providers()[closed[0].lower()].type_named(closed[1]) if closed else None
    if title is None or (kind is not None and title in kind.excluded):
        raise ServiceError(
            400, "NoRegisteredProviderFound",
            f"No registered resource provider found for location '{call.params['location']}'.",
            headers=arm_errors.GATEWAY,
        )  # fmt: skip
    return name


def _check_registered(call: Call, namespace: str) -> None:
    if call.world.registration(subscription_of(call), namespace) not in ("Registered", "Registering"):
        raise arm_errors.unregistered(namespace)
