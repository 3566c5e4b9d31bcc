"""The run behind the Credentials screen: the test sign-in that may still be running, and a new client secret.

Its lines are below the five values: what is running, what has failed, and a note about the last copy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from pipeops_tui.core.problem import FailureKind
from pipeops_tui.provisioning import CredentialsReady, Event, Row, RowChanged, RowState, RunEnded
from pipeops_tui.ui.base.run_driver import RunDriver
from pipeops_tui.ui.base.step_screen import StepScreen
from pipeops_tui.ui.dialogs.confirm import NewSecretDialog
from pipeops_tui.ui.dialogs.problem_dialog import ProblemDialog
from pipeops_tui.ui.widgets.operation_rows import OperationRows, is_live
from pipeops_tui.ui.widgets.showing import say

_UNSETTLED = frozenset({RowState.FAILED, RowState.ACCEPTED})


class BackgroundStatus(Vertical):
    """Rows of the run, the row of the first server, a remark on that, and a note on the last copy."""

    DEFAULT_CSS = """
    BackgroundStatus {
        height: auto;
        & > Static { color: $text-muted; height: auto; }
        & > #server-remark.-cure { color: $text; }
    }
    """

    def __init__(self, monotonic: Callable[[], float], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._work = OperationRows(monotonic, airy=False, dense=True)
        self._remark = Static(id="server-remark", markup=False)
        self._note = Static(id="copy-note", markup=False)

    def compose(self) -> ComposeResult:
        """Rows, then the sentences."""
        yield self._work
        yield self._remark
        yield self._note

    def show(self, rows: Sequence[Row], note: str, *, server: Row | None, remark: str, roomy: bool) -> None:
        """Show the rows that are unsettled, or the test sign-in, and `server` where there is one.

        Where it is not `roomy` there are two rows, or one of the sentences with the row that it is about.
        """
        unsettled = [row for row in rows if is_live(row) or row.state in _UNSETTLED]
        shown = unsettled or [row for row in rows if row.key == "test-sign-in"]
        cure = remark if server is not None and server.state is RowState.FAILED else ""
        if not roomy:
            remark, note = (cure, "") if cure else ("" if note else remark, note)
            # What runs, or the server with what is said about it, or what is settled.
            shown = unsettled[:1] or (shown if not (remark or note) else [])
            if unsettled or (note and server is not None and server.state is RowState.WAITING):
                server = None
        self._work.show(shown if server is None else [*shown, server])
        self._work.display = bool(self._work.rows)
        say(self._remark, remark)
        self._remark.display = bool(remark)
        self._remark.set_class(bool(cure), "-cure")
        say(self._note, note)


class NewSecret:
    """Belongs to one screen; follows the run, whichever screen drives it, and replaces its secret."""

    def __init__(
        self,
        screen: StepScreen,
        *,
        changed: Callable[[], None],
        replaced: Callable[[], None],
        undone: Callable[[], None],
    ) -> None:
        """`changed` is called when the run has changed, `replaced` when the values hold a new secret, `undone` when
        nothing of the run is left."""
        self._screen = screen
        self._journey = screen.journey
        self._changed = changed
        self._replaced = replaced
        self.driver = RunDriver(screen, handle=self._handle, undone=undone)
        self._replacing = False
        self._superseded = False
        """Whether the end of a test sign-in is still to come whose secret is being replaced."""
        self._halted: RunEnded | None = None
        self._unsubscribe: Callable[[], object] | None = None

    # Events of the run

    def follow(self) -> bool:
        """Receive the run's events from now on. False where that was done before, or there is no run."""
        run = self._journey.run
        if run is None or self._unsubscribe is not None:
            return False
        self._unsubscribe = run.subscribe(self._follow)
        return True

    def _follow(self, event: Event) -> None:
        """Events while any screen drives the run."""
        match event:
            case RowChanged(row):
                self._changed()
                if is_live(row) and self._screen.has_class("-short"):  # the rows have no line of their own there
                    self._screen.status.running(f"{row.title}: {row.reason or row.detail}")
            case RunEnded():
                self._ended(event)

    def _handle(self, event: Event) -> None:
        """Events while this screen drives the run; `_follow` gets them too."""
        if isinstance(event, CredentialsReady) and self._replacing:
            self._replaced()

    def _ended(self, event: RunEnded) -> None:
        if self._superseded:
            self._superseded = False
            return
        halted = event.failed is not None or event.stopped
        self._halted = event if halted else None
        self._changed()
        status = self._screen.status
        if event.failed is not None:
            status.failed(f"{event.failed.title}. Press t to try again, d for details.")
        elif event.stopped:
            status.warn("Stopped. Press t to continue.")
        else:
            status.done(self._success(event))
            self._replacing = False

    def _success(self, event: RunEnded) -> str:
        run = self._journey.run
        if any(row.key == "retire" and row.state is not RowState.WAITING for row in event.rows) and not self._replacing:
            return "The old client secret is removed."
        if self._replacing or (run is not None and run.state.renewed):
            return "The new client secret works."
        return "Everything is created, and the test sign-in worked."

    # Replacing the secret, trying again

    def ask(self) -> None:
        """Replace the run's secret, after asking."""
        self._screen.app.push_screen(NewSecretDialog(), self._answered)

    def _answered(self, yes: bool | None) -> None:
        run = self._journey.run
        if yes and run is not None and self.can_replace:
            self._replacing, self._halted, self._superseded = True, None, self.driver.working
            self._screen.status.running("Creating a new client secret")
            self.driver.drive(run.new_secret)

    @property
    def can_replace(self) -> bool:
        """Whether nothing is at work but the test sign-in with a secret that may be lost already."""
        run = self._journey.run
        at_work = [row.key for row in run.rows if is_live(row)] if run is not None else []
        return set(at_work) <= {"test-sign-in"} and not (at_work and self._replacing)

    def try_again(self) -> None:
        """Continue what failed or was stopped."""
        halted, self._halted = self._halted, None
        if halted is not None and halted.error is not None and halted.error.kind is FailureKind.SIGN_IN:
            self.driver.sign_in_and_try_again(halted.error.claims)
        elif halted is not None:
            self._screen.status.running("Trying again")
            self.driver.try_again()

    def details(self) -> None:
        """Show the whole problem."""
        if self._halted is not None and self._halted.failed is not None:
            self._screen.app.push_screen(ProblemDialog(self._halted.failed, self._screen.services.copy))

    @property
    def halted(self) -> bool:
        """Whether the run has failed or was stopped."""
        return self._halted is not None

    @property
    def has_details(self) -> bool:
        """Whether there is a problem to show."""
        return self._halted is not None and self._halted.failed is not None
