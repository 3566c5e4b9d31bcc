"""The standard world half a year after a colleague connected it to PipeOps: one connection for each way to stand."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID, uuid5

from pipeops_tui.simulator.prepared import PreparedConnection, PreparedSecret
from pipeops_tui.simulator.scenarios import world_steps
from pipeops_tui.simulator.scenarios.failed_operations import remember_failures
from pipeops_tui.simulator.scenarios.standard_world import StandardWorld, standard_world
from pipeops_tui.simulator.wire import JsonObject
from pipeops_tui.simulator.world.authorization import CLOUD_APPLICATION_ADMINISTRATOR
from pipeops_tui.simulator.world.clock import Moment, trimmed
from pipeops_tui.simulator.world.records import (
    ApplicationRecord,
    PasswordRecord,
    ResourceGroupRecord,
    SubscriptionRecord,
    UserRecord,
)
from pipeops_tui.simulator.world.roles import CONTRIBUTOR
from pipeops_tui.simulator.world.world import World

_DAY = 86_400
_NAMESPACE = UUID("6c1d1c0e-5f0a-4f6e-9a52-8f0c7f8b7a11")
"""Namespace of all ids that pipeops-tui derives (RFC 9562, version 5)."""
_SECRET = "PipeOps secret"  # noqa: S105 - a description, the one of PipeOps' guide
_MARK = "pipeops-tui-run"


@dataclass(frozen=True, slots=True)
class _Story:
    """One connection: `age` is how many days ago it was made, `lifetimes` the age and the lifetime of each secret, in
    days. The state of the rest follows from `kind`."""

    kind: str
    application: str
    group: str
    age: float
    lifetimes: tuple[tuple[float, int], ...]
    location: str = "westeurope"


_STORIES = (
    _Story("works", "PipeOps", "PipeOpsRG", 170, ((170, 365),)),
    _Story("expires-soon", "PipeOps Staging", "pipeops-staging", 168, ((168, 180),), "northeurope"),
    _Story("expired", "PipeOps Demo", "pipeops-demo", 93, ((93, 90),)),
    _Story("two-secrets", "PipeOps Shop", "pipeops-shop", 170, ((170, 180), (5, 180))),
    _Story("no-role", "PipeOps Research", "pipeops-research", 140, ((140, 365),), "swedencentral"),
    _Story("no-group", "PipeOps Training", "pipeops-training", 120, ((120, 365),)),
    _Story("deleted", "PipeOps Trial", "pipeops-trial", 110, ((110, 180),)),
    _Story("in-use", "PipeOps Production", "pipeops-production", 130, ((130, 365),)),
    _Story("unfinished", "PipeOps Preview", "pipeops-preview", 2, ()),
)
_BY_HAND = _Story("by-hand", "PipeOps", "pipeops-by-hand", 150, ((150, 365),), "uksouth")
_IN_USE = (
    ("Microsoft.ContainerService/managedClusters", "pipeops-cluster"),
    ("Microsoft.Network/virtualNetworks", "pipeops-network"),
    ("Microsoft.Storage/storageAccounts", "pipeopsbackups"),
)
_MACHINES = (
    ("Microsoft.Compute/virtualMachineScaleSets", "aks-agentpool-31415926-vmss"),
    ("Microsoft.Network/loadBalancers", "kubernetes"),
    ("Microsoft.Network/publicIPAddresses", "kubernetes-a1b2c3"),
)


def six_months_later(seed: int) -> World:
    """Robin Meyer made the connections; who signs in is another member, who can manage all applications."""
    base = standard_world(seed)
    world = base.world
    base.user.directory_roles = (CLOUD_APPLICATION_ADMINISTRATOR,)
    robin = world_steps.user(world, "robin@contoso.com", base.contoso, "Robin Meyer")
    production = next(one for one in world.subscriptions.values() if one.display_name == "Contoso Production")
    for story in _STORIES:
        where = production if story.kind == "in-use" else base.first
        world.prepared.append(_connection(base, robin, where, story))
    _made_by_hand(base, robin)
    in_use = next(one for one in world.prepared if one.kind == "in-use")
    remember_failures(world, in_use, _node_group(in_use.group_name, in_use.location), robin.principal_name)
    return world


def secret_key_id(run_id: str, number: int) -> str:
    """The key id under which a run adds its client secret with this number."""
    return str(uuid5(_NAMESPACE, f"{run_id}/{number}"))


def assignment_name(scope: str, principal_id: str) -> str:
    """The GUID under which a run gives Contributor at `scope` to its service principal."""
    return str(uuid5(_NAMESPACE, f"{scope}|{principal_id}|{CONTRIBUTOR}".lower()))


def notes(group: ResourceGroupRecord) -> str:
    """What a run writes into the notes of its application."""
    return (
        "PipeOps (https://pipeops.io) signs in with this application to create servers in the resource group "
        f"{group.name} of the subscription {group.subscription_id}, where it has the role Contributor. It was "
        "registered with pipeops-tui. Its client secret expires: to renew it, run `pipeops-tui renew` with the "
        "application's client ID. To remove all of it, run `pipeops-tui remove`."
    )


def _connection(base: StandardWorld, maker: UserRecord, where: SubscriptionRecord, story: _Story) -> PreparedConnection:
    """What the run made, and what happened to it since."""
    world, made = base.world, base.world.now() - story.age * _DAY
    run_id = world.ids.guid("run")
    group = world_steps.group(world, where, story.group, story.location, tags={_MARK: run_id})
    application = _application(base, maker, story, f"pipeops-tui-{run_id}")
    application.properties |= {"tags": ["pipeops-tui", f"{_MARK}:{run_id}"], "notes": notes(group)}
    principal = world_steps.service_principal(world, application)
    name = assignment_name(group.scope, principal.object_id)
    if story.kind not in ("no-role", "unfinished"):
        _assign(world, principal.object_id, group, name, made, maker)
    keys = [secret_key_id(run_id, number) for number in range(len(story.lifetimes))]
    _add_secrets(world, application, story, keys)
    if story.kind == "no-group":
        for held in tuple(world.assignments.of(principal.object_id)):
            world.assignments.remove(held)
        world.groups.remove(group)
    if story.kind == "in-use":
        _put_to_use(world, where, group)
    secrets = tuple(
        PreparedSecret(number, one.key_id, _SECRET, one.start.utc, one.end.utc)
        for number, one in enumerate(application.passwords)
    )
    if story.kind == "deleted":
        world.directory.delete_application(application)
        application.deleted_at = principal.deleted_at = world.now() - 10 * _DAY
    return PreparedConnection(
        kind=story.kind,
        run_id=run_id,
        tenant_id=base.contoso.tenant_id,
        tenant_name=base.contoso.display_name,
        subscription_id=where.subscription_id,
        subscription_name=where.display_name,
        group_name=group.name,
        location=group.location,
        application_name=story.application,
        unique_name=str(application.unique_name),
        object_id=application.object_id,
        client_id=application.app_id,
        principal_id=principal.object_id,
        assignment_name=name,
        account=maker.principal_name,
        made=made.utc,
        secrets=secrets,
    )


def _made_by_hand(base: StandardWorld, maker: UserRecord) -> None:
    """By the steps of PipeOps' guide, in the portal: no tag, no notes, ids of Azure's own."""
    world, story = base.world, _BY_HAND
    group = world_steps.group(world, base.first, story.group, story.location)
    application = _application(base, maker, story)
    principal = world_steps.service_principal(world, application)
    made = world.now() - story.age * _DAY
    _assign(world, principal.object_id, group, world.ids.guid("role assignment"), made, maker)
    _add_secrets(world, application, story, [world.ids.guid("password key")])


def _application(base: StandardWorld, maker: UserRecord, story: _Story, unique_name: str = "") -> ApplicationRecord:
    more = {"uniqueName": unique_name} if unique_name else {}
    item = world_steps.application(base.world, base.contoso, story.application, maker.object_id, **more)
    item.created = base.world.now() - story.age * _DAY
    return item


def _assign(
    world: World, principal_id: str, group: ResourceGroupRecord, name: str, made: Moment, maker: UserRecord
) -> None:
    item = world_steps.assign(world, principal_id, "ServicePrincipal", CONTRIBUTOR, group.scope, maker.tenant_id)
    world.assignments.remove(item)
    item.name, item.created, item.updated, item.created_by = name, made, made, maker.object_id
    world.assignments.add(item)


def _add_secrets(world: World, application: ApplicationRecord, story: _Story, key_ids: list[str]) -> None:
    for key_id, (age, lifetime) in zip(key_ids, story.lifetimes, strict=True):
        text, start = world.ids.secret(), world.now() - age * _DAY
        application.passwords.append(
            PasswordRecord(
                key_id=key_id,
                display_name=_SECRET,
                start=start,
                end=start + lifetime * _DAY,
                hint=text[:3],
                digest=hashlib.sha256(text.encode()).digest(),
                created=start,
            )
        )


def _put_to_use(world: World, where: SubscriptionRecord, group: ResourceGroupRecord) -> None:
    """A Kubernetes cluster and what it needs; its machines are in a group of their own, which Azure made."""
    machines = world_steps.group(world, where, _node_group(group.name, group.location), group.location)
    group.resources = tuple(_resource(world, group, kind, name) for kind, name in _IN_USE)
    group.resources[0]["properties"] = {
        "provisioningState": "Succeeded",
        "powerState": {"code": "Running"},
        "kubernetesVersion": "1.31",
        "dnsPrefix": "pipeops",
        "nodeResourceGroup": machines.name,
    }
    machines.managed_by = str(group.resources[0]["id"])
    machines.resources = tuple(_resource(world, machines, kind, name) for kind, name in _MACHINES)


def _node_group(group: str, location: str) -> str:
    """The name of the group that Azure made for the cluster's machines."""
    return f"MC_{group}_{_IN_USE[0][1]}_{location}"


def _resource(world: World, group: ResourceGroupRecord, kind: str, name: str) -> JsonObject:
    made = trimmed(world.now() - 100 * _DAY)
    return {
        "id": f"{group.scope}/providers/{kind}/{name}",
        "name": name,
        "type": kind,
        "location": group.location,
        "createdTime": made,
        "changedTime": made,
    }
