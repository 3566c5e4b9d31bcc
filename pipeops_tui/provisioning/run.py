"""One run: from a reviewed plan to working credentials, or back to nothing.

The interface makes a `Run`, draws its rows, and calls the methods below; everything it shows in between arrives as
events. Failures of Azure are never raised: they are rows, and an event at the end.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final
from uuid import UUID

from pipeops_tui.core.clock import Clock
from pipeops_tui.core.model import Credentials, Plan
from pipeops_tui.core.ports import Workspace
from pipeops_tui.provisioning.cancellation import Cancellation
from pipeops_tui.provisioning.creating import (
    MADE_EARLIER,
    Creating,
    operations_for,
    planned_rows,
    renewal_operations,
    review,
)
from pipeops_tui.provisioning.events import Event, Leftover, Row, RowState, UndoEnded
from pipeops_tui.provisioning.in_use import changes_only_secrets, is_in_use, keeping_all, keys_in_use
from pipeops_tui.provisioning.job import Job, RunContext
from pipeops_tui.provisioning.journal.codec import Journal
from pipeops_tui.provisioning.journal.entries import Amended, Begun, Delivered, Entry, Renewing
from pipeops_tui.provisioning.journal.journal_file import JournaledState
from pipeops_tui.provisioning.journal.replay import begin, replay
from pipeops_tui.provisioning.journal.run_state import RunState
from pipeops_tui.provisioning.operations.await_owner import OwnerStep, owner_step
from pipeops_tui.provisioning.operations.operation import CreateOperation
from pipeops_tui.provisioning.operations.remove_old_secret import OldSecretOperation
from pipeops_tui.provisioning.operations.remove_secrets import RetireOperation
from pipeops_tui.provisioning.operations.subscription_resources import GroupOperation
from pipeops_tui.provisioning.operations.verify_sign_in import SignInVerification
from pipeops_tui.provisioning.progress_rows import ProgressRows
from pipeops_tui.provisioning.receipt import Receipt, receipt_of
from pipeops_tui.provisioning.taking_back import TakingBack
from pipeops_tui.provisioning.undo import Extent, kept, leftovers

__all__ = ["Receipt", "Run"]

_RENEWAL: Final = frozenset({"secret", "test-sign-in", "retire"})


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
        self._set_up(JournaledState(begin(begun), journal, unwritten=(begun,)), workspace, clock, new_id)

    @classmethod
    def resume(
        cls, state: RunState, workspace: Workspace, clock: Clock, new_id: Callable[[], UUID], journal: Journal | None
    ) -> Run:
        """A run that an earlier process began: `execute` continues it, `undo` removes what it made.

        Raises `ValueError` when `workspace` is not where the run began.
        """
        run = cls.__new__(cls)
        run._set_up(JournaledState(state, journal), workspace, clock, new_id)
        run._unchecked = True
        run._show_what_is_done()
        return run

    @classmethod
    def take_over(
        cls,
        entries: Sequence[Entry],
        workspace: Workspace,
        clock: Clock,
        new_id: Callable[[], UUID],
        journal: Journal | None,
    ) -> Run:
        """A run of which this computer has no journal yet: `entries` say what exists (see `found_runs`), and are
        written with the first thing that is done. Raises `ValueError` as `resume` does, and for entries that are no
        run."""
        state = replay(entries)
        if state is None:
            raise ValueError("there are no entries")
        run = cls.__new__(cls)
        run._set_up(JournaledState(state, journal, unwritten=tuple(entries)), workspace, clock, new_id)
        run._unchecked = True
        return run

    def _set_up(
        self, journaled_state: JournaledState, workspace: Workspace, clock: Clock, new_id: Callable[[], UUID]
    ) -> None:
        self._listeners: list[Callable[[Event], None]] = []
        self._progress = ProgressRows(clock, self._tell)
        self._context = RunContext(workspace, clock, new_id, journaled_state, self._progress, Cancellation(clock))
        self._taking_back = TakingBack(self._context, ProgressRows(clock, self._tell), self._tell, self.forget_secret)
        self._unchecked = False
        """Whether an earlier process has made resources that have not been checked since."""
        self._replaces = ""
        """Key id of the secret that a new one replaces."""
        self._turn = asyncio.Lock()
        self._check_place(workspace)
        self._progress.show(planned_rows(self.plan, clock.now()))

    @property
    def plan(self) -> Plan:
        return self.state.plan

    @property
    def state(self) -> RunState:
        """Everything known about what this run has made."""
        return self._context.state

    @property
    def rows(self) -> tuple[Row, ...]:
        """The operations in the order of the review list; usable before anything has started."""
        return self._progress.rows

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Call `listener` with every event, on the event loop, at once; returns what ends the subscription."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    @property
    def credentials(self) -> Credentials | None:
        """The five values, from the moment the client secret exists until `forget_secret`."""
        return self._context.credentials

    async def execute(self) -> None:
        """Create everything and test the sign-in; returns after `RunEnded`. A resumed run first checks what exists.

        Raises `RuntimeError` when something of the run is running, or when it was undone.
        """
        if self._turn.locked():
            raise RuntimeError("the run is busy")
        async with self._alone():
            await self._create()

    async def retry(self, workspace: Workspace | None = None) -> None:
        """Continue after a failure or a stop, repeating nothing that is done; with another `workspace` as by `use`.
        Raises as `use` and `execute` do."""
        if workspace is not None:
            self.use(workspace)
        await self.execute()

    @property
    def may_change_group(self) -> bool:
        """Whether there is no resource group yet that the rest of the run relies on."""
        return not self.state.group.existed and GroupOperation.key not in self._context.finished

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
            if not await GroupOperation().give_up(Job(self._context, GroupOperation.key, background=True)):
                return False
            await self._context.journaled_state.record(Amended(now, name, location, location_display, tags))
            left = [one for one in self._operations() if not one.done(self._context)]
            self._progress.show(review(tuple(left), self.plan, now))
            return True

    def use(self, workspace: Workspace) -> None:
        """Continue with the `workspace` of a new sign-in; raises `ValueError` for another tenant or subscription."""
        self._check_place(workspace)
        self._context.workspace = workspace

    def stop(self) -> None:
        """Let the running requests finish (for a second at most), start no other; the run can be continued."""
        self._context.cancellation.stop()

    def keep_waiting(self) -> None:
        """The answer to `RetriesExhausted`: grant every paused operation its budget again."""
        for go_on in self._context.paused:
            go_on.set()

    def look_now(self) -> None:
        """Look at once for what the run waits for a person to do, instead of at the end of the pause."""
        self._context.look_now.set()

    @property
    def owner_step(self) -> OwnerStep | None:
        """What the run waits for an Owner to do; None when it does not wait for one."""
        return owner_step(self.state)

    def without_journal(self) -> None:
        """The answer to a `RunEnded` that says the journal cannot be written: go on (with `retry`) without one."""
        self._context.journaled_state.abandon()

    async def new_secret(self) -> None:
        """Add a client secret, test it, then remove the older ones of this run, but for those that a renewal keeps;
        returns after `RunEnded`.

        Stops a test sign-in that is still running first. After a failure `retry` continues it.
        """
        async with self._alone():
            newest = self.state.secrets[-1] if self.state.secrets else None
            self._replaces = newest.key_id if newest is not None and not newest.kept else ""
            self._context.finished -= _RENEWAL
            rows = review(self._operations(), self.plan, self._context.clock.now())
            self._progress.show(row for row in rows if row.key in _RENEWAL)
            await self._create()

    async def begin_renewal(self, description: str, days: int, *, restores: bool = False) -> None:
        """Plan a renewal; `execute` then adds a client secret beside those in use, and tests it. That of an earlier
        renewal which was never delivered is replaced. `restores` brings the application back first, which was deleted.
        Raises `RuntimeError` when something is running."""
        if self._turn.locked():
            raise RuntimeError("the run is busy")
        async with self._alone():
            now = self._context.clock.now()
            renewal = Renewing(now, keys_in_use(self.state), description, days, restores)
            await self._context.journaled_state.record(renewal)
            self._replaces = ""
            self._context.finished.clear()
            self._progress.clear()
            self._progress.show(review(self._operations(), self.plan, now))

    async def remove_old_secrets(self) -> None:
        """The answer that PipeOps works with the new secret: remove those that the renewal has kept; returns after
        `RunEnded`, and `retry` continues it. Raises `RuntimeError` unless the person has the new one."""
        if not (self.state.delivered and self.state.kept_secrets):
            raise RuntimeError("the newest secret is not in use yet, or there is no other")
        async with self._alone():
            self._context.finished.discard(RetireOperation.key)
            await self._perform((RetireOperation(alone=True, kept=True),))

    async def remove_old_secret(self, key_id: str) -> None:
        """Remove one secret that PipeOps no longer uses; another computer may have added it. Returns after `RunEnded`,
        which says why where it is not this run's, or the newest that it has. `retry` continues with what else is left
        to do."""
        async with self._alone():
            in_use = keys_in_use(self.state)
            if any(secret.live_key in in_use and not secret.kept for secret in self.state.secrets):
                # Without this, what continues after a crash would remove every older one.
                await self._context.journaled_state.record(keeping_all(self.state, self._context.clock.now()))
            self._progress.clear()
            await self._perform((OldSecretOperation(key_id),))

    @property
    def journaled(self) -> bool:
        """Whether the next start will know of this run."""
        return self._context.journaled_state.journaled

    async def mark_delivered(self) -> None:
        """Journal that the secret was copied or revealed: from then on a resumed run does not remove it."""
        made = [secret for secret in self.state.secrets if secret.made]
        if self.credentials is not None and made and not made[-1].delivered:
            await self._context.journaled_state.record(Delivered(self._context.clock.now(), made[-1].key_id))

    def forget_secret(self) -> None:
        """Drop the secret for good; one that replaces it is tested as well."""
        if self.credentials is not None:
            self.credentials.client_secret.forget()
            self._context.credentials = None
            self._context.finished.discard(SignInVerification.key)

    @property
    def discards(self) -> bool:
        """Whether `undo` takes back a renewal only: what PipeOps has been using stays."""
        return self.state.renewed and not self.state.undoing

    def undo_rows(self, extent: Extent | None = None) -> tuple[Row, ...]:
        """What `undo` would remove, newest first; during and after it, the state of each removal."""
        return self._taking_back.rows(extent or self._undo_extent)

    @property
    def _undo_extent(self) -> Extent:
        return Extent.NEW_SECRET if self.discards else Extent.EVERYTHING

    async def undo(self, extent: Extent | None = None) -> tuple[Leftover, ...]:
        """Remove what this run created, or a part of it (see `discards`, unless `extent` says which), newest first;
        returns what could not be removed, after `UndoEnded`.

        In the directory's deleted items an application counts to quotas for 30 days. The rows of `undo_rows` change
        like those of creation. Ends first what is still running. Calling it again tries what is left.
        """
        async with self._alone():
            extent = extent or self._undo_extent
            self._taking_back.plan(extent)
            undoing = await self._taking_back.remove(extent)
            left, remains = undoing.left(), () if extent is Extent.NEW_SECRET else kept(self.state)
            self._tell(UndoEnded(left, remains, undoing.stopped, undoing.error))
            return left

    def leftovers(self) -> tuple[Leftover, ...]:
        """What forgetting this run would leave behind."""
        return leftovers(self.state)

    def receipt(self) -> Receipt:
        """The facts for the text printed at the end."""
        return receipt_of(self.state, journaled=self.journaled)

    def close(self) -> None:
        """Drop the secret and release the journal. Nothing must be running; nothing can be run afterwards."""
        self.forget_secret()
        self._context.journaled_state.close()

    async def _create(self) -> None:
        if self.state.outcome is not None:
            raise RuntimeError(f"this run is {self.state.outcome}")
        now = self._context.clock.now()
        if self.credentials is None and is_in_use(self.state, now):
            await self._context.journaled_state.record(keeping_all(self.state, now))
        delivered = any(secret.delivered and not secret.kept for secret in self.state.secrets)
        if self.credentials is None and delivered and not self.state.retiring:
            self._replaces = self.state.secrets[-1].key_id
        await self._perform(self._operations())

    async def _perform(self, operations: tuple[CreateOperation, ...]) -> None:
        shown = {row.key for row in self._progress.rows}
        rows = review(operations, self.plan, self._context.clock.now())
        self._progress.show(row for row in rows if row.key not in shown)
        # What is in use is never taken back because Azure refuses something else.
        settled = self.state.renewed or any(secret.delivered for secret in self.state.secrets)
        creating = Creating(self._context, operations, () if settled else self.plan.doubts)
        await creating.run(check=self._unchecked)
        self._unchecked = self._unchecked and not creating.checked
        ended = creating.ended()
        if creating.uncertain_refused:
            ended = replace(ended, rolled_back=await self._taking_back.roll_back())
        self._tell(ended)

    def _operations(self) -> tuple[CreateOperation, ...]:
        if self.credentials is None and self.state.retiring and not self._replaces:
            return (RetireOperation(alone=True),)
        if changes_only_secrets(self.state):
            return renewal_operations(self.state, self._replaces, held=self.credentials is not None)
        return operations_for(self.plan, self._replaces)

    def _show_what_is_done(self) -> None:
        if changes_only_secrets(self.state):
            self._progress.clear()
            self._progress.show(review(self._operations(), self.plan, self._context.clock.now()))
            return
        for operation in operations_for(self.plan):
            if operation.done(self._context):
                row = replace(self._progress[operation.key], state=RowState.DONE, reason=MADE_EARLIER)
                self._progress.show([row])

    def _check_place(self, workspace: Workspace) -> None:
        here = f"{workspace.tenant_id} {workspace.subscription_id} {workspace.resource_manager}"
        begun = f"{self.plan.tenant_id} {self.plan.subscription_id} {self.state.resource_manager}"
        if here.rstrip("/").lower() != begun.rstrip("/").lower():  # Azure ignores the case of all three
            raise ValueError("the workspace is not where the plan belongs")

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        """Run the block alone: stop what is running, wait until it has ended, then begin."""
        if self._turn.locked():
            self.stop()
        async with self._turn:
            self._context.cancellation.release()
            yield

    def _tell(self, event: Event) -> None:
        for listener in tuple(self._listeners):
            listener(event)
