"""The hand-off: an Owner assigns the role, and the run waits until Azure lists the assignment.

For an account that can create everything except role assignments (Contributor's notActions leave out
`Microsoft.Authorization/*/Write`; Microsoft Learn, "Azure built-in roles"). The run never makes or removes the
assignment: it sees it, and names it when the rest is removed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pipeops_tui.core import az_commands
from pipeops_tui.core.model import CONTRIBUTOR_ROLE_ID, Plan, RoleAssignment
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.core.retry import cause_of, write_reason
from pipeops_tui.provisioning.events import Leftover, Row
from pipeops_tui.provisioning.job import Job, RunContext
from pipeops_tui.provisioning.journal.entries import Subject
from pipeops_tui.provisioning.journal.run_state import RunState
from pipeops_tui.provisioning.operations.operation import is_young

LOOK_OFTEN_FOR: Final = 300.0
"""Seconds for which the role assignment is looked for often: the Owner may be right there."""
LOOK_OFTEN: Final = 15.0
LOOK_SELDOM: Final = 60.0
"""Seconds between two looks, before and after."""
_WAITING = "Waiting for an Owner to assign the role"
_NOT_FOUND = frozenset({FailureKind.NOT_FOUND, FailureKind.REPLICATION})


@dataclass(frozen=True, slots=True)
class OwnerStep:
    """The one step that the user has no permission for."""

    command: str
    """The complete Azure CLI line for the Owner; holds no secret."""
    since: datetime
    """When the run began to wait."""


def owner_step(state: RunState) -> OwnerStep | None:
    """What the run waits for an Owner to do; None when it does not wait for one."""
    if not state.awaits_owner:
        return None
    command = az_commands.create_assignment(state.plan.group_scope, state.grant.name)
    return OwnerStep(command, state.grant.at or state.begun)


class OwnerAssignment:
    """Takes the place of the operation that assigns the role, and has its key: other operations need either."""

    key = "assignment"
    needs = ("group", "principal")
    essential = True

    def row(self, plan: Plan, now: datetime) -> Row:
        return Row(
            self.key,
            "Role assignment",
            f"Contributor on {plan.group_name}, nothing else",
            writes=False,
            by="an Owner",
            equivalent=az_commands.create_assignment(plan.group_scope),
        )

    def done(self, context: RunContext) -> bool:
        return context.state.granted

    async def make(self, job: Job) -> str:
        principal_id = job.state.principal.id
        if job.state.grant.name != principal_id:
            await job.intend(Subject.GRANT, principal_id)
        found, reason = await _look(job)
        while found is None:
            await job.rest_unless_called(_pause(job), reason)
            found, reason = await _look(job)
        await job.made(Subject.GRANT, principal_id, az_commands.assignment_id(found.scope, found.name))
        return "Assigned by an Owner"

    async def check(self, job: Job) -> None:
        if not job.state.granted or is_young(job, job.state.grant):
            return
        if await job.ask(lambda: find_grant(job)) is None:
            await job.gone(Subject.GRANT, job.state.grant.name)


class OwnerAssignmentReport:
    """The last row of undo. Removes nothing: an Owner made the assignment, and the user has no permission to
    remove it. Finds out whether it still exists after the rest has been removed."""

    key = "undo:grant"
    needs: tuple[str, ...] = ()

    def row(self, state: RunState) -> Row | None:
        if not state.grant.may_exist:
            return None
        fate = "deleted with the group" if state.group.may_exist else "not removed"
        detail = f"Contributor on {state.plan.group_name} by an Owner: {fate}"
        return Row(self.key, "Owner's assignment", detail, writes=False, equivalent=_removing(state))

    async def remove(self, job: Job) -> str:
        record = job.state.grant
        found = await job.ask(lambda: _find_or_none(job))
        if found is not None:
            await job.made(Subject.GRANT, record.name, az_commands.assignment_id(found.scope, found.name))
        elif _under(record.id, job.plan.group_scope) or not record.id:
            await job.gone(Subject.GRANT, record.name)
        return "An Owner assigned it, so it was not removed" if job.state.grant.may_exist else "It no longer exists"

    def left(self, state: RunState) -> tuple[Leftover, ...]:
        """Nothing of this run."""
        return ()


def grants(state: RunState) -> tuple[Leftover, ...]:
    """What an Owner has assigned, or may have: only an Owner can remove it. Assignments are not removed with their
    principal (Microsoft Learn, "Understand Azure role assignments", Role assignments with identity not found)."""
    record = state.grant
    if not record.may_exist:
        return ()
    where = f"on {state.plan.group_name}" if not record.id or _under(record.id, state.plan.group_scope) else "above it"
    seen = "" if record.existed else ", if it was assigned"
    why = (
        "An Owner assigned it, so only an account with permission to assign roles can remove it. Without the "
        "application it gives no access, and Azure lists it as “Identity not found”."
    )
    return (Leftover(f"Contributor {where} for the service principal {record.name}{seen}", why, _removing(state)),)


async def find_grant(job: Job) -> RoleAssignment | None:
    """Contributor at the group or above it for this run's principal, no matter who assigned it. One request."""
    scope, principal_id = job.plan.group_scope, job.state.grant.name
    assignments = await job.workspace.role_assignments_of(scope, principal_id)
    return next((a for a in assignments if _gives_contributor(a, scope, principal_id)), None)


async def _look(job: Job) -> tuple[RoleAssignment | None, str]:
    """What a look shows, and the reason for the next one: temporary failures are waited out here too."""
    fresh = is_young(job, job.state.group)
    try:
        return await job.once(lambda: find_grant(job)), _WAITING
    except CloudError as error:
        cause = cause_of(error, fresh=fresh, repeatable=True)
        if cause is None:
            raise
        return None, write_reason(cause, "Azure to show the resource group")


def _pause(job: Job) -> float:
    asked = job.state.grant.at or job.now()
    return LOOK_OFTEN if (job.now() - asked).total_seconds() < LOOK_OFTEN_FOR else LOOK_SELDOM


async def _find_or_none(job: Job) -> RoleAssignment | None:
    try:
        return await find_grant(job)
    except CloudError as error:
        if error.kind in _NOT_FOUND:
            return None
        raise


def _gives_contributor(assignment: RoleAssignment, scope: str, principal_id: str) -> bool:
    """Azure lists what holds at `scope`, and what holds only somewhere below it."""
    return (
        not _under(assignment.scope, scope)
        and assignment.principal_id.lower() == principal_id.lower()
        and assignment.role_definition_id.lower().endswith(CONTRIBUTOR_ROLE_ID)
    )


def _under(id: str, scope: str) -> bool:
    """Whether an ARM id lies below `scope`; Azure ignores case."""
    return id.lower().startswith(f"{scope.lower()}/")


def _removing(state: RunState) -> str:
    record = state.grant
    if record.id:
        return az_commands.delete_assignments(record.id)
    return az_commands.find_assignments(state.plan.group_scope, record.name)
