"""Reads for the resource group: which exist, whether a name is free, closed regions, tags that policies demand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

from pipeops_tui.checks import Topic
from pipeops_tui.checks.closed_regions import Closed
from pipeops_tui.checks.room import read_room
from pipeops_tui.core.model import Region, Subscription
from pipeops_tui.core.problem import CloudError
from pipeops_tui.journey.lookups import TimedAnswer
from pipeops_tui.ui.base.step_screen import StepScreen
from pipeops_tui.ui.steps.resource_group.group_choice import GroupChoice
from pipeops_tui.ui.widgets.tags_line import TagsLine

_REST_SECONDS = 0.3
_CLOSED_SECONDS = 2.0
"""How long the screen waits for the closed regions once all else is there: the default is to be an open one."""
_ABOUT_ONE_SUBSCRIPTION = ("load", "load groups", "closed regions", "locks", "free", "policies", "room")
"""The groups of workers whose answers hold for the subscription that they were asked about."""
_GONE_SECONDS = 5.0
"""Between two looks at a group that is being deleted, which takes a minute or more."""


class GroupReads:
    """Reads for one screen with a `TagsLine`; `choice` keeps what has been found out."""

    def __init__(
        self,
        screen: StepScreen,
        *,
        region: Callable[[], Region | None],
        found: Callable[[Sequence[Region]], None],
        learned: Callable[[], None],
        closed: Callable[[], None],
    ) -> None:
        """`region` is where the group is or will be, None when not known. `found` is called with all regions once they
        and the groups are read, `learned` when `choice` has learned something about a name, `closed` when it became
        known only after `found` which regions are closed."""
        self._screen = screen
        self._journey = screen.journey
        self._region = region
        self._found = found
        self._learned = learned
        self._tell_closed = closed
        self._closed_known = asyncio.Event()
        self._late = False
        """Whether the screen no longer waits for the closed regions."""
        self.closed: Closed = {}
        self.subscription: Subscription | None = None
        """The one that `choice` is about."""
        self._room_asked: tuple[Subscription, str] | None = None
        """Where was asked about room for a server last."""
        self.choice = GroupChoice()

    # Regions and groups

    def turn_to(self, subscription: Subscription) -> None:
        """Be about `subscription` from now on: answers about the one before come too late."""
        self.subscription = subscription
        self.choice.forget_groups()
        for group in _ABOUT_ONE_SUBSCRIPTION:
            self._screen.work.cancel(group)

    def read_all(self) -> None:
        """Read regions and groups, then call `found`."""
        self._screen.busy = True
        self.closed, self._late = {}, False
        self._closed_known.clear()
        self._screen.work.begin(self._load_closed, group="closed regions")
        self._screen.work.begin(self._load, group="load")

    async def _load(self) -> None:
        subscription = self.subscription
        if subscription is None:
            return
        self._screen.status.running("Asking Azure for regions and resource groups")
        lookups = self._journey.lookups
        lookups.prefetch(lookups.groups(subscription))
        regions = await lookups.regions(subscription)

        def do_without(error: CloudError) -> None:
            self._screen.status.warn(f"{error.problem.title}: existing groups could not be listed")
            self._late = True
            self._found(regions.value)

        self._screen.work.begin(
            lambda: self._load_groups(subscription, regions), group="load groups", without=do_without
        )

    async def _load_closed(self) -> None:
        """Find out which regions are closed. Where that cannot be known, the list does without, also where another
        sign-in would bring the answer: a hint is not worth a new sign-in."""
        subscription = self.subscription
        try:
            if subscription is not None:
                with suppress(CloudError):
                    self.closed = await self._journey.lookups.closed_regions(subscription)
        finally:
            self._closed_known.set()
        if self._late and self.closed:
            self._tell_closed()

    async def _wait_for_closed(self) -> None:
        known = asyncio.ensure_future(self._closed_known.wait())
        waited = asyncio.ensure_future(self._journey.clock.sleep(_CLOSED_SECONDS))
        try:
            await asyncio.wait((known, waited), return_when=asyncio.FIRST_COMPLETED)
        finally:
            known.cancel()
            waited.cancel()

    async def _load_groups(self, subscription: Subscription, regions: TimedAnswer[Sequence[Region]]) -> None:
        self._screen.busy = True
        groups = await self._journey.lookups.groups(subscription)
        self.choice.learn_groups(groups.value)
        await self._wait_for_closed()
        found = f"{len(groups.value)} resource group{'' if len(groups.value) == 1 else 's'}"
        self._screen.status.done(f"{len(regions.value)} regions, {found}", max(regions.seconds, groups.seconds))
        self._late = True
        self._found(regions.value)
        # Where locks cannot be read, the list does without them.
        self._screen.work.begin(lambda: self._load_locks(subscription), group="locks", without=lambda error: None)

    async def _load_locks(self, subscription: Subscription) -> None:
        locks = await self._journey.lookups.reads.all_locks(subscription)
        self.choice.learn_locks(locks, subscription)
        self._learned()

    def read_again(self) -> None:
        """Ask Azure again about groups, regions and policies: an administrator could have helped meanwhile."""
        topics = (Topic.GROUP, Topic.GROUPS, Topic.REGIONS, Topic.PROVIDERS, Topic.RESTRICTIONS, Topic.ROOM)
        self._journey.lookups.forget(*topics)
        self._room_asked = None
        if self.choice.name != self.choice.typed:
            self.choice.type(self.choice.name)
        self.choice.forget_groups()
        self.read_all()

    # The name

    def ask_about_name(self) -> None:
        """Ask Azure whether the name is free, where that is not known yet."""
        self._screen.work.cancel("free")
        subscription, name = self.subscription, self.choice.name
        if subscription is None or not self.choice.worth_asking:
            return
        if self.choice.deleting:
            self._screen.work.begin(lambda: self._wait_until_gone(subscription, name), group="free")
        else:
            cannot_tell = partial(self._cannot_tell, name)
            self._screen.work.begin(
                lambda: self._ask_whether_free(subscription, name), group="free", without=cannot_tell
            )

    async def _ask_whether_free(self, subscription: Subscription, name: str) -> None:
        """Azure itself is asked about a name that has rested for a moment; the list may be old, or forbidden."""
        await self._journey.clock.sleep(_REST_SECONDS)
        answer = await self._journey.lookups.group(subscription, name)
        self.choice.learn(name, answer.value)
        self._learned()

    def _cannot_tell(self, name: str, error: CloudError) -> None:
        self.choice.learn_unknown(name, error.problem.title)
        self._learned()

    async def _wait_until_gone(self, subscription: Subscription, name: str) -> None:
        """A name becomes free by itself once Azure has removed the group that has it."""
        session = self._journey.session
        while session is not None:
            self._screen.status.running(f"Waiting until Azure has removed {name}")
            await self._journey.clock.sleep(_GONE_SECONDS)
            if await session.resource_group(subscription, name) is None:
                break
        self._journey.lookups.forget(Topic.GROUP, Topic.GROUPS)
        self.choice.learn(name, None)
        self._screen.status.done(f"{name} is deleted, its name is free again")
        self._learned()
        self.ask_about_policies()

    # Policies

    def ask_about_policies(self) -> None:
        """Ask which tags policies demand of the group, once its entries have rested for a moment."""
        self._screen.work.cancel("policies")
        if not self.choice.missing() and self.choice.existing is None and not self._screen.query_one(TagsLine).error:
            # Where policies cannot be read, the write itself meets them first.
            self._screen.work.begin(self._read_policies, group="policies", without=lambda error: None)

    async def _read_policies(self) -> None:
        await self._journey.clock.sleep(_REST_SECONDS)
        subscription, name, region = self.subscription, self.choice.typed, self._region()
        if subscription is not None and region is not None:
            line = self._screen.query_one(TagsLine)
            line.demand(await self._journey.lookups.reads.policy_findings(subscription, name, region.name, line.tags))

    # Room for a server

    def ask_about_room(self, location: str) -> None:
        """Ask what a server would find in the region `location`, once the person has rested there for a moment: the
        Access step shows it, and finds it answered."""
        subscription = self.subscription
        if location and subscription is not None and (subscription, location) != self._room_asked:
            self._room_asked = (subscription, location)
            self._screen.work.begin(lambda: self._read_room(subscription, location), group="room")

    async def _read_room(self, subscription: Subscription, location: str) -> None:
        await self._journey.clock.sleep(_REST_SECONDS)
        if self._journey.session is not None:
            await read_room(self._journey.lookups.reads, subscription, location, location)
