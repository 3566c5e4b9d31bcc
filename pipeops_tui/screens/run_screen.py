"""What Create and Credentials share: the journey's run, driven, watched, gone on with, undone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

from textual.app import SystemCommand
from textual.worker import Worker, WorkerError

from pipeops_tui.journey import Journey
from pipeops_tui.problem import CloudError
from pipeops_tui.provisioning.events import Event, Patience, RowChanged, RunEnded
from pipeops_tui.provisioning.run import Run
from pipeops_tui.screens.dialogs.patience import PatienceDialog
from pipeops_tui.screens.dialogs.sign_in_again import sign_in_again
from pipeops_tui.screens.dialogs.undo import UndoDialog
from pipeops_tui.screens.step_screen import StepScreen
from pipeops_tui.widgets.operation_rows import is_live

Verb = Callable[[], Awaitable[object]]

AFTER_REQUEST = 0.01
"""Seconds from a change of a run to its frame. Drawn at once, it would hold up the request that follows."""


class RunScreen(StepScreen):
    """Subclasses give `hear`, which gets every event while this screen drives the run, and `undone`."""

    def __init__(self, journey: Journey) -> None:
        super().__init__(journey)
        self._changed: dict[str, RowChanged] = {}
        """The newest change of each row that is still to be heard."""

    @property
    def run(self) -> Run | None:
        """The journey's run."""
        return self.journey.run

    @property
    def working(self) -> bool:
        """Whether the run is at work, whoever drives it."""
        return self.run is not None and any(is_live(row) for row in self.run.rows)

    def hear(self, event: Event) -> None:
        """The run has said something."""
        raise NotImplementedError

    def undone(self) -> None:
        """Nothing of the run is left."""
        raise NotImplementedError

    # Driving

    def drive(self, verb: Verb) -> Worker[None]:
        """Let the run work in the background, and hear what it says."""
        return self.begin(lambda: self._drive(verb), group="run")

    @property
    def drives(self) -> bool:
        """Whether it is this screen that lets the run work."""
        return any(worker.group == "run" and worker.is_running for worker in self.workers if worker.node is self)

    async def stop_driving(self) -> None:
        """Stop the run after its running requests, and wait for that."""
        if self.run is not None:
            self.run.stop()
        for worker in [worker for worker in self.workers if worker.group == "run" and worker.node is self]:
            with suppress(WorkerError):
                await worker.wait()

    async def _drive(self, verb: Verb) -> None:
        run = self.run
        if run is None:
            return
        unsubscribe = run.subscribe(self._heard)
        try:
            await verb()
        except CloudError as error:  # opening the workspace anew, or signing in, has failed
            self._heard(RunEnded(error.problem, error=error, rows=run.rows))
        except asyncio.CancelledError:  # given up in the sign-in dialog, or the application ends
            if self.app.is_running and not self.working:
                self._heard(RunEnded(stopped=True, rows=run.rows))
            raise
        finally:
            unsubscribe()
            self.note_receipt()

    def note_receipt(self) -> None:
        """Keep what is printed at the end true, however the end comes."""
        if self.run is not None:
            self.pipeops.receipt = self.journey.receipt(self.run)

    async def mark_delivered(self) -> None:
        """Journal that the person has the secret."""
        if self.run is not None:
            await self.run.mark_delivered()
            self.note_receipt()

    def _heard(self, event: Event) -> None:
        if isinstance(event, RowChanged):
            if not self._changed:
                self.set_timer(AFTER_REQUEST, self._hear_changes)
            self._changed.pop(event.row.key, None)  # the newest comes last
            self._changed[event.row.key] = event
            return
        self._hear_changes()
        if isinstance(event, Patience) and self.run is not None:
            PatienceDialog.ask(self.app, self.run, event)
        else:
            self.hear(event)

    def _hear_changes(self) -> None:
        changed, self._changed = self._changed, {}
        for event in changed.values():
            self.hear(event)

    def try_again(self) -> None:
        """Go on after a failure or a stop, with a workspace of the present session."""
        self.drive(self._retry)

    async def _retry(self) -> None:
        workspace = await self.journey.open_workspace()
        if self.run is not None:
            await self.run.retry(workspace)

    def sign_in_and_try_again(self, claims: str) -> None:
        """Sign in anew, with the claims that Azure asked for (or none), then go on."""

        async def verb() -> None:
            if self.run is not None:
                self.status.running("Signing in again")
                await sign_in_again(self, self.run.plan.tenant_id, claims)
                await self._retry()

        self.drive(verb)

    # Undo

    @property
    def may_undo(self) -> bool:
        """Whether there is something to undo, and nothing at work."""
        return self.run is not None and not self.working and bool(self.run.undo_rows())

    def action_undo(self) -> None:
        """Remove everything this run created, once its name was typed."""
        run = self.run
        if run is None or not self.may_undo:
            return

        async def renew(claims: str) -> None:
            await sign_in_again(self, run.plan.tenant_id, claims)

        dialog = UndoDialog(run, self.journey.clock.monotonic, self.pipeops.copy, renew)
        self.app.push_screen(dialog, self._undo_left)

    def _undo_left(self, nothing_left: bool | None) -> None:
        if nothing_left is None or self.run is None:
            return
        self.note_receipt()
        if nothing_left:
            self.undone()

    def commands(self) -> Iterable[SystemCommand]:
        """Undo, where there is something to undo."""
        if self.may_undo:
            yield SystemCommand("Undo this run…", "Remove everything that it created in Azure", self.action_undo)
