"""What an operation works with: requests with retries, the state of the run, its journal, and the row on screen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

from pipeops_tui.core.clock import Clock
from pipeops_tui.core.model import Credentials, Plan
from pipeops_tui.core.ports import Workspace
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.core.retry import AMBIGUOUS, POLLING, RULES, Cause, cause_of, write_reason
from pipeops_tui.provisioning.cancellation import Cancellation, Stopped, first_of
from pipeops_tui.provisioning.events import CredentialsReady, RetriesExhausted
from pipeops_tui.provisioning.journal.entries import Gone, Intended, Made, Removing, Subject
from pipeops_tui.provisioning.journal.journal_file import JournaledState
from pipeops_tui.provisioning.journal.run_state import ResourceRecord, RunState
from pipeops_tui.provisioning.progress_rows import ProgressRows

T = TypeVar("T")
Judge = Callable[[CloudError], Cause | None]

LOOK_AGAIN: Final = 5.0
"""Seconds between two looks for something that may still turn up."""
LOOK_FOR_REMOVED: Final = (1.0, 2.0, 4.0, 8.0, 15.0, 15.0, 15.0)
"""Seconds between the looks for what was removed: one minute in all."""
ENTRA: Final = "Microsoft Entra"
AZURE: Final = "Azure"
_NO: Final = frozenset({FailureKind.REFUSED, FailureKind.FINAL})
"""Failures after which it is certain that nothing was done."""


@dataclass(slots=True)
class RunContext:
    """What all operations of one run share."""

    workspace: Workspace
    clock: Clock
    new_id: Callable[[], UUID]
    journaled_state: JournaledState
    progress: ProgressRows
    cancellation: Cancellation
    credentials: Credentials | None = None
    finished: set[str] = field(default_factory=set)
    """Keys of the operations that are done but have no entry in the journal."""
    paused: set[asyncio.Event] = field(default_factory=set)
    """One for each operation that waits for the answer to `RetriesExhausted`; set to let it continue."""
    look_now: asyncio.Event = field(default_factory=asyncio.Event)
    """Set to end the current pause between two looks for what a person does."""

    @property
    def state(self) -> RunState:
        """Everything known about the run now."""
        return self.journaled_state.state


class Job:
    """One operation's view of the run. Whatever waits or asks raises `Stopped` once the run is being stopped."""

    def __init__(self, context: RunContext, key: str, *, background: bool = False) -> None:
        """A `background` job works beside the one that has the row `key`: it changes no row, and gives up (`Stopped`)
        where the other would ask the user to keep waiting."""
        self.context = context
        self.key = key
        self.background = background
        self._outcome_unknown = False
        """Whether a request of this operation may have been carried out without an answer."""

    @property
    def state(self) -> RunState:
        return self.context.state

    @property
    def plan(self) -> Plan:
        return self.state.plan

    @property
    def workspace(self) -> Workspace:
        return self.context.workspace

    def now(self) -> datetime:
        return self.context.clock.now()

    async def once(self, request: Callable[[], Awaitable[T]]) -> T:
        """One request, one answer; raises what it raises."""
        self.context.cancellation.check()
        try:
            return await self.context.cancellation.finish(request())
        except CloudError as error:
            self._outcome_unknown |= error.kind in AMBIGUOUS
            raise

    async def ask(
        self,
        request: Callable[[], Awaitable[T]],
        *,
        waiting_for: str = "",
        repeatable: bool = True,
        judge: Judge | None = None,
    ) -> T:
        """The answer to `request`, tried as often as the policy says; raises the `CloudError` it does not wait out.

        `waiting_for` names what has to be replicated first; not empty, it means that the request is about something
        this run has just made. `judge` finds causes that only this request has; it is called first.
        """
        pauses = Pauses(self, waiting_for)
        while True:
            try:
                return await self.once(request)
            except CloudError as error:
                cause = judge(error) if judge else None
                cause = cause or cause_of(error, fresh=bool(waiting_for), repeatable=repeatable)
                if cause is None:
                    raise
                await pauses.wait(cause, error.retry_after, error)

    async def until(self, request: Callable[[], Awaitable[T | None]], cause: Cause, *, waiting_for: str = "") -> T:
        """The first answer that is not None; the waiting in between counts as `cause`."""
        pauses = Pauses(self, waiting_for)
        while (answer := await self.ask(request, waiting_for=waiting_for)) is None:
            await pauses.wait(cause)
        return answer

    async def look(
        self, request: Callable[[], Awaitable[T | None]], *, since: datetime | None, window: float, why: str
    ) -> T | None:
        """Look for something until it shows, or until `window` seconds have passed since `since`: None then.

        What was written a moment ago need not show yet, and a request whose answer was lost may still be carried out.
        """
        age = (self.now() - since).total_seconds() if since else window
        left = window - max(age, 0.0)
        while (found := await self.ask(request)) is None and left > 0:
            pause = min(LOOK_AGAIN, left)
            left -= pause
            await self.rest(pause, why)
        return found

    async def until_gone(self, request: Callable[[], Awaitable[object | None]], waiting_for: str) -> bool:
        """Whether what was removed is gone: looked for at once, and while it still shows again for a minute. Copies of
        Azure's data follow a removal after seconds (Microsoft Learn, "Eventual consistency in Microsoft Entra")."""
        for pause in (*LOOK_FOR_REMOVED, None):
            if await self.ask(request) is None:
                return True
            if pause is not None:
                await self.rest(pause, f"Waiting for {waiting_for}")
        return False

    async def rest(self, seconds: float, reason: str, *, failed: bool = False) -> None:
        """Wait, with `reason` on the row, and with the number of the next try when one has `failed`."""
        if not self.background:
            until = self.context.clock.monotonic() + seconds
            self.context.progress.wait(self.key, until, reason, failed=failed)
        await self.context.cancellation.sleep(seconds)
        if not self.background:
            self.context.progress.try_again(self.key)

    async def rest_unless_called(self, seconds: float, reason: str) -> None:
        """As `rest`, but ends at once when the user presses the key to look now."""
        context = self.context
        context.look_now.clear()
        context.progress.wait(self.key, context.clock.monotonic() + seconds, reason, failed=False)
        await context.cancellation.wait_for(first_of(context.clock.sleep(seconds), context.look_now.wait()))
        context.progress.try_again(self.key)

    def say(self, reason: str) -> None:
        """Replace the reason beside the row while it runs."""
        if not self.background:
            self.context.progress.say(self.key, reason)

    async def intend(self, subject: Subject, name: str, *, posted: bool = False) -> None:
        """Journal that the next request may make this. Raises `JournalUnavailable`: do not send it then."""
        self.context.cancellation.check()
        await self.context.journaled_state.record(Intended(self.now(), subject, name, posted))

    @asynccontextmanager
    async def intending(self, subject: Subject, name: str, before: ResourceRecord) -> AsyncIterator[None]:
        """As `intend`, for the requests inside; a plain refusal of the first of them takes the intent back, so that
        what was never made is not looked for later. `before` is what was known of the subject before."""
        await self.intend(subject, name)
        try:
            yield
        except CloudError as error:
            if error.kind in _NO and not before.may_exist and not self._outcome_unknown:
                await self.gone(subject, name)
            raise

    async def made(
        self, subject: Subject, name: str, id: str = "", *, client_id: str = "", expires: datetime | None = None
    ) -> None:
        await self.context.journaled_state.record(Made(self.now(), subject, name, id, client_id, expires))

    async def removing(self, subject: Subject, name: str, *, replaced: bool = False) -> None:
        await self.context.journaled_state.record(Removing(self.now(), subject, name, replaced))

    async def gone(self, subject: Subject, name: str) -> None:
        await self.context.journaled_state.record(Gone(self.now(), subject, name))

    def announce(self) -> None:
        """The credentials can be shown."""
        self.context.progress.tell(CredentialsReady())


class Pauses:
    """The waits of one request (or of one loop of them): delays, budgets, and the question to the user at their end."""

    def __init__(self, job: Job, waiting_for: str = "") -> None:
        self._job = job
        self._waiting_for = waiting_for
        self._failures: dict[Cause, int] = {}
        self._since: dict[Cause, float] = {}
        self._waited = 0.0

    async def wait(self, cause: Cause, retry_after: float | None = None, failure: CloudError | None = None) -> None:
        """Wait before the next try, at least the seconds the service asked for. Raises `failure` when no try is left
        and the user is not asked."""
        context, schedule = self._job.context, RULES[cause].write
        now = context.clock.monotonic()
        since = self._since.setdefault(cause, now)
        failures = self._failures[cause] = self._failures.get(cause, 0) + 1
        reason = write_reason(cause, self._waiting_for)
        delay = schedule.next_try(failures, now - since, retry_after)
        if delay is None:
            if failure is not None and not RULES[cause].asks:
                raise failure
            await self._ask_to_keep_waiting(reason)
            self._since[cause] = context.clock.monotonic()
            delay = schedule.delay(failures, retry_after)
        self._waited += delay
        await self._job.rest(delay, reason, failed=cause not in POLLING)

    async def _ask_to_keep_waiting(self, reason: str) -> None:
        if self._job.background:
            raise Stopped
        context = self._job.context
        self._job.say(reason)
        go_on = asyncio.Event()
        context.paused.add(go_on)
        try:
            context.progress.tell(RetriesExhausted(context.progress[self._job.key], self._waited))
            await context.cancellation.wait_for(go_on.wait())
        finally:
            context.paused.discard(go_on)
