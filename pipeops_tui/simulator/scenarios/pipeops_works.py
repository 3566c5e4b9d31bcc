"""Worlds in which PipeOps begins to work once it could have the client secret: some minutes after its first sign-in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from pipeops_tui.simulator.scenarios.failed_operations import CLUSTER, CLUSTER_TITLE
from pipeops_tui.simulator.scenarios.standard_world import standard_world
from pipeops_tui.simulator.wire import JsonObject
from pipeops_tui.simulator.world.activities import ActivityRecord
from pipeops_tui.simulator.world.clock import Moment, trimmed
from pipeops_tui.simulator.world.records import ResourceGroupRecord, ServicePrincipalRecord
from pipeops_tui.simulator.world.roles import CONTRIBUTOR
from pipeops_tui.simulator.world.world import World

REGION = "northeurope"
"""Where PipeOps makes its servers: a region chosen in PipeOps, not the group's."""
_NAME = "pipeops-cluster"
_MACHINES = (
    ("Microsoft.Compute/virtualMachineScaleSets", "aks-agentpool-27182818-vmss"),
    ("Microsoft.Network/loadBalancers", "kubernetes"),
    ("Microsoft.Network/publicIPAddresses", "kubernetes-d4e5f6"),
)
_QUOTA = (
    f"Insufficient vcpu quota requested 8, remaining 4 for family standardDSv5Family for region {REGION}. Surge nodes "
    "would also consume vcpu quota."
)
_Step = Callable[[World, ServicePrincipalRecord, ResourceGroupRecord, Moment], None]


def pipeops_at_work(seed: int) -> World:
    """A cluster after two minutes, its machines in the group of Azure's own a minute later, ready after five."""
    return _working(seed, (120, _begin_cluster), (180, _make_machines), (300, _finish_cluster))


def pipeops_refused(seed: int) -> World:
    """The cluster is refused for want of quota after one minute, and once more after two."""
    return _working(seed, (60, _refuse_cluster), (120, _refuse_cluster))


def _working(seed: int, *steps: tuple[float, _Step]) -> World:
    """The standard world; `steps` happen so many seconds after an application has first used a client secret, in the
    resource group on which it is Contributor."""
    world = standard_world(seed).world
    known: set[str] = set()

    def secret_used(principal: ServicePrincipalRecord) -> None:
        if principal.object_id not in known and _group_of(world, principal) is not None:
            known.add(principal.object_id)
            for after, step in steps:
                world.plan(world.now() + after, partial(_take, world, principal, step))

    world.secret_used = secret_used
    return world


def _take(world: World, principal: ServicePrincipalRecord, step: _Step, at: Moment) -> None:
    """Nothing happens where the application or its access is gone by then."""
    group = _group_of(world, principal)
    if group is not None and world.directory.principal_of(principal.tenant_id, principal.app_id) is not None:
        step(world, principal, group, at)


def _group_of(world: World, principal: ServicePrincipalRecord) -> ResourceGroupRecord | None:
    for held in world.assignments.of(principal.object_id):
        _, _, subscription_id, *path = held.scope.split("/")
        if held.role_id == CONTRIBUTOR and len(path) == 2:
            return world.groups.get(subscription_id, path[1])
    return None


def _begin_cluster(world: World, principal: ServicePrincipalRecord, group: ResourceGroupRecord, at: Moment) -> None:
    cluster = _resource(group, CLUSTER, _NAME, at)
    cluster["properties"] = {
        "provisioningState": "Creating",
        "powerState": {"code": "Running"},
        "kubernetesVersion": "1.31",
        "dnsPrefix": "pipeops",
        "nodeResourceGroup": _machines_of(group),
    }
    group.resources = (*group.resources, cluster)


def _make_machines(world: World, principal: ServicePrincipalRecord, group: ResourceGroupRecord, at: Moment) -> None:
    machines = ResourceGroupRecord(group.subscription_id, _machines_of(group), REGION)
    machines.managed_by = f"{group.scope}/providers/{CLUSTER}/{_NAME}"
    machines.resources = tuple(_resource(machines, kind, name, at) for kind, name in _MACHINES)
    world.groups.add(machines)


def _finish_cluster(world: World, principal: ServicePrincipalRecord, group: ResourceGroupRecord, at: Moment) -> None:
    for resource in group.resources:
        properties = resource.get("properties")
        if resource["name"] == _NAME and isinstance(properties, dict):
            properties["provisioningState"] = "Succeeded"
    _remember(world, principal, group, at, 201, None)


def _refuse_cluster(world: World, principal: ServicePrincipalRecord, group: ResourceGroupRecord, at: Moment) -> None:
    # The resource provider of clusters answers without the envelope.
    answer: JsonObject = {
        "code": "ErrCode_InsufficientVCPUQuota", "details": None, "message": _QUOTA, "subcode": "",
    }  # fmt: skip
    _remember(world, principal, group, at, 400, answer)


def _machines_of(group: ResourceGroupRecord) -> str:
    return f"MC_{group.name}_{_NAME}_{REGION}"


def _resource(group: ResourceGroupRecord, kind: str, name: str, at: Moment) -> JsonObject:
    return {
        "id": f"{group.scope}/providers/{kind}/{name}",
        "name": name,
        "type": kind,
        "location": REGION,
        "createdTime": trimmed(at),
        "changedTime": trimmed(at),
    }


def _remember(
    world: World,
    principal: ServicePrincipalRecord,
    group: ResourceGroupRecord,
    at: Moment,
    status: int,
    answer: JsonObject | None,
) -> None:
    world.activities.append(
        ActivityRecord(
            at=at,
            subscription_id=group.subscription_id,
            tenant_id=principal.tenant_id,
            group=group.name,
            action=f"{CLUSTER}/write",
            title=CLUSTER_TITLE,
            resource_id=f"{group.scope}/providers/{CLUSTER}/{_NAME}",
            caller=principal.object_id,
            app_id=principal.app_id,
            status=status,
            answer=answer,
        )
    )
