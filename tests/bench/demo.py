"""The whole demo, from launch to five values, with keys sent as soon as each screen is ready."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

from tests.bench.environment import LOAD_SDKS, PYTHON, clean
from tests.bench.figures import Options, Part, Result, Row, at_most
from tests.bench.journey import whole_journey
from tests.bench.programs import start_demo
from tests.bench.spread import interleaved, median

FIVE_VALUES = Row("`--demo` from launch to five values", "2.5 s + loading the SDKs in a process of its own")

_TIMED = f"import time; began = time.perf_counter(); {LOAD_SDKS}; print(time.perf_counter() - began)"


def _measure(options: Options) -> Iterator[Result]:
    times = interleaved(
        options.repetitions(7, 1),
        {"load": lambda: _load(options), "demo": lambda: _five_values(options)},
        warm=not options.quick,
    )
    demo, load = median(times["demo"]), median(times["load"])
    yield at_most(
        FIVE_VALUES,
        demo,
        2.5 + load,
        f"{demo:.1f} s, of which the SDKs alone need {load:.1f} s",
        {"s": [round(value, 3) for value in times["demo"]], "load_s": [round(value, 3) for value in times["load"]]},
    )


def _load(options: Options) -> float:
    done = subprocess.run([PYTHON, "-c", _TIMED], env=clean(options), check=True, capture_output=True, text=True)
    return float(done.stdout)


def _five_values(options: Options) -> float:
    program, _ = start_demo(options)
    with program:
        return whole_journey(program).credentials - program.started


PART = Part("demo", (FIVE_VALUES,), _measure)
