"""Judges whether a region has room for a server: quotas of virtual processors (vCPUs), open sizes, the offer.

Warnings only. Which region and size PipeOps takes is decided in PipeOps and not known here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

from pipeops_tui.checks.spec import reason_of
from pipeops_tui.core.model import MachineSize, Quota, Region, Subscription
from pipeops_tui.core.plain_text import PlainTexts
from pipeops_tui.core.ports import Reads
from pipeops_tui.core.problem import CloudError

T = TypeVar("T")

NODE_CORES: Final = 2
"""vCPUs that each node of a cluster needs at least (Microsoft Learn, "Quotas, virtual machine size restrictions, and
region availability in Azure Kubernetes Service (AKS)")."""
_MOST_REGIONS: Final = 5
_ALL_FAMILIES: Final = "cores"
"""The quota "Total Regional vCPUs"."""
_SMALL_FAMILIES: Final[Mapping[str, str]] = {
    "standardbsfamily": "BS",
    "standardbsv2family": "Bsv2",
    "standarddsv2family": "DSv2",
    "standarddsv3family": "DSv3",
    "standarddsv4family": "DSv4",
    "standarddsv5family": "DSv5",
    "standardddsv5family": "DDSv5",
    "standarddasv4family": "DASv4",
    "standarddasv5family": "DASv5",
}
"""Families that small clusters use, with what the portal calls them (“Standard DSv5 Family vCPUs”): those of the
portal's presets and of Microsoft's examples (same document; "Manage system node pools in AKS"), and the cheap ones."""
_UNREGISTERED: Final = frozenset({"MissingSubscriptionRegistration", "SubscriptionNotRegistered"})
_FREE_TRIAL: Final = "freetrial"
"""How the quota id of a free trial begins; it gets no higher quota (Microsoft Learn, "Azure subscription and service
limits, quotas, and constraints")."""


class RoomState(StrEnum):
    """What the quotas and sizes of a region come to."""

    ENOUGH = "enough"
    ONE_NODE = "room for one node only"
    FULL = "the quota of all sizes together is used up"
    NO_FAMILY = "no family of small sizes has quota left"
    CLOSED = "the small sizes are closed to the subscription"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class FamilyRoom:
    """What is left of a family of sizes that small clusters use."""

    title: str
    """As the portal calls it: `DSv5`."""
    free: int
    """vCPUs, of the family and of the region together."""
    least: int
    """vCPUs of its smallest size that can be a node and is open; of any node where sizes are not known."""
    closed: bool
    """Whether no such size is open to the subscription."""

    @property
    def has_room(self) -> bool:
        """Whether a node fits."""
        return not self.closed and self.free >= self.least


@dataclass(frozen=True, slots=True)
class Room(PlainTexts):
    """What Azure says about one region; None for what it does not say."""

    place: str
    """The region, as a person reads it."""
    quotas: tuple[Quota, ...] | None = None
    sizes: tuple[MachineSize, ...] | None = None
    has_spending_limit: bool = False
    is_free_trial: bool = False
    unknown_because: str = ""
    """Why there are no quotas, in a few words; empty where Azure only lists none."""

    @property
    def total(self) -> Quota | None:
        """The quota of all sizes together."""
        return next((one for one in self.quotas or () if _plain(one.name) == _ALL_FAMILIES), None)

    @property
    def families(self) -> tuple[FamilyRoom, ...]:
        """Those of the small families for which the region has a quota, in their usual order."""
        known = {_plain(one.name): one for one in self.quotas or ()}
        total = self.total
        return tuple(
            self._family(name, title, known[name].free if total is None else min(known[name].free, total.free))
            for name, title in _SMALL_FAMILIES.items()
            if name in known
        )

    def _family(self, name: str, title: str, free: int) -> FamilyRoom:
        if not self.sizes:
            return FamilyRoom(title, free, NODE_CORES, closed=False)
        nodes = [one for one in self.sizes if _plain(one.family) == name and one.cores >= NODE_CORES]
        least = min((one.cores for one in nodes if not one.closed), default=0)
        return FamilyRoom(title, free, least or NODE_CORES, closed=not least)

    @property
    def state(self) -> RoomState:
        """What all of it comes to. Families that Azure does not list say nothing."""
        total, families = self.total, self.families
        if total is not None and total.free < NODE_CORES:
            return RoomState.FULL
        if not families:
            if self._all_closed:
                return RoomState.CLOSED
            return RoomState.UNKNOWN if total is None else _by(total.free)
        fitting = [one.free for one in families if one.has_room]
        if not fitting:
            closed = any(one.closed and one.free >= NODE_CORES for one in families)
            return RoomState.CLOSED if closed else RoomState.NO_FAMILY
        return _by(max(fitting))

    @property
    def _all_closed(self) -> bool:
        small = [one for one in self.sizes or () if _plain(one.family) in _SMALL_FAMILIES]
        return bool(small) and all(one.closed for one in small if one.cores >= NODE_CORES)

    @property
    def is_too_small(self) -> bool:
        """Whether another region can be better."""
        return self.state not in (RoomState.ENOUGH, RoomState.UNKNOWN)


def _by(free: int) -> RoomState:
    return RoomState.ENOUGH if free >= 2 * NODE_CORES else RoomState.ONE_NODE


def _plain(name: str) -> str:
    """A name of a quota or family for comparing: Azure writes some with stray blanks, and not always in one case."""
    return "".join(name.split()).casefold()


# Asking


async def read_room(session: Reads, subscription: Subscription, location: str, place: str) -> Room:
    """What Azure says about the region `location`, called `place`; two requests. Raises nothing but cancellation."""
    quotas, sizes = await asyncio.gather(
        _answer(session.quotas(subscription, location)), _answer(session.machine_sizes(subscription, location))
    )
    return _room(subscription, place, quotas, sizes)


async def find_room(
    session: Reads, subscription: Subscription, regions: Iterable[Region], tell: Callable[[Region, Room], object]
) -> None:
    """Ask `regions` side by side, and tell of each as soon as it has answered. Sizes are asked for only where the
    quotas leave room. Raises nothing but cancellation."""

    async def one(region: Region) -> None:
        quotas = await _answer(session.quotas(subscription, region.name))
        room = _room(subscription, region.display_name, quotas, ())
        if room.state is RoomState.ENOUGH:
            sizes = await _answer(session.machine_sizes(subscription, region.name))
            room = _room(subscription, region.display_name, quotas, sizes)
        tell(region, room)

    await asyncio.gather(*(one(region) for region in regions))


def other_regions(regions: Sequence[Region], location: str, closed: Collection[str] = ()) -> tuple[Region, ...]:
    """At most 5 regions with managed Kubernetes to ask in place of `location`: of its geography first, then of its part
    of the world, in the order of `regions`. Those whose names are in `closed` would refuse a server."""
    here = next((one for one in regions if one.name == location), None)
    if here is None:
        return ()
    left_out = {location, *closed}
    others = [one for one in regions if one.name not in left_out and one.has_kubernetes is not False]
    same = [one for one in others if one.geography == here.geography]
    near = [one for one in others if here.area and one.area == here.area and one not in same]
    return tuple([*same, *near][:_MOST_REGIONS])


async def _answer(read: Awaitable[T]) -> T | CloudError:
    """Also where Azure asks for another sign-in: a hint is not worth a new sign-in."""
    try:
        return await read
    except CloudError as error:
        return error


def _room(
    subscription: Subscription,
    place: str,
    quotas: Sequence[Quota] | CloudError,
    sizes: Sequence[MachineSize] | CloudError,
) -> Room:
    return Room(
        place=place,
        quotas=None if isinstance(quotas, CloudError) else tuple(quotas),
        sizes=None if isinstance(sizes, CloudError) else tuple(sizes),
        has_spending_limit=subscription.has_spending_limit,
        is_free_trial=subscription.quota_id.casefold().startswith(_FREE_TRIAL),
        unknown_because=_why(quotas) if isinstance(quotas, CloudError) else "",
    )


def _why(error: CloudError) -> str:
    return "Microsoft.Compute is not registered" if error.code in _UNREGISTERED else reason_of(error)
