"""The half of a run that removes what it has made: because a person asks, or because Azure refused the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pipeops_tui.provisioning.events import Event, RollbackStarted, Row
from pipeops_tui.provisioning.job import RunContext
from pipeops_tui.provisioning.journal.entries import Closed, RunOutcome
from pipeops_tui.provisioning.progress_rows import ProgressRows
from pipeops_tui.provisioning.undo import Extent, Undoing, removal_rows


class TakingBack:
    """Removes with rows of its own, beside those of creation. The run sees to it that nothing else works meanwhile."""

    def __init__(
        self,
        context: RunContext,
        progress: ProgressRows,
        tell: Callable[[Event], None],
        forget_secret: Callable[[], None],
    ) -> None:
        """`forget_secret` is called when nothing is left that the secret could be for."""
        self._context = context
        self._progress = progress
        self._tell = tell
        self._forget_secret = forget_secret

    def rows(self, extent: Extent) -> tuple[Row, ...]:
        """What would be removed, newest first; once it is planned, the state of each removal."""
        return self._progress.rows or removal_rows(self._context.state, extent)

    def plan(self, extent: Extent) -> None:
        """Show the removals that there are to do now."""
        self._progress.clear()
        self._progress.show(removal_rows(self._context.state, extent))

    async def remove(self, extent: Extent) -> Undoing:
        """Remove what is planned; returns the attempt, which knows what is left and why."""
        undoing = Undoing(replace(self._context, progress=self._progress), extent)
        await undoing.run()
        if not undoing.left():
            self._forget_secret()
            if extent is not Extent.NEW_SECRET:
                await self._context.journaled_state.record(Closed(self._context.clock.now(), RunOutcome.UNDONE))
        return undoing

    async def roll_back(self) -> bool:
        """Remove what was made for a write that Azure then refused; returns whether nothing is left."""
        self.plan(Extent.EVERYTHING)
        if rows := self.rows(Extent.EVERYTHING):
            self._tell(RollbackStarted(rows))
        self._context.cancellation.release()
        undoing = await self.remove(Extent.EVERYTHING)
        return not undoing.left()
