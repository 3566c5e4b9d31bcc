"""What can be done about a run that has stopped or failed: continue, sign in again, change the group, undo.

Azure's refusals about the resource group can be corrected on the spot: another name, another region, tags.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from pipeops_tui.core.problem import FailureKind, Problem, Section
from pipeops_tui.provisioning import RowState, RunEnded
from pipeops_tui.ui.base.run_driver import DISCARDED, RunDriver
from pipeops_tui.ui.base.step_screen import StepScreen
from pipeops_tui.ui.dialogs.sign_in_again import asks_person
from pipeops_tui.ui.steps.create.create_words import count_done
from pipeops_tui.ui.steps.create.other_group import OtherGroup, OtherGroupDialog
from pipeops_tui.ui.widgets.action_buttons import Action

_GROUP = "group"
_OPEN = frozenset({RowState.FAILED, RowState.STOPPED})


class HaltedRun:
    """Belongs to the Create screen."""

    def __init__(
        self,
        screen: StepScreen,
        driver: RunDriver,
        *,
        continues: Callable[[], None],
        review: Callable[[], None],
    ) -> None:
        """`continues` is called just before the run works again, maybe with other rows; `review` shows the review of
        the present choices."""
        self._screen = screen
        self._journey = screen.journey
        self._driver = driver
        self._continues = continues
        self._review = review

    def show(self, event: RunEnded) -> None:
        """Show that the run has stopped or failed, and what can be done about it."""
        problem = event.failed or Problem(
            "Stopped",
            f"{count_done(event.rows)} Nothing is running.",
            remedy="Continue where it stopped, or undo what was created.",
            link=Section.RUN,
            wanted=True,
        )
        actions = []
        if event.journal_failed:
            actions.append(Action("Continue without a journal", self._without_journal))
        asks, verb = asks_person(self._journey), self._driver.try_again
        if event.error is not None and event.error.kind is FailureKind.SIGN_IN:
            sign_in = partial(self._driver.sign_in_and_try_again, event.error.claims)
            if asks:
                actions.append(Action("Sign in again", partial(self._continue, sign_in)))
            else:
                verb = sign_in
        actions.append(Action("Continue" if event.stopped else "Try again", partial(self._continue, verb)))
        actions += self._group_actions(problem)
        if self._driver.can_undo:
            discards = self._driver.run is not None and self._driver.run.discards
            actions.append(Action("Discard the new secret…" if discards else "Undo…", self._driver.undo))
        self._screen.problems.show(problem, None, actions)

    def show_refusal(self, problem: Problem) -> None:
        """Azure refused what was only tried, and nothing is left: show that over the review."""
        actions = self._group_actions(problem)
        self._end_run()
        clean = replace(problem, what=f"{problem.what} Nothing that was created is left in Azure.")
        self._screen.problems.show(clean, self._screen.proceed, actions)

    def undone(self) -> None:
        """Show the review: the same choices can be created again, or changed. After a renewal the first step."""
        if self._journey.run is not None and self._journey.run.state.renewed:
            self._screen.problems.clear()
            self._journey.leave_run()
            self._screen.services.start_over(DISCARDED)
            return
        self._end_run()
        self._screen.status.done("Undone: nothing that was created is left.")

    def _end_run(self) -> None:
        self._screen.problems.clear()
        if self._journey.resumed:
            self._screen.services.rebuild_other_steps()
        self._journey.end_run()
        self._review()

    def _continue(self, verb: Callable[[], object]) -> None:
        self._screen.problems.clear()
        self._continues()
        self._screen.status.running("Continuing")
        verb()

    def _without_journal(self) -> None:
        if self._journey.run is not None:
            self._journey.run.without_journal()
        self._continue(self._driver.try_again)

    # Another resource group

    def _group_actions(self, problem: Problem) -> list[Action]:
        """*Change the resource group…*, while the group does not exist and the run has stopped at it."""
        run = self._journey.run
        if run is not None:
            stopped_there = any(row.key == _GROUP and row.state in _OPEN for row in run.rows)
            if not (stopped_there and run.may_change_group):
                return []
        return [Action("Change the resource group…", lambda: self._ask_for_group(problem))]

    def _ask_for_group(self, problem: Problem) -> None:
        self._screen.app.push_screen(OtherGroupDialog(self._journey, problem), self._group_entered)

    def _group_entered(self, group: OtherGroup | None) -> None:
        if group is not None:
            self._screen.work.begin(lambda: self._change_group(group), group="change group")

    async def _change_group(self, group: OtherGroup) -> None:
        """Continue the run with another group; without a run, show the review of the changed choices."""
        self._screen.problems.clear()
        self._screen.status.running("Changing the resource group")
        await self._journey.change_group(group.name, group.region, group.tags)
        if self._journey.run is None:
            self._review()
        else:
            self._continue(self._driver.try_again)
