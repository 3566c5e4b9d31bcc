"""The longest answer to a key while the SDKs load and the simulated Azure starts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from tests.bench.figures import Options, Part, Result, Row, at_most
from tests.bench.journey import STATUS_LINE
from tests.bench.program import Program
from tests.bench.programs import start_bare, start_demo
from tests.bench.spread import interleaved, median, milliseconds

WARM_UP = Row("Longest answer to a key while SDKs and simulated Azure start", "1.2 × bare Textual")

_EVERY_SECONDS = 0.02


def _measure(options: Options) -> Iterator[Result]:
    seconds = 2.0 if options.quick else 6.0

    def longest(start: Callable[[Options], tuple[Program, float]], key: str) -> float:
        program, _ = start(options)
        with program:
            return max(program.answers(_pressed_for(seconds, program, key), ignoring={STATUS_LINE}))

    times = interleaved(
        options.repetitions(7, 1),
        # Until the ways to sign in are known there is nothing to move in: there, Tab is the key that costs least.
        {"bare": lambda: longest(start_bare, "down"), "demo": lambda: longest(start_demo, "tab")},
        warm=not options.quick,
    )
    demo, bare = median(times["demo"]), median(times["bare"])
    yield at_most(
        WARM_UP,
        demo / bare,
        1.2,
        f"{demo / bare:.2f} × ({demo * 1000:.0f} ms, bare {bare * 1000:.0f} ms)",
        {"ms": milliseconds(times["demo"]), "bare_ms": milliseconds(times["bare"])},
    )


def _pressed_for(seconds: float, program: Program, key: str) -> list[float]:
    """Press `key` at a steady pace and take in what comes; the moments of all presses."""
    pressed = []
    due = time.perf_counter()
    end = due + seconds
    while due < end:
        program.watch(due)
        pressed.append(program.press(key))
        due += _EVERY_SECONDS
    program.settle()
    return pressed


PART = Part("warm-up", (WARM_UP,), _measure)
