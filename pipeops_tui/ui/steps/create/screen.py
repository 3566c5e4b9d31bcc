"""Step 7: the exact list of writes, and then the same rows while they happen."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum, auto

from textual import on
from textual.app import SystemCommand
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from pipeops_tui.core import wizard
from pipeops_tui.core.model import Plan
from pipeops_tui.core.problem import Problem
from pipeops_tui.core.wizard import Step
from pipeops_tui.journey.journey import Journey
from pipeops_tui.provisioning import (
    CredentialsReady,
    Event,
    OwnerStep,
    RollbackStarted,
    Row,
    RowChanged,
    RowState,
    Run,
    RunEnded,
    planned_rows,
)
from pipeops_tui.ui.base.run_driver import AFTER_REQUEST, RunDriver
from pipeops_tui.ui.base.step_screen import StepScreen
from pipeops_tui.ui.dialogs.confirm import StopDialog, UnfinishedDialog, what_stays
from pipeops_tui.ui.services import About, Services
from pipeops_tui.ui.steps.create.confirmation import Confirmation
from pipeops_tui.ui.steps.create.create_words import (
    about_creation,
    continuing,
    ending,
    outlook,
    promise,
    renewal_title,
    summary,
)
from pipeops_tui.ui.steps.create.halted_run import HaltedRun
from pipeops_tui.ui.steps.create.owner_wait import OwnerWait
from pipeops_tui.ui.widgets.operation_rows import OperationRows, is_live

_SCROLL = {"up": -1, "down": 1, "pageup": -6, "pagedown": 6}


class Phase(Enum):
    """The state of the Create screen."""

    REVIEW = auto()
    RUNNING = auto()
    HALTED = auto()
    """Stopped or failed: it can be continued or undone."""
    DONE = auto()


class CreateScreen(StepScreen):
    """Reviews, asks for confirmation, runs. Shows Credentials by itself when they are ready."""

    CSS_PATH = "screen.tcss"
    STEP = Step.CREATE
    QUESTION = "Create what PipeOps needs"
    SENTENCE = "This is everything that will be created."
    CONTINUE = "Create"
    AUTO_FOCUS = "#continue"
    BINDINGS = [
        Binding("enter", "continue", "Create", key_display="⏎"),
        Binding("enter", "finish", "Finish", key_display="⏎"),
        Binding("escape", "back", "Back", key_display="esc"),
        Binding("escape", "ask_to_stop", "Stop…", key_display="esc"),
        Binding("m", "copy_request", "Copy message"),
        Binding("l", "look_now", "Look now"),
        *(Binding(key, f"scroll_rows({lines})", show=False) for key, lines in _SCROLL.items()),
    ]

    def __init__(self, journey: Journey, services: Services) -> None:
        super().__init__(journey, services)
        self.driver = RunDriver(self, handle=self._handle, undone=lambda: self.halted.undone())
        self.halted = HaltedRun(self, self.driver, continues=self._continues, review=self.opened)
        self.phase = Phase.REVIEW
        self._confirmation = Confirmation(self, again=self.proceed, confirmed=self._confirmed)
        self._rows = OperationRows(journey.clock.monotonic, id="operations")
        self._plan: Plan | None = None

    def compose_body(self) -> Iterable[Widget]:
        """The rows, and what to know before saying yes."""
        with VerticalScroll(id="operations-scroll", can_focus=False):
            yield self._rows
        yield OwnerWait(self.journey, self.services, stop=self.action_ask_to_stop, id="owner")
        yield Static(id="promise", markup=False)

    def about(self) -> About:
        """What the parts are for, and the commands of all rows."""
        commands = (row.equivalent for row in self._rows.rows)
        return about_creation(self.journey.portal, commands)

    # Review

    def opened(self) -> None:
        """Show the plan as it is now; open the subscription meanwhile, so that creating starts at once. A run that an
        earlier process began is continued instead."""
        if self.journey.run is not None:
            if self.journey.resumed and self.phase is Phase.REVIEW:
                self._resume(self.journey.run)
            return
        self._plan = plan = wizard.plan(self.journey.choices)
        rows = planned_rows(plan, self.journey.clock.now())
        self._rows.show(rows, planned="creates")
        self._enter(Phase.REVIEW)
        self.query_one("#sentence", Static).update(f"{summary(plan, rows)}, {outlook(plan)}")
        self.query_one("#promise", Static).update(promise(plan))
        self.set_class(bool(plan.doubts), "-doubts")
        self.status.say("Nothing has been created yet.")
        self.journey.open_workspace()

    def _resume(self, run: Run) -> None:
        self._rows.show(run.rows)
        if run.state.renewed:
            self.query_one("#question", Static).update(renewal_title(run.state))
        self.query_one("#sentence", Static).update(continuing(run.state))
        self._enter(Phase.RUNNING)
        self.driver.drive(run.execute)

    def proceed(self) -> None:
        """Ask for confirmation; after that only undo leads back."""
        if self._is_over:
            self.action_finish()
        elif self.phase is Phase.DONE:
            self.services.forward()
        elif self.phase is Phase.REVIEW and self._plan is not None:
            plan = self._plan
            self.work.begin(lambda: self._confirmation.ask(plan, self._rows.rows), group="confirm")

    def _confirmed(self) -> None:
        if self.phase is Phase.REVIEW:
            # The frame without the dialog can wait until the first requests are under way.
            self.app.delay_update(4 * AFTER_REQUEST)
            self.work.begin(self._create, group="create")

    async def _create(self) -> None:
        plan = self._plan
        if plan is None:
            return
        self.busy = True
        self.status.running("Opening the subscription")
        workspace = await self.journey.open_workspace()
        run = await self.journey.begin_run(plan, workspace)
        self.driver.drive(run.execute)
        self._rows.show(run.rows)
        self._enter(Phase.RUNNING)

    # Running

    def _enter(self, phase: Phase) -> None:
        self.phase = phase
        self.busy = phase is Phase.RUNNING
        self.query_one("#promise").visible = phase is Phase.REVIEW
        self._show_owner_wait()
        self.query_one("#continue").visible = phase in (Phase.REVIEW, Phase.DONE)
        over = "Finish" if self._is_over else "Continue"
        self.relabel("continue", over if phase is Phase.DONE else self.CONTINUE)
        self.services.refresh_frame()

    def _handle(self, event: Event) -> None:
        """Show changed rows; after the end show what comes next."""
        match event:
            case RowChanged(row):
                self._rows.update_row(row)
                self._show_owner_wait()
                self._show_running(row)
                if row.state is RowState.DONE:
                    self.services.refresh_frame()  # a value may have become known
            case CredentialsReady():
                # Azure answers the run's next request while the screen is made.
                self.set_timer(AFTER_REQUEST, self._show_credentials)
            case RunEnded(failed=None, stopped=False, rows=rows):
                self._enter(Phase.DONE)
                self.status.done(ending(rows, has_values=not self._is_over))
                if not self._is_over:
                    self._show_credentials()
            case RollbackStarted(rows):
                self._rows.show(rows)
                self.status.running("Azure has refused: removing what was created for it")
            case RunEnded(failed=Problem() as problem, rolled_back=True):
                self.halted.show_refusal(problem)
            case RunEnded():
                self._enter(Phase.HALTED)
                if self.journey.wizard.step is Step.CREATE:
                    self.halted.show(event)

    def _show_running(self, changed: Row) -> None:
        """Name the row that has changed last; when that one is over, one that still runs."""
        rows = (changed, *(self.journey.run.rows if self.journey.run is not None else ()))
        row = next((row for row in rows if is_live(row)), None)
        if row is not None and self.phase is Phase.RUNNING:
            self.status.running(f"{row.title}: {row.reason or row.detail}")

    @property
    def _is_over(self) -> bool:
        """Whether all is done and there are no values to show: only an older client secret was removed."""
        run = self.journey.run
        return self.phase is Phase.DONE and run is not None and run.credentials is None

    def action_finish(self) -> None:
        """Leave the program."""
        self.call_later(self.services.action_quit)

    def _show_credentials(self) -> None:
        if self.journey.wizard.step is Step.CREATE:
            self.services.forward()

    @on(OperationRows.Moved)
    def _follow(self, event: OperationRows.Moved) -> None:
        event.stop()
        self.query_one("#operations-scroll").scroll_to_region(event.region, animate=False)

    def action_scroll_rows(self, lines: int) -> None:
        """Move the rows where they do not all fit."""
        self.query_one("#operations-scroll").scroll_relative(y=lines, animate=False)

    # Waiting for an Owner

    def _show_owner_wait(self) -> None:
        run = self.journey.run
        step = run.owner_step if run is not None and self.phase is Phase.RUNNING else None
        if self.query_one(OwnerWait).show(step):
            self.set_class(step is not None, "-awaits")
            self._rows.show_active()
            self.refresh_bindings()

    @on(OwnerWait.Resized)
    def _owner_wait_resized(self) -> None:
        self._rows.show_active()

    @property
    def _owner_step(self) -> OwnerStep | None:
        return self.query_one(OwnerWait).step

    def action_copy_request(self) -> None:
        """Copy the message to the Owner, with the line to run."""
        self.query_one(OwnerWait).copy_request()

    def action_look_now(self) -> None:
        """Check at once whether the role is assigned."""
        self.query_one(OwnerWait).look_now()

    # Stopping, and going on

    def _continues(self) -> None:
        if self.journey.run is not None:
            self._rows.show(self.journey.run.rows)
        self._enter(Phase.RUNNING)

    def action_ask_to_stop(self) -> None:
        """Escape while writing."""
        run = self.journey.run
        self.app.push_screen(StopDialog(removing=run is not None and run.state.retiring), self._stop)

    def _stop(self, keep_going: bool | None) -> None:
        run = self.journey.run
        if keep_going is False and run is not None and self.phase is Phase.RUNNING:
            self.status.running("Stopping after the running request")
            run.stop()

    # Keys, leaving

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Escape goes back before Create was pressed, and asks to stop while it runs."""
        match action:
            case "ask_to_stop":
                return self.phase is Phase.RUNNING and not self.slip_open
            case "copy_request" | "look_now":
                return self._owner_step is not None
            case "back" if self.journey.run is not None:
                return self.slip_open
            case "finish":
                return self._is_over
            case "continue" if self._is_over or self.phase in (Phase.RUNNING, Phase.HALTED):
                return False
        return super().check_action(action, parameters)

    async def may_quit(self) -> bool:
        """Ask while something runs, or is unfinished."""
        run = self.journey.run
        if run is None or self.phase in (Phase.REVIEW, Phase.DONE):
            return True
        unfinished = UnfinishedDialog(what_stays(self.journey, run))
        if self.phase is Phase.HALTED:
            return await self.app.push_screen_wait(unfinished) is False
        dialog = unfinished if self._owner_step is not None else StopDialog(quitting=True, removing=run.state.retiring)
        if await self.app.push_screen_wait(dialog) is not False:
            return False
        await self.driver.stop()
        return True

    def action_undo(self) -> None:
        """Remove everything the run created."""
        self.driver.undo()

    def commands(self) -> Iterable[SystemCommand]:
        """Undo, where there is something to undo."""
        return self.driver.commands()
