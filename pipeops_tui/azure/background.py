"""Runs blocking calls in daemon threads, so that a caller can be cancelled at once and the process can always exit."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_current = threading.local()


class AbandonedError(Exception):
    """Raised inside a background call whose caller was cancelled, at its next network request."""


async def in_background(call: Callable[[], T], *, name: str) -> T:
    """Run `call` in a daemon thread of its own; its result or exception comes back here.

    Cancelling returns at once: the thread ends when it next calls `stop_if_abandoned`. (The
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
        except RuntimeError:  # the loop has been closed: no caller is left
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


def abandon_name_lookups() -> None:
    """Let name lookups of the running event loop end with the process instead of holding it up.

    A resolver that does not answer takes many seconds, and cannot be interrupted. The loop looks names up in its
    executor, whose threads the end of the process waits for.
    """
    asyncio.get_running_loop().set_default_executor(_LoopThreads())


class _LoopThreads(ThreadPoolExecutor):
    """The executor of an event loop, with a daemon thread for each name lookup. Everything else, such as an entry of
    the journal, is still waited for."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        called: object = fn
        if called is not socket.getaddrinfo:
            return super().submit(fn, *args, **kwargs)
        future: Future[T] = Future()

        def look_up() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                found = fn(*args, **kwargs)
            except BaseException as error:
                future.set_exception(error)
            else:
                future.set_result(found)

        threading.Thread(target=look_up, name="name-lookup", daemon=True).start()
        return future


def stop_if_abandoned() -> None:
    """Raise `AbandonedError` when this thread's caller no longer waits. Does nothing in any other thread."""
    abandoned: threading.Event | None = getattr(_current, "abandoned", None)
    if abandoned is not None and abandoned.is_set():
        raise AbandonedError
