"""Time for tests: it stands still while anything happens, and jumps to the next wake-up when everything waits."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

START = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
_QUIET = 40
"""Turns of the event loop without a busy section, after which nothing but time can make anything happen."""


class VirtualClock:
    """A `Clock` that needs no real seconds.

    Whatever waits for something else than this clock (a socket, a thread) must do so inside `busy()`: time stands still
    as long as any such section is open.
    """

    def __init__(self, start: datetime = START, on_advance: Callable[[float], None] | None = None) -> None:
        """`on_advance` is called with the seconds of each jump, before those who slept go on."""
        self._start = start
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
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        awake = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._elapsed + seconds, next(self._order), awake))
        if self._driver is None or self._driver.done():
            self._driver = asyncio.ensure_future(self._drive())
        await awake

    def advance(self, seconds: float) -> None:
        """Let time pass at once, as while a laptop is closed; sleepers wake up late."""
        self._elapsed += seconds
        if self._on_advance is not None:
            self._on_advance(seconds)

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Time stands still inside."""
        self._busy += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._busy -= 1
            if not self._busy:
                self._idle.set()

    async def _drive(self) -> None:
        while self._sleepers:
            await self._everything_waits()
            if not self._sleepers:
                return
            wake, _, awake = heapq.heappop(self._sleepers)
            if awake.done():
                continue
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
