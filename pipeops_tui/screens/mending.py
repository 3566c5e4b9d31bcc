"""What a halted run needs: going on, another sign-in, no journal, another resource group, or undo.

What Azure refuses about the resource group is mended on the spot: another name, another region, tags.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from pipeops_tui.model import Region
from pipeops_tui.problem import FailureKind, Problem, Section
from pipeops_tui.provisioning.events import RowState, RunEnded
from pipeops_tui.screens import forget_built
from pipeops_tui.screens.create_words import count_done
from pipeops_tui.screens.dialogs.sign_in_again import asks_person
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
    """Subclasses call `show_halt` and `show_refusal`, and give `goes_on`; `opened` shows the review anew."""

    def goes_on(self) -> None:
        """The run is about to work again; its rows may be others."""
        raise NotImplementedError

    def show_halt(self, event: RunEnded) -> None:
        """It has stopped or failed: say so, with what can be done about it."""
        problem = event.failed or Problem(
            "Stopped",
            f"{count_done(event.rows)} Nothing runs any more.",
            remedy="Go on where it stopped, or undo what was created.",
            link=Section.RUN,
            wanted=True,
        )
        actions = []
        if event.journal_failed:
            actions.append(ProblemAction("Go on without a journal", self._without_journal))
        asks, go_on = asks_person(self.journey), self.try_again
        if event.error is not None and event.error.kind is FailureKind.SIGN_IN:
            claims = event.error.claims
            if asks:
                sign_in = partial(self._go_on, partial(self.sign_in_and_try_again, claims))
                actions.append(ProblemAction("Sign in again", sign_in))
            else:
                go_on = partial(self.sign_in_and_try_again, claims)
        actions.append(ProblemAction("Go on" if event.stopped else "Try again", partial(self._go_on, go_on)))
        actions += self._group_actions(problem)
        if self.may_undo:
            actions.append(ProblemAction("Undo…", self.action_undo))
        self.show_problem(problem, None, actions)

    def show_refusal(self, problem: Problem) -> None:
        """What was only tried was refused, and nothing is left: back to the review, with what Azure said."""
        mend = self._group_actions(problem)
        self._begin_anew()
        clean = replace(problem, what=f"{problem.what} Nothing of this run is left in Azure.")
        self.show_problem(clean, self.proceed, mend)

    def undone(self) -> None:
        """Back to the review: the same choices can be created anew, or changed."""
        self._begin_anew()
        self.status.done("Undone: nothing of that run is left.")

    def _begin_anew(self) -> None:
        self.clear_problem()
        if self.journey.taken_up:
            forget_built(self.pipeops)
        self.journey.end_run()
        self.opened()

    def _go_on(self, verb: Callable[[], None]) -> None:
        self.clear_problem()
        self.goes_on()
        self.status.running("Going on")
        verb()

    def _without_journal(self) -> None:
        if self.run is not None:
            self.run.without_journal()
        self._go_on(self.try_again)

    # Another resource group

    def _group_actions(self, problem: Problem) -> list[ProblemAction]:
        """*Change the resource group…*, as long as there is none and it is what the run has stopped at."""
        run = self.run
        if run is not None:
            stopped_there = any(row.key == _GROUP and row.state in _OPEN for row in run.rows)
            if not (stopped_there and run.may_change_group):
                return []
        return [ProblemAction("Change the resource group…", lambda: self._ask_for_group(problem))]

    def _ask_for_group(self, problem: Problem) -> None:
        from pipeops_tui.screens.dialogs.other_group import OtherGroupDialog

        self.app.push_screen(OtherGroupDialog(self.journey, problem), self._group_entered)

    def _group_entered(self, group: OtherGroup | None) -> None:
        if group is not None:
            self.begin(lambda: self._change_group(group), group="mend")

    async def _change_group(self, group: OtherGroup) -> None:
        """Go on with the run that gets another group; without a run, show the review of what was changed."""
        self.clear_problem()
        self.status.running("Changing the resource group")
        await self.journey.change_group(group.name, group.region, group.tags)
        if self.run is None:
            self.opened()
        else:
            self._go_on(self.try_again)
