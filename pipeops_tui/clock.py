"""Time as a dependency: everything that waits or dates something asks a `Clock`, so tests run in virtual time."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """The three uses of time in this program."""

    def now(self) -> datetime:
        """The current instant, timezone-aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds from an arbitrary start, never going back; only differences mean something."""

    async def sleep(self, seconds: float) -> None:
        """Return after `seconds`; cancellable at any moment."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
