"""The one retry policy for reads: what is waited out, how long, and with which words on the screen.

Writes have a policy of their own where the run is driven; the SDKs' retries are all off. A read changes nothing, so
that it can be repeated after a lost answer too. What never reached Azure is not repeated: the person sees at once which
host cannot be reached, and decides.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from pipeops_tui.clock import Clock
from pipeops_tui.problem import CloudError, FailureKind
from pipeops_tui.waits import Wait, Waits

T = TypeVar("T")

BUDGET: Final = 120.0
"""Seconds after which a read is not begun anew: by then it is a problem with Retry, which says how long Azure wants.
Of requests that nobody answers there is time for two."""


@dataclass(frozen=True, slots=True)
class _Schedule:
    reason: str
    delays: tuple[float, ...]
    """Seconds before each further try; there are no more tries than that."""


_SCHEDULES: Final = {
    FailureKind.THROTTLED: _Schedule("Azure asks to slow down", (2, 4, 8, 16, 32, 32)),
    FailureKind.SERVER: _Schedule("Azure had a failure", (1, 2, 4)),
    FailureKind.LOST_ANSWER: _Schedule("An answer got lost on its way", (1, 2, 4)),
}


class Patience:
    """Repeats reads. Cancelled while it waits, it ends at once."""

    def __init__(self, clock: Clock, waits: Waits) -> None:
        """`waits` shows every pause while it lasts."""
        self._clock = clock
        self._waits = waits

    async def ask(self, read: Callable[[], Awaitable[T]]) -> T:
        """The answer to `read`, which raises nothing but `CloudError`; the one that cannot be waited out comes out."""
        failures: Counter[FailureKind] = Counter()
        waited = 0.0
        loop = asyncio.get_running_loop()
        began = loop.time()  # by which deadlines are kept too
        while True:
            try:
                return await read()
            except CloudError as error:
                failures[error.kind] += 1
                schedule = _SCHEDULES.get(error.kind)
                pause = _pause(schedule, failures[error.kind], error.retry_after)
                if schedule is None or pause is None or max(waited, loop.time() - began) + pause > BUDGET:
                    raise
            waited += pause
            with self._waits.waiting(Wait(schedule.reason, self._clock.monotonic() + pause, failures.total())):
                await self._clock.sleep(pause)


def _pause(schedule: _Schedule | None, failures: int, retry_after: float | None) -> float | None:
    """Seconds before the next try, as the service asked or else by the schedule; None when there is none."""
    if schedule is None or failures > len(schedule.delays):
        return None
    return schedule.delays[failures - 1] if retry_after is None else max(retry_after, 1.0)
