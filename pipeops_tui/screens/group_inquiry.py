"""What Azure is asked about a resource group: which there are, whether a name is free, what policies demand."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from pipeops_tui.checks import Topic
from pipeops_tui.journey import Journey
from pipeops_tui.lookups import Answer
from pipeops_tui.model import Region, Subscription
from pipeops_tui.problem import CloudError
from pipeops_tui.screens.group_choice import GroupChoice
from pipeops_tui.screens.step_screen import StepScreen
from pipeops_tui.screens.tags_line import TagsLine

_REST_SECONDS = 0.3
_GONE_SECONDS = 5.0
"""Between two looks at a group that is being deleted, which takes a minute or more."""


class GroupInquiry(StepScreen):
    """Subclasses compose a `TagsLine` and give `group_region`; `show_found` and `show_learned` hear what comes out."""

    def __init__(self, journey: Journey) -> None:
        super().__init__(journey)
        self.subscription: Subscription | None = None
        """The one that `choice` is about."""
        self.choice = GroupChoice()

    @property
    def group_region(self) -> Region | None:
        """Where the group is, or will be; None when that is not known."""
        raise NotImplementedError

    def show_found(self, regions: Sequence[Region]) -> None:
        """All that can be chosen is there."""
        raise NotImplementedError

    def show_learned(self) -> None:
        """`choice` has learned something about a name."""
        raise NotImplementedError

    # What there is

    def inquire(self) -> None:
        """Read regions and groups; `show_found` is called with what was found."""
        self.busy = True
        self.begin(self._load, group="load")

    async def _load(self) -> None:
        subscription = self.subscription
        if subscription is None:
            return
        self.status.running("Asking Azure for regions and resource groups")
        lookups = self.journey.lookups
        lookups.prefetch(lookups.groups(subscription))
        regions = await lookups.regions(subscription)

        def do_without(error: CloudError) -> None:
            self.status.warn(f"{error.problem.title}: existing groups cannot be listed")
            self.show_found(regions.value)

        self.begin(lambda: self._load_groups(subscription, regions), group="load groups", without=do_without)

    async def _load_groups(self, subscription: Subscription, regions: Answer[Sequence[Region]]) -> None:
        self.busy = True
        groups = await self.journey.lookups.groups(subscription)
        self.choice.learn_groups(groups.value)
        found = f"{len(groups.value)} resource group{'' if len(groups.value) == 1 else 's'}"
        self.status.done(f"{len(regions.value)} regions, {found}", max(regions.seconds, groups.seconds))
        self.show_found(regions.value)

    def action_check_again(self) -> None:
        """Ask Azure anew about groups, regions and policies: somebody may have helped meanwhile."""
        self.journey.lookups.forget(Topic.GROUP, Topic.GROUPS, Topic.REGIONS, Topic.PROVIDERS, Topic.OBSTACLES)
        if self.choice.name != self.choice.typed:
            self.choice.type(self.choice.name)
        self.choice.forget_groups()
        self.inquire()

    # The name

    def ask_about_name(self) -> None:
        """Ask about the name as it stands, where Azure has something to say about it."""
        self.workers.cancel_group(self, "free")
        subscription, name = self.subscription, self.choice.name
        if subscription is None or not self.choice.worth_asking:
            return
        if self.choice.deleting:
            self.begin(lambda: self._wait_until_gone(subscription, name), group="free")
        else:
            cannot_tell = partial(self._cannot_tell, name)
            self.begin(lambda: self._ask_whether_free(subscription, name), group="free", without=cannot_tell)

    async def _ask_whether_free(self, subscription: Subscription, name: str) -> None:
        """Azure itself is asked about a name that has rested for a moment; the list may be old, or forbidden."""
        await self.journey.clock.sleep(_REST_SECONDS)
        answer = await self.journey.lookups.group(subscription, name)
        self.choice.learn(name, answer.value)
        self.show_learned()

    def _cannot_tell(self, name: str, error: CloudError) -> None:
        self.choice.learn_unknown(name, error.problem.title)
        self.show_learned()

    async def _wait_until_gone(self, subscription: Subscription, name: str) -> None:
        """A name becomes free by itself once Azure has removed the group that has it."""
        session = self.journey.session
        while session is not None:
            self.status.running(f"Waiting until Azure has removed {name}")
            await self.journey.clock.sleep(_GONE_SECONDS)
            if await session.resource_group(subscription, name) is None:
                break
        self.journey.lookups.forget(Topic.GROUP, Topic.GROUPS)
        self.choice.learn(name, None)
        self.status.done(f"{name} is gone, its name is free again")
        self.show_learned()
        self.ask_about_policies()

    # Policies

    def ask_about_policies(self) -> None:
        """Ask what policies say of the group as it stands, once that has rested for a moment."""
        self.workers.cancel_group(self, "policies")
        if not self.choice.missing() and self.choice.existing is None and not self.query_one(TagsLine).error:
            # Azure may keep its policies to itself; then the write itself is the first to meet them.
            self.begin(self._read_policies, group="policies", without=lambda error: None)

    async def _read_policies(self) -> None:
        await self.journey.clock.sleep(_REST_SECONDS)
        subscription, name, region = self.subscription, self.choice.typed, self.group_region
        if subscription is not None and region is not None:
            line = self.query_one(TagsLine)
            line.demand(await self.journey.lookups.reads.policy_findings(subscription, name, region.name, line.tags))
