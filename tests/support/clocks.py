"""The two clocks of the tests, each a `pipeops_tui.core.clock.Clock`: one in virtual and one in real time."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

from pipeops_tui.simulator import RunningSimulator

START = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
_QUIET = 40
"""Turns of the event loop without a busy section, after which only time can make anything happen."""


class VirtualClock:
    """A clock whose seconds cost no real time.

    Time passes when everything waits for this clock: it jumps to the next wake-up. What waits for anything else (a
    socket, a thread) does so inside `busy()`, and time does not pass while such a section is open. A sleep inside a
    section ends at once and moves the clock, because no wake-up could come before the section ends.

    With `by_hand`, time passes only when the test calls `advance`.
    """

    def __init__(
        self, start: datetime = START, *, by_hand: bool = False, on_advance: Callable[[float], None] | None = None
    ) -> None:
        """`on_advance` is called with the seconds of each jump, before those who slept go on."""
        self._start = start
        self._by_hand = by_hand
        self._elapsed = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()
        self._driver: asyncio.Task[None] | None = None
        self._busy = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._on_advance = on_advance

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        return self._elapsed

    async def sleep(self, seconds: float) -> None:
        if self._inside_busy_section():
            self.advance(seconds)
            seconds = 0
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        awake = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._elapsed + seconds, next(self._order), awake))
        if not self._by_hand and (self._driver is None or self._driver.done()):
            self._driver = asyncio.ensure_future(self._drive())
        await awake

    def advance(self, seconds: float) -> None:
        """Let time pass at once, as while a laptop is closed; sleepers wake up late."""
        self._elapsed += seconds
        if self._on_advance is not None:
            self._on_advance(seconds)
        while self._by_hand and self._sleepers and self._sleepers[0][0] <= self._elapsed:
            self._wake_first()

    @contextmanager
    def busy(self) -> Iterator[None]:
        """No time passes inside by itself."""
        section = _BusySection(self)
        outer = _SECTION.set(section)
        self._busy += 1
        self._idle.clear()
        try:
            yield
        finally:
            section.clock = None
            _SECTION.reset(outer)
            self._busy -= 1
            if not self._busy:
                self._idle.set()

    def _inside_busy_section(self) -> bool:
        """Whether the running task, or the one that started it, is inside an open section of this clock."""
        section = _SECTION.get()
        return section is not None and section.clock is self

    async def _drive(self) -> None:
        while self._sleepers:
            await self._everything_waits()
            if self._sleepers:
                self._wake_first()

    def _wake_first(self) -> None:
        wake, _, awake = heapq.heappop(self._sleepers)
        if awake.done():  # cancelled
            return
        if wake > self._elapsed:
            self.advance(wake - self._elapsed)
        awake.set_result(None)

    async def _everything_waits(self) -> None:
        quiet = 0
        while quiet < _QUIET:
            if self._busy:
                await self._idle.wait()
                quiet = 0
            await asyncio.sleep(0)
            quiet += 1


class _BusySection:
    """An open busy section; `clock` is None once it is closed, which tasks started inside of it may outlive."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock: VirtualClock | None = clock


_SECTION: ContextVar[_BusySection | None] = ContextVar("_SECTION", default=None)


class RealTimeClock:
    """A clock that runs with the machine's, from another start, and in which sleeping takes less time than it says.

    Only sleeps are shortened: what the machine needs for its own work counts as it is, so that a limit of two minutes
    is two minutes also on a machine that is busy with something else.

    With `still`, it always shows the same instant, so that no picture tells how long it took; sleeps take real time.
    """

    def __init__(
        self,
        start: datetime | None = None,
        *,
        times: float = 1.0,
        still: bool = False,
        on_skip: Callable[[float], None] | None = None,
    ) -> None:
        """`times`: by how much sleeps are shortened. `on_skip` is called with the seconds that passed without being
        waited for."""
        self._start = start or datetime.now(UTC)
        self._times = times
        self._still = still
        self._on_skip = on_skip
        self._zero = time.monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return 0.0 if self._still else time.monotonic() - self._zero

    def skip(self, seconds: float) -> None:
        """Let time pass at once, as while a laptop is closed; sleepers do not notice."""
        self._zero -= seconds
        if self._on_skip is not None:
            self._on_skip(seconds)

    async def sleep(self, seconds: float) -> None:
        awake = self.monotonic() + seconds
        await asyncio.sleep(seconds / self._times)
        if not self._still and (left := awake - self.monotonic()) > 0:
            self.skip(left)


def hurried_clock(azure: RunningSimulator) -> RealTimeClock:
    """Makes waiting in whole journeys 40 times as short, for the program and for the world of its Azure."""
    return RealTimeClock(times=40, on_skip=azure.advance_clock)
