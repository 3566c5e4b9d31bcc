"""The benchmark measures what it says: known delays are read as they are, and its table has every row."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.__main__ import PARTS, main
from tests.bench.figures import Options, Part, Result, Row, as_markdown, at_most
from tests.bench.frames import FrameCutter
from tests.bench.process import usage_of
from tests.bench.program import Program, ProgramError
from tests.bench.screen import Screen
from tests.bench.spread import interleaved, median, percentile

BEGIN, END = b"\x1b[?2026h", b"\x1b[?2026l"

ANSWERS_AFTER = """
import os, sys, time, tty
tty.setraw(0)
os.write(1, b"ready")
while key := os.read(0, 1):
    time.sleep({seconds})
    os.write(1, b"\\x1b[?2026h\\x1b[5;1Hgot ")
    time.sleep({drawing})
    os.write(1, key + b"\\x1b[?2026l")
"""


def _program(code: str) -> Program:
    return Program([sys.executable, "-c", code])


@pytest.mark.parametrize(("seconds", "drawing"), [(0.05, 0.0), (0.0, 0.05), (0.1, 0.05)])
def test_a_known_delay_is_read_as_it_is(seconds: float, drawing: float) -> None:
    """Up to the end of the frame, not to its first byte. The best of several: a busy machine only adds."""
    with _program(ANSWERS_AFTER.format(seconds=seconds, drawing=drawing)) as program:
        program.wait_for("ready")
        read = []
        for key in "abcdef":
            pressed = program.press(key)
            assert program.wait_for(f"got {key}", since=pressed) == program.painted[-1].at
            read.append(program.painted[-1].at - pressed)
    assert seconds + drawing <= min(read) < seconds + drawing + 0.04


def test_the_longest_answer_shows_a_stall() -> None:
    code = ANSWERS_AFTER.replace("{seconds}", "0.2 if key == b's' else 0").format(drawing=0)
    with _program(code) as program:
        program.wait_for("ready")
        pressed = []
        for key in "asb":
            pressed.append(program.press(key))
            program.wait_for(f"got {key}", since=pressed[-1])
        answers = program.answers([*pressed, program.press("")])
    assert len(answers) == 3
    assert max(answers) == answers[1] >= 0.2


def test_frames_that_touch_only_ignored_lines_are_no_answer() -> None:
    code = """
import os, tty
tty.setraw(0)
os.write(1, b"ready")
while os.read(0, 1):
    for drawn in (b"\\x1b[3;1Hdone", b"\\x1b[9;1Htick"):
        os.write(1, b"\\x1b[?2026h" + drawn + b"\\x1b[?2026l")
"""
    with _program(code) as program:
        program.wait_for("ready")
        pressed = program.press("x")
        assert program.answer(pressed, ignoring={8}) == program.painted[-2].at - pressed
        assert [frame.lines for frame in program.painted[1:]] == [{2}, {8}]
        assert program.answer(program.press("x"), ignoring={2, 8}) is None


def test_an_answer_is_complete_with_the_frame_that_shows_what_stays() -> None:
    code = """
import os, tty
tty.setraw(0)
os.write(1, b"ready")
os.read(0, 1)
for text in (b"one", b"two", b"two"):
    os.write(1, b"\\x1b[?2026h\\x1b[3;1H" + text + b"\\x1b[?2026l")
os.read(0, 1)
"""
    for complete, frame in ((False, 1), (True, 2)):
        with _program(code) as program:
            program.wait_for("ready")
            pressed = program.press("x")
            assert program.answer(pressed, complete=complete) == program.painted[frame].at - pressed


def test_a_program_that_ends_or_never_shows_it_is_an_error_with_its_screen() -> None:
    with _program("print('so far')") as program, pytest.raises(ProgramError, match=r"ended before more[\s\S]*so far"):
        program.wait_for("more")
    waiting = "import time; print('so far', flush=True); time.sleep(60)"
    with _program(waiting) as program, pytest.raises(ProgramError, match=r"waited 0\.5 s for more[\s\S]*so far"):
        program.wait_for("more", seconds=0.5)


def test_the_terminal_says_that_it_supports_synchronised_updates_and_nothing_else() -> None:
    code = (
        "import os, tty; tty.setraw(0); os.write(1, b'\\x1b[?2026$p\\x1b[?2048$p'); got = b''\n"
        "while got.count(b'y') < 2: got += os.read(0, 64)\n"
        "os.write(1, repr(got).encode()); os.read(0, 1)"
    )
    with _program(code) as program:
        program.wait_for(re.escape(repr(b"\x1b[?2026;2$y\x1b[?2048;0$y")))


def test_leaving_ends_the_program_and_what_it_started() -> None:
    code = "import subprocess; print(subprocess.Popen(['sleep', '60']).pid, 'up', flush=True); input()"
    with _program(code) as program:
        program.wait_for("up")
        child = int(program.text.split()[0])
        assert usage_of(program.pid).peak > usage_of(child).peak > 0
    with pytest.raises(OSError, match="No such"):
        (Path("/proc") / str(program.pid) / "status").read_text()


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_frames_are_cut_alike_however_the_bytes_arrive(size: int) -> None:
    data = b"one" + BEGIN + b"two" + END + BEGIN + b"\x1b[3mthree" + END
    cutter = FrameCutter()
    frames = [frame for at in range(0, len(data), size) for frame in cutter.cut(at, data[at : at + size])]
    whole = [frame.data for frame in frames if frame.data.startswith(BEGIN)]
    assert whole == [BEGIN + b"two" + END, BEGIN + b"\x1b[3mthree" + END]
    assert b"".join(frame.data for frame in frames) == data


def test_the_screen_knows_which_lines_were_drawn() -> None:
    screen = Screen(20, 5)
    assert screen.draw(b"\x1b[2;1Hhello\x1b[4;3Hwor\x1b[3") == {1, 3}
    assert screen.draw(b"1mld\x1b[?25l\x1b]2;title\x07") == {3}
    assert screen.text == "\nhello\n\n  world\n"
    assert screen.draw(b"\x1b[31m\x1b[>1u") == set()


def test_statistics() -> None:
    assert percentile([5, 1, 4, 2, 3], 95) == 5
    assert percentile(list(range(1, 101)), 95) == 95
    assert percentile([7], 50) == median([7]) == 7
    with pytest.raises(ValueError, match="nothing"):
        median([])
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 95)


def test_rounds_interleave_and_the_first_is_not_counted() -> None:
    order: list[str] = []

    def run(name: str) -> float:
        order.append(name)
        return len(order)

    results = interleaved(2, {"a": lambda: run("a"), "b": lambda: run("b")})
    assert "".join(order) == "baabba"
    assert results == {"a": [3, 6], "b": [4, 5]}


def test_a_figure_at_its_limit_meets_its_target() -> None:
    row = Row("launch", "1.15 × bare")
    met, missed = at_most(row, 1.15, 1.15, "1.15 ×", {}), at_most(row, 1.2, 1.15, "1.20 ×", {})
    table = as_markdown([met, missed, Result(Row("requests", ""), "31")])
    assert table.splitlines()[2:] == [
        "| launch | 1.15 × | 1.15 × bare | ✓ met |",
        "| launch | 1.20 × | 1.15 × bare | ✗ missed |",
        "| requests | 31 | – |  |",
    ]


def test_a_part_that_fails_costs_its_own_rows_and_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second, third = Row("first", ""), Row("second", ""), Row("third", "")

    def breaks(_options: Options) -> Iterator[Result]:
        yield Result(first, "1 ms", met=True)
        raise ProgramError("waited 1 s for it; the screen is:\nmany lines")

    def works(_options: Options) -> Iterator[Result]:
        yield Result(third, "3 ms", met=True)

    parts = (Part("breaks", (first, second), breaks), Part("works", (third,), works))
    monkeypatch.setattr("tests.bench.__main__.PARTS", parts)
    monkeypatch.setattr("tests.bench.__main__.byte_compile", lambda _options: None)
    assert main(["--json", str(tmp_path / "out.json")]) == 1
    out = capsys.readouterr().out
    assert "| second | could not be measured: ProgramError: waited 1 s for it |" in out
    assert "| third | 3 ms |" in out
    assert [figure["name"] for figure in json.loads((tmp_path / "out.json").read_text())["figures"]] == [
        "first",
        "second",
        "third",
    ]


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["--only", "launch,nonsense"], "there is no 'nonsense'"),
        (["--runs", "0"], "not a whole number above 0"),
        (["--runs", "many"], "not a whole number above 0"),
    ],
)
def test_a_wrong_argument_ends_with_code_2(argv: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(argv)
    assert ended.value.code == 2
    assert says in capsys.readouterr().err


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the parts share what Python has compiled."""
    return tmp_path_factory.mktemp("bench")


_BUILT_FIRST = (pytest.mark.release, pytest.mark.timeout(600))


@pytest.mark.parametrize(
    "part", [pytest.param(part, id=part.name, marks=_BUILT_FIRST if part.name == "onefile" else ()) for part in PARTS]
)
def test_the_smallest_form_of_every_part_fills_every_row(
    part: Part, compiled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the figures are depends on the machine; that there are figures does not."""
    file = tmp_path / "bench.json"
    assert main(["--quick", "--runs", "1", "--only", part.name, "--json", str(file)], folder=compiled) == 0
    document = json.loads(file.read_text())
    assert [figure["name"] for figure in document["figures"]] == [row.name for row in part.rows]
    table = capsys.readouterr().out
    assert all(f"| {row.name} |" in table for row in part.rows)
    assert document["machine"]["cpu"] in table
