"""How fast the short answers come."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Sequence

from tests.bench.environment import clean
from tests.bench.figures import Options, Part, Result, Row, at_most
from tests.bench.programs import NOTHING, pipeops
from tests.bench.spread import interleaved, median, milliseconds

VERSION = Row("`--version`", "1.5 × `python -c pass` + 60 ms")
HELP = Row("`--help`", "1.5 × `python -c pass` + 60 ms")
QUESTION = Row("`--plain` to the first question", "1.5 × `python -c pass` + 150 ms")
_ASKED = b"How do you want to sign in?"
_ALLOWED = {VERSION: 60, HELP: 60, QUESTION: 150}
"""Milliseconds beside those of Python."""


def _measure(options: Options) -> Iterator[Result]:
    env = clean(options)

    def seconds(argv: Sequence[str]) -> float:
        began = time.perf_counter()
        subprocess.run(argv, env=env, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        return time.perf_counter() - began

    def to_question(argv: Sequence[str]) -> float:
        began = time.perf_counter()
        # Without az, which would be asked for its account first and takes as long as it takes.
        with subprocess.Popen(
            argv, env=env | {"PATH": ""}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as program:
            assert program.stdout is not None
            heard = b""
            while _ASKED not in heard:
                heard += os.read(program.stdout.fileno(), 65_536) or _ended(heard)
            taken = time.perf_counter() - began
            program.kill()
        return taken

    times = interleaved(
        options.repetitions(21, 3),
        {
            "nothing": lambda: seconds(NOTHING),
            "version": lambda: seconds(pipeops("--version")),
            "help": lambda: seconds(pipeops("--help")),
            "question": lambda: to_question(pipeops("--plain")),
        },
    )
    nothing = median(times["nothing"]) * 1000
    for row, name in ((VERSION, "version"), (HELP, "help"), (QUESTION, "question")):
        value = median(times[name]) * 1000
        yield at_most(
            row,
            value,
            1.5 * nothing + _ALLOWED[row],
            f"{value:.0f} ms, `python -c pass` {nothing:.0f} ms",
            {"ms": milliseconds(times[name]), "nothing_ms": milliseconds(times["nothing"])},
        )


def _ended(heard: bytes) -> bytes:
    raise RuntimeError(f"it ended before its first question: {heard.decode(errors='replace')}")


PART = Part("commands", (VERSION, HELP, QUESTION), _measure)
