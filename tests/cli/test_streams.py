"""Standard streams that are closed, full, or that nobody reads: no traceback, and the exit codes of the contract."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.connections.journals import write_journal

SHORT_ANSWERS = ["--help", "--version", "list --help", "renew --help", "simulate --help", "list", "list --output json"]
NO_GUID = "renew x --yes"


def run(state: Path, line: str, *, stdout: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    """The program with a buffer for its output, as it is started by a person; a shell redirects in `line`."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return subprocess.run(
        ["sh", "-c", f"exec {shlex.quote(sys.executable)} -m pipeops_tui {line}"],
        env=environment | {"XDG_STATE_HOME": str(state)},
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """The state directory of a computer that knows a connection."""
    write_journal(tmp_path / "pipeops-tui", 1, datetime(2100, 1, 1, tzinfo=UTC))
    return tmp_path


@pytest.mark.parametrize("line", SHORT_ANSWERS)
def test_a_reader_that_has_gone_away_is_no_error(state: Path, line: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = run(state, line, stdout=writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("line", SHORT_ANSWERS)
def test_a_full_disk_is_one_sentence_and_code_1(state: Path, line: str) -> None:
    done = run(state, f"{line} >/dev/full")
    said = "pipeops-tui: standard output cannot be written: No space left on device.\n"
    assert (done.returncode, done.stderr) == (1, said)


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&- <&-", "2>/dev/full"])
@pytest.mark.parametrize(("line", "code"), [("list", 0), ("--version", 0), (NO_GUID, 2), ("remove", 2), ("", 2)])
def test_a_closed_stream_changes_no_exit_code(state: Path, closed: str, line: str, code: int) -> None:
    done = run(state, f"{line} {closed}")
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert "unexpected error" not in done.stderr


@pytest.mark.parametrize("closed", [">&-", ">/dev/full", ">&- 2>&-"])
def test_a_simulated_azure_whose_address_nobody_learns_does_not_start(state: Path, closed: str) -> None:
    done = run(state, f"simulate {closed}")
    assert done.returncode == 2
    if "2>" not in closed:
        assert done.stderr.startswith("Standard output cannot be written: ")
        assert done.stderr.count("\n") == 1


def test_complaints_need_no_reader(state: Path) -> None:
    (state / "pipeops-tui" / "broken.journal").write_text("{}\n")
    done = run(state, "list 2>&-")
    assert done.returncode == 0
    assert done.stdout.startswith("PipeOps on PipeOpsRG")
