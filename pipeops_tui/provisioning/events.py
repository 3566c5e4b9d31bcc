"""What a run tells while it works: the same events drive the rows on screen and the journal."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from pipeops_tui.problem import Problem


class RowState(StrEnum):
    """The state of one operation, as the screen spells it."""

    WAITING = "waiting"
    RUNNING = "running"
    RETRYING = "retrying"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Row:
    """One operation as the Create screen shows it; replaced at every event."""

    key: str
    """Stable: `group`, `application`, `principal`, `assignment`, `secret`, `proof`, `provider:Microsoft.Compute`."""
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
    """Why it waits or retries, one plain sentence."""
    attempt: int = 0
    retry_at: float | None = None
    """Clock.monotonic() of the next try while RETRYING."""
    problem: Problem | None = None
    writes: bool = True
    """False for the proof, which only reads."""
    equivalent: str = ""
    """The Azure CLI command that does the same, without any secret."""


@dataclass(frozen=True, slots=True)
class RowChanged:
    """One row has a new state."""

    row: Row


@dataclass(frozen=True, slots=True)
class CredentialsReady:
    """The five values can be shown (the proof may still be going on)."""


@dataclass(frozen=True, slots=True)
class Patience:
    """A retry budget is used up: the person decides whether to keep waiting or to stop. The run is paused meanwhile."""

    row: Row
    waited: float
    """Seconds spent waiting so far."""


@dataclass(frozen=True, slots=True)
class RunEnded:
    """Nothing runs any more. `failed` is the first problem, None when everything (the proof included) is done."""

    failed: Problem | None = None
    stopped: bool = False
    rows: tuple[Row, ...] = field(default=())


Event = RowChanged | CredentialsReady | Patience | RunEnded
