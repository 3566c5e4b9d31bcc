"""What the Sign in screen does about runs of earlier processes: offers them, and carries out what was decided.

The journals are read after the first frame and off the event loop, and what that takes is loaded then. A decision to
continue or to undo waits until somebody has signed in who reaches the run's subscription; whatever goes wrong on the
way, the run stays on offer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.app import SystemCommand

from pipeops_tui.problem import CloudError, FailureKind, Problem
from pipeops_tui.screens import forget_built
from pipeops_tui.screens.step_screen import StepScreen
from pipeops_tui.widgets.problem_card import ProblemAction
from pipeops_tui.wizard import Step

if TYPE_CHECKING:
    from pipeops_tui.earlier import Errand
    from pipeops_tui.model import DeviceCode, Subscription
    from pipeops_tui.ports import Session
    from pipeops_tui.provisioning.journal_store import Survey
    from pipeops_tui.provisioning.run import Run

_VERBS = {"continue": "finish", "undo": "undo"}


class Errands:
    """Belongs to one screen, which tells it when somebody has signed in."""

    def __init__(self, screen: StepScreen, changed: Callable[[], None], begin: Callable[[], None]) -> None:
        """`changed` is called when `errand` or `notes` are others; `begin` starts an errand for who is signed in."""
        self._screen = screen
        self._changed = changed
        self._begin = begin
        self._survey: Survey | None = None
        self._offer_due = False
        self._refused: Session | None = None
        self.errand: Errand | None = None
        """What is to be done once somebody has signed in."""
        self._undone: Run | None = None
        """The run that the undo dialog is about, while it is open."""

    # What there is

    @property
    def any(self) -> bool:
        """Whether there are earlier runs to be shown."""
        survey = self._survey
        return survey is not None and bool(survey.unfinished or survey.undoable or survey.in_use)

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences for the start screen: journals that cannot be used, runs that are open elsewhere."""
        if self._survey is None:
            return ()
        from pipeops_tui.earlier import name_of

        open_elsewhere = (
            f"Another pipeops-tui is working on {name_of(run.state.plan)} at this moment."
            for run in self._survey.in_use
        )
        return (*self._survey.set_aside, *open_elsewhere)

    @property
    def sentence(self) -> str:
        """What signing in is for, while there is an errand; empty otherwise."""
        if self.errand is None:
            return ""
        from pipeops_tui.earlier import name_of

        plan = self.errand.plan
        return (
            f"To {_VERBS[self.errand.intent]} {name_of(plan)}, sign in with an account of {plan.tenant_name} that may "
            "manage it. Escape leaves it for later."
        )

    async def look(self) -> None:
        """Read the journals, once; offer what is unfinished."""
        if self._survey is None:
            await self._read()
            self._offer_due = self._unfinished
            self.arrive()

    @property
    def _unfinished(self) -> bool:
        return self._survey is not None and bool(self._survey.unfinished)

    def arrive(self) -> None:
        """Offer what is due, once nothing lies over the screen."""
        if self._offer_due and self._screen.is_current:
            self._offer_due = False
            self.offer()

    async def _read(self) -> None:
        journey = self._screen.journey
        endpoints = await journey.prepare()
        found = await (await journey.earlier_runs()).survey(endpoints.resource_manager)
        # What was set aside is found only once, and stays worth knowing.
        set_aside = (*(self._survey.set_aside if self._survey else ()), *found.set_aside)
        self._survey = replace(found, set_aside=tuple(dict.fromkeys(set_aside)))
        self._changed()

    # Deciding

    def commands(self) -> Iterable[SystemCommand]:
        """The list, where there is one."""
        if self.any:
            yield SystemCommand("Earlier runs…", "Finish, undo or forget what was begun before", self.offer)

    def offer(self) -> None:
        """Show the list."""
        from pipeops_tui.screens.dialogs.earlier_runs import EarlierRunsDialog

        if self._survey is not None:
            self._screen.app.push_screen(EarlierRunsDialog(self._survey), self._decided)

    def _decided(self, errand: Errand | None) -> None:
        from pipeops_tui.earlier import Intent

        if errand is None:
            return
        if errand.intent is Intent.FORGET:
            self._ask_to_forget(errand)
            return
        self.errand, self._refused = errand, None
        self._screen.status.say("")
        self._changed()
        if self._screen.journey.session is not None:
            self._begin()

    def drop(self) -> None:
        """Leave the run for later."""
        self.errand = None
        self._changed()
        self._screen.status.say("The run stays on offer.")

    # Continuing and undoing

    @property
    def needs_other_account(self) -> bool:
        """Whether whoever is signed in cannot do it."""
        session = self._screen.journey.session
        return session is not None and session is self._refused

    async def take_up(self, show_code: Callable[[DeviceCode], None]) -> Callable[[], None]:
        """Take the run up for whoever is signed in; returns what shows the outcome, for when the screen is itself."""
        from pipeops_tui.earlier import name_of
        from pipeops_tui.provisioning.journal import JournalUnavailable

        errand = self.errand
        assert errand is not None  # noqa: S101 - nobody calls it without one
        self._screen.status.running(f"Looking for {name_of(errand.plan)}")
        try:
            run, subscription = await self._screen.journey.take_up(errand.run, show_code)
        except CloudError as error:
            refused = error
            return lambda: self._refuse_account(refused)
        except JournalUnavailable as unavailable:
            problem = unavailable.problem
            return lambda: self._refuse(problem)
        return lambda: self._carry_out(errand, run, subscription)

    def _refuse(self, problem: Problem) -> None:
        self._screen.show_problem(problem, self._begin, [self._later()])

    def _refuse_account(self, error: CloudError) -> None:
        """What Azure refused: an account that asks for a new sign-in, one that cannot do it, or none in particular."""
        other = ProblemAction("Sign in as somebody else", self._as_somebody_else)
        if error.kind is FailureKind.SIGN_IN:
            self._screen.show_demand(error, self._again, "earlier", [other, self._later()])
        elif error.kind is FailureKind.REFUSED:
            self._refused = self._screen.journey.session
            self._screen.show_problem(error.problem, None, [other, self._later()])
        else:
            self._refuse(error.problem)

    async def _again(self) -> None:
        self._begin()

    def _later(self) -> ProblemAction:
        return ProblemAction("Decide later", self._not_now)

    def _as_somebody_else(self) -> None:
        self._refused = self._screen.journey.session
        self._screen.clear_problem()
        self._screen.status.say("Pick how to sign in.")

    def _not_now(self) -> None:
        self._screen.clear_problem()
        self.drop()

    def _carry_out(self, errand: Errand, run: Run, subscription: Subscription) -> None:
        from pipeops_tui.earlier import Intent

        self.errand = None
        self._changed()
        if errand.intent is Intent.CONTINUE:
            self._screen.journey.adopt(run, subscription)
            forget_built(self._screen.pipeops)
            self._screen.pipeops.show_step(Step.CREATE)
        else:
            self._undo(run)

    def _undo(self, run: Run) -> None:
        from pipeops_tui.screens.dialogs.sign_in_again import sign_in_again
        from pipeops_tui.screens.dialogs.undo import UndoDialog

        self._undone = run
        self._screen.status.say("")

        async def renew(claims: str) -> None:
            await sign_in_again(self._screen, run.plan.tenant_id, claims)

        self._dialog = UndoDialog(run, self._screen.journey.clock.monotonic, self._screen.pipeops.copy, renew)
        self._screen.app.push_screen(self._dialog, self._undo_left)

    def _undo_left(self, nothing_left: bool | None) -> None:
        run, self._undone = self._undone, None
        if run is None:
            return
        if nothing_left is None:
            self._screen.status.say("Nothing was undone.")
        else:
            self._screen.pipeops.receipt = self._screen.journey.receipt(run)
            if nothing_left:
                self._screen.status.done("Undone: nothing of that run is left.")
            else:
                self._screen.status.warn("Some of that run is still there; press e to undo the rest.")
        run.close()
        self._screen.begin(self._read, group="earlier")

    async def may_quit(self) -> bool:
        """Whether to quit now; asks while a run is being undone."""
        if self._undone is None or not self._dialog.running:
            return True
        from pipeops_tui.screens.dialogs.leaving import UnfinishedDialog, what_stays

        dialog = UnfinishedDialog(what_stays(self._screen.journey, self._undone))
        self._screen.pipeops.receipt = self._screen.journey.receipt(self._undone)
        return await self._screen.app.push_screen_wait(dialog) is False

    # Forgetting

    def _ask_to_forget(self, errand: Errand) -> None:
        from pipeops_tui.screens.dialogs.forget import ForgetDialog

        def answered(forget: bool | None) -> None:
            if forget:
                self._screen.begin(lambda: self._forget(errand), group="earlier")
            else:
                self.offer()

        self._screen.app.push_screen(ForgetDialog(errand.run.state, self._screen.pipeops.copy), answered)

    async def _forget(self, errand: Errand) -> None:
        from pipeops_tui.earlier import name_of
        from pipeops_tui.provisioning.journal import JournalUnavailable

        try:
            await (await self._screen.journey.earlier_runs()).forget(errand.run)
        except JournalUnavailable as unavailable:
            self._refuse(unavailable.problem)
            return
        await self._read()
        self._screen.status.done(f"Forgotten: {name_of(errand.plan)}")
        if self._unfinished:
            self.offer()
