"""The test sign-in: sign in as the application with its new secret, and read the resource group."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Final

from pipeops_tui.core import az_commands
from pipeops_tui.core.model import Plan
from pipeops_tui.core.ports import ApplicationSession
from pipeops_tui.core.problem import CloudError, FailureKind, Problem
from pipeops_tui.core.retry import Cause, cause_of
from pipeops_tui.provisioning import problems
from pipeops_tui.provisioning.cancellation import Stopped
from pipeops_tui.provisioning.events import Row
from pipeops_tui.provisioning.job import Job, Pauses, RunContext
from pipeops_tui.provisioning.journal.entries import Subject
from pipeops_tui.provisioning.journal.run_state import ResourceRecord
from pipeops_tui.provisioning.operations.await_owner import find_grant
from pipeops_tui.provisioning.operations.create_application import remove_duplicates
from pipeops_tui.provisioning.operations.operation import SPREADING, Refusal, is_young
from pipeops_tui.provisioning.operations.remove_secrets import remove_uncertain

TOKENS: Final = 3
"""Tokens that must be given out in a row: one server of Microsoft Entra may know the secret while another does not."""
SHOW_AFTER: Final = 15.0
"""Seconds after which the credentials are shown although the test sign-in is still running."""

_NOT_YET = frozenset({FailureKind.REFUSED, FailureKind.REPLICATION, FailureKind.NOT_FOUND, FailureKind.SIGN_IN})
"""How a server refuses what it does not know yet. All of it is about the new application, never about the user."""


class SignInVerification:
    """Writes nothing of its own. Reads back what was written at the same time, and removes what was written twice."""

    key = "test-sign-in"
    needs = ("secret",)
    essential = True

    def row(self, plan: Plan, now: datetime) -> Row:
        command = az_commands.one_after_the_other(
            az_commands.sign_in(plan.tenant_id), az_commands.show_group(plan.subscription_id, plan.group_name)
        )
        detail = f"sign in as the application, read {plan.group_name}"
        return Row(self.key, "Test sign-in", detail, writes=False, equivalent=command)

    def done(self, context: RunContext) -> bool:
        return self.key in context.finished

    async def make(self, job: Job) -> str:
        read_back = asyncio.ensure_future(_read_back(job.context))
        announcement = Announcement(job)
        try:
            session = await _sign_in(job, read_back)
            announcement.now()
            await _read_group(job, session, read_back)
        except Stopped:
            _raise_if_refused(read_back)
            raise
        except CloudError:
            announcement.now()  # they may still work, e.g. where a policy refuses sign-ins from this network only
            raise
        finally:
            await announcement.end()
            read_back.cancel()
            await asyncio.gather(read_back, return_exceptions=True)
        await remove_uncertain(job)
        await remove_duplicates(job, keep=job.state.application.id)
        job.context.finished.add(self.key)
        return f"Signed in and read {job.plan.group_name}"

    async def check(self, job: Job) -> None:
        """Nothing to check: a test sign-in creates nothing."""


class Announcement:
    """Announces the credentials once: on `now`, or after `SHOW_AFTER` seconds."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._announced = False
        self._later = asyncio.ensure_future(self._wait())

    def now(self) -> None:
        if not self._announced:
            self._announced = True
            self._job.announce()

    async def end(self) -> None:
        """Stop the timer."""
        self._later.cancel()
        await asyncio.gather(self._later, return_exceptions=True)

    async def _wait(self) -> None:
        await self._job.context.clock.sleep(SHOW_AFTER)
        self.now()


async def _sign_in(job: Job, read_back: asyncio.Future[Problem | None]) -> ApplicationSession:
    """A session whose token came with `TOKENS - 1` others at the same time, each from a session of its own."""
    pauses = Pauses(job)
    while True:
        async with AsyncExitStack() as opened:
            answers = await asyncio.gather(*(_token(job, opened) for _ in range(TOKENS)), return_exceptions=True)
            errors = [answer for answer in answers if isinstance(answer, BaseException)]
            sessions = [answer for answer in answers if not isinstance(answer, BaseException)]
            if not errors:
                opened.pop_all()
                for session in sessions[1:]:
                    await session.close()
                return sessions[0]
        await _wait(pauses, errors, Cause.SECRET_SPREADING, read_back)


async def _read_group(job: Job, session: ApplicationSession, read_back: asyncio.Future[Problem | None]) -> None:
    """Read the group, each time with a new token: one keeps the rights it was given out with."""
    pauses = Pauses(job)
    failure = await _read_once(job, session)
    while failure is not None:
        await _wait(pauses, [failure], Cause.ACCESS_SPREADING, read_back)
        failure = await _read_again(job)


async def _read_again(job: Job) -> CloudError | None:
    try:
        session = await _token(job)
    except CloudError as error:
        return error
    return await _read_once(job, session)


async def _read_once(job: Job, session: ApplicationSession) -> CloudError | None:
    """What went wrong with reading the group; closes `session`."""
    try:
        await job.once(lambda: session.read_group(job.plan.group_name))
    except CloudError as error:
        return error
    finally:
        await session.close()
    return None


async def _wait(
    pauses: Pauses, errors: Sequence[BaseException], not_yet: Cause, read_back: asyncio.Future[Problem | None]
) -> None:
    """Wait out `errors`, or raise the first that cannot be waited out; raises `Refusal` when reading back has shown
    that there is nothing to wait for."""
    _raise_if_refused(read_back)
    causes = []
    for error in errors:
        if not isinstance(error, CloudError):
            raise error
        cause = not_yet if error.kind in _NOT_YET else cause_of(error, fresh=True, repeatable=True)
        if cause is None:
            raise error
        causes.append((cause, error.retry_after))
    cause, retry_after = next((pair for pair in causes if pair[0] is not_yet), causes[0])
    await pauses.wait(cause, retry_after)


def _raise_if_refused(read_back: asyncio.Future[Problem | None]) -> None:
    """Raise `Refusal` when reading back has shown what is wrong."""
    if read_back.done() and (problem := read_back.result()) is not None:
        raise Refusal(problem)


async def _token(job: Job, opened: AsyncExitStack | None = None) -> ApplicationSession:
    credentials = job.context.credentials
    if credentials is None:
        raise Stopped  # the user has left, or the secret no longer exists
    session = await job.once(lambda: job.workspace.sign_in_as(credentials.client_id, credentials.client_secret))
    if opened is not None:
        opened.push_async_callback(session.close)
    return session


async def _read_back(context: RunContext) -> Problem | None:
    """What is wrong with the assignment or the secret as Azure shows them; None when nothing is, or that cannot be
    found out. Azure can drop a role assignment without an error. What is not listed is uncertain from then on: the next
    attempt makes it again, undo looks for it."""
    job = Job(context, "test-sign-in", background=True)
    state = job.state
    scope, assignment, secret = state.plan.group_scope, state.assignment, state.secrets[-1]
    if state.plan.owner_assigns:
        if not await _shows(job, lambda: find_grant(job)):
            await job.intend(Subject.GRANT, state.grant.name)
            return problems.grant_vanished(state.plan.group_name)
    elif assignment.made and not await _shows(job, lambda: _assignment_there(job, scope, assignment.name), assignment):
        if state.renewed and not state.restores:
            return problems.role_missing(state.plan.group_name)
        await job.intend(Subject.ASSIGNMENT, assignment.name)
        return problems.assignment_vanished(state.plan.group_name)
    if not await _shows(job, lambda: _key_there(job, state.application.id, secret.live_key)):
        context.credentials = None
        return problems.secret_vanished()
    return None


async def _shows(job: Job, look: Callable[[], Awaitable[object | None]], record: ResourceRecord | None = None) -> bool:
    """Whether it is listed within the time; true as well when that cannot be found out. What the `record` says was made
    long ago is listed at once."""
    window = SPREADING if record is None or is_young(job, record) else 0.0
    try:
        found = await job.look(look, since=job.now(), window=window, why="")
    except (CloudError, Stopped):
        return True
    return found is not None


async def _assignment_there(job: Job, scope: str, name: str) -> bool | None:
    return True if await job.workspace.get_role_assignment(scope, name) else None


async def _key_there(job: Job, object_id: str, key_id: str) -> bool | None:
    return True if any(key.key_id == key_id for key in await job.workspace.passwords(object_id)) else None
