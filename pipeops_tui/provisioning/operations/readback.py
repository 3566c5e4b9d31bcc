"""Reading back, beside the proof, what the proof depends on: a grant can be swallowed without an error."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from pipeops_tui.problem import CloudError, Problem
from pipeops_tui.provisioning import problems
from pipeops_tui.provisioning.brake import Stopped
from pipeops_tui.provisioning.entries import Subject
from pipeops_tui.provisioning.job import Context, Job
from pipeops_tui.provisioning.operations.grant import find_grant
from pipeops_tui.provisioning.operations.operation import SPREADING


async def watch(context: Context) -> Problem | None:
    """What is wrong with the assignment or the secret as Azure shows them; None when nothing is, or nobody can tell.
    What does not show is in doubt from then on: the next attempt makes it again, undo looks for it."""
    job = Job(context, "proof", quiet=True)
    state = job.state
    scope, assignment, secret = state.plan.group_scope, state.assignment, state.secrets[-1]
    if state.plan.owner_assigns:
        if not await _shows(job, lambda: find_grant(job)):
            await job.intend(Subject.GRANT, state.grant.name)
            return problems.grant_vanished(state.plan.group_name)
    elif not await _shows(job, lambda: _assignment_there(job, scope, assignment.name)):
        await job.intend(Subject.ASSIGNMENT, assignment.name)
        return problems.assignment_vanished(state.plan.group_name)
    if not await _shows(job, lambda: _key_there(job, state.application.id, secret.live_key)):
        context.credentials = None
        return problems.secret_vanished()
    return None


async def _shows(job: Job, look: Callable[[], Awaitable[object | None]]) -> bool:
    """Whether it shows within the time; true as well when that cannot be told."""
    try:
        found = await job.look(look, since=job.now(), window=SPREADING, why="")
    except (CloudError, Stopped):
        return True
    return found is not None


async def _assignment_there(job: Job, scope: str, name: str) -> bool | None:
    return True if await job.workspace.get_role_assignment(scope, name) else None


async def _key_there(job: Job, object_id: str, key_id: str) -> bool | None:
    return True if any(key.key_id == key_id for key in await job.workspace.passwords(object_id)) else None
