"""The clocks that other tests rely on."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.clocks import START, RealTimeClock, VirtualClock


async def test_sleepers_wake_in_the_order_of_their_times() -> None:
    clock = VirtualClock()
    woken: list[tuple[str, float]] = []

    async def sleep(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append((name, clock.monotonic()))

    await asyncio.gather(sleep("late", 60), sleep("early", 5), sleep("now", 0))
    assert woken == [("now", 0.0), ("early", 5.0), ("late", 60.0)]
    assert (clock.now() - START).total_seconds() == 60


async def test_no_time_passes_while_a_section_is_busy() -> None:
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


async def test_a_sleep_inside_a_busy_section_moves_the_clock_and_one_that_outlives_it_waits() -> None:
    jumps: list[float] = []
    clock = VirtualClock(on_advance=jumps.append)

    closed = asyncio.Event()

    async def outliving() -> None:
        await closed.wait()
        await clock.sleep(7)

    with clock.busy():
        task = asyncio.ensure_future(outliving())
        await asyncio.ensure_future(clock.sleep(5))
        assert clock.monotonic() == 5
    closed.set()
    await clock.sleep(1)
    await task
    assert jumps == [5, 1, 6]


async def test_by_hand_time_passes_only_when_it_is_told_to() -> None:
    clock = VirtualClock(by_hand=True)
    sleepers = [asyncio.ensure_future(clock.sleep(seconds)) for seconds in (0, 3, 9)]
    for _ in range(200):
        await asyncio.sleep(0)
    assert [sleeper.done() for sleeper in sleepers] == [True, False, False]
    clock.advance(5)
    await sleepers[1]
    assert not sleepers[2].done()
    assert clock.monotonic() == 5
    sleepers[2].cancel()


async def test_sleeps_can_be_shortened_and_time_be_skipped_and_stand_still() -> None:
    passed: list[float] = []
    fast, still = RealTimeClock(times=1000, on_skip=passed.append), RealTimeClock(START, still=True)
    fast.skip(60)
    await fast.sleep(10)
    await still.sleep(0.01)
    assert passed == [60, pytest.approx(10, abs=1)]
    assert fast.monotonic() >= 70
    await asyncio.gather(fast.sleep(10), fast.sleep(10), fast.sleep(5))
    assert sum(passed) == pytest.approx(80, abs=2)  # those who wait at the same time do not add up
    assert (still.now(), still.monotonic()) == (START, 0)
