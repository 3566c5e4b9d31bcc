"""How fast the short answers come."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator, Sequence

from tests.bench.environment import clean
from tests.bench.figures import Options, Part, Result, Row, at_most
from tests.bench.programs import NOTHING, pipeops
from tests.bench.spread import interleaved, median, milliseconds

VERSION = Row("`--version`", "1.5 × `python -c pass` + 60 ms")
HELP = Row("`--help`", "1.5 × `python -c pass` + 60 ms")


def _measure(options: Options) -> Iterator[Result]:
    env = clean(options)

    def seconds(argv: Sequence[str]) -> float:
        began = time.perf_counter()
        subprocess.run(argv, env=env, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        return time.perf_counter() - began

    times = interleaved(
        options.repetitions(21, 3),
        {
            "nothing": lambda: seconds(NOTHING),
            "version": lambda: seconds(pipeops("--version")),
            "help": lambda: seconds(pipeops("--help")),
        },
    )
    nothing = median(times["nothing"]) * 1000
    for row, name in ((VERSION, "version"), (HELP, "help")):
        value = median(times[name]) * 1000
        yield at_most(
            row,
            value,
            1.5 * nothing + 60,
            f"{value:.0f} ms, `python -c pass` {nothing:.0f} ms",
            {"ms": milliseconds(times[name]), "nothing_ms": milliseconds(times["nothing"])},
        )


PART = Part("commands", (VERSION, HELP), _measure)
