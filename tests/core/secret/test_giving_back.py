"""The secret is gone from the terminal whenever that is given back: stopped, ended from outside, crashed, or left.

The emulated screen knows no alternate screen, like the Linux console and GNU screen as it comes: what stood there
last is still there afterwards.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.core.secret.needle import Needle
from tests.core.secret.test_leaks_in_a_terminal import files_under, secret_on
from tests.journeys.test_in_a_terminal import walk_to_the_credentials
from tests.support.terminal import Terminal

PROGRAM = """
import signal, sys
from pipeops_tui.ui.app import PipeOpsApp
from pipeops_tui.cli import main

def crash(app):
    run, screen = app.journey.run, app.screen
    raise RuntimeError(f"crash with {run.credentials!r}, {screen!r}, {vars(screen)!r}")

ready = PipeOpsApp.on_ready

def on_ready(app):
    signal.signal(signal.SIGUSR1, lambda *_: app.call_later(crash, app))
    ready(app)

PipeOpsApp.on_ready = on_ready
sys.exit(main())
"""


@contextmanager
def revealed(tmp_path: Path) -> Iterator[tuple[Terminal, Needle]]:
    """The last screen with the secret in sight, in a terminal that keeps it there until told otherwise."""
    environment = {
        "TMPDIR": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22",
    }
    command = [sys.executable, "-c", PROGRAM, "--demo"]
    with Terminal(command, columns=100, lines=30, env=environment) as terminal:
        walk_to_the_credentials(terminal)
        terminal.press("r")
        yield terminal, secret_on(terminal)


def test_stopped_by_the_shell_it_is_hidden_and_its_clock_stands_still(tmp_path: Path) -> None:
    with revealed(tmp_path) as (terminal, needle):
        terminal.signal(signal.SIGTSTP)
        terminal.wait_until(lambda screen: not needle.found_in(screen), "it is gone")
        stat = Path(f"/proc/{terminal.pid}/stat")
        terminal.wait_until(lambda _: stat.read_text().rpartition(")")[2].split()[0] == "T", "it has stopped")
        written = len(terminal.written)
        terminal.signal(signal.SIGCONT)
        terminal.wait_for(r"r to show it \((2\d|30) s")
        assert needle.found_in(bytes(terminal.written[written:])) == []
        leave(terminal)
        assert terminal.wait_exit() == 0


def leave(terminal: Terminal) -> None:
    """Quit, although not all values were copied."""
    terminal.press("ctrl+q")
    terminal.wait_for("Leave before all five values are copied")
    terminal.press("tab", "enter")


@pytest.mark.parametrize("how", ["SIGTERM", "SIGHUP", "crash", "leave"])
def test_ended_in_whatever_way_it_is_gone(tmp_path: Path, how: str) -> None:
    with revealed(tmp_path) as (terminal, needle):
        written = len(terminal.written)
        if how == "leave":
            leave(terminal)
        else:
            terminal.signal(signal.SIGUSR1 if how == "crash" else getattr(signal, how))
        code = terminal.wait_exit()
        assert needle.found_in(terminal.screen) == []
        after = bytes(terminal.written[written:])
    assert code == (1 if how == "crash" else 0), "it was revealed, and so delivered"
    if how == "crash":
        assert b"(RuntimeError)" in after
    assert needle.found_in(after.rpartition(b"\x1b[?1049l")[2]) == []
    assert {name: found for name, content in files_under(tmp_path) if (found := needle.found_in(content))} == {}


@pytest.mark.parametrize("keys", [("f1",), ("ctrl+p",), ("n",), ("escape",), ("n", "enter")], ids="+".join)
def test_a_crash_at_what_lies_over_it_writes_nothing_of_it(tmp_path: Path, keys: tuple[str, ...]) -> None:
    with revealed(tmp_path) as (terminal, needle):
        terminal.press(keys[0])
        terminal.wait_until(lambda screen: not needle.found_in(screen), "it is covered")
        terminal.press(*keys[1:])
        written = len(terminal.written)
        os.kill(terminal.pid, signal.SIGUSR1)
        assert terminal.wait_exit() == 1
        after = bytes(terminal.written[written:])
    assert b"(RuntimeError)" in after
    assert needle.found_in(after) == []
    assert {name: found for name, content in files_under(tmp_path) if (found := needle.found_in(content))} == {}
