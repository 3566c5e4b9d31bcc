"""One run: from a reviewed plan to working credentials, or back to nothing.

This is the room's front door. The interface makes a `Run`, draws its rows, and calls the verbs below; everything it
shows in between arrives as events. Failures of Azure never come out as exceptions: they are rows, and an event at the end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pipeops_tui.clock import Clock
from pipeops_tui.model import Credentials, Plan
from pipeops_tui.ports import Workspace
from pipeops_tui.provisioning.events import Event, Leftover, Row
from pipeops_tui.provisioning.journal import Journal, RunState


@dataclass(frozen=True, slots=True)
class Receipt:
    """What may be printed after the interface has closed. Holds no secret."""

    run_id: str
    resource_group_name: str
    tenant_id: str
    client_id: str
    """Empty when there is no application (yet, or any more)."""
    subscription_id: str
    expires: datetime | None
    """When the client secret expires (UTC)."""
    delivered: bool
    """Whether the secret was copied or revealed."""
    created: tuple[str, ...]
    """What this run created and has not removed, one line each."""
    left: tuple[Leftover, ...]
    """The same with the commands that remove it."""
    undone: bool


class Run:
    """Creates what `plan` says, once. Every coroutine runs on the event loop that calls it, one at a time."""

    def __init__(
        self,
        plan: Plan,
        workspace: Workspace,
        clock: Clock,
        new_id: Callable[[], UUID],
        journal: Journal | None,
    ) -> None:
        """A new run; `new_id` gives random GUIDs. Without a `journal` it cannot be resumed after the process ends."""

    @classmethod
    def resume(
        cls, state: RunState, workspace: Workspace, clock: Clock, new_id: Callable[[], UUID], journal: Journal | None
    ) -> Run:
        """A run that an earlier process began: `execute` continues it, `undo` removes what it made."""

    @property
    def rows(self) -> tuple[Row, ...]:
        """The operations in the order of the review list; usable before anything has started."""

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Call `listener` with every event, on the event loop, at once; returns what ends the subscription."""

    @property
    def credentials(self) -> Credentials | None:
        """The five values, from the moment the client secret exists until `forget_secret`."""

    async def execute(self) -> None:
        """Create everything and prove it; returns after `RunEnded`. On a resumed run: look at what is there, go on."""

    async def retry(self, workspace: Workspace | None = None) -> None:
        """Go on after a failure or a stop, repeating nothing that is done. A new sign-in brings a new `workspace`."""

    def stop(self) -> None:
        """Let the running requests finish (for a second at most), start no other; the run can be gone on with."""

    def keep_waiting(self) -> None:
        """The answer to `Patience`: grant every paused operation its budget again."""

    def without_journal(self) -> None:
        """The answer to a `RunEnded` that says the journal cannot be written: go on (with `retry`) without one."""

    async def new_secret(self) -> None:
        """Add a client secret, prove it, then remove the older ones of this run; returns after `RunEnded`."""

    async def mark_delivered(self) -> None:
        """Journal that the secret was copied or revealed: from then on a resumed run leaves it alone."""

    def forget_secret(self) -> None:
        """Drop the secret for good."""

    def undo_rows(self, purge: bool = True) -> tuple[Row, ...]:
        """What `undo` would remove, newest first."""

    async def undo(self, purge: bool = True) -> tuple[Leftover, ...]:
        """Remove what this run created, newest first; returns what could not be removed, after `UndoEnded`.

        With `purge` the application is also removed from the directory's deleted items, where it would count to quotas
        for 30 days. The rows of `undo_rows` change like those of creation.
        """

    def receipt(self) -> Receipt:
        """The facts for the text printed at the end."""
