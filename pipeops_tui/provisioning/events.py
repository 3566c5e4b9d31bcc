"""The rows of a run and the events it sends while it works."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pipeops_tui.core.problem import CloudError, Problem


class RowState(StrEnum):
    """The state of one operation; the value is the word on screen."""

    WAITING = "waiting"
    RUNNING = "running"
    RETRYING = "retrying"
    LOOKING = "looking"
    """Nothing has failed: it waits for something to appear, and looks again after a pause."""
    DONE = "done"
    ACCEPTED = "accepted"
    """A removal that Azure has accepted, of what it still shows."""
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Row:
    """One operation as the Create screen shows it; replaced at every event."""

    key: str
    """Stable. Creation: `group`, `application`, `principal`, `assignment`, `secret`, `test-sign-in`,
    `provider:Microsoft.Compute`. A new secret: `secret`, `test-sign-in`, `retire`. Undo: `undo:secret`,
    `undo:assignment`, `undo:application`, `undo:purge`, `undo:group`, `undo:grant`."""
    title: str
    """E.g. `Resource group`."""
    detail: str
    """E.g. `PipeOpsRG in West Europe`."""
    state: RowState = RowState.WAITING
    started: float | None = None
    """Clock.monotonic() when it began; None before."""
    seconds: float | None = None
    """How long it took, once ended."""
    reason: str = ""
    """Why it waits or retries, one plain sentence; on a row that is done, a note about the result."""
    attempt: int = 0
    """Number of the try that runs or comes next; 0 before the first."""
    retry_at: float | None = None
    """Clock.monotonic() of the next try while RETRYING, of the next look while LOOKING."""
    problem: Problem | None = None
    writes: bool = True
    """False for what only reads: the test sign-in, and a resource group that already exists."""
    by: str = ""
    """Who does it, when it is not this program."""
    equivalent: str = ""
    """The Azure CLI command that does the same, without any secret."""


@dataclass(frozen=True, slots=True)
class RowChanged:
    """One row has a new state."""

    row: Row


@dataclass(frozen=True, slots=True)
class CredentialsReady:
    """The five values can be shown (the test sign-in may still be running). Sent again for a new secret."""


@dataclass(frozen=True, slots=True)
class RollbackStarted:
    """Azure has refused a write that was uncertain: what was created for it is removed again."""

    rows: tuple[Row, ...]
    """As `Run.undo_rows`."""


@dataclass(frozen=True, slots=True)
class RetriesExhausted:
    """A retry budget is used up: the user decides with `keep_waiting` or `stop`. That operation is paused until then;
    other operations continue."""

    row: Row
    waited: float
    """Seconds spent waiting so far."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """Something of this run that is still in Azure."""

    what: str
    """E.g. `Application PipeOps (client id b0f3…)`."""
    why: str = ""
    """Why it still exists; empty when no attempt to remove it was made."""
    command: str = ""
    """The Azure CLI command that removes it."""
    accepted: bool = False
    """Whether Azure has accepted its removal and still shows it. Nothing has failed then."""


@dataclass(frozen=True, slots=True)
class RunEnded:
    """Creating (or adding a new secret) has ended."""

    failed: Problem | None = None
    """The first problem; None when everything, the test sign-in included, is done, or when it was stopped."""
    stopped: bool = False
    error: CloudError | None = None
    """The error behind `failed` when Azure gave it: its kind tells whether signing in helps, its claims what that
    sign-in needs."""
    journal_failed: bool = False
    """The journal cannot be written: nothing more was sent. `without_journal` and `retry` go on without one."""
    rolled_back: bool = False
    """Nothing of the run is left, because Azure refused a write: trying again takes another run."""
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class UndoEnded:
    """Undo has done what it could; empty `left` means that nothing that was created is left."""

    left: tuple[Leftover, ...] = ()
    kept: tuple[Leftover, ...] = ()
    """What stays on purpose: what an Owner has assigned, registrations of resource providers."""
    stopped: bool = False
    error: CloudError | None = None
    """The first error that Azure gave; its kind says whether signing in helps."""


Event = RowChanged | CredentialsReady | RollbackStarted | RetriesExhausted | RunEnded | UndoEnded
