"""From launch to the first painted, usable frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from tests.bench.environment import clean, never_compiled
from tests.bench.figures import Options, Part, Result, Row, at_most
from tests.bench.program import Program
from tests.bench.programs import start_bare, start_demo
from tests.bench.spread import interleaved, median, milliseconds

LAUNCH = Row("Launch to first usable frame", "1.15 × bare Textual")
NEVER_COMPILED = Row("The same, packages not byte-compiled", "1.15 × bare Textual in the same condition")


def _measure(options: Options) -> Iterator[Result]:
    yield _compared(LAUNCH, options, options.repetitions(15, 2), clean)
    yield _compared(NEVER_COMPILED, options, options.repetitions(5, 1), never_compiled)


def _compared(row: Row, options: Options, rounds: int, env: Callable[[Options], Mapping[str, str]]) -> Result:
    times = interleaved(
        rounds,
        {
            "bare": lambda: _ended(start_bare(options, env=env(options))),
            "demo": lambda: _ended(start_demo(options, env=env(options))),
        },
        warm=not options.quick,
    )
    demo, bare = median(times["demo"]), median(times["bare"])
    return at_most(
        row,
        demo / bare,
        1.15,
        f"{demo / bare:.2f} × ({demo * 1000:.0f} ms, bare {bare * 1000:.0f} ms)",
        {"ms": milliseconds(times["demo"]), "bare_ms": milliseconds(times["bare"])},
    )


def _ended(started: tuple[Program, float]) -> float:
    program, seconds = started
    program.close()
    return seconds


PART = Part("launch", (LAUNCH, NEVER_COMPILED), _measure)
