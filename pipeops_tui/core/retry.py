"""When a failed request is sent again, how long that waits, and the words for it: one table for reads and writes.

`azure` reports each pause of a read to `Waits`, so that a screen can show why and for how long.

The retries of the SDKs are all off, so that every retry is decided here and shown to the user with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pipeops_tui.core.problem import CloudError, FailureKind


class Cause(StrEnum):
    """Why something is tried again."""

    REPLICATION = "replication"
    THROTTLED = "throttled"
    UNREACHABLE = "unreachable"
    LOST_ANSWER = "lost answer"
    INCOMPLETE = "incomplete answer"
    DIRECTORY_BUSY = "directory busy"
    """Another change to the directory is under way (409 `Directory_ConcurrencyViolation`, nais/azurerator#448)."""
    SERVER = "server"
    BEING_DELETED = "being deleted"
    """The resource group is still going away (409 `ResourceGroupBeingDeleted`, Azure/azure-cli#21121)."""
    SECRET_SPREADING = "secret spreading"  # noqa: S105 - a cause
    ACCESS_SPREADING = "access spreading"
    DELETING = "deleting"


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long one kind of wait goes on. All times are seconds."""

    delays: tuple[float, ...]
    """Before each further try; the last one repeats."""
    budget: float
    """Time after which it gives up: a read fails, a write asks the user whether to keep waiting."""
    retries: int | None = None
    """How many further tries there are; None for as many as fit into `budget`."""

    def delay(self, failures: int, retry_after: float | None = None) -> float:
        """The pause after that many failures (from 1): what the service asked for (`Retry-After`), or else the next of
        `delays`. A service that fails and asks for no pause at all gets one all the same."""
        if retry_after is not None and retry_after >= 1:
            return retry_after
        return self.delays[min(failures, len(self.delays)) - 1]

    def next_try(self, failures: int, elapsed: float, retry_after: float | None = None) -> float | None:
        """As `delay`; None to give up, when `elapsed` seconds and the pause exceed the budget or no try is left."""
        delay = self.delay(failures, retry_after)
        used_up = self.retries is not None and failures > self.retries
        return None if used_up or elapsed + delay > self.budget else delay


@dataclass(frozen=True, slots=True)
class RetryRule:
    """What the table says about one cause."""

    reason: str
    """For the screen; a sentence without its full stop. REPLICATION says what is waited for instead."""
    write: Schedule
    read: Schedule | None = None
    """None where a read fails at once. What never reached Azure is not read again: the user sees immediately which
    host cannot be reached, and decides."""
    asks: bool = True
    """Whether a write asks the user to keep waiting once its schedule is used up; otherwise it fails."""


READ_BUDGET: Final = 120.0
"""Seconds after which a read is not repeated: by then it is a problem with Retry, which says how long Azure asks to
wait. Of requests that are never answered there is time for two."""

RULES: Final[Mapping[Cause, RetryRule]] = {
    # Azure CLI waits 36 times 5 s for both kinds of replication (azure-cli, create_service_principal_for_rbac).
    Cause.REPLICATION: RetryRule("", Schedule((2, 3, 4, 5), 180)),
    Cause.THROTTLED: RetryRule(
        "Azure is limiting requests",
        Schedule((2, 4, 8, 16, 32, 60), 600),
        read=Schedule((2, 4, 8, 16, 32), READ_BUDGET, retries=6),
    ),
    Cause.UNREACHABLE: RetryRule("No connection to Azure", Schedule((1, 2, 4, 8, 15), 120)),
    Cause.LOST_ANSWER: RetryRule(
        "No answer received", Schedule((1, 2, 4, 8, 15), 120), read=Schedule((1, 2, 4), READ_BUDGET, retries=3)
    ),
    # The same answer comes again from whatever has sent it: a few tries, then it is a problem.
    Cause.INCOMPLETE: RetryRule(
        "The answer is incomplete",
        Schedule((1, 2, 4), 60, retries=3),
        read=Schedule((1, 2, 4), READ_BUDGET, retries=3),
        asks=False,
    ),
    Cause.DIRECTORY_BUSY: RetryRule(
        "Microsoft Entra is busy with another change in your tenant", Schedule((2, 4, 8, 15), 300)
    ),
    Cause.SERVER: RetryRule(
        "Azure reported an error", Schedule((2, 4, 8, 15), 120), read=Schedule((1, 2, 4), READ_BUDGET, retries=3)
    ),
    Cause.BEING_DELETED: RetryRule(
        "An older resource group with this name is still being deleted", Schedule((10,), 300)
    ),
    # A new secret was measured to work 4 to 18 s after it was added (microsoftgraph/microsoft-graph-docs#17966).
    Cause.SECRET_SPREADING: RetryRule(
        "Waiting for Microsoft Entra to accept the new client secret everywhere", Schedule((5,), 120)
    ),
    # Role assignments can take up to 10 minutes (Microsoft Learn, "Troubleshoot Azure RBAC").
    Cause.ACCESS_SPREADING: RetryRule(
        "The role is assigned. Azure can take up to 10 minutes to apply it everywhere", Schedule((15,), 600)
    ),
    # An empty resource group has been seen to take 78 s to go away.
    Cause.DELETING: RetryRule("Azure is deleting it", Schedule((5,), 600)),
}

POLLING: Final = frozenset({Cause.DELETING})
"""Waits in which nothing has failed: Azure is at work, and is asked whether it is done."""

AMBIGUOUS: Final = frozenset(
    {FailureKind.LOST_ANSWER, FailureKind.SERVER, FailureKind.INCOMPLETE, FailureKind.INTERCEPTED}
)
"""Failures after which only Azure knows whether the request was carried out."""

_BY_KIND: Final[Mapping[FailureKind, Cause]] = {
    FailureKind.THROTTLED: Cause.THROTTLED,
    FailureKind.UNREACHABLE: Cause.UNREACHABLE,
    FailureKind.LOST_ANSWER: Cause.LOST_ANSWER,
    FailureKind.SERVER: Cause.SERVER,
    FailureKind.INCOMPLETE: Cause.INCOMPLETE,
    FailureKind.BUSY: Cause.DIRECTORY_BUSY,
}


def cause_of(error: CloudError, *, fresh: bool, repeatable: bool) -> Cause | None:
    """Why the failed request should be tried again; None when it should not.

    `fresh` says that the request was about something this run has just made: only then is "not found" a matter of
    time. `repeatable` says that sending it twice does what sending it once does.
    """
    if error.kind in AMBIGUOUS and not repeatable:
        return None
    if error.kind in (FailureKind.REPLICATION, FailureKind.NOT_FOUND):
        return Cause.REPLICATION if fresh else None
    if error.kind is FailureKind.CONFLICT and error.code == "ResourceGroupBeingDeleted":
        return Cause.BEING_DELETED
    return _BY_KIND.get(error.kind)


def write_reason(cause: Cause, waiting_for: str = "") -> str:
    """What the row of a write says while it waits for `cause`, without the number of the try."""
    if cause is Cause.REPLICATION:
        return f"Waiting for {waiting_for}"
    safe = cause in (Cause.LOST_ANSWER, Cause.SERVER, Cause.INCOMPLETE)
    return f"{RULES[cause].reason}. Retrying is safe" if safe else RULES[cause].reason


@dataclass(frozen=True, slots=True, eq=False)
class Wait:
    """One pause. `until` is a time of `Clock.monotonic()`; `tries` is how often the read has been sent so far."""

    reason: str
    until: float
    tries: int


Listener = Callable[[tuple[Wait, ...]], None]


class Waits:
    """The pauses of one session, oldest first. To be used on one event loop only."""

    def __init__(self) -> None:
        self._current: tuple[Wait, ...] = ()
        self._listener: Listener = _ignore

    def watch(self, listener: Listener) -> None:
        """Call `listener` with the current pauses, now and at every change, in place of an earlier listener."""
        self._listener = listener
        listener(self._current)

    @contextmanager
    def waiting(self, wait: Wait) -> Iterator[None]:
        """A context in which `wait` is one of the current pauses; it ends with the context, also after an error."""
        self._change((*self._current, wait))
        try:
            yield
        finally:
            self._change(tuple(one for one in self._current if one is not wait))

    def _change(self, current: tuple[Wait, ...]) -> None:
        self._current = current
        self._listener(current)


def _ignore(waits: tuple[Wait, ...]) -> None:
    """The listener before `watch` is called."""
