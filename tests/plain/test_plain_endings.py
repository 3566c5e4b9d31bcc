"""How a conversation ends before its end: Ctrl+C at each question, and streams that go away."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeops_tui.provisioning import peek
from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from tests.cli.renewal_stage import changes_in
from tests.plain.plain_person import WITH_DEFAULTS, PlainPerson
from tests.support.processes import PROGRAM

_AT_THE_END = ("Client Secret: .*:", "Show it.*:", "Command .*:", "End without it.*:")


@pytest.fixture(scope="module")
def azure() -> Iterator[RunningSimulator]:
    with start_simulator(SimulatorConfig(auto_approve_device_codes=True)) as running:
        yield running


@pytest.mark.parametrize("question", [pattern for pattern, _ in WITH_DEFAULTS])
def test_ctrl_c_at_a_question_changes_nothing(azure: RunningSimulator, tmp_path: Path, question: str) -> None:
    before = changes_in(azure)
    with PlainPerson(azure, tmp_path) as person:
        for pattern, answer in WITH_DEFAULTS:
            if pattern == question:
                break
            person.answers(pattern, answer)
        person.reads(question)
        person.interrupts()
        assert person.ends() == 130
    assert "Traceback" not in person.text
    assert changes_in(azure) == before


@pytest.mark.parametrize("how", ["ctrl+c", "closed input"])
@pytest.mark.parametrize("place", range(len(_AT_THE_END)), ids=_AT_THE_END)
def test_before_the_secret_is_taken_it_ends_so_that_the_next_start_goes_on(
    tmp_path: Path, place: int, how: str
) -> None:
    answers = {"Show it.*:": "show", "Command .*:": "send", "End without it.*:": "done"}
    with start_simulator(SimulatorConfig(auto_approve_device_codes=True)) as azure:
        with PlainPerson(azure, tmp_path) as person:
            person.walks()
            person.reads("Client Secret: .*:")
            if question := answers.get(_AT_THE_END[place]):
                person.answers("Client Secret: .*:", question)
                person.reads(_AT_THE_END[place])
            person.interrupts() if how == "ctrl+c" else person.hangs_up()
            assert person.ends() == (130 if how == "ctrl+c" else 1)
        assert "Traceback" not in person.text
        (run,) = peek(tmp_path / "pipeops-tui").runs
        assert (run.state.unfinished, run.state.delivered) == (True, False)
        with PlainPerson(azure, tmp_path) as person:
            person.answers(r"sign in\? .*:", "")
            person.reads("was not finished")


@pytest.mark.parametrize("reader", ["true", "head -n 1", "head -n 9"])
def test_a_reader_that_goes_away_ends_it_in_order(azure: RunningSimulator, tmp_path: Path, reader: str) -> None:
    """A pager that was quit, or `head`."""
    before = changes_in(azure)
    where = ["--resource-manager", azure.base_url, "--ca-file", str(azure.ca_file)]
    program = [sys.executable, "-c", PROGRAM, "--plain", *where]
    line = f'("$@"; echo $? >{tmp_path / "code"}) | {reader}'
    done = subprocess.run(
        ["sh", "-c", line, "sh", *program],
        input="\n" * 6,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"XDG_STATE_HOME": str(tmp_path), "SSH_CONNECTION": "1 2 3 4"},
    )
    assert (tmp_path / "code").read_text() == "1\n", done.stderr
    assert done.stderr == ""
    assert changes_in(azure) == before
