"""Looks at a resource group every 20 seconds, until half an hour is over: the first new resource, refused operations.

Three lists are read: "Resources - List By Resource Group" (2021-04-01), "Managed Clusters - List By Resource Group"
(2024-09-01) once there is a cluster, and "Activity Logs - List" (2015-04-01), which lags by minutes. A sign-in of the
application is in none of them: Microsoft Entra shows it to administrators only.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from pipeops_tui.core.clock import Clock
from pipeops_tui.core.model import Resource, Subscription
from pipeops_tui.core.model.doctor_facts import FailedOperation
from pipeops_tui.core.plain_text import PlainTexts
from pipeops_tui.core.ports import Reads
from pipeops_tui.core.problem import CloudError, FailureKind

PERIOD: Final = 20.0
"""Seconds between two looks."""
LONGEST: Final = 1800.0
"""Seconds after which watching ends by itself."""
_SLOWEST: Final = 160.0
"""Seconds between two looks that fail, at most, unless Azure asks for more."""
_CLUSTERS: Final = "microsoft.containerservice/managedclusters"
_ANYONE: Final = ""


@dataclass(frozen=True, slots=True)
class WatchedGroup(PlainTexts):
    """Where PipeOps is expected, and as which application: a new one, so that all its refusals count."""

    subscription: Subscription
    name: str
    client_id: str
    is_new: bool = False
    """Whether it was created for PipeOps: then whatever is in it came afterwards."""


@dataclass(frozen=True, slots=True)
class Arrival(PlainTexts):
    """The first new resource."""

    resource: Resource
    at: datetime
    """When it was seen first, in UTC."""
    seconds: float
    """How long that was after watching began."""


@dataclass(frozen=True, slots=True)
class Sight(PlainTexts):
    """What is known after a look."""

    seconds: float = 0.0
    """Since watching began."""
    arrival: Arrival | None = None
    refused: tuple[FailedOperation, ...] = ()
    """What Azure refused, the newest first; once a resource has arrived, only what was refused after it."""
    next_look: float | None = None
    """Time of `Clock.monotonic()`; None when no look follows, because half an hour is over."""
    trouble: str = ""
    """Why the last look failed, as a title; empty when it did not."""
    log_closed: bool = False
    """Whether the account is not allowed to read the activity log: then refusals are not seen."""


class Watch:
    """One group under watch. What it has seen is kept when it is stopped, and it can go on after that."""

    def __init__(self, reads: Reads, clock: Clock, group: WatchedGroup) -> None:
        """`reads` must ask Azure each time: not those of a cache."""
        self._reads = reads
        self._clock = clock
        self._group = group
        self._began = clock.monotonic()
        self._known: frozenset[str] | None = frozenset() if group.is_new else None
        """Resources that were there before, by their ids in lower case; None before the first look."""
        self._node_groups: tuple[str, ...] = ()
        self.sight = Sight()

    async def looks(self) -> AsyncIterator[Sight]:
        """Look now and then again and again for half an hour; yields what is known after each look.

        Raises `CloudError` where Azure asks for a new sign-in; other failures make it look less often.
        """
        end, failures = self._clock.monotonic() + LONGEST, 0
        while True:
            failed = await self._look()
            failures = failures + 1 if failed is not None else 0
            pause = _pause(failures, failed)
            now = self._clock.monotonic()
            self.sight = replace(
                self.sight,
                seconds=now - self._began,
                trouble=failed.problem.title if failed is not None else "",
                next_look=now + pause if now + pause <= end else None,
            )
            yield self.sight
            if self.sight.next_look is None:
                return
            await self._clock.sleep(pause)

    async def _look(self) -> CloudError | None:
        """Both kinds of list side by side, so that one that fails does not hide the other; returns its failure."""
        answers = await asyncio.gather(self._look_for_resources(), self._look_for_refusals(), return_exceptions=True)
        failed = [answer for answer in answers if isinstance(answer, BaseException)]
        for error in failed:
            if not isinstance(error, CloudError) or error.kind is FailureKind.SIGN_IN:
                raise error
        return next((error for error in failed if isinstance(error, CloudError)), None)

    async def _look_for_resources(self) -> None:
        group = self._group
        found = await self._reads.resources(group.subscription, group.name)
        if self._known is None:
            self._known = frozenset(one.id.casefold() for one in found)
        new = [one for one in found if one.id.casefold() not in self._known]
        if self.sight.arrival is None and new:
            # Of several that came together, the cluster is what the person waits for.
            first = next((one for one in new if _is_cluster(one)), new[0])
            arrival = Arrival(first, self._clock.now(), self._clock.monotonic() - self._began)
            self.sight = replace(self.sight, arrival=arrival, refused=())
        if any(map(_is_cluster, found)):
            clusters = await self._reads.clusters(group.subscription, group.name)
            self._node_groups = tuple(one.node_group_name for one in clusters if one.node_group_name)

    async def _look_for_refusals(self) -> None:
        if self.sight.log_closed:
            return
        group = self._group
        # In the group that Azure keeps for a cluster's machines, the cluster itself works, not the application.
        questions = [(group.name, group.client_id), *((name, _ANYONE) for name in self._node_groups)]
        try:
            answers = await asyncio.gather(
                *(self._reads.failed_operations(group.subscription, *question, days=1) for question in questions)
            )
        except CloudError as error:
            if error.kind is not FailureKind.REFUSED:
                raise
            self.sight = replace(self.sight, log_closed=True)
        else:
            self.sight = replace(self.sight, refused=self._newest([one for answer in answers for one in answer]))

    def _newest(self, failed: Sequence[FailedOperation]) -> tuple[FailedOperation, ...]:
        """Those that count, the newest first."""
        arrival = self.sight.arrival
        counted = [one for one in failed if arrival is None or one.at >= arrival.at]
        return tuple(sorted(counted, key=lambda one: one.at, reverse=True))


def _pause(failures: int, failed: CloudError | None) -> float:
    """Seconds to the next look, after so many that failed in a row: longer each time, and as long as Azure asks."""
    asked = failed.retry_after if failed is not None and failed.retry_after is not None else 0.0
    return max(asked, min(PERIOD * 2.0**failures, _SLOWEST))


def _is_cluster(one: Resource) -> bool:
    return one.type.casefold() == _CLUSTERS
