"""Bring back an application that was deleted, as the first step of a renewal."""

from __future__ import annotations

from datetime import datetime

from pipeops_tui.core.model import Application, Plan
from pipeops_tui.provisioning import problems
from pipeops_tui.provisioning.events import Row
from pipeops_tui.provisioning.job import Job, RunContext
from pipeops_tui.provisioning.journal.entries import Subject
from pipeops_tui.provisioning.operations.operation import Refusal


class RestoreOperation:
    """Restores the application (Microsoft Graph, "Restore deleted directory object item"), which takes one of three
    directory roles. Its service principal is made again where it does not come back with it."""

    key = "application"
    needs: tuple[str, ...] = ()
    essential = True

    def row(self, plan: Plan, now: datetime) -> Row:
        return Row(self.key, "Application", f"restore {plan.application_name}")

    def done(self, context: RunContext) -> bool:
        return self.key in context.finished

    async def make(self, job: Job) -> str:
        state = job.state
        record = state.application
        application = await job.ask(lambda: job.workspace.get_application(record.id))
        note = "" if application is None else "It exists"
        if application is None:
            application = await self._restore(job)
        if state.mark not in application.tags:
            raise Refusal(problems.application_not_ours(application.display_name))
        await job.made(Subject.APPLICATION, record.name, application.object_id, client_id=application.app_id)
        job.context.finished.add(self.key)
        return note

    async def check(self, job: Job) -> None:
        """Nothing to check: it is looked for before it is restored."""

    async def _restore(self, job: Job) -> Application:
        object_id = job.state.application.id
        deleted = await job.ask(lambda: job.workspace.deleted_application(object_id))
        if deleted is None:
            raise Refusal(problems.application_not_restorable(job.plan.application_name))
        if job.state.mark not in deleted.tags:
            raise Refusal(problems.deleted_application_not_ours(deleted.display_name))
        return await job.ask(lambda: job.workspace.restore_application(object_id))
