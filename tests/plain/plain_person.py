"""A person at `pipeops-tui --plain`, or at a command, over pipes: reads lines, answers what is asked."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from pipeops_tui.simulator import RunningSimulator
from tests.support.patience import PATIENCE
from tests.support.processes import PROGRAM

WITH_DEFAULTS = (
    (r"sign in\? .*\[\d\]:", ""),
    (r"Which subscription\? .*:", ""),
    (r"Name of the resource group .*:", ""),
    (r"Region of the new resource group\? .*:", ""),
    (r"Name of the application .*:", ""),
    (r"after how many days\? .*:", ""),
    (r"Create this in Azure now\? .*:", "yes"),
)


class PlainPerson:
    """The program in a process of its own, with a state directory of its own and nobody signed in."""

    def __init__(self, azure: RunningSimulator, home: Path, *argv: str, command: str = "", **environment: str) -> None:
        """`command` is that of the program, e.g. `list`; without one it is the journey."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AZURE_")}
        where = ["--resource-manager", azure.base_url, "--ca-file", str(azure.ca_file)]
        self._process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *([command] if command else []), "--plain", *where, *argv],
            stdin=subprocess.PIPE,
            cwd=home,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**kept, "XDG_STATE_HOME": str(home), "PATH": "", "SSH_CONNECTION": "1 2 3 4", **environment},
        )
        self.heard = b""
        self._answered = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()

    def reads(self, pattern: str) -> str:
        """What was written since the last answer, once it contains `pattern`, in which a blank stands for a line end
        as well."""
        end = time.monotonic() + PATIENCE
        while not re.search(pattern, " ".join((found := self._since()).split())):
            if time.monotonic() > end or not self._listens(end):
                raise AssertionError(f"{pattern!r} was not read; what was: {self.text}")
        return found

    def answers(self, pattern: str, answer: str) -> str:
        """Wait for a question, then answer it; gives what was read before."""
        found = self.reads(pattern)
        self._answered = len(self.heard)
        stdin = self._process.stdin
        assert stdin is not None
        stdin.write(f"{answer}\n".encode())
        stdin.flush()
        return found

    def signs_in(self) -> None:
        """With a device code, which Azure approves at once."""
        self.answers(r"sign in\? .*\[\d\]:", "")

    def walks(self, *, until: str = "") -> None:
        """Take the defaults of every step, until a question that contains `until`."""
        for pattern, answer in WITH_DEFAULTS:
            if until and re.search(until, pattern):
                return
            self.answers(pattern, answer)

    def sees_the_secret(self) -> str:
        """Have the client secret shown, and end; gives what was written with it."""
        self.answers("Client Secret: copy, show, send or done .*:", "show")
        self.answers("stays in the scrollback of your terminal. .*yes or no .*:", "yes")
        return self.answers(r"done \[done\]:", "")

    def gives_the_secret_up(self) -> None:
        """End without it."""
        self.answers("Client Secret: .*:", "done")
        self.answers("it is lost when pipeops-tui ends.*End without it.*:", "yes")

    def hangs_up(self) -> None:
        """Close standard input."""
        assert self._process.stdin is not None
        self._process.stdin.close()

    def interrupts(self) -> None:
        """Press Ctrl+C."""
        self._process.send_signal(signal.SIGINT)

    def runs_on(self) -> bool:
        """Whether the program has not ended after a moment."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(0.05)
        return self._process.poll() is None

    def dies(self) -> None:
        """Be killed."""
        self._process.kill()

    def ends(self) -> int:
        """The exit code, once the program has ended."""
        end = time.monotonic() + PATIENCE
        while self._listens(end):
            assert time.monotonic() < end, self.text
        return self._process.wait(PATIENCE)

    @property
    def text(self) -> str:
        """Everything that was written."""
        return self.heard.decode()

    def _since(self) -> str:
        return self.heard[self._answered :].decode("utf-8", "replace")

    def _listens(self, end: float) -> bool:
        """Take in more; False at the end."""
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        if not select.select([descriptor], [], [], max(0.0, min(1.0, end - time.monotonic())))[0]:
            return True
        data = os.read(descriptor, 65_536)
        self.heard += data
        return bool(data)
