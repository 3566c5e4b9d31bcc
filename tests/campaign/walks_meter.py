"""What a frame costs: the time that the program itself takes, on whatever machine it is measured.

That is the time on the wall from an input to the painted frame, less the time in which threads of this process could
have run and the system gave the processor to others; and never less than what the interface's thread has computed. On
a quiet machine nothing is taken off: waiting for a file, or for another thread of this process (the interpreter's lock,
while modules load or the simulated Azure answers) counts, because a person waits for it too.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from textual.message import Message

_SCHEDSTAT = "schedstat"
"""Linux (Documentation/scheduler/sched-stats.rst): nanoseconds on a processor, waiting for one, and time slices."""
_MOST_BYTES = 100
_TASKS = Path("/proc/self/task")
_LOOK_SECONDS = 0.05
_WORTH_A_LOOK = 0.1


@dataclass(frozen=True, slots=True)
class Frame:
    """Seconds. `own` is what counts; `processor` of it was spent computing in the interface's thread."""

    own: float = 0.0
    processor: float = 0.0
    wall: float = 0.0

    def __str__(self) -> str:
        own, processor, wall = (f"{seconds * 1000:.0f} ms" for seconds in (self.own, self.processor, self.wall))
        return f"{own} ({processor} of processor time, {wall} on the wall)"


@dataclass(frozen=True, slots=True)
class _Moment:
    wall: float
    processor: float
    waited: float
    """For a processor, by the interface's thread."""


class FrameMeter:
    """Measures from an input, or from waking up, to the painted frame; or to the next rest."""

    def __init__(self) -> None:
        """To be made in the interface's thread."""
        self.slowest = Frame()
        self.runs = False
        """Whether frames count: not while the program starts."""
        self._waits = _Waits()
        self._others = _OtherWaits()
        self._began = self._now()

    def begin(self) -> None:
        """Something comes in."""
        self._began = self._now()
        self._others.look(self._began.wall)

    def end(self) -> None:
        """Something was painted, or there is nothing left to do."""
        now, began = self._now(), self._began
        if self.runs:
            wall, processor = now.wall - began.wall, now.processor - began.processor
            own = wall - (now.waited - began.waited)
            if own > max(self.slowest.own, _WORTH_A_LOOK):
                own = max(processor, own - self._others.since_look(now.wall))
            self.slowest = max(self.slowest, Frame(own, processor, wall), key=lambda one: one.own)
        self._began = now

    def close(self) -> None:
        """Measure no more."""
        self._waits.close()

    def _now(self) -> _Moment:
        return _Moment(time.perf_counter(), time.thread_time(), self._waits.seconds())


class SpinGuard:
    """Stops a program that never comes to rest, and names what it does: one callback, or one kind of message, more than
    10,000 times (a second or two) between two rests of the event loop."""

    MOST = 10_000

    def __init__(self, rests: Callable[[], int]) -> None:
        """`rests` says how often the event loop has come to rest so far."""
        self._rests = rests
        self._rested = rests()
        self._counts: Counter[str] = Counter()

    def count(self, message: Message) -> None:
        """Count `message`, which is about to be handled; raises `SpinningError`."""
        if (rested := self._rests()) != self._rested:
            self._rested = rested
            self._counts.clear()
        name = _name_of(message)
        self._counts[name] += 1
        if self._counts[name] > self.MOST:
            raise SpinningError(f"{name} ran more than {self.MOST:,} times without a rest")


class SpinningError(Exception):
    """The program does the same again and again."""


def _name_of(message: Message) -> str:
    """What is called, where the message is a callback."""
    called = getattr(message, "callback", None)
    names = []
    while called is not None:
        inner = called.func if isinstance(called, partial) else called
        names.append(getattr(inner, "__qualname__", str(inner)))
        called = next((one for one in called.args if callable(one)), None) if isinstance(called, partial) else None
    return f"{type(message).__name__} {' of '.join(names)}".strip()


class _Waits:
    """How long the thread that made it has waited for a processor; always 0 where the system does not tell."""

    def __init__(self) -> None:
        self._file: int | None = None
        with contextlib.suppress(OSError):
            self._file = os.open(Path("/proc/thread-self", _SCHEDSTAT), os.O_RDONLY)

    def seconds(self) -> float:
        """So far."""
        return 0.0 if self._file is None else _waited(os.pread(self._file, _MOST_BYTES, 0))

    def close(self) -> None:
        """Tell no more than is known."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


class _OtherWaits:
    """The same of the other threads, looked at now and then, because each is a file to open."""

    def __init__(self) -> None:
        self._this = str(threading.get_native_id())
        self._looked = 0.0
        self._before: dict[str, float] = {}

    def look(self, at: float) -> None:
        """Note what it is, unless that was done a moment ago."""
        if at - self._looked > _LOOK_SECONDS:
            self._before, self._looked = self._all(), at

    def since_look(self, at: float) -> float:
        """Seconds since then, of all of them together."""
        before, self._before, self._looked = self._before, self._all(), at
        return sum(waited - before.get(thread, 0.0) for thread, waited in self._before.items())

    def _all(self) -> dict[str, float]:
        waits = {}
        with contextlib.suppress(OSError):
            for thread in _TASKS.iterdir():
                if thread.name != self._this:
                    with contextlib.suppress(OSError):  # it has ended
                        waits[thread.name] = _waited((thread / _SCHEDSTAT).read_bytes())
        return waits


def _waited(schedstat: bytes) -> float:
    return int(schedstat.split()[1]) / 1e9
