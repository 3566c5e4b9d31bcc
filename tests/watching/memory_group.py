"""A resource group in memory that a test fills while it is watched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from pipeops_tui.core.model import Cluster, Resource, Subscription, SubscriptionState
from pipeops_tui.core.model.doctor_facts import FailedOperation
from pipeops_tui.core.problem import CloudError, FailureKind, Problem
from pipeops_tui.watching.watch import Sight, Watch, WatchedGroup
from tests.support.clocks import START, VirtualClock
from tests.support.unfaked import UnfakedSession

SUBSCRIPTION = Subscription("s", "Pay-As-You-Go", "t", "Contoso", SubscriptionState.ENABLED)
GROUP = "PipeOpsRG"
NODES = "MC_PipeOpsRG_pipeops_northeurope"
CLIENT = "b0f3c1de-7a55-4f0c-8f38-3f6f1c2a9e44"
CLUSTER = Resource("/g/cluster", "pipeops", "Microsoft.ContainerService/managedClusters", "northeurope")
NETWORK = Resource("/g/network", "pipeops-network", "Microsoft.Network/virtualNetworks", "northeurope")


def error(kind: FailureKind, title: str = "Azure reported an error", retry_after: float | None = None) -> CloudError:
    return CloudError(kind, Problem(title, "No."), retry_after=retry_after)


def refused(minute: float, code: str = "ErrCode_InsufficientVCPUQuota") -> FailedOperation:
    return FailedOperation(
        START + timedelta(minutes=minute), "Microsoft.ContainerService/managedClusters/write", "/g/cluster", code, "No."
    )


@dataclass
class MemoryGroup(UnfakedSession):
    """What is asked is noted with the time; `then` is called before each look with the seconds gone."""

    clock: VirtualClock
    then: Callable[[MemoryGroup, float], None] = lambda group, seconds: None
    resources_: Sequence[Resource] = ()
    log: dict[tuple[str, str], Sequence[FailedOperation]] = field(default_factory=dict)
    """By group and client ID."""
    resources_fail: CloudError | None = None
    log_fails: CloudError | None = None
    looks: list[float] = field(default_factory=list)
    asked: list[tuple[str, str, int]] = field(default_factory=list)

    async def resources(self, subscription: Subscription, group_name: str) -> Sequence[Resource]:
        self.looks.append(self.clock.monotonic())
        self.then(self, self.clock.monotonic())
        if self.resources_fail is not None:
            raise self.resources_fail
        return self.resources_

    async def clusters(self, subscription: Subscription, group_name: str) -> Sequence[Cluster]:
        return [Cluster(one.name, group_name, NODES) for one in self.resources_ if one is CLUSTER]

    async def failed_operations(
        self, subscription: Subscription, group_name: str, client_id: str, days: int = 14
    ) -> Sequence[FailedOperation]:
        self.asked.append((group_name, client_id, days))
        if self.log_fails is not None:
            raise self.log_fails
        return self.log.get((group_name, client_id), ())


async def watched(group: MemoryGroup, *, is_new: bool = False) -> list[Sight]:
    """Everything that is seen until watching ends."""
    watch = Watch(group, group.clock, WatchedGroup(SUBSCRIPTION, GROUP, CLIENT, is_new))
    return [sight async for sight in watch.looks()]
