"""The hand-off: an Owner assigns the role, and the run waits until it shows.

For who may create everything but role assignments (Contributor's notActions leave out
`Microsoft.Authorization/*/Write`; Microsoft Learn, "Azure built-in roles"). The run never makes or removes the
assignment: it sees it, and names it when the rest is taken back.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pipeops_tui.model import CONTRIBUTOR_ROLE_ID, Plan, RoleAssignment
from pipeops_tui.problem import CloudError, FailureKind
from pipeops_tui.provisioning import commands
from pipeops_tui.provisioning.entries import Subject
from pipeops_tui.provisioning.events import Leftover, Row
from pipeops_tui.provisioning.job import Context, Job
from pipeops_tui.provisioning.operations.operation import is_young
from pipeops_tui.provisioning.retry import cause_of, reason_for
from pipeops_tui.provisioning.state import RunState

FOR_A_WHILE: Final = 300.0
"""Seconds for which the Owner may be sitting beside: looked for often."""
OFTEN: Final = 15.0
SELDOM: Final = 60.0
"""Seconds between two looks, before and after."""
_WAITING = "Waiting for an Owner to assign the role"
_NOT_FOUND = frozenset({FailureKind.NOT_FOUND, FailureKind.REPLICATION})


class GrantOperation:
    """Stands in the place of the role assignment: whatever needs that one needs this one."""

    key = "assignment"
    needs = ("group", "principal")
    essential = True

    def row(self, plan: Plan, now: datetime) -> Row:
        return Row(
            self.key,
            "Access",
            f"Contributor on {plan.group_name}, nothing else",
            writes=False,
            by="an Owner",
            equivalent=commands.create_assignment(plan.group_scope),
        )

    def done(self, context: Context) -> bool:
        return context.ledger.state.granted

    async def make(self, job: Job) -> str:
        principal_id = job.state.principal.id
        if job.state.grant.name != principal_id:
            await job.intend(Subject.GRANT, principal_id)
        found, reason = await _look(job)
        while found is None:
            await job.rest_unless_called(_pause(job), reason)
            found, reason = await _look(job)
        await job.made(Subject.GRANT, principal_id, commands.assignment_id(found.scope, found.name))
        return "Assigned by an Owner"

    async def check(self, job: Job) -> None:
        if not job.state.granted or is_young(job, job.state.grant):
            return
        if await job.ask(lambda: find_grant(job)) is None:
            await job.gone(Subject.GRANT, job.state.grant.name)


class GrantFarewell:
    """The last row of undo. Removes nothing: what an Owner has assigned is not this run's, and who runs it could not
    remove it anyway. Finds out whether it is still there when the rest is gone."""

    key = "undo:grant"
    needs: tuple[str, ...] = ()

    def row(self, state: RunState) -> Row | None:
        if not state.grant.perhaps:
            return None
        fate = "goes with the group" if state.group.perhaps else "not this run's, stays"
        detail = f"Contributor on {state.plan.group_name} by an Owner: {fate}"
        return Row(self.key, "Owner's part", detail, writes=False, equivalent=_removing(state))

    async def remove(self, job: Job) -> str:
        trace = job.state.grant
        found = await job.ask(lambda: _find_or_none(job))
        if found is not None:
            await job.made(Subject.GRANT, trace.name, commands.assignment_id(found.scope, found.name))
        elif _under(trace.id, job.plan.group_scope) or not trace.id:
            await job.gone(Subject.GRANT, trace.name)
        return "An Owner made it, so it stays" if job.state.grant.perhaps else "It is not there any more"

    def left(self, state: RunState) -> tuple[Leftover, ...]:
        """Nothing of this run."""
        return ()


def grants(state: RunState) -> tuple[Leftover, ...]:
    """What an Owner has assigned, or may have: removing it is up to an Owner. Assignments are not removed with their
    principal (Microsoft Learn, "Understand Azure role assignments", Role assignments with identity not found)."""
    trace = state.grant
    if not trace.perhaps:
        return ()
    where = f"on {state.plan.group_name}" if not trace.id or _under(trace.id, state.plan.group_scope) else "above it"
    seen = "" if trace.confirmed else ", if it was assigned"
    why = (
        "An Owner assigned it, not this run, so only who may assign roles can remove it. Without the application it "
        "gives access to nobody, and Azure lists it as “Identity not found”."
    )
    return (Leftover(f"Contributor {where} for the service principal {trace.name}{seen}", why, _removing(state)),)


async def find_grant(job: Job) -> RoleAssignment | None:
    """Contributor at the group or above it for this run's principal, whoever assigned it. One request."""
    scope, principal_id = job.plan.group_scope, job.state.grant.name
    assignments = await job.workspace.role_assignments_of(scope, principal_id)
    return next((a for a in assignments if _gives_contributor(a, scope, principal_id)), None)


async def _look(job: Job) -> tuple[RoleAssignment | None, str]:
    """What a look shows, and why there will be another: a failure that passes is waited out like everything else."""
    fresh = is_young(job, job.state.group)
    try:
        return await job.once(lambda: find_grant(job)), _WAITING
    except CloudError as error:
        cause = cause_of(error, fresh=fresh, repeatable=True)
        if cause is None:
            raise
        return None, reason_for(cause, "Azure to show the resource group")


def _pause(job: Job) -> float:
    asked = job.state.grant.at or job.now()
    return OFTEN if (job.now() - asked).total_seconds() < FOR_A_WHILE else SELDOM


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
    trace = state.grant
    if trace.id:
        return commands.delete_assignments(trace.id)
    return commands.find_assignments(state.plan.group_scope, trace.name)
