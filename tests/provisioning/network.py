"""What a network, and the end of a process, can do to requests: lost and late answers, refusals, sudden death."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from pipeops_tui.core.problem import CloudError, FailureKind, Problem
from tests.support.clocks import VirtualClock

T = TypeVar("T")


class FaultKind(StrEnum):
    """What can happen to a request."""

    UNREACHABLE = "unreachable"
    DROP_REQUEST = "drop-request"
    DROP_ANSWER = "drop-answer"
    LATE = "late"
    """The answer is lost, and the request is carried out only some seconds later."""
    THROTTLED = "429"
    FAILED = "500"
    FAILED_AFTER = "500-after"
    SIGN_IN = "401-claims"
    REFUSED = "403"


class Killed(BaseException):
    """The process dies here; nothing of it ever reaches Azure again."""


@dataclass(frozen=True, slots=True)
class Fault:
    """`kind` happens to the requests number `first` to `last` of `operation` (`*` is any), counted from 1; only to
    `first` when `last` is left out."""

    kind: FaultKind
    operation: str = "*"
    first: int = 1
    last: int = 0
    retry_after: float | None = None


class UnreliableNetwork:
    """Carries out requests in virtual time, with faults. `requests` has the names of all that were sent."""

    def __init__(self, clock: VirtualClock, faults: Sequence[Fault], seed: int) -> None:
        self.clock = clock
        self.faults = list(faults)
        self.random = random.Random(seed)
        self.latency = 0.1
        """Seconds that every request takes."""
        self.kill_at: tuple[int, bool] | None = None
        """Number of the request at which the process dies, and whether the request is carried out."""
        self.dead = False
        self.requests: list[str] = []
        self._counts: dict[str, int] = {}
        self._late: list[tuple[float, Callable[[], object]]] = []

    async def serve(self, operation: str, work: Callable[[], T]) -> T:
        """The result of `work`, which the request `operation` asks for. Raises CloudError for a fault, or Killed."""
        if self.dead:
            raise Killed
        self.requests.append(operation)
        number = self._counts[operation] = self._counts.get(operation, 0) + 1
        dies, carried_out = self.kill_at is not None and self.kill_at[0] == len(self.requests), False
        if self.kill_at is not None:
            carried_out = self.kill_at[1]
        if dies and not carried_out:
            self.dead = True
            raise Killed
        await self.clock.sleep(self.latency)
        if self.dead:
            raise Killed
        self.carry_out_late()
        fault = next((f for f in self.faults if _hits(f, operation, number, len(self.requests))), None)
        answer = self._with_fault(fault, work)
        if dies:
            self.dead = True
            raise Killed
        return answer

    def _with_fault(self, fault: Fault | None, work: Callable[[], T]) -> T:
        match fault.kind if fault else None:
            case FaultKind.UNREACHABLE:
                raise failure(FailureKind.UNREACHABLE)
            case FaultKind.DROP_REQUEST:
                raise failure(FailureKind.LOST_ANSWER)
            case FaultKind.LATE:
                self._late.append((self.clock.monotonic() + self.random.uniform(1, 8), work))
                raise failure(FailureKind.LOST_ANSWER)
            case FaultKind.THROTTLED:
                raise failure(FailureKind.THROTTLED, 429, retry_after=fault.retry_after if fault else None)
            case FaultKind.FAILED:
                raise failure(FailureKind.SERVER, 503)
            case FaultKind.SIGN_IN:
                raise failure(FailureKind.SIGN_IN, 401)
            case FaultKind.REFUSED:
                raise failure(FailureKind.REFUSED, 403, "AuthorizationFailed")
        answer = work()
        match fault.kind if fault else None:
            case FaultKind.DROP_ANSWER:
                raise failure(FailureKind.LOST_ANSWER)
            case FaultKind.FAILED_AFTER:
                raise failure(FailureKind.SERVER, 500)
        return answer

    def carry_out_late(self) -> None:
        """Carries out the late requests whose time has come."""
        due = [work for at, work in self._late if at <= self.clock.monotonic()]
        self._late = [(at, work) for at, work in self._late if at > self.clock.monotonic()]
        for work in due:
            try:
                work()
            except CloudError:
                continue  # the client is gone


def failure(
    kind: FailureKind, status: int | None = None, code: str = "", retry_after: float | None = None
) -> CloudError:
    """An error as the program's own rules make it of an answer."""
    return CloudError(kind, Problem(f"{kind} {code}".strip(), "It went wrong."), status, code, retry_after)


def _hits(fault: Fault, operation: str, number: int, overall: int) -> bool:
    if fault.operation not in ("*", operation):
        return False
    return fault.first <= (overall if fault.operation == "*" else number) <= max(fault.first, fault.last)
