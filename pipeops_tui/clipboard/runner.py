"""Runs clipboard programs safely: with a time limit, no output on the screen, and no secret in argv."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Protocol

from pipeops_tui.core.secret import Secret

TIME_LIMIT = 2.0
"""Seconds that one program can take; a clipboard tool normally needs about ten milliseconds."""


class Runner(Protocol):
    """Starts programs. Every method can block for `TIME_LIMIT` seconds, so call it in a thread; none raises."""

    def has(self, program: str) -> bool:
        """Whether `program` can be found."""

    def feed(self, argv: Sequence[str], text: Secret | None, extra: Mapping[str, str]) -> bool:
        """Run `argv` with `text` (UTF-8; None is nothing) on its stdin; True when it exited with 0 in time."""

    def read(self, argv: Sequence[str], extra: Mapping[str, str]) -> Secret | None:
        """What `argv` printed, exactly; None when it failed, took too long, or printed nothing or no UTF-8."""


class ProcessRunner:
    """Starts real processes, each in a session of its own: the tool that keeps serving the clipboard must outlive the
    terminal, and one that hangs is killed with all processes that it started."""

    def __init__(self, environment: Mapping[str, str], time_limit: float = TIME_LIMIT) -> None:
        self._environment = dict(environment)
        self._time_limit = time_limit

    def has(self, program: str) -> bool:
        return shutil.which(program, path=self._environment.get("PATH")) is not None

    def feed(self, argv: Sequence[str], text: Secret | None, extra: Mapping[str, str]) -> bool:
        # xclip and wl-copy leave a child process that keeps inherited pipes open: waiting for those would never end.
        process = self._start(argv, extra, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        if process is None:
            return False
        try:
            process.communicate(text.reveal().encode() if text else b"", timeout=self._time_limit)
        except (OSError, ValueError, LookupError, subprocess.SubprocessError):
            _kill(process)
            return False
        return process.returncode == 0

    def read(self, argv: Sequence[str], extra: Mapping[str, str]) -> Secret | None:
        process = self._start(argv, extra, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        if process is None:
            return None
        try:
            output = process.communicate(timeout=self._time_limit)[0]
            return Secret(output.decode()) if process.returncode == 0 else None
        except (OSError, ValueError, subprocess.SubprocessError):
            _kill(process)
            return None

    def _start(
        self, argv: Sequence[str], extra: Mapping[str, str], *, stdin: int, stdout: int
    ) -> subprocess.Popen[bytes] | None:
        program = shutil.which(argv[0], path=self._environment.get("PATH"))
        if program is None:
            return None
        try:
            return subprocess.Popen(  # noqa: S603 - fixed command lines, no shell
                [program, *argv[1:]],
                stdin=stdin,
                stdout=stdout,
                stderr=subprocess.DEVNULL,
                env={**self._environment, **extra},
                cwd=os.sep,
                start_new_session=True,
            )
        except OSError:
            return None


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End `process` and all that it started, and leave no zombie."""
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    with suppress(subprocess.TimeoutExpired):
        process.wait(1)
