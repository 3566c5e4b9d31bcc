"""Bytes that no person types, sent to the real program in a real pseudo-terminal; and what is left after a crash."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from tests.campaign.noise import noise
from tests.support.terminal import WITH_DEFAULTS, Terminal

MOUSE_MODES = b"\x1b[?1000h\x1b[?1003h\x1b[?1015h\x1b[?1006h"
_CRASHES_AT_F12 = """
import sys
from pipeops_tui.cli import main
from pipeops_tui.ui.base.textual_internals import TerminalDriver

def process_message(self, message, inner=TerminalDriver.process_message):
    if getattr(message, "key", "") == "f12":
        raise RuntimeError("s3cret-in-a-traceback")
    inner(self, message)

TerminalDriver.process_message = process_message
sys.argv = ["pipeops-tui", "--demo"]
sys.exit(main())
"""


def started(tmp_path: Path, *arguments: str) -> Terminal:
    return Terminal(
        [sys.executable, *(arguments or ("-m", "pipeops_tui", "--demo"))],
        env={"TMPDIR": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state"), "SSH_CONNECTION": "1 2 3 4"},
    )


def to_the_credentials(terminal: Terminal) -> None:
    for patterns in WITH_DEFAULTS:
        terminal.wait_for(*patterns)
        terminal.press("enter")
    terminal.wait_for("Client Secret", "Signed in and read", seconds=120)


def test_old_mouse_reports_and_a_paste_that_is_no_utf_8_do_not_cost_the_secret(tmp_path: Path) -> None:
    with started(tmp_path) as terminal:
        to_the_credentials(terminal)
        before = len(terminal.written)
        terminal.send(b"\x1b[MC\xa02\x1b[200~caf\xe9\x1b[201~\xff\xfe\x1b[1114112u\x1b[97;1:3u\x1b[48;0;0;0;0t")
        terminal.wait_until(
            lambda _screen: MOUSE_MODES in terminal.written[before:], "the modes that the terminal has lost"
        )
        terminal.press("a")
        terminal.wait_for("could not be checked")
        terminal.press("ctrl+q")
        terminal.wait_until(lambda screen: b"\x1b[?1049l" in terminal.written or "Leave" in screen, "an end")
        if b"\x1b[?1049l" not in terminal.written:
            terminal.press("enter")
        assert terminal.wait_exit() == 0


def test_the_modes_are_sent_again_when_the_terminal_comes_back(tmp_path: Path) -> None:
    with started(tmp_path) as terminal:
        terminal.wait_for("Choose how to sign in", "✓ Ready")
        after_resize = len(terminal.written)
        terminal.resize(90, 30)
        terminal.wait_until(lambda _screen: b"\x1b[?1004h" in terminal.written[after_resize:], "all of the modes")
        assert MOUSE_MODES in terminal.written[after_resize:]
        after_focus = len(terminal.written)
        terminal.send(b"\x1b[I")
        terminal.wait_until(lambda _screen: MOUSE_MODES in terminal.written[after_focus:], "those of the mouse")
        # Not that for reports of the focus after one of these: tmux answers that mode with such a report.
        assert b"\x1b[?1004h" not in terminal.written[after_focus:]


@pytest.mark.parametrize("seed", [1, 2])
def test_random_bytes_leave_a_program_that_answers(tmp_path: Path, seed: int) -> None:
    with started(tmp_path) as terminal:
        terminal.wait_for("Choose how to sign in", "✓ Ready")
        for piece in noise(random.Random(seed), 1024):
            # Neither Enter nor the palette: they could choose to quit.
            terminal.send(piece.translate(None, b"\r\n\x0f\x10"))
        terminal.send(b"\x1b[201~" + b"-" * 40)
        terminal.resize(58, 20)
        terminal.wait_for("Please make the terminal larger")
        terminal.press("ctrl+c")
        terminal.wait_exit()
        after = terminal.written.rpartition(b"\x1b[?1049l")[2]
        assert b"stopped" not in after
        assert b"unexpected" not in after


def test_after_a_crash_the_exit_code_is_not_0_and_the_receipt_is_there(tmp_path: Path) -> None:
    with started(tmp_path, "-c", _CRASHES_AT_F12) as terminal:
        to_the_credentials(terminal)
        terminal.press("a")
        terminal.wait_for("could not be checked")
        terminal.send(b"\x1b[24~")
        assert terminal.wait_exit() == 1
        after = terminal.written.rpartition(b"\x1b[?1049l")[2].decode()
        assert "pipeops-tui stopped." in after
        assert "PipeOpsRG" in after
        assert "s3cret" not in terminal.written.decode()


def test_after_a_crash_a_secret_that_was_not_taken_is_told_of(tmp_path: Path) -> None:
    with started(tmp_path, "-c", _CRASHES_AT_F12) as terminal:
        to_the_credentials(terminal)
        terminal.send(b"\x1b[24~")
        assert terminal.wait_exit() == 1
        after = terminal.written.rpartition(b"\x1b[?1049l")[2].decode()
        assert "was neither copied nor revealed" in after
