"""Look at the application, its secrets, its service principal and its role assignment before any of them is removed.

The journal is only a file, and what it names may have changed since: a team may use the application now, and has taken
the mark of this run off. In doubt nothing of it is removed.
"""

from __future__ import annotations

from typing import Final

from pipeops_tui.core.model import Application
from pipeops_tui.core.problem import Problem
from pipeops_tui.provisioning import problems
from pipeops_tui.provisioning.job import Job
from pipeops_tui.provisioning.journal.entries import Origin
from pipeops_tui.provisioning.operations.assign_role import AssignmentRemoval, find_named, is_confirmed
from pipeops_tui.provisioning.operations.create_application import ApplicationRemoval, find_made
from pipeops_tui.provisioning.operations.own_secrets import foreign_secret
from pipeops_tui.provisioning.operations.remove_secrets import SecretRemoval
from pipeops_tui.provisioning.operations.subscription_resources import GroupRemoval

INSPECTED: Final = frozenset({SecretRemoval.key, AssignmentRemoval.key, ApplicationRemoval.key})
"""Keys of the removals that are about the application."""
KEPT_WITH_IT: Final = INSPECTED | {GroupRemoval.key}
"""Keys of the removals that are not performed in doubt: deleting the group would take the application's access away."""
INSPECTING: Final = "Checking that it is still the one of this run"


async def inspect(job: Job) -> Problem | None:
    """Why nothing of the application can be removed; None when all of it is this run's. Raises `CloudError` when that
    cannot be seen. Of what was made by hand only secrets are removed, each of which is looked at by itself."""
    state, principal_id = job.state, ""
    if state.origin is Origin.ADOPTED:
        return None
    application = await find_made(job) if state.application.existed else None
    if application is not None:
        problem = await _problem_of(job, application)
        if problem is not None:
            return problem
        client_id = application.app_id
        principal = await job.ask(lambda: job.workspace.service_principal_of(client_id))
        principal_id = principal.object_id if principal is not None else ""
        if principal_id and state.principal.made and principal_id.lower() != state.principal.id.lower():
            return problems.application_changed(application.display_name)
    if state.assignment.may_exist:
        assignment = await find_named(job, state.assignment.name)
        if assignment is not None and not await is_confirmed(job, assignment, principal_id):
            return problems.assignment_not_ours(state.plan.group_name)
    return None


async def _problem_of(job: Job, application: Application) -> Problem | None:
    state, name = job.state, application.display_name
    if state.mark not in application.tags:
        return problems.application_not_ours(name)
    if application.app_id.lower() != state.client_id.lower():
        return problems.application_changed(name)
    if await foreign_secret(job) is not None:
        return problems.secret_not_ours(name)
    return None
