"""What is in the resource group of a connection, before it is removed: PipeOps' servers continue to cost money."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from pipeops_tui.core.model import Cluster, Resource, Subscription
from pipeops_tui.core.plain_text import PlainTexts
from pipeops_tui.core.ports import Reads


@dataclass(frozen=True, slots=True)
class ClusterContents(PlainTexts):
    """A managed Kubernetes cluster, and how many resources there are in the group that Azure keeps for its machines."""

    cluster: Cluster
    resources: int


@dataclass(frozen=True, slots=True)
class GroupContents(PlainTexts):
    """What a resource group contains, and what belongs to its clusters elsewhere."""

    group_name: str
    resources: tuple[Resource, ...] = ()
    clusters: tuple[ClusterContents, ...] = ()

    @property
    def number(self) -> int:
        """How many resources there are, those of clusters included."""
        return len(self.resources) + sum(one.resources for one in self.clusters)


async def group_contents(reads: Reads, subscription: Subscription, group_name: str) -> GroupContents:
    """Read the group, and the groups of its clusters; a group that does not exist contains nothing. Raises
    `CloudError`."""
    if await reads.resource_group(subscription, group_name) is None:
        return GroupContents(group_name)
    resources, clusters = await asyncio.gather(
        reads.resources(subscription, group_name), reads.clusters(subscription, group_name)
    )
    counts = await asyncio.gather(*(_count(reads, subscription, one) for one in clusters))
    return GroupContents(
        group_name,
        tuple(resources),
        tuple(ClusterContents(cluster, count) for cluster, count in zip(clusters, counts, strict=True)),
    )


async def _count(reads: Reads, subscription: Subscription, cluster: Cluster) -> int:
    group = cluster.node_group_name
    if not group or await reads.resource_group(subscription, group) is None:
        return 0
    return len(await reads.resources(subscription, group))


def contents_in_words(contents: GroupContents) -> Sequence[str]:
    """What there is, in sentences; none where there is nothing."""
    if not contents.number:
        return ()
    sentences = [f"{contents.group_name} contains {_count_of(len(contents.resources))}."]
    for one in contents.clusters:
        sentences.append(
            f"The cluster {one.cluster.name} has {_count_of(one.resources)} more in {one.cluster.node_group_name}."
        )
    return (
        *sentences,
        "They continue to run and to cost money. Remove the servers in PipeOps first.",
    )


def _count_of(number: int) -> str:
    return f"{number} resource{'' if number == 1 else 's'}"
