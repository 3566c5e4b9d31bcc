"""The installed command in a real pseudo-terminal, from start to finish."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from tests.support.terminal import WITH_DEFAULTS, Terminal

COMMAND = Path(sys.executable).with_name("pipeops-tui")


@pytest.fixture
def demo(tmp_path: Path) -> Terminal:
    """`pipeops-tui --demo`, just started, with folders of its own."""
    assert COMMAND.exists(), "the package must be installed: pip install -e ."
    return Terminal(
        [str(COMMAND), "--demo"],
        env={"TMPDIR": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state"), "SSH_CONNECTION": "1 2 3 4"},
    )


def walk_to_the_credentials(terminal: Terminal) -> str:
    """Enter on every screen, when it is ready."""
    for patterns in WITH_DEFAULTS:
        terminal.wait_for(*patterns)
        terminal.press("enter")
    return terminal.wait_for("Client Secret", "Signed in and read", seconds=90)


def test_from_start_to_the_five_values_and_out(demo: Terminal, tmp_path: Path) -> None:
    with demo as terminal:
        screen = walk_to_the_credentials(terminal)
        for label in ("Resource Group Name", "Tenant ID", "Client ID", "Client Secret", "Subscription ID"):
            assert label in screen
        terminal.press("a")
        terminal.wait_for("could not be checked")
        terminal.press("ctrl+q")
        terminal.wait_until(lambda _screen: b"\x1b[?1049l" in terminal.written or "Leave" in terminal.screen, "an end")
        if b"\x1b[?1049l" not in terminal.written:
            terminal.press("enter")
        assert terminal.wait_exit() == 0
        after = terminal.written.rpartition(b"\x1b[?1049l")[2].decode()
        assert "PipeOpsRG" in after
        assert "expires" in after
    assert list(tmp_path.glob("pipeops-tui-demo-*")) == []


def test_interrupted_from_outside_it_leaves_the_terminal_as_it_was(demo: Terminal) -> None:
    with demo as terminal:
        terminal.wait_for("Choose how to sign in")
        terminal.signal(signal.SIGINT)
        assert terminal.wait_exit() == 130
        assert b"\x1b[?1049l" in terminal.written
        assert b"Traceback" not in terminal.written


def test_ctrl_c_quits(demo: Terminal) -> None:
    with demo as terminal:
        terminal.wait_for("Choose how to sign in")
        terminal.press("ctrl+c")
        assert terminal.wait_exit() in (1, 130)


def test_escape_closes_what_lies_over_a_step_and_an_arrow_does_not(demo: Terminal) -> None:
    with demo as terminal:
        terminal.wait_for("✓ Ready")
        terminal.press("f1")
        terminal.wait_for("esc Close")
        terminal.press("down", "escape")
        terminal.wait_until(lambda screen: "esc Close" not in screen, "the step without its help")
        terminal.press("ctrl+q")
        assert terminal.wait_exit() == 1


_LIST = "name, group, subscription or client ID"


def test_the_list_that_is_asked_for_at_once_waits_for_the_journals_and_comes_once(tmp_path: Path) -> None:
    environment = {"TMPDIR": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")}
    with Terminal([str(COMMAND), "--demo", "six-months-later"], columns=100, lines=30, env=environment) as terminal:
        terminal.wait_until(lambda screen: "l Connections" in screen or _LIST in screen, "the first screen")
        if _LIST not in terminal.screen:  # the list of what was not finished can come first on a busy machine
            terminal.press("l")
        terminal.wait_for("PipeOps Trial", "shown")
        assert "knows no connection" not in terminal.screen
        if _LIST not in terminal.screen:  # the key came late, and was typed into the filter
            terminal.press("escape")
            terminal.wait_for(_LIST)
        terminal.press("escape")
        terminal.wait_until(lambda screen: "PipeOps Trial" not in screen and "✓ Ready" in screen, "the screen Sign in")
        terminal.press("l")
        terminal.wait_for("PipeOps Trial")
