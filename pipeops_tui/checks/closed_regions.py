"""Finds out in which regions of a subscription PipeOps could create no server, and why."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from pipeops_tui.checks.spec import unless_refused
from pipeops_tui.core.model import Region, RegionRestriction, Subscription
from pipeops_tui.core.ports import Reads

Closed = Mapping[str, RegionRestriction]
"""What closes a region, by the region's name. A region that is not in it is open, or nothing is known about it."""


async def find_closed_regions(reads: Reads, subscription: Subscription) -> Closed:
    """Ask Azure by two reads, side by side; one that is refused says nothing. Raises `CloudError` where the regions
    themselves cannot be read, and where another sign-in would bring an answer."""
    (regions, for_clusters), by_microsoft = await asyncio.gather(
        _for_clusters(reads, subscription), unless_refused(reads.region_restrictions(subscription), ())
    )
    return closed_regions(regions, [*by_microsoft, *for_clusters])


def closed_regions(regions: Sequence[Region], restrictions: Sequence[RegionRestriction]) -> Closed:
    """Which of `regions` are closed. Where several policies close one, Microsoft's own is named: that stays, whatever
    the organization changes."""
    order = sorted(restrictions, key=lambda one: not one.by_microsoft)
    found = {region.name: next((one for one in order if one.closes(region.name)), None) for region in regions}
    return {name: one for name, one in found.items() if one is not None}


def why_closed(restriction: RegionRestriction) -> str:
    """Who has closed a region, in a few words."""
    if restriction.by_microsoft:
        return "closed by Microsoft for this subscription"
    return "closed by a policy of your organization"


async def _for_clusters(
    reads: Reads, subscription: Subscription
) -> tuple[Sequence[Region], Sequence[RegionRestriction]]:
    """The regions, and what restricts clusters in them."""
    regions = await reads.regions(subscription)
    names = tuple(region.name for region in regions)
    return regions, await unless_refused(reads.cluster_restrictions(subscription, names), ())
