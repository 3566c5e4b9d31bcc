"""One run: from a reviewed plan to working credentials, or back to nothing.

This is the room's front door. The interface makes a `Run`, draws its rows, and calls the verbs below; everything it
shows in between arrives as events. Failures of Azure never come out as exceptions: they are rows, and an event at the
end.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final
from uuid import UUID

from pipeops_tui.clock import Clock
from pipeops_tui.model import Credentials, Plan
from pipeops_tui.ports import Workspace
from pipeops_tui.provisioning.board import Board
from pipeops_tui.provisioning.brake import Brake
from pipeops_tui.provisioning.creating import MADE_EARLIER, Creating, operations_for, review
from pipeops_tui.provisioning.entries import Amended, Begun, Closed, Delivered, Outcome
from pipeops_tui.provisioning.events import Event, Leftover, Row, RowState, TakingBack, UndoEnded
from pipeops_tui.provisioning.job import Context, Job
from pipeops_tui.provisioning.journal import Journal
from pipeops_tui.provisioning.ledger import Ledger
from pipeops_tui.provisioning.operations.group import GroupOperation
from pipeops_tui.provisioning.operations.operation import Operation
from pipeops_tui.provisioning.owner_step import OwnerStep, owner_step
from pipeops_tui.provisioning.receipt import Receipt, receipt_of
from pipeops_tui.provisioning.replay import begin
from pipeops_tui.provisioning.state import RunState
from pipeops_tui.provisioning.undo import Undoing, kept, leftovers, removal_rows

__all__ = ["Receipt", "Run"]

_RENEWAL: Final = frozenset({"secret", "proof", "retire"})


class Run:
    """Creates what `plan` says, once. Its coroutines run one at a time, all on the same event loop."""

    def __init__(
        self,
        plan: Plan,
        workspace: Workspace,
        clock: Clock,
        new_id: Callable[[], UUID],
        journal: Journal | None,
    ) -> None:
        """A new run; `new_id` gives random GUIDs. Without a `journal` it cannot be resumed after the process ends.

        Raises `ValueError` when `workspace` is not in the plan's subscription and tenant.
        """
        begun = Begun(clock.now(), str(new_id()), workspace.resource_manager, plan)
        self._set_up(Ledger(begin(begun), journal, unwritten=(begun,)), workspace, clock, new_id)

    @classmethod
    def resume(
        cls, state: RunState, workspace: Workspace, clock: Clock, new_id: Callable[[], UUID], journal: Journal | None
    ) -> Run:
        """A run that an earlier process began: `execute` continues it, `undo` removes what it made.

        Raises `ValueError` when `workspace` is not where the run began.
        """
        run = cls.__new__(cls)
        run._set_up(Ledger(state, journal), workspace, clock, new_id)
        run._unchecked = True
        run._show_what_is_done()
        return run

    def _set_up(self, ledger: Ledger, workspace: Workspace, clock: Clock, new_id: Callable[[], UUID]) -> None:
        self._listeners: list[Callable[[Event], None]] = []
        self._board = Board(clock, self._tell)
        self._undo_board = Board(clock, self._tell)
        self._context = Context(workspace, clock, new_id, ledger, self._board, Brake(clock))
        self._unchecked = False
        """Whether an earlier process has made things that nobody has looked at since."""
        self._replaces = ""
        """Key id of the secret that another one is to follow."""
        self._turn = asyncio.Lock()
        self._check_place(workspace)
        self._board.put_up(review(operations_for(self.plan), self.plan, clock.now()))

    @property
    def plan(self) -> Plan:
        return self.state.plan

    @property
    def state(self) -> RunState:
        """Everything known about what this run has made."""
        return self._context.ledger.state

    @property
    def rows(self) -> tuple[Row, ...]:
        """The operations in the order of the review list; usable before anything has started."""
        return self._board.rows

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Call `listener` with every event, on the event loop, at once; returns what ends the subscription."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    @property
    def credentials(self) -> Credentials | None:
        """The five values, from the moment the client secret exists until `forget_secret`."""
        return self._context.credentials

    async def execute(self) -> None:
        """Create everything and prove it; returns after `RunEnded`. On a resumed run: look at what is there, go on.

        Raises `RuntimeError` when something of the run is running, or when it was undone.
        """
        if self._turn.locked():
            raise RuntimeError("the run is busy")
        async with self._alone():
            await self._create()

    async def retry(self, workspace: Workspace | None = None) -> None:
        """Go on after a failure or a stop, repeating nothing that is done; with another `workspace` as by `use`.
        Raises as `use` and `execute` do."""
        if workspace is not None:
            self.use(workspace)
        await self.execute()

    @property
    def may_change_group(self) -> bool:
        """Whether there is no resource group yet that the rest of the run relies on."""
        return not self.state.group.confirmed and GroupOperation.key not in self._context.finished

    async def change_group(
        self, name: str, location: str, location_display: str, tags: tuple[tuple[str, str], ...]
    ) -> bool:
        """Plan another new resource group, because Azure refused the one planned; `retry` then goes on. False, and
        nothing is changed, when it turns out that there is a group of this run after all. Raises `CloudError` when that
        cannot be seen, and `RuntimeError` unless `may_change_group`."""
        if not self.may_change_group:
            raise RuntimeError("there is a resource group already")
        async with self._alone():
            now = self._context.clock.now()
            if not await GroupOperation().give_up(Job(self._context, GroupOperation.key, quiet=True)):
                return False
            await self._context.ledger.record(Amended(now, name, location, location_display, tags))
            left = [one for one in self._operations() if not one.done(self._context)]
            self._board.put_up(review(tuple(left), self.plan, now))
            return True

    def use(self, workspace: Workspace) -> None:
        """Go on in the `workspace` that a new sign-in has brought; raises `ValueError` for one of another place."""
        self._check_place(workspace)
        self._context.workspace = workspace

    def stop(self) -> None:
        """Let the running requests finish (for a second at most), start no other; the run can be gone on with."""
        self._context.brake.stop()

    def keep_waiting(self) -> None:
        """The answer to `Patience`: grant every paused operation its budget again."""
        for go_on in self._context.paused:
            go_on.set()

    def look_now(self) -> None:
        """Look at once for what the run waits for a person to do, instead of at the end of the pause."""
        self._context.look_now.set()

    @property
    def owner_step(self) -> OwnerStep | None:
        """What the run waits for an Owner to do; None when it waits for nobody."""
        return owner_step(self.state)

    def without_journal(self) -> None:
        """The answer to a `RunEnded` that says the journal cannot be written: go on (with `retry`) without one."""
        self._context.ledger.abandon()

    async def new_secret(self) -> None:
        """Add a client secret, prove it, then remove the older ones of this run; returns after `RunEnded`.

        Ends a proof that is still going on first. After a failure `retry` goes on with it.
        """
        async with self._alone():
            self._replaces = self.state.secrets[-1].key_id if self.state.secrets else ""
            self._context.finished -= _RENEWAL
            rows = review(self._operations(), self.plan, self._context.clock.now())
            self._board.put_up(row for row in rows if row.key in _RENEWAL)
            await self._create()

    @property
    def journaled(self) -> bool:
        """Whether the next start will know of this run."""
        return self._context.ledger.journaled

    async def mark_delivered(self) -> None:
        """Journal that the secret was copied or revealed: from then on a resumed run leaves it alone."""
        made = [secret for secret in self.state.secrets if secret.made]
        if self.credentials is not None and made and not made[-1].delivered:
            await self._context.ledger.record(Delivered(self._context.clock.now(), made[-1].key_id))

    def forget_secret(self) -> None:
        """Drop the secret for good."""
        if self.credentials is not None:
            self.credentials.client_secret.forget()
            self._context.credentials = None

    def undo_rows(self, purge: bool = True) -> tuple[Row, ...]:
        """What `undo` would remove, newest first; while it runs and afterwards, how that stands."""
        return self._undo_board.rows or removal_rows(self.state, purge)

    async def undo(self, purge: bool = True) -> tuple[Leftover, ...]:
        """Remove what this run created, newest first; returns what could not be removed, after `UndoEnded`.

        With `purge` the application is also removed from the directory's deleted items, where it would count to quotas
        for 30 days. The rows of `undo_rows` change like those of creation. Ends first what is still running. Calling it
        again tries what is left.
        """
        async with self._alone():
            self._undo_board.clear()
            self._undo_board.put_up(removal_rows(self.state, purge))
            undoing, left = await self._take_back(purge)
            self._tell(UndoEnded(left, kept(self.state), undoing.stopped, undoing.error))
            return left

    async def _take_back(self, purge: bool) -> tuple[Undoing, tuple[Leftover, ...]]:
        undoing = Undoing(replace(self._context, board=self._undo_board), purge)
        await undoing.run()
        left = undoing.left()
        if not left:
            self.forget_secret()
            await self._context.ledger.record(Closed(self._context.clock.now(), Outcome.UNDONE))
        return undoing, left

    def leftovers(self) -> tuple[Leftover, ...]:
        """What forgetting this run would leave behind."""
        return leftovers(self.state)

    def receipt(self) -> Receipt:
        """The facts for the text printed at the end."""
        return receipt_of(self.state, journaled=self.journaled)

    def close(self) -> None:
        """Drop the secret, let go of the journal. Nothing may be running; nothing can be run afterwards."""
        self.forget_secret()
        self._context.ledger.close()

    async def _create(self) -> None:
        if self.state.outcome is not None:
            raise RuntimeError(f"this run is {self.state.outcome}")
        if self.credentials is None and any(secret.delivered for secret in self.state.secrets):
            self._replaces = self.state.secrets[-1].key_id
        operations, shown = self._operations(), {row.key for row in self._board.rows}
        rows = review(operations, self.plan, self._context.clock.now())
        self._board.put_up(row for row in rows if row.key not in shown)
        creating = Creating(self._context, operations)
        await creating.run(check=self._unchecked)
        self._unchecked = self._unchecked and not creating.checked
        ended = creating.ended()
        if creating.refused_in_doubt:
            ended = replace(ended, taken_back=await self._leave_nothing())
        self._tell(ended)

    async def _leave_nothing(self) -> bool:
        """Remove what had to be made for a write that was only tried, and refused; whether nothing is left."""
        self._undo_board.clear()
        self._undo_board.put_up(removal_rows(self.state, purge=True))
        if self.undo_rows():
            self._tell(TakingBack(self.undo_rows()))
        self._context.brake.release()
        _, left = await self._take_back(purge=True)
        return not left

    def _operations(self) -> tuple[Operation, ...]:
        return operations_for(self.plan, self._replaces)

    def _show_what_is_done(self) -> None:
        for operation in operations_for(self.plan):
            if operation.done(self._context):
                row = replace(self._board[operation.key], state=RowState.DONE, reason=MADE_EARLIER)
                self._board.put_up([row])

    def _check_place(self, workspace: Workspace) -> None:
        here = (workspace.tenant_id, workspace.subscription_id, workspace.resource_manager)
        if here != (self.plan.tenant_id, self.plan.subscription_id, self.state.resource_manager):
            raise ValueError("the workspace is not where the plan belongs")

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        """One thing at a time: stops what is running, and begins once that has ended."""
        if self._turn.locked():
            self.stop()
        async with self._turn:
            self._context.brake.release()
            yield

    def _tell(self, event: Event) -> None:
        for listener in tuple(self._listeners):
            listener(event)
