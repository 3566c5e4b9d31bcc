"""Asks for confirmation before the first write: that a journal can be written, then whether to create."""

from __future__ import annotations

from collections.abc import Callable

from pipeops_tui.core.model import Plan
from pipeops_tui.provisioning import JournalUnavailable, Row
from pipeops_tui.ui.base.step_screen import StepScreen
from pipeops_tui.ui.dialogs.confirm import ConfirmDialog
from pipeops_tui.ui.steps.create.create_words import consequences
from pipeops_tui.ui.widgets.action_buttons import Action


class Confirmation:
    """Belongs to the Create screen."""

    def __init__(self, screen: StepScreen, *, again: Callable[[], None], confirmed: Callable[[], None]) -> None:
        """`again` asks once more, after a problem with the journal; `confirmed` is called when the person says yes."""
        self._screen = screen
        self._journey = screen.journey
        self._again = again
        self._confirmed = confirmed

    async def ask(self, plan: Plan, rows: tuple[Row, ...]) -> None:
        """Show the question about `plan`; or the problem that no journal can be written, with a way to go on."""
        if not (self._journey.without_journal or await self._can_write_journal()):
            return
        paragraphs = consequences(plan, rows, journaled=not self._journey.without_journal)
        dialog = ConfirmDialog("Create this in Azure now?", paragraphs, yes="Create now", no="Review again")
        self._screen.app.push_screen(dialog, self._answered)

    async def _can_write_journal(self) -> bool:
        self._screen.busy = True
        try:
            await (await self._journey.earlier_runs()).check_writable()
        except JournalUnavailable as unavailable:
            go_on = Action("Continue without a journal", self._continue_without_journal)
            self._screen.problems.show(unavailable.problem, self._again, [go_on])
            return False
        finally:
            self._screen.busy = False
        return True

    def _continue_without_journal(self) -> None:
        self._journey.journal_declined()
        self._screen.problems.clear()
        self._again()

    def _answered(self, yes: bool | None) -> None:
        if yes:
            self._confirmed()
