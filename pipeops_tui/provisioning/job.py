"""What an operation works with: Azure through one patient `ask`, the state, the journal and its row."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

from pipeops_tui.clock import Clock
from pipeops_tui.model import Credentials, Plan
from pipeops_tui.ports import Workspace
from pipeops_tui.problem import CloudError, FailureKind
from pipeops_tui.provisioning.board import Board
from pipeops_tui.provisioning.brake import Brake, Stopped, first_of
from pipeops_tui.provisioning.entries import Gone, Intended, Made, Removing, Subject
from pipeops_tui.provisioning.events import CredentialsReady, Patience
from pipeops_tui.provisioning.ledger import Ledger
from pipeops_tui.provisioning.retry import AMBIGUOUS, POLLING, SCHEDULES, Cause, cause_of, reason_for
from pipeops_tui.provisioning.state import RunState, Trace

T = TypeVar("T")
Judge = Callable[[CloudError], Cause | None]

LOOK_AGAIN: Final = 5.0
"""Seconds between two looks for something that may still turn up."""
_NO: Final = frozenset({FailureKind.REFUSED, FailureKind.FINAL})
"""Answers that say that nothing was done."""


@dataclass(slots=True)
class Context:
    """What all operations of one run share."""

    workspace: Workspace
    clock: Clock
    new_id: Callable[[], UUID]
    ledger: Ledger
    board: Board
    brake: Brake
    credentials: Credentials | None = None
    finished: set[str] = field(default_factory=set)
    """Keys of the operations that are done although the journal has no entry that says so."""
    paused: set[asyncio.Event] = field(default_factory=set)
    """One for each operation whose patience has run out; set to let it go on."""
    look_now: asyncio.Event = field(default_factory=asyncio.Event)
    """Set to end the present rest of whoever waits for a person."""


class Job:
    """One operation's view of the run. Raises `Stopped` from anything that waits or asks once the brake is on."""

    def __init__(self, context: Context, key: str, *, quiet: bool = False) -> None:
        """A `quiet` job works beside the one that has the row `key`: it says nothing, and gives up (`Stopped`) where
        the other would ask the person for patience."""
        self.context = context
        self.key = key
        self.quiet = quiet
        self._in_the_dark = False
        """Whether a request of this operation may have been carried out without an answer."""

    @property
    def state(self) -> RunState:
        return self.context.ledger.state

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
        self.context.brake.check()
        try:
            return await self.context.brake.finish(request())
        except CloudError as error:
            self._in_the_dark |= error.kind in AMBIGUOUS
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

        `waiting_for` names the copying that has to happen first, and says thereby that the request is about something
        this run has just made. `judge` knows causes that only this request has; it is asked first.
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
                await pauses.wait(cause, error.retry_after)

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

    async def rest(self, seconds: float, reason: str, *, failed: bool = False) -> None:
        """Wait with `reason` on the row, and with the number of the next try when one has `failed`."""
        if not self.quiet:
            until = self.context.clock.monotonic() + seconds
            self.context.board.wait(self.key, until, reason, failed=failed)
        await self.context.brake.sleep(seconds)
        if not self.quiet:
            self.context.board.try_again(self.key)

    async def rest_unless_called(self, seconds: float, reason: str) -> None:
        """As `rest`, but over at once when the person says to look now."""
        context = self.context
        context.look_now.clear()
        context.board.wait(self.key, context.clock.monotonic() + seconds, reason, failed=False)
        await context.brake.wait_for(first_of(context.clock.sleep(seconds), context.look_now.wait()))
        context.board.try_again(self.key)

    def say(self, reason: str) -> None:
        """A sentence beside the row while it runs."""
        if not self.quiet:
            self.context.board.say(self.key, reason)

    async def intend(
        self, subject: Subject, name: str, *, posted: bool = False, known_keys: tuple[str, ...] = ()
    ) -> None:
        """Journal that the next request may make this. Raises `JournalUnavailable`: do not send it then."""
        self.context.brake.check()
        await self.context.ledger.record(Intended(self.now(), subject, name, posted, known_keys))

    @asynccontextmanager
    async def intending(self, subject: Subject, name: str, before: Trace) -> AsyncIterator[None]:
        """As `intend`, for the requests inside; a plain refusal of the first of them takes the intent back, so that
        nobody looks later for what was never made. `before` is how the subject stood."""
        await self.intend(subject, name)
        try:
            yield
        except CloudError as error:
            if error.kind in _NO and not before.perhaps and not self._in_the_dark:
                await self.gone(subject, name)
            raise

    async def made(
        self, subject: Subject, name: str, id: str = "", *, client_id: str = "", expires: datetime | None = None
    ) -> None:
        await self.context.ledger.record(Made(self.now(), subject, name, id, client_id, expires))

    async def removing(self, subject: Subject, name: str) -> None:
        await self.context.ledger.record(Removing(self.now(), subject, name))

    async def gone(self, subject: Subject, name: str) -> None:
        await self.context.ledger.record(Gone(self.now(), subject, name))

    def announce(self) -> None:
        """The credentials can be shown."""
        self.context.board.tell(CredentialsReady())


class Pauses:
    """The waits of one request (or of one loop of them): delays, budgets, and asking the person at their end."""

    def __init__(self, job: Job, waiting_for: str = "") -> None:
        self._job = job
        self._waiting_for = waiting_for
        self._failures: dict[Cause, int] = {}
        self._since: dict[Cause, float] = {}
        self._waited = 0.0

    async def wait(self, cause: Cause, retry_after: float | None = None) -> None:
        """Wait before the next try, at least the seconds the service asked for."""
        context, schedule = self._job.context, SCHEDULES[cause]
        now = context.clock.monotonic()
        since = self._since.setdefault(cause, now)
        failures = self._failures[cause] = self._failures.get(cause, 0) + 1
        delay = schedule.delay(failures) if retry_after is None else max(retry_after, 1.0)
        reason = reason_for(cause, self._waiting_for)
        if now - since + delay > schedule.budget:
            await self._ask_for_patience(reason)
            self._since[cause] = context.clock.monotonic()
        self._waited += delay
        await self._job.rest(delay, reason, failed=cause not in POLLING)

    async def _ask_for_patience(self, reason: str) -> None:
        if self._job.quiet:
            raise Stopped
        context = self._job.context
        self._job.say(reason)
        go_on = asyncio.Event()
        context.paused.add(go_on)
        try:
            context.board.tell(Patience(context.board[self._job.key], self._waited))
            await context.brake.wait_for(go_on.wait())
        finally:
            context.paused.discard(go_on)
