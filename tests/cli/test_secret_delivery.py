"""The ways for the secret of `pipeops-tui renew --yes`: it reaches where it is to go, and is seen nowhere else."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeops_tui.cli.renewing import renew
from pipeops_tui.core.clock import SystemClock
from pipeops_tui.core.secret import Secret
from pipeops_tui.plain.secret_command import DeliveryError
from pipeops_tui.plain.secret_ways import ToCommand, ToDescriptor
from tests.cli.renewal_stage import Stage, keeping_in, python
from tests.support.clocks import VirtualClock
from tests.support.patience import PATIENCE
from tests.support.processes import Hurried


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """The two ends of a pipe, for reading and for writing."""
    ends = os.pipe()
    yield ends
    for end in ends:
        try:
            os.close(end)
        except OSError:
            continue  # the test, or the program, has closed it


def newest(stage: Stage) -> str:
    """Key id of the secret that was added last."""
    return stage.key_ids()[-1]


# To a command


def test_a_command_that_fails_leaves_the_secret_undelivered_and_the_next_call_replaces_it(stage: Stage) -> None:
    stage.remember()
    assert stage.renew("--secret-to", python("import sys; sys.stdin.read(); sys.exit('no such vault')")) == 1
    assert stage.out == ""
    assert "the command has ended with exit code 1: no such vault. The new client secret was not delivered" in stage.err
    lost = stage.state.secrets[-1]
    assert (lost.made, lost.delivered) == (True, False)
    values = stage.renewed("--secret-to", "cat", "--expires-in", "20")
    assert stage.key_ids() == [stage.old, values["key_id"]]
    assert values["key_id"] != lost.live_key


@pytest.mark.parametrize("after", [0, 100_000, 32_750])
def test_a_failing_command_that_repeats_the_secret_is_quoted_without_it(
    stage: Stage, tmp_path: Path, after: int
) -> None:
    """Also where much is written after it, and so that only a part of the secret is among what is kept."""
    script = (
        "import sys, pathlib; text = sys.stdin.read(); pathlib.Path(sys.argv[1]).write_text(text);"
        "print(text + int(sys.argv[2]) * 'x ', '\\x1b]52;c;eA==\\x07', end=''); sys.exit(3)"
    )
    assert stage.renew("--secret-to", python(script, tmp_path / "taken", after)) == 1
    taken = (tmp_path / "taken").read_text()
    assert taken
    parts = [taken[start : start + 6] for start in range(len(taken) - 5)]
    assert not [part for part in parts if part in stage.err + stage.out]
    assert "exit code 3: " in stage.err
    assert "\x1b" not in stage.err
    assert stage.err.count("\n") == 5
    if not after:
        assert "exit code 3: *** <U+001B>]52;c;eA==<U+0007>. The new" in stage.err


def test_what_a_command_prints_is_not_passed_on(stage: Stage) -> None:
    script = "import sys; text = sys.stdin.read(); print(text); print(text, file=sys.stderr); print('stored')"
    assert stage.renew("--secret-to", python(script)) == 0
    assert "stored" not in stage.out + stage.err
    assert len(stage.key_ids()) == 2
    assert b"Q~" not in stage.written()


def test_a_command_that_reads_nothing_has_not_got_it(stage: Stage) -> None:
    assert stage.renew("--secret-to", "true") == 1
    assert "the command has ended without reading the client secret" in stage.err
    assert not stage.state.secrets[-1].delivered


def test_a_command_that_dies_by_a_signal_is_a_failure(stage: Stage) -> None:
    assert stage.renew("--secret-to", "sh -c 'cat >/dev/null; kill -9 $$'") == 1
    assert "the command was ended by signal 9" in stage.err


def test_a_command_is_not_run_by_a_shell(stage: Stage, tmp_path: Path) -> None:
    script = "import sys, pathlib; sys.stdin.read(); pathlib.Path(sys.argv[1]).write_text(repr(sys.argv[2:]))"
    command = f"{python(script, tmp_path / 'seen')} $HOME '*' \"a b\" ; touch x"
    assert stage.renew("--secret-to", command) == 0, stage.err
    assert (tmp_path / "seen").read_text() == repr(["$HOME", "*", "a b", ";", "touch", "x"])


def test_a_command_that_hangs_is_killed_with_its_children(
    stage: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.remember()
    script = (
        "import os, subprocess, sys, threading;"
        "child = subprocess.Popen([sys.executable, '-c', 'import threading; threading.Event().wait()']);"
        "open(sys.argv[1], 'w').write(f'{os.getpid()} {child.pid}'); threading.Event().wait()"
    )
    clock = Hurried(tmp_path / "signal")
    argv = [stage.client_id, "--yes", *stage.where, "--secret-to", python(script, clock.signal)]
    assert renew(argv, clock) == 1
    assert "the command has not ended within 60 seconds and was stopped. The new" in capsys.readouterr().err
    command, child = clock.said.split()
    assert not Path(f"/proc/{command}").exists()
    assert comes_to_an_end(child)
    assert not stage.state.secrets[-1].delivered
    assert stage.old in stage.key_ids()


def comes_to_an_end(pid: str) -> bool:
    """Whether a process ends, or is gone: a killed one can take a moment where the machine is busy."""
    try:
        descriptor = os.pidfd_open(int(pid))
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], PATIENCE)[0])
    finally:
        os.close(descriptor)


async def test_a_traceback_with_locals_shows_no_secret(pipe: tuple[int, int]) -> None:
    """Neither where a command repeats it, nor where nobody reads it."""
    value = "abc8Q~0123456789-a-secret-of-40-characters"
    os.close(pipe[0])
    words = ("sh", "-c", "cat; exit 1")
    for delivery in (ToCommand(words), ToDescriptor(pipe[1])):
        with pytest.raises(DeliveryError) as caught:
            await delivery.deliver(Secret(value), SystemClock())
        frames = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
        inner = [one for one in frames.stack if "pipeops_tui" in one.filename]
        assert inner
        assert value not in repr([one.locals for one in inner])
        assert value not in str(caught.value)


async def test_a_process_that_a_command_leaves_behind_is_not_waited_for() -> None:
    """It holds the output of the command open."""
    script = "cat >/dev/null; setsid tail -f /dev/null & echo $!; exit 7"
    with pytest.raises(DeliveryError, match=r"exit code 7: \d+$") as caught:
        await ToCommand(("sh", "-c", script)).deliver(Secret("a-secret"), SystemClock())
    os.kill(int(str(caught.value).rpartition(" ")[2]), signal.SIGKILL)


# To a file descriptor


def test_a_file_descriptor_gets_exactly_the_secret(stage: Stage, pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    values = stage.renewed("--secret-fd", writing)
    with open(reading, "rb", closefd=False) as stream:
        taken = stream.read()
    assert stage.key_of(taken) == values["key_id"] == newest(stage)
    assert values["secret_to"] == "fd"
    assert taken not in stage.written()
    assert stage.state.secrets[-1].delivered


def test_a_file_can_be_behind_it(stage: Stage, tmp_path: Path) -> None:
    with (tmp_path / "taken").open("wb") as file:
        assert stage.renew("--secret-fd", os.dup(file.fileno())) == 0, stage.err
    assert stage.key_of((tmp_path / "taken").read_bytes()) == newest(stage)


@pytest.mark.parametrize("what", ["closed", "read-only", "deserted"])
def test_a_file_descriptor_that_takes_nothing_is_refused_before_azure_is_asked(
    stage: Stage, pipe: tuple[int, int], what: str
) -> None:
    reading, writing = pipe
    if what == "closed":
        os.close(writing)
    if what == "deserted":
        os.close(reading)
    number = reading if what == "read-only" else writing
    assert stage.renew("--secret-fd", number) == 2
    assert f"--secret-fd: file descriptor {number} cannot be written: " in stage.err
    assert stage.err.count("\n") == 1
    assert stage.azure.requests() == []


async def test_a_reader_that_goes_away_is_told(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    os.close(reading)
    with pytest.raises(DeliveryError, match=f"file descriptor {writing} cannot be written: Broken pipe"):
        await ToDescriptor(writing).deliver(Secret("a-secret"), VirtualClock())


async def test_a_full_pipe_is_given_a_minute(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    os.set_blocking(writing, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writing, bytes(4096))
    os.set_blocking(writing, True)
    clock = VirtualClock()
    with pytest.raises(DeliveryError, match="has taken nothing for 60 seconds"):
        await ToDescriptor(writing).deliver(Secret("a-secret"), clock)
    assert clock.monotonic() >= 60
    os.read(reading, 65_536)
    await ToDescriptor(writing).deliver(Secret("a-secret"), clock)
    with open(reading, "rb", closefd=False) as stream:
        assert stream.read() == b"a-secret"


# To standard output


def test_print_secret_puts_it_into_the_json(stage: Stage) -> None:
    values = stage.renewed("--print-secret")
    assert list(values)[-1] == "client_secret"
    assert values["secret_to"] == "stdout"
    assert stage.key_of(values["client_secret"].encode()) == values["key_id"]
    assert values["client_secret"] not in stage.err
    assert stage.state.secrets[-1].delivered


def test_print_secret_makes_it_the_last_line(stage: Stage) -> None:
    assert stage.renew("--print-secret") == 0
    assert stage.key_of(stage.out.splitlines()[-1].encode()) == newest(stage)
    assert stage.out.endswith("\n")


def test_a_github_job_is_told_to_mask_it(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert stage.renew("--print-secret", "--output", "json") == 0
    secret = json.loads(stage.out)["client_secret"]
    assert stage.err.splitlines()[-1] == f"::add-mask::{secret}"
    assert stage.renew("--secret-to", "cat") == 0
    assert "add-mask" not in stage.err


def test_a_standard_output_that_nobody_reads_is_not_a_delivery(stage: Stage, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pipeops_tui", "renew", stage.client_id, "--yes", *stage.where, "--print-secret"]
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert done.returncode == 1
    assert "standard output cannot be written: Broken pipe. The new client secret was not delivered" in done.stderr
    assert not stage.state.secrets[-1].delivered


def test_the_secret_is_kept_exactly(stage: Stage, tmp_path: Path) -> None:
    stage.renewed("--secret-to", keeping_in(tmp_path / "taken"))
    assert not (tmp_path / "taken").read_bytes().endswith(b"\n")
    assert stage.key_of((tmp_path / "taken").read_bytes()) == newest(stage)


def test_a_standard_output_that_is_closed_is_refused_before_azure_is_asked(stage: Stage) -> None:
    line = f"{sys.executable} -m pipeops_tui renew {stage.client_id} --yes {' '.join(stage.where)} --print-secret >&-"
    done = subprocess.run(["sh", "-c", line], stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert "--print-secret needs standard output, which is closed" in done.stderr
    assert stage.azure.requests() == []


def test_nobody_needs_to_read_the_events(stage: Stage, tmp_path: Path) -> None:
    command = f"{sys.executable} -m pipeops_tui renew {stage.client_id} --yes {' '.join(stage.where)}"
    line = f"{command} --secret-to 'tee {tmp_path / 'taken'}' 2>&-"
    done = subprocess.run(["sh", "-c", line], stdout=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 0
    assert stage.key_of((tmp_path / "taken").read_bytes()) == newest(stage)
