"""The role assignment: Contributor on the resource group, for the application's service principal, and nothing else."""

from __future__ import annotations

from datetime import datetime

from pipeops_tui.core import az_commands
from pipeops_tui.core.marks import assignment_name
from pipeops_tui.core.model import CONTRIBUTOR_ROLE_ID, Plan, RoleAssignment
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.core.retry import Cause
from pipeops_tui.provisioning import problems
from pipeops_tui.provisioning.events import Leftover, Row
from pipeops_tui.provisioning.job import AZURE, Job, RunContext
from pipeops_tui.provisioning.journal.entries import Subject
from pipeops_tui.provisioning.journal.run_state import RunState
from pipeops_tui.provisioning.operations.operation import (
    NOTHING_TO_REMOVE,
    SPREADING,
    UNCERTAIN_FOR,
    Refusal,
    StillShown,
    is_young,
)

COPYING = "Azure to see the new service principal"
_EXISTS = "RoleAssignmentExists"


class AssignmentOperation:
    """Assigns the role with PUT. A 409 is judged by its code: only `RoleAssignmentExists` can be success, and only
    when the assignment is really there (Azure Resource Manager, roleAssignments 2022-04-01)."""

    key = "assignment"
    needs = ("group", "principal")
    essential = True

    def row(self, plan: Plan, now: datetime) -> Row:
        detail = f"Contributor on {plan.group_name}, nothing else"
        return Row(self.key, "Role assignment", detail, equivalent=az_commands.create_assignment(plan.group_scope))

    def done(self, context: RunContext) -> bool:
        return context.state.assignment.made

    async def make(self, job: Job) -> str:
        scope, principal_id = job.plan.group_scope, job.state.principal.id
        name = assignment_name(scope, principal_id, CONTRIBUTOR_ROLE_ID)
        await self._remove_orphan(job, name)
        try:
            async with job.intending(Subject.ASSIGNMENT, name, job.state.assignment):
                made = await job.ask(
                    lambda: job.workspace.put_role_assignment(scope, name, principal_id, CONTRIBUTOR_ROLE_ID),
                    waiting_for=COPYING,
                )
        except CloudError as error:
            if error.kind is not FailureKind.CONFLICT or error.code != _EXISTS:
                raise
            made = await job.until(
                lambda: _existing(job), Cause.REPLICATION, waiting_for="Azure to show the role assignment"
            )
        await job.made(Subject.ASSIGNMENT, made.name)
        return ""

    async def check(self, job: Job) -> None:
        record = job.state.assignment
        if not record.made or is_young(job, record):
            return
        if await find_named(job, record.name) is None:
            await job.gone(Subject.ASSIGNMENT, record.name)

    async def _remove_orphan(self, job: Job, name: str) -> None:
        """Remove this run's assignment to a principal that has been deleted since: Azure keeps it as "unknown"."""
        record = job.state.assignment
        if not record.may_exist or record.name == name:
            return
        found = await find_named(job, record.name)
        if found is not None and await is_confirmed(job, found):
            await job.ask(lambda: job.workspace.delete_role_assignment(job.plan.group_scope, record.name))
            await job.until(lambda: _is_gone(job, record.name), Cause.DELETING)
        await job.gone(Subject.ASSIGNMENT, record.name)


class AssignmentRemoval:
    """Deletes the assignment, before its principal goes: afterwards it would stay as "unknown"."""

    key = "undo:assignment"
    needs: tuple[str, ...] = ()

    def row(self, state: RunState) -> Row | None:
        if not state.assignment.may_exist:
            return None
        detail = f"remove Contributor on {state.plan.group_name}"
        return Row(self.key, "Role assignment", detail, equivalent=self._command(state))

    async def remove(self, job: Job) -> str:
        record, scope = job.state.assignment, job.plan.group_scope
        found = await job.look(
            lambda: find_named(job, record.name),
            since=record.at,
            window=SPREADING if record.existed else UNCERTAIN_FOR,
            why="Checking that the role was not assigned",
        )
        if found is not None:
            if not is_of_run(found, job.state, job.state.principal.id):
                raise Refusal(problems.assignment_not_ours(job.plan.group_name))
            await job.removing(Subject.ASSIGNMENT, record.name)
            await job.ask(lambda: job.workspace.delete_role_assignment(scope, record.name))
            if not await job.until_gone(lambda: find_named(job, record.name), AZURE):
                raise StillShown
        await job.gone(Subject.ASSIGNMENT, record.name)
        return "" if found is not None else NOTHING_TO_REMOVE

    def left(self, state: RunState) -> tuple[Leftover, ...]:
        if not state.assignment.may_exist:
            return ()
        return (Leftover(f"Role assignment on {state.plan.group_name}", command=self._command(state)),)

    def _command(self, state: RunState) -> str:
        return az_commands.delete_assignment(state.plan.group_scope, state.assignment.name)


async def find_named(job: Job, name: str) -> RoleAssignment | None:
    """This run's assignment; None as well when its group is gone, and it with the group."""
    try:
        return await job.ask(lambda: job.workspace.get_role_assignment(job.plan.group_scope, name))
    except CloudError as error:
        if error.kind in (FailureKind.NOT_FOUND, FailureKind.REPLICATION):
            return None
        raise


async def is_confirmed(job: Job, assignment: RoleAssignment, principal_id: str = "") -> bool:
    """Whether Azure confirms that it is this run's. Without `principal_id` its own service principal must be gone: the
    name of another connection's assignment is made in the same way, and the journal can have been edited."""
    if not is_of_run(assignment, job.state, principal_id):
        return False
    other = assignment.principal_id
    return bool(principal_id) or not await job.ask(lambda: job.workspace.service_principal_exists(other))


def is_of_run(assignment: RoleAssignment, state: RunState, principal_id: str = "") -> bool:
    """Whether it is this run's: Contributor on the group for `principal_id`. Without one, because the service principal
    is gone, only the name can tell, which is made from what it assigns."""
    scope = state.plan.group_scope
    if not _grants_contributor(assignment, scope, principal_id or assignment.principal_id):
        return False
    derived = assignment_name(scope, assignment.principal_id, CONTRIBUTOR_ROLE_ID)
    return bool(principal_id) or assignment.name.lower() == derived


async def _is_gone(job: Job, name: str) -> bool | None:
    return True if await find_named(job, name) is None else None


async def _existing(job: Job) -> RoleAssignment | None:
    """The assignment that the conflict is about. Its name can be another: the principal is this run's own."""
    scope, principal_id = job.plan.group_scope, job.state.principal.id
    assignments = await job.ask(lambda: job.workspace.role_assignments_of(scope, principal_id))
    return next((a for a in assignments if _grants_contributor(a, scope, principal_id)), None)


def _grants_contributor(assignment: RoleAssignment, scope: str, principal_id: str) -> bool:
    return (
        assignment.scope.lower() == scope.lower()
        and assignment.principal_id.lower() == principal_id.lower()
        and assignment.role_definition_id.lower().endswith(CONTRIBUTOR_ROLE_ID)
    )
