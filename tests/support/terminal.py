"""Drive any terminal program through a real pseudo-terminal, and read its screen.

Keeps every byte the program wrote (`written`), replays them into an emulated screen (`screen`), and waits for
conditions with a bound instead of sleeping.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

import pyte

from tests.support.patience import PATIENCE

_UNKNOWN_TO_THE_EMULATOR = re.compile(
    rb"\x1b(?:\[[<>=][0-?]*[ -/]*[@-~]|\[[0-?]*[ -/]+[@-~]|\[\?[0-9;]*u"
    rb"|\][^\x07\x1b]*(?:\x07|\x1b\\)|[P_^X][^\x1b]*\x1b\\)"
)
_UNFINISHED = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*\x1b?|[P_^X][^\x1b]*\x1b?|)$")

KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "backspace": "\x7f",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "f1": "\x1bOP",
    "ctrl+q": "\x11",
    "ctrl+c": "\x03",
    "ctrl+p": "\x10",
}


WITH_DEFAULTS = (
    ("Choose how to sign in", "✓ Ready"),
    ("Choose the subscription", r"✓ \d+ subscription"),
    ("Choose the resource group", "free"),
    ("Check your organization", "✓ .*checks passed"),
    ("Name the application", "✓ Name checked"),
    ("Contributor on", "All .* checks passed"),
    ("Create", "Nothing has been created"),
    ("Create now",),
)
"""What each screen of the journey shows when Enter accepts its defaults, from Sign in to the last question."""


class Terminal:
    """A program in a pseudo-terminal of its own. Use as a context manager: leaving kills what still runs."""

    def __init__(
        self, argv: Sequence[str], *, columns: int = 80, lines: int = 24, env: Mapping[str, str] | None = None
    ) -> None:
        """Start `argv`; `env` is added to the environment of this process."""
        self.written = bytearray()
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self._pending = b""
        self._status: int | None = None
        self._closed = False
        self.pid, self._fd = pty.fork()
        if self.pid == 0:  # pragma: no cover - the child becomes the program
            for name in ("COLUMNS", "LINES"):  # they would outvote the size of this terminal
                os.environ.pop(name, None)
            os.environ.update({"TERM": "xterm-256color", "COLORTERM": "truecolor", **(env or {})})
            _set_size(0, columns, lines)
            # The environment is passed explicitly, because readline sets these two without Python knowing.
            os.execvpe(argv[0], list(argv), os.environ)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status is None:
            self.signal(signal.SIGKILL)
            self.wait_gone()
        if not self._closed:
            os.close(self._fd)

    @property
    def screen(self) -> str:
        """The text of the screen, one line a row, without trailing spaces."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    @property
    def backgrounds(self) -> list[list[str]]:
        """The colour behind every cell, as the emulator names it, a list a row."""
        return [
            [self._screen.buffer[row][column].bg for column in range(self._screen.columns)]
            for row in range(self._screen.lines)
        ]

    def resize(self, columns: int, lines: int) -> None:
        """Give the terminal another size; the program is told by SIGWINCH."""
        _set_size(self._fd, columns, lines)
        self._screen.resize(lines, columns)

    def press(self, *keys: str) -> None:
        """Send keys by name (see `KEYS`) or as they are."""
        for key in keys:
            os.write(self._fd, KEYS.get(key, key).encode())

    def send(self, data: bytes) -> None:
        """Send bytes as they are, in pieces that the program can take in."""
        while data:
            if not select.select([self._fd], [self._fd], [], 0)[1]:
                self._read(time.monotonic() + 1)
                continue
            data = data[os.write(self._fd, data[:512]) :]

    def signal(self, number: int) -> None:
        """Send a signal to the program; nothing happens when it has ended already."""
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            return

    def hang_up(self) -> None:
        """Close the terminal while the program runs, as when its window is closed; nothing can be read any more."""
        os.close(self._fd)
        self._closed = True

    def wait_for(self, *patterns: str, seconds: float = PATIENCE) -> str:
        """Read until every regular expression is found on the screen, and return that screen."""
        found = [re.compile(pattern, re.MULTILINE) for pattern in patterns]
        return self.wait_until(lambda screen: all(p.search(screen) for p in found), f"{patterns}", seconds=seconds)

    def wait_until(self, condition: Callable[[str], bool], what: str, *, seconds: float = PATIENCE) -> str:
        """Read until `condition(screen)` holds; `AssertionError` with the screen when time is up or it has ended."""
        deadline = time.monotonic() + seconds
        while not condition(self.screen):
            if time.monotonic() > deadline:
                raise AssertionError(f"waited {seconds} s for {what}; the screen is:\n{self.screen}")
            if not self._read(deadline) and not condition(self.screen):
                raise AssertionError(f"ended before {what}; the screen is:\n{self.screen}")
        return self.screen

    def wait_exit(self, seconds: float = PATIENCE) -> int:
        """Read until the program has ended, and return its exit code (negative: the signal that ended it)."""
        deadline = time.monotonic() + seconds
        while self._read(deadline):
            if time.monotonic() > deadline:
                raise AssertionError(f"still running after {seconds} s; the screen is:\n{self.screen}")
        return self._exit_code()

    def wait_gone(self, seconds: float = PATIENCE) -> int:
        """Wait for the end of the program without reading what it writes, and return its exit code."""
        process = os.pidfd_open(self.pid)
        try:
            ended = select.select([process], [], [], seconds)[0]
        finally:
            os.close(process)
        if not ended:
            raise AssertionError(f"still running after {seconds} s; the screen was:\n{self.screen}")
        return self._exit_code()

    def _exit_code(self) -> int:
        if self._status is None:
            _, status = os.waitpid(self.pid, 0)
            self._status = os.waitstatus_to_exitcode(status)
        return self._status

    def _read(self, deadline: float) -> bool:
        """Take in what the program has written, waiting up to 0.1 s; False once it has closed the terminal."""
        wait = max(0.0, min(0.1, deadline - time.monotonic()))
        if not select.select([self._fd], [], [], wait)[0]:
            return True
        try:
            data = os.read(self._fd, 65536)
        except OSError:
            return False
        if not data:
            return False
        self.written += data
        data = self._pending + data
        unfinished = _UNFINISHED.search(data)
        self._pending = data[unfinished.start() :] if unfinished else b""
        self._stream.feed(_UNKNOWN_TO_THE_EMULATOR.sub(b"", data[: len(data) - len(self._pending)]))
        return True


def _set_size(fd: int, columns: int, lines: int) -> None:
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
