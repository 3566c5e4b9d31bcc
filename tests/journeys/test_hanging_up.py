"""The terminal is closed, or takes nothing any more: the program ends, and lets go of the secret and of the journal."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeops_tui.simulator import RunningSimulator
from tests.core.secret.needle import Needle
from tests.core.secret.test_leaks_in_a_terminal import SECRET, files_under
from tests.support.terminal import WITH_DEFAULTS, Terminal

ENTER_ALT_SCREEN, LEAVE_ALT_SCREEN = b"\x1b[?1049h", b"\x1b[?1049l"

IN_ANOTHER_SESSION = """
import os, signal, sys
if child := os.fork():
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
os.setsid()
from pipeops_tui.cli import main
sys.exit(main())
"""
"""Its terminal is not its controlling one, so that nobody sends it a signal."""

IMPATIENT = """
import os, signal, sys, termios, threading
from pipeops_tui import cli
from pipeops_tui.core import process

def hold_up(*_):
    os.write(1, b"held up")
    threading.Semaphore(0).acquire()

process.PATIENCE = 0.5
signal.signal(signal.SIGUSR1, hold_up)
signal.signal(signal.SIGUSR2, lambda *_: termios.tcflow(1, termios.TCOOFF))
sys.exit(cli.main())
"""
"""Waits half a second for an orderly end. SIGUSR1 holds up the event loop for ever, SIGUSR2 the terminal (Ctrl+S)."""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Folders of its own for temporary files and for state, and no desktop."""
    for folder in ("tmp", "state"):
        (tmp_path / folder).mkdir()
    return {
        "TMPDIR": str(tmp_path / "tmp"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22",
    }


@contextmanager
def demo(environment: dict[str, str], program: str = "") -> Iterator[Terminal]:
    """A demo on its first screen; `program` is what starts it."""
    how = ["-c", program] if program else ["-m", "pipeops_tui"]
    with Terminal([sys.executable, *how, "--demo"], env=environment) as terminal:
        terminal.wait_for(*WITH_DEFAULTS[0])
        yield terminal


def test_closed_on_the_first_screen(environment: dict[str, str], tmp_path: Path) -> None:
    with demo(environment) as terminal:
        # Nobody had suspended it: this is what comes with a hang-up, alone and in good time.
        terminal.signal(signal.SIGCONT)
        terminal.press("f1")
        terminal.wait_for("esc Close")
        assert terminal.written.count(ENTER_ALT_SCREEN) == 1
        terminal.hang_up()
        assert terminal.wait_gone() == 130
    assert list((tmp_path / "tmp").iterdir()) == []


def test_gone_without_a_signal(environment: dict[str, str], tmp_path: Path) -> None:
    with demo(environment, IN_ANOTHER_SESSION) as terminal:
        terminal.hang_up()
        assert terminal.wait_gone() == 130
    assert list((tmp_path / "tmp").iterdir()) == []


def test_asked_to_end_when_the_terminal_takes_nothing(environment: dict[str, str]) -> None:
    with demo(environment, IMPATIENT) as terminal:
        terminal.signal(signal.SIGUSR2)
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_gone() == 130


def test_asked_to_end_when_the_event_loop_is_held_up(environment: dict[str, str]) -> None:
    with demo(environment, IMPATIENT) as terminal:
        terminal.signal(signal.SIGUSR1)
        terminal.wait_until(lambda _: b"held up" in terminal.written, "it is held up")
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_gone() == 130
        terminal.wait_exit()
        assert LEAVE_ALT_SCREEN not in terminal.written


def test_closed_while_creating_and_with_the_secret_in_sight(
    azure: RunningSimulator, environment: dict[str, str], tmp_path: Path
) -> None:
    options = ["--resource-manager", azure.base_url, "--ca-file", str(azure.ca_file), "--auth", "device-code"]

    @contextmanager
    def started() -> Iterator[Terminal]:
        argv = [sys.executable, "-m", "pipeops_tui", *options]
        with Terminal(argv, columns=100, lines=30, env=environment) as terminal:
            terminal.wait_for("✓ Ready|Decide later")
            yield terminal

    azure.add_fault("addPassword@*:drop-response")
    with started() as terminal:
        for patterns in WITH_DEFAULTS:
            terminal.wait_for(*patterns)
            terminal.press("enter")
        terminal.wait_for("● Client secret ")
        terminal.hang_up()
        assert terminal.wait_gone() == 130
    azure.clear_faults()

    with started() as terminal:
        assert "Another pipeops-tui" not in terminal.wait_for("A connection was not finished")
        terminal.press("enter")
        terminal.wait_for(r"To \w+ PipeOpsRG", "Device code")
        terminal.press("enter")
        terminal.wait_for("Client Secret", "Signed in and read")
        terminal.press("r")
        terminal.wait_for(SECRET.pattern)
        revealed = SECRET.search(terminal.screen)
        assert revealed is not None
        needle = Needle(revealed[1])
        del revealed
        terminal.hang_up()
        assert terminal.wait_gone() == 0, "it was revealed, and so delivered"
    assert {name: found for name, content in files_under(tmp_path) if (found := needle.found_in(content))} == {}

    with started() as terminal:
        screen = terminal.wait_for("Connections")
        assert "not finished" not in screen
        assert "Another pipeops-tui" not in screen
        terminal.press("ctrl+q")
        terminal.wait_exit()
