"""Creating: which operations a plan takes, and one attempt to perform them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pipeops_tui.core.model import Plan, Write
from pipeops_tui.core.problem import CloudError, FailureKind, Problem
from pipeops_tui.provisioning.cancellation import Stopped
from pipeops_tui.provisioning.dependencies import needs_of, run_in_order, sorted_by_needs
from pipeops_tui.provisioning.events import Row, RunEnded
from pipeops_tui.provisioning.job import Job, RunContext
from pipeops_tui.provisioning.journal.codec import JournalUnavailable
from pipeops_tui.provisioning.journal.run_state import RunState
from pipeops_tui.provisioning.operations.add_owner import SecondOwner
from pipeops_tui.provisioning.operations.add_secret import SecretOperation
from pipeops_tui.provisioning.operations.assign_role import AssignmentOperation
from pipeops_tui.provisioning.operations.await_owner import OwnerAssignment
from pipeops_tui.provisioning.operations.create_application import ApplicationOperation
from pipeops_tui.provisioning.operations.create_principal import PrincipalOperation
from pipeops_tui.provisioning.operations.operation import STILL_SHOWN, CreateOperation, Refusal, StillShown
from pipeops_tui.provisioning.operations.remove_secrets import RetireOperation
from pipeops_tui.provisioning.operations.restore_application import RestoreOperation
from pipeops_tui.provisioning.operations.subscription_resources import GroupOperation, ProviderRegistration
from pipeops_tui.provisioning.operations.verify_sign_in import SignInVerification

MADE_EARLIER: Final = "Already created"


def operations_for(plan: Plan, replaces: str = "") -> tuple[CreateOperation, ...]:
    """Everything `plan` takes, in the order of the review list. `replaces` is the key id of a secret that a new one
    replaces; it and older ones are removed afterwards."""
    old: tuple[CreateOperation, ...] = (RetireOperation(),) if replaces else ()
    owner: tuple[CreateOperation, ...] = (SecondOwner(),) if plan.second_owner_id else ()
    operations: tuple[CreateOperation, ...] = (
        GroupOperation(),
        ApplicationOperation(),
        PrincipalOperation(),
        OwnerAssignment() if plan.owner_assigns else AssignmentOperation(),
        SecretOperation(replaces),
        SignInVerification(),
        *owner,
        *old,
        *(ProviderRegistration(namespace) for namespace in plan.providers),
    )
    return sorted_by_needs(operations, needs_of(operations, plan.doubts))


def renewal_operations(state: RunState, replaces: str = "", *, held: bool = False) -> tuple[CreateOperation, ...]:
    """What a renewal takes: a secret beside the one in use, and the test sign-in. `replaces` as in `operations_for`,
    for a secret of the same renewal; `held` is whether the value of the newest one is known. A deleted application is
    brought back first, with what went with it."""
    # Also what an earlier process has added and the person does not have, or what is being removed.
    replaced = state.secrets[:-1] if held else state.secrets
    older = replaces or any(not (one.in_use or one.uncertain) for one in replaced)
    old: tuple[CreateOperation, ...] = (RetireOperation(),) if older else ()
    if not state.restores:
        return (SecretOperation(replaces, needs=()), SignInVerification(), *old)
    return (
        GroupOperation(),
        RestoreOperation(),
        PrincipalOperation(),
        AssignmentOperation(),
        SecretOperation(replaces),
        SignInVerification(),
        *old,
    )


def review(operations: tuple[CreateOperation, ...], plan: Plan, now: datetime) -> tuple[Row, ...]:
    """The rows before anything has begun."""
    return tuple(operation.row(plan, now) for operation in operations)


def planned_rows(plan: Plan, now: datetime) -> tuple[Row, ...]:
    """The rows of a run that has not begun; `now` gives the day on which its secret will expire."""
    return review(operations_for(plan), plan, now)


@dataclass(slots=True)
class Creating:
    """One attempt. Ends when all is done, when something essential has failed, or when it is stopped."""

    context: RunContext
    operations: tuple[CreateOperation, ...]
    doubts: tuple[Write, ...] = ()
    """Writes that Azure can refuse, as in `Plan.doubts`."""
    failed: Problem | None = None
    error: CloudError | None = None
    journal_failed: bool = False
    uncertain_refused: bool = False
    """Whether Azure has refused a write that was uncertain."""
    checked: bool = False
    """Whether what an earlier process made has been looked for."""

    async def run(self, *, check: bool) -> None:
        """Perform what is not done yet; with `check` first look whether what an earlier process made still exists."""
        try:
            await self.context.journaled_state.flush()
        except JournalUnavailable as unavailable:
            self._fail(unavailable.problem)
            self.journal_failed = True
            return
        if check:
            self.checked = await self._check()
            if not self.checked:
                return
        done = [operation.key for operation in self.operations if operation.done(self.context)]
        needs = needs_of(self.operations, self.doubts)
        await run_in_order(self.operations, needs, done, self._perform)

    def ended(self) -> RunEnded:
        """How it ended, as an event."""
        done = all(operation.done(self.context) for operation in self.operations)
        stopped = self.failed is None and not done
        return RunEnded(self.failed, stopped, self.error, self.journal_failed, rows=self.context.progress.rows)

    async def _check(self) -> bool:
        """Look at everything an earlier process has made; whether that went well."""
        progress = self.context.progress
        for operation in self.operations:
            if operation.done(self.context):
                progress.start(operation.key, "Checking if it still exists")
            if not await self._guarded(operation, check=True):
                return False
            if operation.done(self.context):
                progress.done(operation.key, MADE_EARLIER)
            else:
                progress.reset(operation.key)
        return True

    async def _perform(self, operation: CreateOperation) -> bool:
        if self.context.cancellation.engaged:
            return False
        self.context.progress.start(operation.key)
        return await self._guarded(operation, check=False)

    async def _guarded(self, operation: CreateOperation, *, check: bool) -> bool:
        """Make or check `operation`; whether that went well. Failures end on its row."""
        job, key, progress = Job(self.context, operation.key), operation.key, self.context.progress
        error: CloudError | None = None
        try:
            if check:
                await operation.check(job)
            else:
                progress.done(key, await operation.make(job))
        except Stopped:
            progress.stopped(key)
            return False
        except CloudError as failure:
            problem, error = failure.problem, failure
            self._note_refusal(operation, failure)
        except StillShown:
            self.context.finished.add(key)
            progress.accepted(key, STILL_SHOWN)
            return True
        except Refusal as refusal:
            problem = refusal.problem
        except JournalUnavailable as unavailable:
            self.journal_failed = True
            problem = unavailable.problem
        else:
            return True
        progress.failed(key, problem)
        self._fail(problem, error)
        if operation.essential or self.journal_failed:
            self.context.cancellation.wind_down()
        return False

    def _note_refusal(self, operation: CreateOperation, failure: CloudError) -> None:
        doubted = operation.key in self.doubts
        if doubted and failure.kind in (FailureKind.REFUSED, FailureKind.FINAL):
            self.uncertain_refused = True

    def _fail(self, problem: Problem, error: CloudError | None = None) -> None:
        """Keep the first failure, but prefer one that a new sign-in would solve."""
        if self.failed is None or (error is not None and error.kind is FailureKind.SIGN_IN):
            self.failed, self.error = problem, error
