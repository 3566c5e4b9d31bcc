"""What the system asks of a program from outside: to end, and to be suspended. Pure."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable

_ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


def on_ending(end: Callable[[], None]) -> None:
    """Call `end` in the running event loop, instead of dying at once."""
    for number in _ENDING:
        # Windows has no such handlers; there the default ends the process.
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, end)


def before_suspending(prepare: Callable[[], None]) -> None:
    """Call `prepare` in the running event loop before what handles SIGTSTP now, where that exists."""
    if hasattr(signal, "SIGTSTP") and callable(suspend := signal.getsignal(signal.SIGTSTP)):

        def prepare_and_suspend() -> None:
            prepare()
            suspend(signal.SIGTSTP, None)

        asyncio.get_running_loop().add_signal_handler(signal.SIGTSTP, prepare_and_suspend)
