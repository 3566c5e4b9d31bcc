"""A clock for whole journeys that have long waits in them: seconds pass faster for the program and for its Azure."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

from pipeops_tui.simulator import RunningSimulator

_TIMES = 40
"""How much faster."""


class HurriedClock:
    """A `Clock`. Whoever sleeps wakes up early; the simulated Azure's own time is moved on by what was saved."""

    def __init__(self, azure: RunningSimulator) -> None:
        self._azure = azure
        self._began = datetime.now(UTC)
        self._zero = time.monotonic()

    def now(self) -> datetime:
        return self._began + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return (time.monotonic() - self._zero) * _TIMES

    def skip(self, seconds: float) -> None:
        """Let time pass at once, as while a laptop is closed; sleepers do not notice."""
        self._zero -= seconds / _TIMES
        self._azure.advance_clock(seconds)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / _TIMES)
        self._azure.advance_clock(seconds)
