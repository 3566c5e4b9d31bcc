"""The run behind the values that are handed over: the proof that may still go on, and a new secret."""

from __future__ import annotations

from collections.abc import Callable

from pipeops_tui.journey import Journey
from pipeops_tui.problem import FailureKind
from pipeops_tui.provisioning.events import CredentialsReady, Event, RowChanged, RunEnded
from pipeops_tui.screens.dialogs.leaving import NewSecretDialog
from pipeops_tui.screens.dialogs.problem import ProblemDialog
from pipeops_tui.screens.run_screen import RunScreen
from pipeops_tui.widgets.operation_rows import is_live


class RenewalScreen(RunScreen):
    """Follows the run, whoever drives it. Subclasses give `show_run` and `secret_renewed`."""

    def __init__(self, journey: Journey) -> None:
        super().__init__(journey)
        self._renews = False
        self._superseded = False
        """Whether the end of a proof is still to come that a new secret has made pointless."""
        self._halted: RunEnded | None = None
        self._unsubscribe: Callable[[], object] | None = None

    def show_run(self) -> None:
        """The run has changed."""
        raise NotImplementedError

    def secret_renewed(self) -> None:
        """The values hold another secret."""
        raise NotImplementedError

    # What the run says

    def follow(self) -> bool:
        """Hear what it says from now on; whether it was not heard before."""
        if self.run is None or self._unsubscribe is not None:
            return False
        self._unsubscribe = self.run.subscribe(self._overhear)
        return True

    def _overhear(self, event: Event) -> None:
        """What the run says while the Create screen drives it."""
        match event:
            case RowChanged(row):
                self.show_run()
                if is_live(row) and self.has_class("-short"):  # there is no other line for it
                    self.status.running(f"{row.title}: {row.reason or row.detail}")
            case RunEnded():
                self._ended(event)

    def hear(self, event: Event) -> None:
        """What the run says while it makes a new secret; `_overhear` gets it too."""
        if isinstance(event, CredentialsReady) and self._renews:
            self.secret_renewed()

    def _ended(self, event: RunEnded) -> None:
        if self._superseded:
            self._superseded = False
            return
        halted = event.failed is not None or event.stopped
        self._halted = event if halted else None
        self.show_run()
        if event.failed is not None:
            self.status.failed(f"{event.failed.title}. Press t to try again, d for details.")
        elif event.stopped:
            self.status.warn("Stopped. Press t to go on.")
        else:
            self.status.done("The new client secret works." if self._renews else "Everything is created and proved.")
            self._renews = False

    # A new secret, trying again

    def action_new_secret(self) -> None:
        """Replace this run's secret, after asking."""
        self.app.push_screen(NewSecretDialog(), self._renew)

    def _renew(self, yes: bool | None) -> None:
        if yes and self.run is not None and self._may_renew:
            self._renews, self._halted, self._superseded = True, None, self.working
            self.status.running("Making a new client secret")
            self.drive(self.run.new_secret)

    @property
    def _may_renew(self) -> bool:
        """Whether nothing is at work but the proof of a secret that may be lost already."""
        at_work = [row.key for row in self.run.rows if is_live(row)] if self.run is not None else []
        return set(at_work) <= {"proof"} and not (at_work and self._renews)

    def action_try_again(self) -> None:
        """Go on with what failed or was stopped."""
        halted, self._halted = self._halted, None
        if halted is not None and halted.error is not None and halted.error.kind is FailureKind.SIGN_IN:
            self.sign_in_and_try_again(halted.error.claims)
        elif halted is not None:
            self.status.running("Trying again")
            self.try_again()

    def action_details(self) -> None:
        """Show the problem whole."""
        if self._halted is not None and self._halted.failed is not None:
            self.app.push_screen(ProblemDialog(self._halted.failed, self.pipeops.copy))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What can be done depends on how the run stands."""
        match action:
            case "new_secret":
                return True if self._may_renew else None
            case "try_again":
                return self._halted is not None
            case "details":
                return self._halted is not None and self._halted.failed is not None
        return super().check_action(action, parameters)
