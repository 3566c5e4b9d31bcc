"""Commands that tests give a client secret to, and the program in a process of its own."""

from __future__ import annotations

import asyncio
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from pipeops_tui.core.clock import SystemClock

PROGRAM: Final = (
    "import sys; from pipeops_tui.cli import main; code = main(sys.argv[1:]);"
    "sys.exit('the interface was loaded' if 'textual' in sys.modules else code)"
)
"""The program as a script, which says at its end whether it has loaded the interface."""

_LOOK = """
import os, pathlib, sys
secret, seen, found = sys.stdin.buffer.read(), 0, 0
for name in ("cmdline", "environ"):
    for path in pathlib.Path("/proc").glob("[0-9]*/" + name):
        try:
            text = path.read_bytes()
        except OSError:
            continue
        seen += path.parent.name == str(os.getppid())
        found += secret in text
pathlib.Path(sys.argv[1]).write_text(f"{len(secret) > 20} {seen > 0} {found}")
pathlib.Path(sys.argv[1] + ".taken").write_bytes(secret)
"""
IN_NO_PROCESS: Final = "True True 0"
"""What `looking_in_processes` writes where the secret is in the arguments and the environment of no process, that of
the program included."""


def looking_in_processes(result: Path) -> str:
    """A command for `--secret-to` that looks for the client secret in the process list, and writes into `result` what
    it has found. The secret itself goes into a file beside it, `.taken`."""
    return shlex.join([sys.executable, "-c", _LOOK, str(result)])


def run_program(argv: Sequence[str], environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run `pipeops-tui` with `argv`, without a terminal."""
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *argv],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
        env=environment,
    )


class Hurried(SystemClock):
    """Its minute is over when a command has written into a named pipe."""

    def __init__(self, signal: Path) -> None:
        self.signal = signal
        self.said = ""
        os.mkfifo(signal)

    async def sleep(self, seconds: float) -> None:
        if seconds < 60:
            await super().sleep(seconds)
        else:
            assert seconds == 60
            self.said = await asyncio.to_thread(self.signal.read_text)
