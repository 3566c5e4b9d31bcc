"""What Azure refuses about the resource group is mended on the spot: another name, another region, tags."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pipeops_tui.model import Region
from pipeops_tui.problem import Problem
from pipeops_tui.provisioning.events import RowState
from pipeops_tui.screens.run_screen import RunScreen
from pipeops_tui.widgets.problem_card import ProblemAction

_GROUP = "group"
_OPEN = frozenset({RowState.FAILED, RowState.STOPPED})


@dataclass(frozen=True, slots=True)
class OtherGroup:
    """The new resource group to be created instead of the one that was refused."""

    name: str
    region: Region
    tags: tuple[tuple[str, str], ...]


class MendingScreen(RunScreen):
    """Subclasses give `go_on_with`, and put `group_actions` beside what else can be done about a problem."""

    async def go_on_with(self, change: Callable[[], Awaitable[object]]) -> None:
        """Go on with the run once `change` is made; without a run, show the review of what was changed."""
        raise NotImplementedError

    def group_actions(self, problem: Problem) -> list[ProblemAction]:
        """*Change the resource group…*, as long as there is none and it is what the run has stopped at."""
        run = self.run
        if run is not None:
            stopped_there = any(row.key == _GROUP and row.state in _OPEN for row in run.rows)
            if not (stopped_there and run.may_change_group):
                return []
        return [ProblemAction("Change the resource group…", lambda: self._ask_for_group(problem))]

    def _ask_for_group(self, problem: Problem) -> None:
        from pipeops_tui.screens.dialogs.other_group import OtherGroupDialog

        self.app.push_screen(OtherGroupDialog(self.journey, problem), self._change_group)

    def _change_group(self, group: OtherGroup | None) -> None:
        if group is not None:
            self.begin(lambda: self.go_on_with(lambda: self._changed(group)), group="mend")

    async def _changed(self, group: OtherGroup) -> None:
        await self.journey.change_group(group.name, group.region, group.tags)
