"""What makes a picture of the application the same bytes every time: a still clock, a seeded Azure, no animation."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from pipeops_tui.simulator import SimulatorConfig

SEED = 7
WORLD = SimulatorConfig(seed=SEED, auto_approve_device_codes=True)
TODAY = datetime(2026, 11, 23, 9, 14, tzinfo=UTC)


class StillClock:
    """Always the same instant, so that no picture tells how long it took; waiting takes real time."""

    def now(self) -> datetime:
        return TODAY

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
