"""Stop a run early: waits end at once, running requests have a moment to finish."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine
from typing import Any, Final, TypeVar

from pipeops_tui.core.clock import Clock

GRACE: Final = 0.9
"""Seconds a running request can still take after the user stopped the run; the dialog promises one second."""

T = TypeVar("T")


class Stopped(Exception):  # noqa: N818 - nothing went wrong
    """The operation ended because the run is being stopped. It can be continued."""


class Cancellation:
    """Shared by all operations of a run: every wait and every request goes through it and ends early once set."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._winding_down = asyncio.Event()
        self._stopped = asyncio.Event()

    def release(self) -> None:
        """Clear it before the next attempt."""
        self._winding_down.clear()
        self._stopped.clear()

    def wind_down(self) -> None:
        """End all waits and start nothing new; running requests finish however long they take."""
        self._winding_down.set()

    def stop(self) -> None:
        """As `wind_down`, but running requests have only `GRACE` seconds left."""
        self._winding_down.set()
        self._stopped.set()

    @property
    def stopped(self) -> bool:
        """Whether the user has stopped the run."""
        return self._stopped.is_set()

    @property
    def engaged(self) -> bool:
        """Whether nothing new may be started."""
        return self._winding_down.is_set()

    def check(self) -> None:
        """Raise `Stopped` when nothing new may be started."""
        if self._winding_down.is_set():
            raise Stopped

    async def sleep(self, seconds: float) -> None:
        """Wait; raises `Stopped` the moment the run winds down."""
        await self.wait_for(self._clock.sleep(seconds))

    async def wait_for(self, waiting: Coroutine[Any, Any, T]) -> T:
        """The result of `waiting`, unless the run winds down first (`Stopped`)."""
        task = asyncio.ensure_future(waiting)
        await _first(task, self._winding_down.wait())
        if not task.done():
            await _discard(task)
            raise Stopped
        return task.result()

    async def finish(self, request: Awaitable[T]) -> T:
        """What `request` returns or raises; cancelled with `Stopped` when the grace after a stop is over."""
        task = asyncio.ensure_future(request)
        await _first(task, self._stopped.wait())
        if not task.done():
            await _first(task, self._clock.sleep(GRACE))
        if not task.done():
            await _discard(task)
            raise Stopped
        return task.result()


async def first_of(one: Coroutine[Any, Any, Any], other: Coroutine[Any, Any, Any]) -> None:
    """Return when `one` or `other` has ended; the other one is cancelled."""
    task = asyncio.ensure_future(one)
    await _first(task, other)
    await _discard(task)


async def _first(task: asyncio.Future[T], other: Coroutine[Any, Any, Any]) -> None:
    """Return when `task` or `other` is done; cancelled itself, it takes `task` along."""
    rival = asyncio.ensure_future(other)
    try:
        await asyncio.wait({task, rival}, return_when=asyncio.FIRST_COMPLETED)
    except asyncio.CancelledError:
        await _discard(task)
        raise
    finally:
        await _discard(rival)


async def _discard(task: asyncio.Future[Any]) -> None:
    """Cancel `task` and wait until it has ended; its result or error is ignored."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
