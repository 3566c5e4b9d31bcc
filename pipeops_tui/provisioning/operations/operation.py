"""The protocols of the operations that create and remove, and the times both go by."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Protocol

from pipeops_tui.core.model import Plan
from pipeops_tui.core.problem import CloudError, FailureKind, Problem
from pipeops_tui.provisioning.events import Leftover, Row
from pipeops_tui.provisioning.job import Job, RunContext
from pipeops_tui.provisioning.journal.run_state import ResourceRecord, RunState

SETTLING: Final = 15.0
"""Seconds after which a request whose answer was lost has been carried out or never will be. The slowest of them, the
role assignment, was recorded to take 2 to 4 s."""
UNCERTAIN_FOR: Final = SETTLING + 60.0
"""Seconds after which something whose answer was lost shows, if it was made at all: settling, and then copying."""
SPREADING: Final = 180.0
"""Seconds for which something that was made need not be visible everywhere: the budget for replication."""


NOTHING_TO_REMOVE: Final = "Nothing to remove"
STILL_SHOWN: Final = "Removal accepted, Azure still shows it"


class Refusal(Exception):  # noqa: N818 - a decision, not a malfunction
    """The operation does not continue, for a reason found here and not by Azure. `problem` describes it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.title)
        self.problem = problem


class StillShown(Exception):  # noqa: N818 - nothing went wrong
    """Azure has accepted the removal and still shows what was removed. The journal keeps it as being removed."""


class CreateOperation(Protocol):
    """One row of creation. All methods can be called whether its resource exists or not."""

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

    def done(self, context: RunContext) -> bool:
        """Whether nothing is left to do."""

    async def make(self, job: Job) -> str:
        """Create it, looking first where an earlier request may have been carried out; returns a note for the
        row. Raises `CloudError`, `Refusal`, `JournalUnavailable` or `Stopped`; a second call continues from there."""

    async def check(self, job: Job) -> None:
        """Journal as gone what was made earlier and no longer exists."""


class Removal(Protocol):
    """One row of undo."""

    @property
    def key(self) -> str:
        """As in `Row.key`."""

    @property
    def needs(self) -> tuple[str, ...]:
        """Keys of the removals that must have succeeded first."""

    def row(self, state: RunState) -> Row | None:
        """Its row; None when there is nothing to remove."""

    async def remove(self, job: Job) -> str:
        """Remove what this run made, looking first whether it is this run's, and afterwards whether it is gone; returns
        a note for the row. Raises as `CreateOperation.make` does, and `StillShown`."""

    def left(self, state: RunState) -> tuple[Leftover, ...]:
        """What would stay behind, and how to remove it by hand."""


def is_young(job: Job, record: ResourceRecord) -> bool:
    """Whether it was made less than `SPREADING` seconds ago, so that \"not found\" does not mean that it is gone."""
    return record.at is not None and 0 <= (job.now() - record.at).total_seconds() < SPREADING


def upsert_refused(error: CloudError) -> bool:
    """Whether `error` can mean that the tenant does not support Graph's upserts, or that this account is allowed to
    create with POST only (a custom role with `createAsOwner`; Azure/azure-cli#30427). Any other reason for it comes
    again as the answer to the POST that follows."""
    if error.kind is FailureKind.REFUSED:
        return error.code == "Authorization_RequestDenied"
    return error.kind is FailureKind.FINAL and error.status in (400, 405, 501)
