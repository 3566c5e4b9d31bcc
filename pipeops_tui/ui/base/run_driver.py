"""Runs the journey's run in the background for a screen: execute, stop, try again, undo, and the events it sends."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

from textual.app import SystemCommand
from textual.worker import Worker, WorkerError

from pipeops_tui.connections.removal_words import RemovalWords
from pipeops_tui.core.problem import CloudError
from pipeops_tui.provisioning import Event, RetriesExhausted, RowChanged, Run, RunEnded
from pipeops_tui.ui.base.step_screen import StepScreen
from pipeops_tui.ui.dialogs.confirm import KeepWaitingDialog
from pipeops_tui.ui.dialogs.undo_dialog import UndoDialog
from pipeops_tui.ui.widgets.operation_rows import is_live

Verb = Callable[[], Awaitable[object]]
"""What the run is to do, e.g. `run.execute`."""

AFTER_REQUEST = 0.01
"""Seconds from a change of a run to its frame. Drawn at once, it would hold up the request that follows."""
DISCARDED = "The new client secret is removed. PipeOps goes on with the one it has."
_GROUP = "run"


class RunDriver:
    """Belongs to one screen. The run itself is the journey's, and may be driven by another screen meanwhile."""

    def __init__(self, screen: StepScreen, *, handle: Callable[[Event], None], undone: Callable[[], None]) -> None:
        """`handle` gets every event while this driver runs the run; `undone` is called when nothing of it is left."""
        self._screen = screen
        self._journey = screen.journey
        self._handle = handle
        self._undone = undone
        self._changed: dict[str, RowChanged] = {}
        """The newest change of each row that was not handled yet."""

    @property
    def run(self) -> Run | None:
        """The journey's run."""
        return self._journey.run

    @property
    def working(self) -> bool:
        """Whether the run is at work, whichever screen drives it."""
        return self.run is not None and any(is_live(row) for row in self.run.rows)

    # Driving

    def drive(self, verb: Verb) -> Worker[None]:
        """Let the run work in the background, and handle its events."""
        return self._screen.work.begin(lambda: self._drive(verb), group=_GROUP)

    @property
    def drives(self) -> bool:
        """Whether this driver has the run at work."""
        return bool(self._screen.work.running(_GROUP))

    async def stop(self) -> None:
        """Stop the run after its running requests, and wait for that."""
        if self.run is not None:
            self.run.stop()
        for worker in self._screen.work.running(_GROUP):
            with suppress(WorkerError):
                await worker.wait()

    async def _drive(self, verb: Verb) -> None:
        run = self.run
        if run is None:
            return
        unsubscribe = run.subscribe(self.receive)
        try:
            await verb()
        except CloudError as error:  # opening the workspace again, or signing in, has failed
            self.receive(RunEnded(error.problem, error=error, rows=run.rows))
        except asyncio.CancelledError:  # cancelled in the sign-in dialog, or the application ends
            if self._screen.app.is_running and not self.working:
                self.receive(RunEnded(stopped=True, rows=run.rows))
            raise
        finally:
            unsubscribe()
            self.update_receipt()

    def update_receipt(self) -> None:
        """Keep what is printed at the end true, however the program ends."""
        if self.run is not None:
            self._screen.services.receipt = self._journey.receipt(self.run)

    async def mark_delivered(self) -> None:
        """Write to the journal that the person has the secret."""
        if self.run is not None:
            await self.run.mark_delivered()
            self.update_receipt()

    def receive(self, event: Event) -> None:
        """Handle an event of the run: changed rows after a moment and together, everything else at once."""
        if isinstance(event, RowChanged):
            if not self._changed:
                self._screen.set_timer(AFTER_REQUEST, self._handle_changes)
            self._changed.pop(event.row.key, None)  # the newest comes last
            self._changed[event.row.key] = event
            return
        self._handle_changes()
        if isinstance(event, RetriesExhausted) and self.run is not None:
            KeepWaitingDialog.ask(self._screen.app, self.run, event)
        else:
            self._handle(event)

    def _handle_changes(self) -> None:
        changed, self._changed = self._changed, {}
        for event in changed.values():
            self._handle(event)

    # Continuing

    def try_again(self) -> None:
        """Continue after a failure or a stop, with a workspace of the present session."""
        self.drive(self._retry)

    async def _retry(self) -> None:
        workspace = await self._journey.open_workspace()
        if self.run is not None:
            await self.run.retry(workspace)

    def sign_in_and_try_again(self, claims: str) -> None:
        """Sign in again with the claims that Azure asked for (or none), then continue."""

        async def verb() -> None:
            if self.run is not None:
                self._screen.status.running("Signing in again")
                await self._screen.work.sign_in_again(self.run.plan.tenant_id, claims)
                await self._retry()

        self.drive(verb)

    # Undo

    @property
    def can_undo(self) -> bool:
        """Whether there is something to undo, and nothing at work."""
        return self.run is not None and not self.working and bool(self.run.undo_rows())

    def undo(self) -> None:
        """Remove everything this run created, once its name was typed."""
        if self.run is not None and self.can_undo:
            self._screen.app.push_screen(undo_dialog(self._screen, self.run), self._undo_closed)

    def _undo_closed(self, nothing_left: bool | None) -> None:
        if nothing_left is None or self.run is None:
            return
        self.update_receipt()
        if nothing_left:
            self._undone()

    def commands(self) -> Iterable[SystemCommand]:
        """The palette's command to undo, where there is something to undo."""
        if self.can_undo and self.run is not None and self.run.discards:
            yield SystemCommand(
                "Discard the new client secret…", "Remove it from Azure; the one in use stays", self.undo
            )
        elif self.can_undo:
            yield SystemCommand(
                "Undo what was created…", "Remove from Azure everything that pipeops-tui has created now", self.undo
            )


def undo_dialog(screen: StepScreen, run: Run, words: RemovalWords | None = None) -> UndoDialog:
    """The dialog that undoes `run`, or removes what `words` say, and signs in again where Azure asks for that."""

    async def sign_in(claims: str) -> None:
        await screen.work.sign_in_again(run.plan.tenant_id, claims)

    return UndoDialog(run, screen.journey.clock.monotonic, screen.services.copy, sign_in, words)
