"""What every operation can do."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Protocol

from pipeops_tui.model import Plan
from pipeops_tui.problem import CloudError, FailureKind, Problem
from pipeops_tui.provisioning.events import Leftover, Row
from pipeops_tui.provisioning.job import Context, Job
from pipeops_tui.provisioning.state import RunState, Trace

SETTLING: Final = 15.0
"""Seconds after which a request whose answer was lost has been carried out or never will be. The slowest of them, the
role assignment, was recorded to take 2 to 4 s."""
IN_DOUBT: Final = SETTLING + 60.0
"""Seconds after which something whose answer was lost shows, if it was made at all: settling, and then copying."""
SPREADING: Final = 180.0
"""Seconds for which something that was made need not be visible everywhere: the budget for replication."""


class Refusal(Exception):  # noqa: N818 - a decision, not a malfunction
    """The operation will not go on, for a reason found here and not by Azure. `problem` says which."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.title)
        self.problem = problem


class Operation(Protocol):
    """One row of creation. All methods may be called in any standing of what they are about."""

    @property
    def key(self) -> str:
        """As in `Row.key`."""

    @property
    def needs(self) -> tuple[str, ...]:
        """Keys of the operations whose results this one uses."""

    @property
    def essential(self) -> bool:
        """Whether its failure ends the run; otherwise the rest goes on."""

    def row(self, plan: Plan, now: datetime) -> Row:
        """Its row before it begins."""

    def done(self, context: Context) -> bool:
        """Whether nothing is left to do."""

    async def make(self, job: Job) -> str:
        """Bring it about, looking first where an earlier request may have been carried out; returns a note for the
        row. Raises `CloudError`, `Refusal`, `JournalUnavailable` or `Stopped`; calling it again goes on from there."""

    async def check(self, job: Job) -> None:
        """Journal as gone what the journal says was made and somebody else has removed since."""


class Removal(Protocol):
    """One row of undo."""

    @property
    def key(self) -> str:
        """As in `Row.key`."""

    @property
    def needs(self) -> tuple[str, ...]:
        """Keys of the removals that must have succeeded before it makes sense."""

    def row(self, state: RunState) -> Row | None:
        """Its row; None when there is nothing to remove."""

    async def remove(self, job: Job) -> str:
        """Remove what this run made, looking first where that is in doubt; returns a note for the row.
        Raises as `Operation.make` does."""

    def left(self, state: RunState) -> tuple[Leftover, ...]:
        """What would stay behind, and how to remove it by hand."""


def is_young(job: Job, trace: Trace) -> bool:
    """Whether it was made so recently that not being found says nothing."""
    return trace.at is not None and 0 <= (job.now() - trace.at).total_seconds() < SPREADING


def upsert_refused(error: CloudError) -> bool:
    """Whether a tenant that does not serve Graph's upserts said so; anything really wrong is said again by POST."""
    return error.kind is FailureKind.FINAL and error.status in (400, 405, 501)
