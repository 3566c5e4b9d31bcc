"""Signals to this process, and its event loop's turn beside threads that import modules. Pure."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import gc
import os
import select
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from types import FrameType
from typing import Any, TypeVar

T = TypeVar("T")

PATIENCE = 10.0
"""Seconds for an orderly end after a signal. An end that hangs would keep a secret in memory and the journal's lock;
what was created is in the journal by then."""

_ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
_SWITCH_SECONDS = 0.0005
"""How long a thread keeps the interpreter to itself at most; Python's default is ten times as much."""


def on_ending(end: Callable[[], None], exit_code: Callable[[], int]) -> None:
    """Call `end` in the running event loop, instead of dying at once; a process that is still there `PATIENCE` seconds
    later is ended at once, with `exit_code()`."""

    def set_limit(_number: int, _frame: FrameType | None) -> None:
        if signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0):
            signal.signal(signal.SIGALRM, lambda *_: os._exit(exit_code()))
            signal.setitimer(signal.ITIMER_REAL, PATIENCE)

    for number in _ENDING:
        # Windows has no such handlers; there the default ends the process.
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, end)
            # Also while the loop is held up, by a terminal that takes nothing. The loop itself does not miss the
            # handler that this one replaces: it hears of signals by `signal.set_wakeup_fd`.
            signal.signal(number, set_limit)


async def or_interrupted(work: Coroutine[Any, Any, T], exit_code: int) -> T:
    """The result of `work`. A signal that asks the process to end cancels it, so that it closes what it has opened, and
    is raised as `KeyboardInterrupt` then; `exit_code` is for a process that has not ended `PATIENCE` seconds later."""
    task = asyncio.create_task(work)

    def end() -> None:
        if not task.cancelling():  # a second signal does not interrupt the closing
            task.cancel()

    on_ending(end, lambda: exit_code)
    try:
        return await task
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


def hang_up() -> None:
    """Send SIGHUP to this process, as most systems do when its terminal is closed."""
    if hasattr(signal, "SIGHUP"):
        os.kill(os.getpid(), signal.SIGHUP)


def watch_terminals(*descriptors: int) -> None:
    """Call `hang_up` when one of these terminals goes without a signal, as it does for a process in another session
    than its terminal's. Costs a thread that sleeps; where the system has no poll(2), nothing is watched."""
    if hasattr(select, "poll"):
        threading.Thread(target=_watch, args=descriptors, name="terminal-watch", daemon=True).start()


def _watch(*descriptors: int) -> None:
    poll = select.poll()
    for descriptor in descriptors:
        # No event is asked for: the end of a terminal is reported anyway, and nothing else.
        poll.register(descriptor, 0)
    if any(event & (select.POLLHUP | select.POLLERR) for _, event in poll.poll()):
        hang_up()


def around_suspending(prepare: Callable[[], None], repaint: Callable[[], object]) -> None:
    """Call `prepare` in the running event loop before what handles SIGTSTP now, where that exists, and what handles
    SIGCONT now only after that. Each SIGCONT, also one after SIGSTOP, calls `repaint` there.

    Linux sends one with a hang-up too (see TIOCNOTTY in ioctl_tty(2)), and Textual 8.2 takes each for the end of a
    suspension: it would start a second thread that reads the terminal, and a second one that writes to it.
    """
    if not hasattr(signal, "SIGTSTP"):
        return
    suspend, resume = signal.getsignal(signal.SIGTSTP), signal.getsignal(signal.SIGCONT)
    if not callable(suspend) or not callable(resume):
        return
    loop, context = asyncio.get_running_loop(), contextvars.copy_context()
    suspended = False

    def prepare_and_suspend() -> None:
        nonlocal suspended
        prepare()
        suspended = True
        suspend(signal.SIGTSTP, None)

    def go_on(number: int, frame: FrameType | None) -> None:
        nonlocal suspended
        if suspended:
            suspended = False
            resume(number, frame)
        if not loop.is_closed():
            # After a suspension too: the terminal shows what the shell has left, and Textual paints what has changed.
            loop.call_soon_threadsafe(repaint, context=context)

    loop.add_signal_handler(signal.SIGTSTP, prepare_and_suspend)
    signal.signal(signal.SIGCONT, go_on)


def can_be_resumed() -> bool:
    """Whether a shell with job control has started this process, so that it can be suspended: its group is not orphaned
    (POSIX, "Orphaned Process Group"). Without one it would stand still for ever."""
    if not hasattr(os, "getsid"):
        return False
    try:
        parent = os.getppid()
        return os.getsid(parent) == os.getsid(0) and os.getpgid(parent) != os.getpgrp()
    except OSError:
        return False


@contextlib.contextmanager
def keys_first() -> Iterator[None]:
    """Inside, the event loop gets its turn soon beside threads that import, and garbage is not collected: a full
    collection over that many new objects is the longest pause there is. Modules never become garbage (`gc.freeze`)."""
    collecting, interval = gc.isenabled(), sys.getswitchinterval()
    gc.disable()
    sys.setswitchinterval(_SWITCH_SECONDS)
    try:
        yield
    finally:
        gc.freeze()
        if collecting:
            gc.enable()
        sys.setswitchinterval(interval)
