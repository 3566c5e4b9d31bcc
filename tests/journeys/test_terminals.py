"""The real program in terminals that differ: other encodings, few colours, keys kept back, a shell that suspends it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeops_tui.ui import theme
from tests.support.terminal import WITH_DEFAULTS, Terminal

MODES = b"\x1b[?1049h"


def started(tmp_path: Path, *arguments: str, **environment: str) -> Terminal:
    return Terminal(
        [sys.executable, "-m", "pipeops_tui", "--demo", *arguments],
        env={
            "TMPDIR": str(tmp_path),
            "XDG_STATE_HOME": str(tmp_path / "state"),
            "SSH_CONNECTION": "1 2 3 4",
            "LC_ALL": "C.UTF-8",
            **environment,
        },
    )


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONIOENCODING": "iso8859-1", "LC_ALL": "C"},
        {"LC_ALL": "de_DE.ISO-8859-1"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
    ids=lambda environment: "-".join(environment),
)
def test_where_the_encoding_is_not_utf_8_the_screen_is_drawn_in_plain_characters(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    with started(tmp_path, **environment) as terminal:
        screen = terminal.wait_for(r"\+ Ready", r"\* Sign in", "o Subscription", "Enter Continue")
        assert "\\u" not in screen
        terminal.press("ctrl+q")
        assert terminal.wait_exit() == 1
        terminal.written.decode("ascii")


@pytest.mark.parametrize("environment", [{"TERM": "dumb"}, {"ACCESSIBLE": "1"}], ids=["TERM", "ACCESSIBLE"])
def test_a_terminal_or_a_person_that_needs_lines_is_asked_line_by_line(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    with started(tmp_path, **environment) as terminal:
        terminal.wait_for("Step 1 of 8: Sign in", "How do you want to sign in?")
        terminal.press(*"quit", "enter")
        assert terminal.wait_exit() == 1
        assert b"Nothing was created." in terminal.written
        assert b"\x1b" not in terminal.written


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"COLORTERM": ""}], ids=["NO_COLOR", "256 colours"])
def test_where_colours_are_few_a_dialog_has_an_edge(tmp_path: Path, environment: dict[str, str]) -> None:
    with started(tmp_path, **environment) as terminal:
        terminal.wait_for("✓ Ready")
        terminal.press("f1")
        terminal.wait_for("┌─+┐", r"│.*Signing in.*│", "└─+┘")
        terminal.press("escape", "ctrl+p")
        terminal.wait_for("┌─+┐", r"│.*Search for commands.*│")


def test_our_light_theme_can_be_asked_for(tmp_path: Path) -> None:
    with started(tmp_path, TEXTUAL_THEME="pipeops-light") as terminal:
        terminal.wait_for("✓ Ready")
        light = theme.LIGHT.background
        assert light is not None
        assert terminal.backgrounds[0][0] == light.removeprefix("#")


def test_in_vs_code_the_keys_of_the_key_line_arrive(tmp_path: Path) -> None:
    with started(tmp_path, TERM_PROGRAM="vscode") as terminal:
        terminal.wait_for(r"F9 What is this\?", r"\^o Palette", r"\^c Quit")
        terminal.send(b"\x1b[20~")
        terminal.wait_for("esc Close")
        terminal.press("escape")
        terminal.wait_until(lambda screen: "esc Close" not in screen, "the step")
        terminal.press("\x0f")
        terminal.wait_for("Search for commands")
        terminal.press("escape")
        terminal.wait_until(lambda screen: "Search for" not in screen, "the step")
        terminal.press("ctrl+c")
        assert terminal.wait_exit() == 130


def test_ctrl_z_gives_the_terminal_to_the_shell_and_fg_paints_the_screen_at_once(tmp_path: Path) -> None:
    environment = {"PS1": "the-prompt ", "SSH_CONNECTION": "1 2 3 4", "XDG_STATE_HOME": str(tmp_path / "state")}
    with Terminal(["bash", "--norc", "-i"], env={**environment, "TMPDIR": str(tmp_path)}) as terminal:
        terminal.wait_for("the-prompt")
        terminal.press(f"{sys.executable} -m pipeops_tui --demo\r")
        terminal.wait_for("✓ Ready")
        terminal.press("\x1a")
        _comes_back(terminal)
        os.kill(_child_of(terminal.pid), signal.SIGTSTP)
        _comes_back(terminal)
        terminal.press("ctrl+q")
        terminal.wait_until(lambda _screen: terminal.written.endswith(b"the-prompt "), "the shell")


def test_ctrl_z_does_nothing_where_no_shell_could_resume(tmp_path: Path) -> None:
    with started(tmp_path) as terminal:
        terminal.wait_for("✓ Ready")
        terminal.press("\x1a")
        terminal.wait_for("no shell could")
        terminal.press("ctrl+q")
        assert terminal.wait_exit() == 1


def test_a_dialog_over_a_running_creation_is_not_painted_again_and_again(tmp_path: Path) -> None:
    with started(tmp_path, "--fault", "addPassword:delay=60") as terminal:
        for patterns in WITH_DEFAULTS:
            terminal.wait_for(*patterns)
            terminal.press("enter")
        terminal.wait_for("Client secret: expires")
        spinning = _bytes_in_a_second(terminal)
        terminal.press("f1")
        terminal.wait_for("esc Close")
        _bytes_in_a_second(terminal)  # until it is painted whole
        covered = _bytes_in_a_second(terminal)
        assert spinning > 100, "it does spin"
        assert covered < 100
        terminal.press("escape")
        terminal.wait_until(lambda screen: "esc Close" not in screen, "the step again")
        assert _bytes_in_a_second(terminal) > 100, "it goes on when nothing lies over it"


def _bytes_in_a_second(terminal: Terminal) -> int:
    before, over = len(terminal.written), time.monotonic() + 1.0
    terminal.wait_until(lambda _screen: time.monotonic() > over, "a second")
    return len(terminal.written) - before


def _comes_back(terminal: Terminal) -> None:
    terminal.wait_until(lambda _screen: terminal.written.endswith(b"the-prompt "), "the shell")
    before = len(terminal.written)
    terminal.press("fg\r")
    terminal.wait_until(lambda _screen: _painted(terminal.written[before:]), "the whole screen")


def _child_of(pid: int) -> int:
    return int(subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, check=True, text=True).stdout.split()[0])


def _painted(written: bytearray) -> bool:
    after = bytes(written).rpartition(MODES)[2]
    text = re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", after).decode()
    return MODES in written and all(word in text for word in ("Choose how to sign in", "Credentials", "Quit"))
