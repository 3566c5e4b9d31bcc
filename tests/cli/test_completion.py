"""`pipeops-tui completion`: the real shells complete commands and options."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.terminal import Terminal

_SHELLS = {
    "bash": (["bash", "--norc", "-i"], "source {file}"),
    "zsh": (["zsh", "-f", "-i"], "fpath=({folder} $fpath); autoload -Uz compinit && compinit -u -D"),
    "fish": (["fish", "--no-config", "-i"], "source {file}"),
}


def script(shell: str) -> str:
    """What the command prints."""
    command = [sys.executable, "-m", "pipeops_tui", "completion", shell]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.shells
@pytest.mark.parametrize("shell", list(_SHELLS))
def test_a_shell_completes_commands_and_options(shell: str, tmp_path: Path) -> None:
    file = tmp_path / "_pipeops-tui"
    file.write_text(script(shell))
    argv, load = _SHELLS[shell]
    with Terminal(argv, columns=120, lines=30, env={"HOME": str(tmp_path), "PS1": "$ "}) as terminal:
        terminal.press(*f"{load.format(file=file, folder=tmp_path)}; echo loa''ded", "enter")
        terminal.wait_for("loaded")
        terminal.press(*"pipeops-tui cre", "tab")
        terminal.wait_for("pipeops-tui create")
        terminal.press(*"--secret-cl", "tab")
        terminal.wait_for("pipeops-tui create +--secret-clipboard")


@pytest.mark.parametrize("shell", list(_SHELLS))
def test_every_command_is_in_it(shell: str) -> None:
    printed = script(shell)
    for name in ("create", "list", "renew", "remove", "remind", "doctor", "simulate", "completion", "--resource-group"):
        assert name.removeprefix("--") in printed


def test_another_shell_is_refused_in_one_sentence() -> None:
    command = [sys.executable, "-m", "pipeops_tui", "completion", "cmd"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "choose from bash, zsh, fish" in done.stderr.replace("'", "")
    assert done.stderr.count("\n") == 1
