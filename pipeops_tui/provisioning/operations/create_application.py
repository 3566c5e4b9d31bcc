"""Create the application registration exactly once, also when answers are lost, and remove it."""

from __future__ import annotations

import functools
from datetime import datetime

from pipeops_tui.core import az_commands
from pipeops_tui.core.marks import application_notes
from pipeops_tui.core.model import Application, Plan
from pipeops_tui.core.problem import CloudError
from pipeops_tui.core.retry import AMBIGUOUS, Cause, cause_of
from pipeops_tui.provisioning import problems
from pipeops_tui.provisioning.events import Leftover, Row
from pipeops_tui.provisioning.job import ENTRA, LOOK_AGAIN, Job, Pauses, RunContext
from pipeops_tui.provisioning.journal.entries import Subject
from pipeops_tui.provisioning.journal.run_state import RunState
from pipeops_tui.provisioning.operations.operation import (
    NOTHING_TO_REMOVE,
    SETTLING,
    SPREADING,
    UNCERTAIN_FOR,
    Refusal,
    StillShown,
    is_young,
    upsert_refused,
)

INDEX_LAG = 60.0
"""Seconds after which an application that was created is found by its tag: the directory's index lags behind writes."""
COPYING = "Microsoft Entra to copy the new application"
_LOOKING = "Checking if the application was created"


class ApplicationOperation:
    """Creates it with an upsert by a uniqueName of this run (Microsoft Graph, "Upsert application"), which can be
    repeated. Where the tenant refuses upserts, with POST: then a lost answer means looking for the run's tag first."""

    key = "application"
    needs: tuple[str, ...] = ()
    essential = True

    def row(self, plan: Plan, now: datetime) -> Row:
        command = az_commands.create_application(plan.application_name)
        return Row(self.key, "Application", f"{plan.application_name} (single tenant)", equivalent=command)

    def done(self, context: RunContext) -> bool:
        return context.state.application.made

    async def make(self, job: Job) -> str:
        application = await self._of_earlier_post(job) or await self._create(job)
        await _record(job, application)
        return ""

    async def check(self, job: Job) -> None:
        record = job.state.application
        if not record.made or is_young(job, record):
            return
        if await job.ask(lambda: job.workspace.get_application(record.id)) is None:
            await job.gone(Subject.APPLICATION, record.name)

    async def _create(self, job: Job) -> Application:
        plan, name, tags = job.plan, job.state.unique_name, job.state.application_tags
        notes = application_notes(plan.group_name, plan.subscription_id)
        async with job.intending(Subject.APPLICATION, name, job.state.application):
            try:
                application = await job.ask(
                    lambda: job.workspace.upsert_application(name, plan.application_name, tags, notes)
                )
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
        plan, tags, pauses = job.plan, job.state.application_tags, Pauses(job)
        notes = application_notes(plan.group_name, plan.subscription_id)
        while True:
            await job.intend(Subject.APPLICATION, job.state.unique_name, posted=True)
            try:
                return await job.ask(
                    lambda: job.workspace.create_application(plan.application_name, tags, notes),
                    repeatable=False,
                )
            except CloudError as error:
                if error.kind not in AMBIGUOUS:
                    raise
                failure = error
            cause = cause_of(failure, fresh=False, repeatable=True)
            if cause is None:
                raise failure
            application = await self._of_earlier_post(job)
            if application is not None:
                return application
            await pauses.wait(cause, failure.retry_after, failure)

    async def _of_earlier_post(self, job: Job) -> Application | None:
        """What a POST made whose answer never came. Surplus ones are removed later by `remove_duplicates`."""
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
        if not state.application.may_exist:
            return None
        detail = f"delete {state.plan.application_name} and its service principal"
        return Row(self.key, "Application", detail, equivalent=self._command(state))

    async def remove(self, job: Job) -> str:
        record = job.state.application
        found = await (find_made(job) if record.existed else self._find_intended(job))
        if found is not None:
            if job.state.mark not in found.tags:
                raise Refusal(problems.application_not_ours(found.display_name))
            if not record.existed:
                await _record(job, found)
            alone = await remove_duplicates(job, keep=found.object_id)
            await job.removing(Subject.APPLICATION, record.name)
            if not (alone and await _delete(job, found.object_id)):
                raise StillShown
        await job.gone(Subject.APPLICATION, record.name)
        return "" if found is not None else NOTHING_TO_REMOVE

    def left(self, state: RunState) -> tuple[Leftover, ...]:
        if not state.application.may_exist:
            return ()
        name = state.plan.application_name
        what = f"Application {name} (client id {state.client_id})" if state.client_id else f"Application {name}"
        return (Leftover(what, command=self._command(state)),)

    def _command(self, state: RunState) -> str:
        if state.client_id:
            return az_commands.delete_application(state.client_id)
        return az_commands.find_application(state.application.name)

    async def _find_intended(self, job: Job) -> Application | None:
        record = job.state.application
        found = await job.look(
            lambda: job.workspace.application_by_unique_name(record.name),
            since=record.at,
            window=UNCERTAIN_FOR,
            why=_LOOKING,
        )
        if found is not None or not job.state.posts:
            return found
        return await job.look(lambda: _oldest_marked(job), since=record.at, window=INDEX_LAG + SETTLING, why=_LOOKING)


class Purge:
    """Removes the deleted application for good: until then it counts to the directory's quotas for 30 days."""

    key = "undo:purge"
    needs = ("undo:application",)

    def row(self, state: RunState) -> Row | None:
        if not state.deleted_application and not state.application.may_exist:
            return None
        return Row(self.key, "Deleted application", "delete it permanently", equivalent=self._command(state))

    async def remove(self, job: Job) -> str:
        object_id = job.state.deleted_application
        if not object_id:
            return NOTHING_TO_REMOVE
        found = await job.look(
            lambda: job.workspace.deleted_application(object_id),
            since=job.now(),
            window=SETTLING,
            why="Checking the deleted applications",
        )
        if found is not None:
            if job.state.mark not in found.tags:
                raise Refusal(problems.deleted_application_not_ours(found.display_name))
            await job.ask(lambda: job.workspace.purge_application(object_id))
            if not await job.until_gone(lambda: job.workspace.deleted_application(object_id), ENTRA):
                await job.removing(Subject.DELETED_APPLICATION, object_id)
                raise StillShown
        await job.gone(Subject.DELETED_APPLICATION, object_id)
        return "" if found is not None else NOTHING_TO_REMOVE

    def left(self, state: RunState) -> tuple[Leftover, ...]:
        if not state.deleted_application:
            return ()
        return (Leftover(f"Deleted application {state.plan.application_name}", command=self._command(state)),)

    def _command(self, state: RunState) -> str:
        return az_commands.purge_application(state.deleted_application or state.application.id or "<object id>")


async def find_made(job: Job) -> Application | None:
    """The application that this run has made, waiting until a new one shows; None when it is gone."""
    record = job.state.application
    return await job.look(
        lambda: job.workspace.get_application(record.id),
        since=record.at,
        window=SPREADING,
        why=f"Waiting for {COPYING}, so that it can be removed",
    )


async def remove_duplicates(job: Job, keep: str) -> bool:
    """Remove what surplus POSTs made: everything that carries this run's mark, but the application with object id
    `keep`. Looks until the directory's index must have caught up; does nothing where one request was enough. False when
    Azure still shows one of them."""
    if job.state.posts < 2:
        return True
    since = job.state.application.at or job.now()
    left = INDEX_LAG - max((job.now() - since).total_seconds(), 0.0)
    while True:
        gone = True
        for duplicate in await _marked(job):
            if duplicate.object_id != keep:
                gone = await _delete(job, duplicate.object_id) and gone
                await job.ask(functools.partial(job.workspace.purge_application, duplicate.object_id))
        if left <= 0:
            return gone
        pause = min(LOOK_AGAIN, left)
        left -= pause
        await job.rest(pause, "Checking that there is no second application")


async def _delete(job: Job, object_id: str) -> bool:
    """Delete an application; False when Azure still shows it afterwards."""
    await job.ask(lambda: job.workspace.delete_application(object_id))
    return await job.until_gone(lambda: job.workspace.get_application(object_id), ENTRA)


async def _marked(job: Job) -> list[Application]:
    found = await job.ask(lambda: job.workspace.applications_tagged(job.state.mark))
    return [application for application in found if job.state.mark in application.tags]


async def _oldest_marked(job: Job) -> Application | None:
    marked = await _marked(job)
    return min(marked, key=lambda found: (found.created or job.state.begun, found.object_id), default=None)


async def _record(job: Job, application: Application) -> None:
    await job.made(Subject.APPLICATION, job.state.unique_name, application.object_id, client_id=application.app_id)
