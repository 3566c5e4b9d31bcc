"""The clock that other tests trust."""

from __future__ import annotations

import asyncio

from tests.virtual_time import START, VirtualClock


async def test_sleepers_wake_in_the_order_of_their_times() -> None:
    clock = VirtualClock()
    woken: list[tuple[str, float]] = []

    async def sleep(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append((name, clock.monotonic()))

    await asyncio.gather(sleep("late", 60), sleep("early", 5), sleep("now", 0))
    assert woken == [("now", 0.0), ("early", 5.0), ("late", 60.0)]
    assert (clock.now() - START).total_seconds() == 60


async def test_time_stands_still_while_somebody_is_busy() -> None:
    clock = VirtualClock()
    sleeper = asyncio.ensure_future(clock.sleep(1))
    with clock.busy():
        for _ in range(500):
            await asyncio.sleep(0)
        assert clock.monotonic() == 0
    await sleeper
    assert clock.monotonic() == 1


async def test_a_cancelled_sleep_costs_no_time() -> None:
    clock = VirtualClock()
    sleeper = asyncio.ensure_future(clock.sleep(1000))
    await asyncio.sleep(0)
    sleeper.cancel()
    await asyncio.gather(sleeper, return_exceptions=True)
    await clock.sleep(1)
    assert clock.monotonic() == 1
