"""Step 7: the exact list of writes, and then the same rows while they happen."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum, auto

from textual import on
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from pipeops_tui import wizard
from pipeops_tui.checks.requests import ask_to_assign, group_name
from pipeops_tui.dates import spell_day
from pipeops_tui.earlier import changes
from pipeops_tui.journey import Journey
from pipeops_tui.model import Plan
from pipeops_tui.problem import Problem
from pipeops_tui.provisioning.creating import operations_for, review
from pipeops_tui.provisioning.events import CredentialsReady, Event, Row, RowChanged, RunEnded, TakingBack
from pipeops_tui.provisioning.journal import JournalUnavailable
from pipeops_tui.provisioning.owner_step import OwnerStep
from pipeops_tui.provisioning.run import Run
from pipeops_tui.screens.about import About
from pipeops_tui.screens.create_words import duration, order, outlook, promise, summary
from pipeops_tui.screens.dialogs.confirm import ConfirmDialog
from pipeops_tui.screens.dialogs.leaving import StopDialog, UnfinishedDialog, what_stays
from pipeops_tui.screens.mending import MendingScreen
from pipeops_tui.screens.run_screen import AFTER_REQUEST
from pipeops_tui.widgets.button import Button
from pipeops_tui.widgets.operation_rows import OperationRows, is_live
from pipeops_tui.widgets.owner_line import OwnerLine
from pipeops_tui.widgets.problem_card import ProblemAction
from pipeops_tui.wizard import Step

_SCROLL = {"up": -1, "down": 1, "pageup": -6, "pagedown": 6}


class Phase(Enum):
    """Where creating stands."""

    REVIEW = auto()
    RUNNING = auto()
    HALTED = auto()
    """Stopped or failed: it can be gone on with, or undone."""
    DONE = auto()


class CreateScreen(MendingScreen):
    """Reviews, confirms, runs. Goes on to Credentials by itself."""

    CSS_PATH = "create.tcss"
    STEP = Step.CREATE
    QUESTION = "Create what PipeOps needs"
    SENTENCE = "This is everything that will be written."
    CONTINUE = "Create"
    AUTO_FOCUS = "#continue"
    BINDINGS = [
        Binding("enter", "continue", "Create", key_display="⏎"),
        Binding("escape", "back", "Back", key_display="esc"),
        Binding("escape", "ask_to_stop", "Stop…", key_display="esc"),
        Binding("m", "copy_request", "Copy message"),
        Binding("l", "look_now", "Look now"),
        *(Binding(key, f"scroll_rows({lines})", show=False) for key, lines in _SCROLL.items()),
    ]

    def __init__(self, journey: Journey) -> None:
        super().__init__(journey)
        self.phase = Phase.REVIEW
        self._rows = OperationRows(journey.clock.monotonic, id="operations")
        self._plan: Plan | None = None

    def compose_body(self) -> Iterable[Widget]:
        """The rows, and what to know before saying yes."""
        with VerticalScroll(id="operations-scroll", can_focus=False):
            yield self._rows
        yield OwnerLine(simulated=self.journey.settings.demo is not None, id="owner")
        yield Static(id="promise", markup=False)

    def about(self) -> About:
        """What the parts are for, and the commands of all rows."""
        return About(
            "What gets created?",
            (
                "PipeOps signs in to your Azure as an application, never as you. An application that may sign in has "
                "three parts: its registration (its name), a service principal (its account in your directory) and a "
                "client secret (its password).",
                "That account gets the role Contributor on one resource group. It can create and delete what is in "
                "that group, and nothing anywhere else.",
                "If one of the lines fails, nothing is left half-made: go on from there, or undo it all.",
            ),
            "App registrations",
            f"{self.journey.portal}/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade",
            " &&\n".join(row.equivalent for row in self._rows.rows if row.equivalent),
        )

    # Review

    def opened(self) -> None:
        """Show the plan as it is now; open the subscription meanwhile, so that creating starts at once. A run that an
        earlier process began goes on instead."""
        if self.run is not None:
            if self.journey.taken_up and self.phase is Phase.REVIEW:
                self._take_up(self.run)
            return
        self._plan = plan = wizard.plan(self.journey.choices)
        rows = review(operations_for(plan), plan, self.journey.clock.now())
        self._rows.show(rows, planned="writes")
        self._enter(Phase.REVIEW)
        self.query_one("#sentence", Static).update(f"{summary(plan, rows)}, {outlook(plan)}.")
        self.query_one("#promise", Static).update(promise(plan))
        self.set_class(bool(plan.doubts), "-doubts")
        self.status.say("Nothing has been written yet.")
        self.journey.open_workspace()

    def _take_up(self, run: Run) -> None:
        self._rows.show(run.rows)
        made, all_ = changes(run.state)
        begun = f"begun {spell_day(run.state.begun)}, {made} of {all_} changes made then"
        self.query_one("#sentence", Static).update(f"Going on with an earlier run: {begun}.")
        self._enter(Phase.RUNNING)
        self.drive(run.execute)

    def proceed(self) -> None:
        """Ask once more; after that there is no way back but undo."""
        if self.phase is Phase.DONE:
            self.pipeops.forward()
        elif self.phase is Phase.REVIEW and self._plan is not None:
            plan = self._plan
            self.begin(lambda: self._confirm(plan), group="confirm")

    async def _confirm(self, plan: Plan) -> None:
        journaled = not self.journey.without_journal
        if journaled:
            self.busy = True
            try:
                await (await self.journey.earlier_runs()).rehearse()
            except JournalUnavailable as unavailable:
                go_on = ProblemAction("Go on without a journal", self._do_without_journal)
                self.show_problem(unavailable.problem, self.proceed, [go_on])
                return
            finally:
                self.busy = False
        paragraphs = [f"{summary(plan, self._rows.rows)}.", duration(plan)]
        if plan.doubts:
            paragraphs.append(order(plan))
        if not journaled:
            paragraphs.append("Without a journal nobody can finish or undo it later, should this program be killed.")
        dialog = ConfirmDialog("Create this in Azure now?", paragraphs, yes="Create now", no="Review again")
        self.app.push_screen(dialog, self._confirmed)

    def _do_without_journal(self) -> None:
        self.journey.without_journal = True
        self.clear_problem()
        self.proceed()

    def _confirmed(self, yes: bool | None) -> None:
        if yes and self.phase is Phase.REVIEW:
            # The frame without the dialog can wait until the first requests are under way.
            self.app.delay_update(4 * AFTER_REQUEST)
            self.begin(self._create, group="create")

    async def _create(self) -> None:
        plan = self._plan
        if plan is None:
            return
        self.busy = True
        self.status.running("Opening the subscription")
        workspace = await self.journey.open_workspace()
        run = await self.journey.begin_run(plan, workspace)
        self.drive(run.execute)
        self._rows.show(run.rows)
        self._enter(Phase.RUNNING)

    # Running

    def _enter(self, phase: Phase) -> None:
        self.phase = phase
        self.busy = phase is Phase.RUNNING
        self.query_one("#promise").visible = phase is Phase.REVIEW
        self._show_owner_line()
        button = self.query_one("#continue", Button)
        button.visible = phase in (Phase.REVIEW, Phase.DONE)
        button.label = "Continue" if phase is Phase.DONE else self.CONTINUE
        self.pipeops.refresh_frame()

    def hear(self, event: Event) -> None:
        """Rows move, the end decides what comes next."""
        match event:
            case RowChanged(row):
                self._rows.update_row(row)
                self._show_owner_line()
                self._say_what_runs(row)
            case CredentialsReady():
                # Azure answers the run's next request while the screen is made.
                self.set_timer(AFTER_REQUEST, self._show_credentials)
            case RunEnded(failed=None, stopped=False):
                self._enter(Phase.DONE)
                self.status.done("Everything is created and proved.")
                self._show_credentials()
            case TakingBack(rows):
                self._rows.show(rows)
                self.status.running("Azure has refused: removing what was made for it")
            case RunEnded(failed=Problem() as problem, taken_back=True):
                self.show_refusal(problem)
            case RunEnded():
                self._enter(Phase.HALTED)
                if self.journey.wizard.step is Step.CREATE:
                    self.show_halt(event)

    def _say_what_runs(self, changed: Row) -> None:
        """What has changed last; when that is over, what still runs."""
        rows = (changed, *(self.run.rows if self.run is not None else ()))
        row = next((row for row in rows if is_live(row)), None)
        if row is not None and self.phase is Phase.RUNNING:
            self.status.running(f"{row.title}: {row.reason or row.detail}")

    def _show_credentials(self) -> None:
        if self.journey.wizard.step is Step.CREATE:
            self.pipeops.forward()

    @on(OperationRows.Moved)
    def _follow(self, event: OperationRows.Moved) -> None:
        event.stop()
        self.query_one("#operations-scroll").scroll_to_region(event.region, animate=False)

    def action_scroll_rows(self, lines: int) -> None:
        """Move the rows where they do not all fit."""
        self.query_one("#operations-scroll").scroll_relative(y=lines, animate=False)

    # Waiting for an Owner

    def _show_owner_line(self) -> None:
        step = self.run.owner_step if self.run is not None and self.phase is Phase.RUNNING else None
        if self.query_one(OwnerLine).show(step):
            self.set_class(step is not None, "-awaits")
            self._rows.show_active()
            self.refresh_bindings()

    @property
    def _owner_step(self) -> OwnerStep | None:
        return self.query_one(OwnerLine).step

    def action_copy_request(self) -> None:
        """Copy the message to the Owner, with the line to run."""
        step, session, subscription = self._owner_step, self.journey.session, self.journey.choices.subscription
        if step is not None and session is not None and subscription is not None:
            group = group_name(self.journey.choices)
            self.pipeops.copy(ask_to_assign(session.account, subscription, group, step.command), "Message")

    def action_look_now(self) -> None:
        """Look at once whether the access is there."""
        if self.run is not None:
            self.run.look_now()

    # Stopping, and going on

    def goes_on(self) -> None:
        """See `MendingScreen`."""
        if self.run is not None:
            self._rows.show(self.run.rows)
        self._enter(Phase.RUNNING)

    def action_ask_to_stop(self) -> None:
        """Escape while writing."""
        self.app.push_screen(StopDialog(), self._stop)

    def _stop(self, keep_going: bool | None) -> None:
        if keep_going is False and self.run is not None and self.phase is Phase.RUNNING:
            self.status.running("Stopping after the running request")
            self.run.stop()

    # Keys, leaving

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Escape goes back before Create was pressed, and asks to stop while it runs."""
        match action:
            case "ask_to_stop":
                return self.phase is Phase.RUNNING
            case "copy_request" | "look_now":
                return self._owner_step is not None
            case "back" if self.run is not None:
                return False
            case "continue" if self.phase in (Phase.RUNNING, Phase.HALTED):
                return False
        return super().check_action(action, parameters)

    async def may_quit(self) -> bool:
        """Ask while something runs, or is unfinished."""
        if self.run is None or self.phase in (Phase.REVIEW, Phase.DONE):
            return True
        if self.phase is Phase.HALTED:
            return await self.app.push_screen_wait(UnfinishedDialog(what_stays(self.journey, self.run))) is False
        waiting = self._owner_step is not None
        dialog = UnfinishedDialog(what_stays(self.journey, self.run)) if waiting else StopDialog(quitting=True)
        if await self.app.push_screen_wait(dialog) is not False:
            return False
        await self.stop_driving()
        return True
