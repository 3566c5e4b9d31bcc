"""Blocking calls off the event loop, in daemon threads: the process can always end, a caller can always let go."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_current = threading.local()


class AbandonedError(Exception):
    """Raised inside a background call whose caller has gone, at its next network request."""


async def in_background(call: Callable[[], T], *, name: str) -> T:
    """Run `call` in a daemon thread of its own; its result or exception comes back here.

    Cancelling returns at once: the thread is told through `stop_if_abandoned` and ends at its next chance. (The
    executor behind `asyncio.to_thread` would make interpreter shutdown wait for it.)
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()
    abandoned = threading.Event()

    def settle(deliver: Callable[[], None]) -> None:
        if not future.done():
            deliver()

    def post(deliver: Callable[[], None]) -> None:
        try:
            loop.call_soon_threadsafe(settle, deliver)
        except RuntimeError:  # the loop has been closed: nobody is left to tell
            abandoned.set()

    def run() -> None:
        _current.abandoned = abandoned
        try:
            result = call()
        except BaseException as error:
            failure = error
            post(lambda: future.set_exception(failure))
        else:
            post(lambda: future.set_result(result))

    threading.Thread(target=run, name=name, daemon=True).start()
    try:
        return await future
    finally:
        abandoned.set()


def stop_if_abandoned() -> None:
    """Raise `AbandonedError` when this thread's caller no longer waits. Does nothing in any other thread."""
    abandoned: threading.Event | None = getattr(_current, "abandoned", None)
    if abandoned is not None and abandoned.is_set():
        raise AbandonedError
