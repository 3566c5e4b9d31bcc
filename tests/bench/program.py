"""A terminal program measured from outside: every byte it writes gets the time it arrived.

Drawing on the emulated screen is put off while bytes arrive, so that emulation delays neither a time stamp nor the
program, which has to wait when nobody empties its pseudo-terminal.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tests.bench.frames import Frame, FrameCutter
from tests.bench.process import Usage, usage_of
from tests.bench.screen import Screen
from tests.support.terminal import KEYS

now = time.perf_counter

_REQUEST = re.compile(rb"\x1b\[\?(\d+)\$p")
_SYNCHRONISED_UPDATES = b"2026"
_LONGEST_REQUEST = 12
_OVER_SECONDS = 0.06
"""An answer is over when nothing has arrived for so long."""


class ProgramError(Exception):
    """The program did not do what was waited for; the message holds its screen."""


@dataclass(frozen=True, slots=True)
class Painted:
    """A frame that was drawn: when it was complete, and the lines it touched."""

    at: float
    lines: frozenset[int]


class Program:
    """A program in a pseudo-terminal of its own. Use as a context manager: leaving kills it with its children."""

    def __init__(
        self, argv: Sequence[str], *, env: Mapping[str, str] = os.environ, columns: int = 100, lines: int = 30
    ) -> None:
        """Start `argv` with `env` as its whole environment."""
        self._screen = Screen(columns, lines)
        self._cutter = FrameCutter()
        self._waiting: deque[Frame] = deque()
        self._unanswered = b""
        self._closed = False
        self._last_byte = 0.0
        self.painted: list[Painted] = []
        self.started = now()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:  # pragma: no cover - the child becomes the program
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
            os.execvpe(argv[0], list(argv), env)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Kill the program and its children, if that has not been done."""
        if self._fd < 0:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._fd)
        self._fd = -1

    @property
    def text(self) -> str:
        """What stands on the screen, as far as it was drawn."""
        return self._screen.text

    def usage(self) -> Usage:
        """Memory and CPU of the program and its children so far."""
        return usage_of(self.pid)

    def press(self, *keys: str) -> float:
        """Send keys by name (see `tests.support.terminal.KEYS`) or as they are; the moment just before."""
        at = now()
        for key in keys:
            os.write(self._fd, KEYS.get(key, key).encode())
        return at

    def wait_for(self, pattern: str, *, since: float = 0.0, seconds: float = 60, calm: float = 0.0) -> float:
        """When the screen first matched the regular expression, in a frame after `since`.

        Frames are looked at once nothing has arrived for `calm` seconds. Raises `ProgramError`.
        """
        found = re.compile(pattern, re.MULTILINE)
        return self.wait_until(
            lambda _painted: found.search(self.text) is not None, pattern, since=since, seconds=seconds, calm=calm
        )

    def wait_until(
        self, condition: Callable[[Painted], bool], what: str, *, since: float, seconds: float, calm: float
    ) -> float:
        """When the first frame after `since` was painted for which `condition` holds; of those looked at before, only
        the last counts. Raises `ProgramError`.
        """
        deadline = now() + seconds
        if self.painted and self.painted[-1].at > since and condition(self.painted[-1]):
            return self.painted[-1].at
        while True:
            self._take(calm)
            while self._waiting:
                painted = self._draw()
                if painted.at > since and condition(painted):
                    return painted.at
                self._take(0)
            if self._closed:
                raise ProgramError(f"ended before {what}; the screen is:\n{self.text}")
            if now() > deadline:
                raise ProgramError(f"waited {seconds} s for {what}; the screen is:\n{self.text}")
            self._take(calm, at_most=0.05)

    def settle(self, quiet: float = 0.1, *, at_most: float = 5.0) -> None:
        """Go on once nothing has arrived for `quiet` seconds, or after `at_most` seconds."""
        self._collect(quiet, at_most)
        self._draw_all()

    def answer(
        self, since: float, *, ignoring: Collection[int] = (), complete: bool = False, seconds: float = 1.0
    ) -> float | None:
        """Seconds from `since` to the first frame of the answer, or with `complete` to the first that shows what stays.

        Lines in `ignoring` (status, clock) do not count. Goes on when the answer is over; None when there is none
        within `seconds`.
        """
        frames: list[tuple[Painted, list[str]]] = []
        while not frames and not self._closed and now() < since + seconds:
            self._collect(_OVER_SECONDS, at_most=seconds)
            while self._waiting:
                painted = self._draw()
                if painted.at > since and painted.lines.difference(ignoring):
                    frames.append((painted, self._lines_except(ignoring)))
        return next((painted.at - since for painted, lines in frames if not complete or lines == frames[-1][1]), None)

    def watch(self, until: float) -> None:
        """Take in what arrives until that moment of `now`, drawing nothing."""
        while (left := until - now()) > 0 and not self._closed:
            self._receive(left)

    def answers(self, sent: Sequence[float], *, ignoring: Collection[int] = ()) -> list[float]:
        """Seconds from each moment of `sent` to the next frame, touching other lines than `ignoring`; drawing the rest.

        A moment without a later frame has no answer.
        """
        self._draw_all()
        times = iter([painted.at for painted in self.painted if painted.lines.difference(ignoring)])
        answers, at = [], next(times, None)
        for moment in sent:
            while at is not None and at <= moment:
                at = next(times, None)
            if at is None:
                break
            answers.append(at - moment)
        return answers

    def _lines_except(self, ignored: Collection[int]) -> list[str]:
        return [line for number, line in enumerate(self.text.split("\n")) if number not in ignored]

    def _collect(self, quiet: float, at_most: float) -> None:
        deadline = now() + at_most
        while now() < deadline and self._receive(quiet):
            pass

    def _take(self, calm: float, *, at_most: float = 0.0) -> None:
        """Take in what there is, waiting up to `at_most` for the first of it, then until it is calm."""
        self._receive(at_most)
        while self._receive(max(0.0, self._last_byte + calm - now())):
            pass

    def _receive(self, wait: float) -> bool:
        if self._closed or not select.select([self._fd], [], [], wait)[0]:
            return False
        try:
            data = os.read(self._fd, 65536)
        except OSError:  # how Linux says that the other side has closed
            data = b""
        if not data:
            self._closed = True
            return False
        self._last_byte = now()
        self._answer(data)
        self._waiting += self._cutter.cut(self._last_byte, data)
        return True

    def _answer(self, data: bytes) -> None:
        """Say, as today's terminals do, that synchronised updates are supported: they mark the end of a frame."""
        self._unanswered += data
        end = 0
        for request in _REQUEST.finditer(self._unanswered):
            known = request[1] == _SYNCHRONISED_UPDATES
            os.write(self._fd, b"\x1b[?%s;%d$y" % (request[1], 2 if known else 0))
            end = request.end()
        self._unanswered = self._unanswered[end:][-_LONGEST_REQUEST:]

    def _draw(self) -> Painted:
        frame = self._waiting.popleft()
        painted = Painted(frame.at, self._screen.draw(frame.data))
        if painted.lines:
            self.painted.append(painted)
        return painted

    def _draw_all(self) -> None:
        while self._waiting:
            self._draw()
