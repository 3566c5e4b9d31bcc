"""The application registration: made exactly once, whatever happens to the answers."""

from __future__ import annotations

import functools
from datetime import datetime

from pipeops_tui.model import Application, Plan
from pipeops_tui.problem import CloudError
from pipeops_tui.provisioning import commands, problems
from pipeops_tui.provisioning.entries import Subject
from pipeops_tui.provisioning.events import Leftover, Row
from pipeops_tui.provisioning.job import LOOK_AGAIN, Context, Job, Pauses
from pipeops_tui.provisioning.operations.operation import (
    IN_DOUBT,
    SETTLING,
    SPREADING,
    Refusal,
    is_young,
    upsert_refused,
)
from pipeops_tui.provisioning.retry import AMBIGUOUS, Cause
from pipeops_tui.provisioning.state import RunState

INDEX_LAG = 60.0
"""Seconds after which an application that was created is found by its tag: the directory's index lags behind writes."""
COPYING = "Microsoft Entra to copy the new application"
_LOOKING = "Looking whether the application was created"


class ApplicationOperation:
    """Creates it with an upsert by a uniqueName of this run (Microsoft Graph, "Upsert application"), which can be
    repeated. Where the tenant refuses upserts, with POST: then a lost answer means looking for the run's tag first."""

    key = "application"
    needs: tuple[str, ...] = ()
    essential = True

    def row(self, plan: Plan, now: datetime) -> Row:
        command = commands.create_application(plan.application_name)
        return Row(self.key, "Application", f"{plan.application_name} (single tenant)", equivalent=command)

    def done(self, context: Context) -> bool:
        return context.ledger.state.application.made

    async def make(self, job: Job) -> str:
        application = await self._of_earlier_post(job) or await self._create(job)
        await _record(job, application)
        return ""

    async def check(self, job: Job) -> None:
        trace = job.state.application
        if not trace.made or is_young(job, trace):
            return
        if await job.ask(lambda: job.workspace.get_application(trace.id)) is None:
            await job.gone(Subject.APPLICATION, trace.name)

    async def _create(self, job: Job) -> Application:
        plan, name, tags = job.plan, job.state.unique_name, (job.state.mark,)
        async with job.intending(Subject.APPLICATION, name, job.state.application):
            try:
                application = await job.ask(lambda: job.workspace.upsert_application(name, plan.application_name, tags))
            except CloudError as error:
                if not upsert_refused(error):
                    raise
                return await self._post(job)
        if application is not None:
            return application
        return await job.until(
            lambda: job.workspace.application_by_unique_name(name), Cause.REPLICATION, waiting_for=COPYING
        )

    async def _post(self, job: Job) -> Application:
        pauses = Pauses(job)
        while True:
            await job.intend(Subject.APPLICATION, job.state.unique_name, posted=True)
            try:
                return await job.ask(
                    lambda: job.workspace.create_application(job.plan.application_name, (job.state.mark,)),
                    repeatable=False,
                )
            except CloudError as error:
                if error.kind not in AMBIGUOUS:
                    raise
                failure = error
            application = await self._of_earlier_post(job)
            if application is not None:
                return application
            await pauses.wait(Cause.LOST_ANSWER, failure.retry_after)

    async def _of_earlier_post(self, job: Job) -> Application | None:
        """What a POST made whose answer never came. Surplus ones are removed later by `remove_twins`."""
        if not job.state.posts or job.state.application.made:
            return None
        return await job.look(
            lambda: _oldest_marked(job), since=job.state.application.at, window=INDEX_LAG, why=_LOOKING
        )


class ApplicationRemoval:
    """Deletes the application; its service principal and its secrets go with it."""

    key = "undo:application"
    needs: tuple[str, ...] = ()

    def row(self, state: RunState) -> Row | None:
        if not state.application.perhaps:
            return None
        detail = f"delete {state.plan.application_name} and its service principal"
        return Row(self.key, "Application", detail, equivalent=self._command(state))

    async def remove(self, job: Job) -> str:
        trace = job.state.application
        found = await (self._find_made(job) if trace.confirmed else self._find_intended(job))
        if found is not None:
            if job.state.mark not in found.tags:
                raise Refusal(problems.application_not_ours(found.display_name))
            if not trace.confirmed:
                await _record(job, found)
            await remove_twins(job, keep=found.object_id)
            await job.removing(Subject.APPLICATION, trace.name)
            await job.ask(lambda: job.workspace.delete_application(found.object_id))
        await job.gone(Subject.APPLICATION, trace.name)
        return "" if found is not None else "There was nothing to remove"

    def left(self, state: RunState) -> tuple[Leftover, ...]:
        if not state.application.perhaps:
            return ()
        name = state.plan.application_name
        what = f"Application {name} (client id {state.client_id})" if state.client_id else f"Application {name}"
        return (Leftover(what, command=self._command(state)),)

    def _command(self, state: RunState) -> str:
        if state.client_id:
            return commands.delete_application(state.client_id)
        return commands.find_application(state.application.name)

    async def _find_made(self, job: Job) -> Application | None:
        trace = job.state.application
        return await job.look(
            lambda: job.workspace.get_application(trace.id),
            since=trace.at,
            window=SPREADING,
            why=f"Waiting for {COPYING}, so that it can be removed",
        )

    async def _find_intended(self, job: Job) -> Application | None:
        trace = job.state.application
        found = await job.look(
            lambda: job.workspace.application_by_unique_name(trace.name),
            since=trace.at,
            window=IN_DOUBT,
            why=_LOOKING,
        )
        if found is not None or not job.state.posts:
            return found
        return await job.look(lambda: _oldest_marked(job), since=trace.at, window=INDEX_LAG + SETTLING, why=_LOOKING)


class Purge:
    """Removes the deleted application for good: until then it counts to the directory's quotas for 30 days."""

    key = "undo:purge"
    needs = ("undo:application",)

    def row(self, state: RunState) -> Row | None:
        if not state.deleted_application and not state.application.perhaps:
            return None
        return Row(self.key, "Deleted application", "remove it for good", equivalent=self._command(state))

    async def remove(self, job: Job) -> str:
        object_id = job.state.deleted_application
        if not object_id:
            return "There was nothing to remove"
        await job.ask(lambda: job.workspace.purge_application(object_id))
        await job.gone(Subject.DELETED_APPLICATION, object_id)
        return ""

    def left(self, state: RunState) -> tuple[Leftover, ...]:
        if not state.deleted_application:
            return ()
        return (Leftover(f"Deleted application {state.plan.application_name}", command=self._command(state)),)

    def _command(self, state: RunState) -> str:
        return commands.purge_application(state.deleted_application or state.application.id or "<object id>")


async def remove_twins(job: Job, keep: str) -> None:
    """Remove what surplus POSTs made: everything that carries this run's mark, but the application with object id
    `keep`. Looks until the directory's index must have caught up; does nothing where one request was enough."""
    if job.state.posts < 2:
        return
    since = job.state.application.at or job.now()
    left = INDEX_LAG - max((job.now() - since).total_seconds(), 0.0)
    while True:
        for twin in await _marked(job):
            if twin.object_id != keep:
                await job.ask(functools.partial(job.workspace.delete_application, twin.object_id))
                await job.ask(functools.partial(job.workspace.purge_application, twin.object_id))
        if left <= 0:
            return
        pause = min(LOOK_AGAIN, left)
        left -= pause
        await job.rest(pause, "Making sure that there is no second application")


async def _marked(job: Job) -> list[Application]:
    found = await job.ask(lambda: job.workspace.applications_tagged(job.state.mark))
    return [application for application in found if job.state.mark in application.tags]


async def _oldest_marked(job: Job) -> Application | None:
    marked = await _marked(job)
    return min(marked, key=lambda found: (found.created or job.state.begun, found.object_id), default=None)


async def _record(job: Job, application: Application) -> None:
    await job.made(Subject.APPLICATION, job.state.unique_name, application.object_id, client_id=application.app_id)
