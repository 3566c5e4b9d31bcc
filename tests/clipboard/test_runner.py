"""Real processes: those that work, hang, fail, chatter, and leave children behind."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from pipeops_tui.clipboard import CopyOutcome, ProcessRunner
from pipeops_tui.clipboard.tools import PYPERCLIP
from pipeops_tui.core.secret import Secret
from tests.clipboard.support import SECRETS, clipboard_with, program
from tests.support.patience import PATIENCE

VALUE = SECRETS[3]


@pytest.fixture
def bin_directory(tmp_path: Path) -> Path:
    """A directory in front of the system's programs."""
    directory = tmp_path / "bin"
    directory.mkdir()
    return directory


def environment(directory: Path, **more: str) -> dict[str, str]:
    return {"PATH": f"{directory}:/usr/bin:/bin", "DISPLAY": ":99", "TERM": "xterm", **more}


@pytest.mark.parametrize("value", SECRETS)
def test_text_goes_in_and_comes_out_byte_for_byte(tmp_path: Path, value: str) -> None:
    runner, file = ProcessRunner(dict(os.environ)), tmp_path / "file"
    assert runner.feed(("dd", f"of={file}"), Secret(value), {})
    assert file.read_bytes() == value.encode()
    read = runner.read(("cat", str(file)), {})
    assert read is not None
    assert read.reveal() == value


def test_a_tool_that_leaves_a_child_holding_its_pipes_is_not_waited_for(bin_directory: Path) -> None:
    program(bin_directory, "lingering", "cat >/dev/null; sleep 60 & exit 0")
    started = time.monotonic()
    runner = ProcessRunner(environment(bin_directory), 30)
    assert runner.feed(("lingering",), Secret(VALUE), {})
    assert time.monotonic() - started < 20


def test_a_hanging_tool_is_killed_with_its_children(bin_directory: Path, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    program(bin_directory, "hanging", f"sleep 600 & echo $$ $! > {pids}; wait")
    runner = ProcessRunner(environment(bin_directory), 0.5)
    assert not runner.feed(("hanging",), Secret(VALUE), {})
    assert runner.read(("hanging",), {}) is None
    for pid in map(int, pids.read_text().split()):
        deadline = time.monotonic() + PATIENCE
        while _alive(pid) and time.monotonic() < deadline:
            os.sched_yield()
        assert not _alive(pid)


def _alive(pid: int) -> bool:
    """Whether `pid` runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (OSError, IndexError):
        return False


def test_failures_are_told_by_the_exit_code_and_draw_nothing(
    bin_directory: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    program(bin_directory, "failing", "echo noise; echo noise >&2; exit 1")
    runner = ProcessRunner(environment(bin_directory))
    assert not runner.feed(("failing",), Secret(VALUE), {})
    assert runner.read(("failing",), {}) is None
    assert capfd.readouterr() == ("", "")


def test_what_cannot_be_run_or_read_is_a_failure(bin_directory: Path) -> None:
    (bin_directory / "broken").write_text("#!/nonexistent/interpreter\n")
    (bin_directory / "broken").chmod(0o755)
    program(bin_directory, "binary", "printf '\\377\\376'")
    program(bin_directory, "silent", "true")
    runner = ProcessRunner(environment(bin_directory))
    assert not runner.has("missing")
    assert not runner.feed(("missing",), Secret(VALUE), {})
    assert not runner.feed(("broken",), Secret(VALUE), {})
    assert runner.read(("binary",), {}) is None
    assert runner.read(("silent",), {}) is None


def test_a_tool_that_does_not_listen_is_judged_by_its_exit_code(bin_directory: Path) -> None:
    program(bin_directory, "deaf", "exec <&-; exit 3")
    runner = ProcessRunner(environment(bin_directory))
    assert not runner.feed(("deaf",), Secret(VALUE * 50_000), {})


def test_a_forgotten_secret_is_not_fed(bin_directory: Path) -> None:
    program(bin_directory, "eager", "cat >/dev/null")
    secret = Secret(VALUE)
    secret.forget()
    assert not ProcessRunner(environment(bin_directory)).feed(("eager",), secret, {})


async def test_hanging_tools_end_at_the_terminal(bin_directory: Path) -> None:
    for name in ("xclip", "xsel"):
        program(bin_directory, name, "sleep 600")
    sent: list[str] = []
    copied = await clipboard_with(environment(bin_directory), sent, 0.3).copy(Secret(VALUE))
    assert copied.outcome is CopyOutcome.SENT
    assert len(sent) == 1


def test_pyperclip_is_asked_in_a_process_that_ignores_the_working_directory(tmp_path: Path) -> None:
    """Its module stands in here for a platform's clipboard: a file."""
    modules = tmp_path / "modules"
    modules.mkdir()
    (modules / "pyperclip.py").write_text(
        "from pathlib import Path\n"
        f"file = Path({str(tmp_path / 'clipboard')!r})\n"
        "def copy(text): file.write_bytes(text.encode())\n"
        "def paste(): return file.read_bytes().decode()\n"
    )
    assert PYPERCLIP.copy[:3] == (sys.executable, "-P", "-c")
    runner = ProcessRunner({**os.environ, "PYTHONPATH": str(modules)}, 30)
    assert runner.feed(PYPERCLIP.copy, Secret(VALUE), {})
    read = runner.read(PYPERCLIP.paste, {})
    assert read is not None
    assert read.reveal() == VALUE
