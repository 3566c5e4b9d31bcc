"""`create --yes` from a shell script, from cron's environment, and from an agent: who runs it never sees the secret."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.cli.creation_stage import SIGN_IN, CreationStage
from tests.support.processes import IN_NO_PROCESS, looking_in_processes

_ROOT = Path(__file__).parents[2]
"""Where `python -m pipeops_tui` finds the program."""


def _variables() -> str:
    """A file with the service principal, as a script reads it."""
    return "".join(f"export {name}={shlex.quote(os.environ[name])}\n" for name in SIGN_IN)


def shell_script(folder: Path, argv: Sequence[str]) -> tuple[Sequence[str], Mapping[str, str]]:
    """A script that stops at the first failure, and shows each of its commands."""
    script = folder / "create.sh"
    script.write_text(f"#!/bin/sh\nset -eux\ncd {_ROOT}\n{shlex.join(argv)}\necho done\n")
    return ["sh", str(script)], os.environ


def cron(folder: Path, argv: Sequence[str]) -> tuple[Sequence[str], Mapping[str, str]]:
    """What crontab(5) gives a job: PATH, HOME, SHELL; no locale, no terminal."""
    (folder / "azure.env").write_text(_variables())
    line = f'. "$HOME/azure.env"; cd {_ROOT}; {shlex.join(argv)} && echo done'
    return ["/bin/sh", "-c", line], {"PATH": "/usr/bin:/bin", "HOME": str(folder), "SHELL": "/bin/sh"}


def agent(folder: Path, argv: Sequence[str]) -> tuple[Sequence[str], Mapping[str, str]]:
    """A command whose output and errors are read into one transcript, in a session of its own."""
    line = f"cd {_ROOT} && {shlex.join(argv)} 2>&1 && echo done"
    return ["setsid", "-w", "bash", "-lc", line], {**os.environ, "TERM": "dumb", "CI": "1"}


@pytest.mark.parametrize("caller", [shell_script, cron, agent])
@pytest.mark.parametrize("output", ["text", "json"])
def test_nobody_who_runs_it_sees_the_secret(empty: CreationStage, tmp_path: Path, caller: object, output: str) -> None:
    home = tmp_path / "home"
    home.mkdir()
    argv = [sys.executable, "-m", "pipeops_tui", *empty.argv("--secret-to", looking_in_processes(home / "found"))]
    argv += ["--log-file", str(home / "requests.log"), "--output", output]
    assert callable(caller)
    command, environment = caller(home, argv)
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, check=False, env={"HOME": str(home), **environment}
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.endswith(b"done\n")
    assert (home / "found").read_text() == IN_NO_PROCESS
    secret = (home / "found.taken").read_bytes()
    (application,) = empty.applications()
    assert empty.key_of(application["appId"], secret)
    assert application["appId"].encode() in done.stdout
    assert secret not in done.stdout + done.stderr
    assert (home / "requests.log").read_bytes()
    files = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert any(path.suffix == ".journal" for path in files)
    assert [path.name for path, content in files.items() if secret in content] == ["found.taken"]
