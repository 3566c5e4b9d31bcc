"""The proof: sign in as the application with its new secret, and read the resource group."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Final

from pipeops_tui.model import Plan
from pipeops_tui.ports import ProofSession
from pipeops_tui.problem import CloudError, FailureKind, Problem
from pipeops_tui.provisioning import commands
from pipeops_tui.provisioning.brake import Stopped
from pipeops_tui.provisioning.events import Row
from pipeops_tui.provisioning.job import Context, Job, Pauses
from pipeops_tui.provisioning.operations.application import remove_twins
from pipeops_tui.provisioning.operations.operation import Refusal
from pipeops_tui.provisioning.operations.readback import watch
from pipeops_tui.provisioning.operations.secret import remove_doubtful
from pipeops_tui.provisioning.retry import Cause, cause_of

TOKENS: Final = 3
"""Tokens that must be given out in a row: one server of Microsoft Entra may know the secret while another does not."""
SHOW_AFTER: Final = 15.0
"""Seconds after which the credentials are shown although the proof is not through."""

_NOT_YET = frozenset({FailureKind.REFUSED, FailureKind.REPLICATION, FailureKind.NOT_FOUND, FailureKind.SIGN_IN})
"""How a server refuses what it has not heard of yet. All of it is about the new application, never about the person."""


class ProofOperation:
    """Reads only. What was written is read back beside it, and what may have been written twice is removed."""

    key = "proof"
    needs = ("secret",)
    essential = True

    def row(self, plan: Plan, now: datetime) -> Row:
        command = f"{commands.sign_in(plan.tenant_id)} && {commands.show_group(plan.subscription_id, plan.group_name)}"
        detail = f"sign in as the application, read {plan.group_name}"
        return Row(self.key, "Proof", detail, writes=False, equivalent=command)

    def done(self, context: Context) -> bool:
        return self.key in context.finished

    async def make(self, job: Job) -> str:
        beside = asyncio.ensure_future(watch(job.context))
        showing = Showing(job)
        try:
            session = await _sign_in(job, beside)
            showing.now()
            await _read_group(job, session, beside)
        except Stopped:
            _heed(beside)
            raise
        except CloudError:
            showing.now()  # they may work all the same, say where a policy refuses sign-ins from this network
            raise
        finally:
            await showing.end()
            beside.cancel()
            await asyncio.gather(beside, return_exceptions=True)
        await remove_doubtful(job)
        await remove_twins(job, keep=job.state.application.id)
        job.context.finished.add(self.key)
        return f"Signed in as the application and read {job.plan.group_name}"

    async def check(self, job: Job) -> None:
        """Nothing to check: a proof leaves nothing behind."""


class Showing:
    """Announces the credentials once: when told to, or after `SHOW_AFTER` seconds."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._announced = False
        self._later = asyncio.ensure_future(self._wait())

    def now(self) -> None:
        if not self._announced:
            self._announced = True
            self._job.announce()

    async def end(self) -> None:
        """Announce nothing any more."""
        self._later.cancel()
        await asyncio.gather(self._later, return_exceptions=True)

    async def _wait(self) -> None:
        await self._job.context.clock.sleep(SHOW_AFTER)
        self.now()


async def _sign_in(job: Job, beside: asyncio.Future[Problem | None]) -> ProofSession:
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
        await _wait(pauses, errors, Cause.SECRET_SPREADING, beside)


async def _read_group(job: Job, session: ProofSession, beside: asyncio.Future[Problem | None]) -> None:
    """Read the group, each time with a new token: one keeps the rights it was given out with."""
    pauses = Pauses(job)
    failure = await _read_once(job, session)
    while failure is not None:
        await _wait(pauses, [failure], Cause.ACCESS_SPREADING, beside)
        failure = await _read_anew(job)


async def _read_anew(job: Job) -> CloudError | None:
    try:
        session = await _token(job)
    except CloudError as error:
        return error
    return await _read_once(job, session)


async def _read_once(job: Job, session: ProofSession) -> CloudError | None:
    """What went wrong with reading the group; closes `session`."""
    try:
        await job.once(lambda: session.read_group(job.plan.group_name))
    except CloudError as error:
        return error
    finally:
        await session.close()
    return None


async def _wait(
    pauses: Pauses, errors: Sequence[BaseException], not_yet: Cause, beside: asyncio.Future[Problem | None]
) -> None:
    """Wait out `errors`, or raise the first that cannot be waited out; raises `Refusal` when reading back has shown
    that there is nothing to wait for."""
    _heed(beside)
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


def _heed(beside: asyncio.Future[Problem | None]) -> None:
    """Raise `Refusal` when reading back has shown what is wrong."""
    if beside.done() and (problem := beside.result()) is not None:
        raise Refusal(problem)


async def _token(job: Job, opened: AsyncExitStack | None = None) -> ProofSession:
    credentials = job.context.credentials
    if credentials is None:
        raise Stopped  # the person has left, or the secret has disappeared
    session = await job.once(lambda: job.workspace.sign_in_as(credentials.client_id, credentials.client_secret))
    if opened is not None:
        opened.push_async_callback(session.close)
    return session
