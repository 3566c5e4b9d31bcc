"""Creating: which operations a plan takes, and one attempt to perform them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pipeops_tui.model import Plan
from pipeops_tui.problem import CloudError, FailureKind, Problem
from pipeops_tui.provisioning.brake import Stopped
from pipeops_tui.provisioning.events import Row, RunEnded
from pipeops_tui.provisioning.graph import needs_of, run_in_order, sorted_by_needs
from pipeops_tui.provisioning.job import Context, Job
from pipeops_tui.provisioning.journal import JournalUnavailable
from pipeops_tui.provisioning.operations.application import ApplicationOperation
from pipeops_tui.provisioning.operations.assignment import AssignmentOperation
from pipeops_tui.provisioning.operations.grant import GrantOperation
from pipeops_tui.provisioning.operations.group import GroupOperation
from pipeops_tui.provisioning.operations.operation import Operation, Refusal
from pipeops_tui.provisioning.operations.principal import PrincipalOperation
from pipeops_tui.provisioning.operations.proof import ProofOperation
from pipeops_tui.provisioning.operations.provider import ProviderOperation
from pipeops_tui.provisioning.operations.secret import RetireOperation, SecretOperation

MADE_EARLIER: Final = "Made by an earlier run"


def operations_for(plan: Plan, replaces: str = "") -> tuple[Operation, ...]:
    """Everything `plan` takes, in the order of the review list. `replaces` is the key id of a secret that a new one is
    to follow; it and older ones are removed afterwards."""
    old: tuple[Operation, ...] = (RetireOperation(),) if replaces else ()
    operations: tuple[Operation, ...] = (
        GroupOperation(),
        ApplicationOperation(),
        PrincipalOperation(),
        GrantOperation() if plan.owner_assigns else AssignmentOperation(),
        SecretOperation(replaces),
        ProofOperation(),
        *old,
        *(ProviderOperation(namespace) for namespace in plan.providers),
    )
    return sorted_by_needs(operations, needs_of(operations, plan.doubts))


def review(operations: tuple[Operation, ...], plan: Plan, now: datetime) -> tuple[Row, ...]:
    """The rows before anything has begun."""
    return tuple(operation.row(plan, now) for operation in operations)


@dataclass(slots=True)
class Creating:
    """One attempt. Ends when all is done, when something essential has failed, or when it is stopped."""

    context: Context
    operations: tuple[Operation, ...]
    failed: Problem | None = None
    error: CloudError | None = None
    journal_failed: bool = False
    refused_in_doubt: bool = False
    """Whether Azure has refused a write that was only tried."""
    checked: bool = False
    """Whether it is known what is left of what an earlier process made."""

    async def run(self, *, check: bool) -> None:
        """Perform what is not done yet; with `check` look first at what an earlier process says is done."""
        try:
            await self.context.ledger.flush()
        except JournalUnavailable as unavailable:
            self._fail(unavailable.problem)
            self.journal_failed = True
            return
        if check:
            self.checked = await self._check()
            if not self.checked:
                return
        done = [operation.key for operation in self.operations if operation.done(self.context)]
        needs = needs_of(self.operations, self.context.ledger.state.plan.doubts)
        await run_in_order(self.operations, needs, done, self._perform)

    def ended(self) -> RunEnded:
        """How it ended, for those who watch."""
        done = all(operation.done(self.context) for operation in self.operations)
        stopped = self.failed is None and not done
        return RunEnded(self.failed, stopped, self.error, self.journal_failed, rows=self.context.board.rows)

    async def _check(self) -> bool:
        """Look at everything an earlier process has made; whether that went well."""
        board = self.context.board
        for operation in self.operations:
            if operation.done(self.context):
                board.start(operation.key, "Looking whether it is still there")
            if not await self._guarded(operation, check=True):
                return False
            if operation.done(self.context):
                board.done(operation.key, MADE_EARLIER)
            else:
                board.reset(operation.key)
        return True

    async def _perform(self, operation: Operation) -> bool:
        if self.context.brake.engaged:
            return False
        self.context.board.start(operation.key)
        return await self._guarded(operation, check=False)

    async def _guarded(self, operation: Operation, *, check: bool) -> bool:
        """Make or check `operation`; whether that went well. Failures end on its row."""
        job, key, board = Job(self.context, operation.key), operation.key, self.context.board
        error: CloudError | None = None
        try:
            if check:
                await operation.check(job)
            else:
                board.done(key, await operation.make(job))
        except Stopped:
            board.stopped(key)
            return False
        except CloudError as failure:
            problem, error = failure.problem, failure
            self._heed_doubt(operation, failure)
        except Refusal as refusal:
            problem = refusal.problem
        except JournalUnavailable as unavailable:
            self.journal_failed = True
            problem = unavailable.problem
        else:
            return True
        board.failed(key, problem)
        self._fail(problem, error)
        if operation.essential or self.journal_failed:
            self.context.brake.wind_down()
        return False

    def _heed_doubt(self, operation: Operation, failure: CloudError) -> None:
        doubted = operation.key in self.context.ledger.state.plan.doubts
        if doubted and failure.kind in (FailureKind.REFUSED, FailureKind.FINAL):
            self.refused_in_doubt = True

    def _fail(self, problem: Problem, error: CloudError | None = None) -> None:
        """Keep the first failure, but let one that a new sign-in helps stand for all."""
        if self.failed is None or (error is not None and error.kind is FailureKind.SIGN_IN):
            self.failed, self.error = problem, error
