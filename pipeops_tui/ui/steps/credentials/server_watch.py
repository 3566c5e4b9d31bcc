"""Watches what PipeOps does with the five values, for the Credentials screen."""

from __future__ import annotations

from collections.abc import Callable

from pipeops_tui.core.problem import CloudError, Problem
from pipeops_tui.provisioning import Row
from pipeops_tui.ui.base.step_screen import StepScreen
from pipeops_tui.watching.first_server import LATE, arrived, offered_row, refusal, remark, server_row
from pipeops_tui.watching.watch import Sight, Watch, WatchedGroup

_GROUP = "watch"


class ServerWatch:
    """Belongs to the Credentials screen. It is offered once the person has the secret of a new connection; its row is
    there from the beginning, so that nothing moves then."""

    def __init__(self, screen: StepScreen, changed: Callable[[], None]) -> None:
        """`changed` is called when something must be drawn again."""
        self._screen = screen
        self._journey = screen.journey
        self._changed = changed
        self._watch: Watch | None = None
        self._regions: dict[str, str] = {}
        self._looked = False
        """Whether Azure has answered once."""
        self.watching = False
        """Whether it looks again and again."""

    @property
    def offered(self) -> bool:
        """Whether it can begin now."""
        return self._possible and self._journey.delivered and not self.watching

    @property
    def too_early(self) -> bool:
        """Whether PipeOps cannot have the secret yet."""
        return self._possible and not self._journey.delivered

    @property
    def _possible(self) -> bool:
        run = self._journey.run
        known = run is not None and not run.state.renewed and run.credentials is not None
        return known and self._journey.session is not None and self._journey.choices.subscription is not None

    @property
    def _sight(self) -> Sight | None:
        return self._watch.sight if self._watch is not None and self._looked else None

    def begin(self) -> None:
        """Watch from now on, or go on after it was stopped. Before PipeOps can have the secret, say that."""
        run, session, subscription = self._journey.run, self._journey.session, self._journey.choices.subscription
        if not self.offered or run is None or run.credentials is None or session is None or subscription is None:
            if self.too_early:
                self._screen.status.warn("Copy the client secret into PipeOps first (4).")
            return
        if self._watch is None:
            group = WatchedGroup(
                subscription, run.plan.group_name, run.credentials.client_id, is_new=run.plan.group_is_new
            )
            self._watch = Watch(session, self._journey.clock, group)
        self.watching = True
        self._screen.work.begin(self._follow, group=_GROUP, without=self._failed)
        self._screen.status.say(f"Watching {run.plan.group_name}. {LATE}")
        self._changed()

    def stop(self) -> None:
        """Look no more, until it begins again."""
        if self.watching:
            self.watching = False
            self._screen.work.cancel(_GROUP)
            self._changed()

    def _failed(self, error: CloudError) -> None:
        self._screen.status.failed(f"{error.problem.title}. Press w to watch again.")
        self._changed()

    async def _follow(self) -> None:
        if self._watch is None:
            return
        self.watching, before = True, self._sight
        try:
            await self._read_regions()
            async for sight in self._watch.looks():
                self._looked = True
                self._tell(sight, before)
                before = sight
                self._changed()
        finally:
            self.watching = False
        self._changed()

    async def _read_regions(self) -> None:
        """The names of the regions, which were read for the third step."""
        subscription = self._journey.choices.subscription
        if subscription is not None and not self._regions:
            try:
                regions = (await self._journey.lookups.regions(subscription)).value
            except CloudError:
                return
            self._regions = {region.name: region.display_name for region in regions}

    def _tell(self, sight: Sight, before: Sight | None) -> None:
        """Say on the status line what is new."""
        if sight.refused and (before is None or sight.refused[0] != (*before.refused, None)[0]):
            self._screen.status.failed(f"{refusal(sight.refused).title}. Press d for details.")
        elif sight.arrival is not None and (before is None or before.arrival is None):
            self._screen.status.done(f"{arrived(sight.arrival, self._region_name)}.")
        elif sight.next_look is None:
            self._screen.status.say("Watching has ended after 30 minutes.")

    def _region_name(self, name: str) -> str:
        return self._regions.get(name, name)

    # What is shown

    @property
    def row(self) -> Row | None:
        """The row of the first server; None where it is not to be offered."""
        run = self._journey.run
        if run is None or not self._possible:
            return None
        if self._watch is None or not (self.watching or self._sight):
            return offered_row()
        return server_row(self._sight, watching=self.watching)

    @property
    def remark(self) -> str:
        """What is to be said below the row."""
        return remark(self._sight) if self.watching or self.problem is not None else ""

    @property
    def problem(self) -> Problem | None:
        """What Azure refused last."""
        sight = self._sight
        return refusal(sight.refused) if sight is not None and sight.refused else None

    @property
    def title(self) -> str:
        """The title of the screen once PipeOps has begun; empty before, and when it was refused something since."""
        sight = self._sight
        begun = sight is not None and sight.arrival is not None and not sight.refused
        return "✓ PipeOps is at work in your Azure subscription" if begun else ""

    @property
    def closing(self) -> str:
        """The sentence below that title."""
        sight = self._sight
        if not self.title or sight is None or sight.arrival is None:
            return ""
        return f"The first resource is there: {arrived(sight.arrival, self._region_name)}. You can finish here."
