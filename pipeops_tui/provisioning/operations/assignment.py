"""The role assignment: Contributor on the resource group, for the application's service principal, and nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from pipeops_tui.model import CONTRIBUTOR_ROLE_ID, Plan, RoleAssignment
from pipeops_tui.problem import CloudError, FailureKind
from pipeops_tui.provisioning import commands
from pipeops_tui.provisioning.entries import Subject
from pipeops_tui.provisioning.events import Leftover, Row
from pipeops_tui.provisioning.job import Context, Job
from pipeops_tui.provisioning.operations.operation import IN_DOUBT, SPREADING, is_young
from pipeops_tui.provisioning.retry import Cause
from pipeops_tui.provisioning.state import RunState

COPYING = "Azure to see the new service principal"
_NAMESPACE: Final = UUID("6c1d1c0e-5f0a-4f6e-9a52-8f0c7f8b7a11")
_EXISTS = "RoleAssignmentExists"


def assignment_name(scope: str, principal_id: str, role_id: str) -> str:
    """The GUID under which this assignment is made: the same for the same three, so that PUT can be repeated. Azure
    ignores the case of all three."""
    return str(uuid5(_NAMESPACE, "|".join((scope, principal_id, role_id)).lower()))


class AssignmentOperation:
    """Assigns the role with PUT. A 409 is judged by its code: only `RoleAssignmentExists` can be success, and only
    when the assignment is really there (Azure Resource Manager, roleAssignments 2022-04-01)."""

    key = "assignment"
    needs = ("group", "principal")
    essential = True

    def row(self, plan: Plan, now: datetime) -> Row:
        detail = f"Contributor on {plan.group_name}, nothing else"
        return Row(self.key, "Access", detail, equivalent=commands.create_assignment(plan.group_scope))

    def done(self, context: Context) -> bool:
        return context.ledger.state.assignment.made

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
        trace = job.state.assignment
        if not trace.made or is_young(job, trace):
            return
        if await _named(job, trace.name) is None:
            await job.gone(Subject.ASSIGNMENT, trace.name)

    async def _remove_orphan(self, job: Job, name: str) -> None:
        """Remove this run's assignment to a principal that was deleted meanwhile: Azure keeps it as "unknown"."""
        trace = job.state.assignment
        if trace.perhaps and trace.name != name:
            await job.ask(lambda: job.workspace.delete_role_assignment(job.plan.group_scope, trace.name))
            await job.gone(Subject.ASSIGNMENT, trace.name)


class AssignmentRemoval:
    """Deletes the assignment, before its principal goes: afterwards it would stay as "unknown"."""

    key = "undo:assignment"
    needs: tuple[str, ...] = ()

    def row(self, state: RunState) -> Row | None:
        if not state.assignment.perhaps:
            return None
        detail = f"remove Contributor on {state.plan.group_name}"
        return Row(self.key, "Access", detail, equivalent=self._command(state))

    async def remove(self, job: Job) -> str:
        trace, scope = job.state.assignment, job.plan.group_scope
        found = await job.look(
            lambda: _named(job, trace.name),
            since=trace.at,
            window=SPREADING if trace.confirmed else IN_DOUBT,
            why="Making sure that the role was not assigned after all",
        )
        if found is not None:
            await job.removing(Subject.ASSIGNMENT, trace.name)
            await job.ask(lambda: job.workspace.delete_role_assignment(scope, trace.name))
        await job.gone(Subject.ASSIGNMENT, trace.name)
        return "" if found is not None else "There was nothing to remove"

    def left(self, state: RunState) -> tuple[Leftover, ...]:
        if not state.assignment.perhaps:
            return ()
        return (Leftover(f"Role assignment on {state.plan.group_name}", command=self._command(state)),)

    def _command(self, state: RunState) -> str:
        return commands.delete_assignment(state.plan.group_scope, state.assignment.name)


async def _named(job: Job, name: str) -> RoleAssignment | None:
    """This run's assignment; None as well when its group is gone, and it with the group."""
    try:
        return await job.ask(lambda: job.workspace.get_role_assignment(job.plan.group_scope, name))
    except CloudError as error:
        if error.kind in (FailureKind.NOT_FOUND, FailureKind.REPLICATION):
            return None
        raise


async def _existing(job: Job) -> RoleAssignment | None:
    """The assignment that the conflict is about, whoever named it: the principal is this run's own."""
    scope, principal_id = job.plan.group_scope, job.state.principal.id
    assignments = await job.ask(lambda: job.workspace.role_assignments_of(scope, principal_id))
    return next((a for a in assignments if _grants_contributor(a, scope, principal_id)), None)


def _grants_contributor(assignment: RoleAssignment, scope: str, principal_id: str) -> bool:
    return (
        assignment.scope.lower() == scope.lower()
        and assignment.principal_id.lower() == principal_id.lower()
        and assignment.role_definition_id.lower().endswith(CONTRIBUTOR_ROLE_ID)
    )
