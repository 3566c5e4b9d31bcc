"""Memory and processor time: the whole journey, and afterwards doing nothing."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.figures import Options, Part, Result, Row, at_most, below
from tests.bench.journey import whole_journey
from tests.bench.program import Program, now
from tests.bench.programs import start_bare, start_demo
from tests.bench.spread import median

HAPPY = Row("Peak memory of the whole journey, `--demo`", "bare Textual + 100 MiB")
MANY = Row("Peak memory of the whole journey, `--demo many`", "")
IDLE_CPU = Row("Processor time while idle on the last screen", "below 1 %")
IDLE_GROWTH = Row("Memory growth while idle on the last screen", "0.25 MiB")


def _measure(options: Options) -> Iterator[Result]:
    runs = options.repetitions(3, 1)
    seconds = 1.0 if options.quick else 10.0
    peaks, bare, idle = [], [], []
    for _ in range(runs):
        program, _ = start_bare(options)
        with program:
            program.settle()
            bare.append(program.usage().peak)
        program, _ = start_demo(options)
        with program:
            whole_journey(program)
            peaks.append(program.usage().peak)
            idle.append(_idle(program, seconds))
    value, yardstick = median(peaks), median(bare)
    yield at_most(
        HAPPY,
        value,
        yardstick + 100,
        f"{value:.0f} MiB, bare {yardstick:.0f} MiB",
        {"mib": [round(peak, 1) for peak in peaks], "bare_mib": [round(peak, 1) for peak in bare]},
    )
    yield _many(options)
    busy, growth = median([percent for percent, _ in idle]), median([mib for _, mib in idle])
    yield below(IDLE_CPU, busy, 1, f"{busy:.2f} % over {seconds:.0f} s", {"percent": [each for each, _ in idle]})
    words = f"{growth:.2f} MiB in {seconds:.0f} s"
    yield at_most(IDLE_GROWTH, growth, 0.25, words, {"mib": [each for _, each in idle]})


def _idle(program: Program, seconds: float) -> tuple[float, float]:
    """Percent of one processor, and MiB more than before, over `seconds` without a key."""
    program.settle(0.5, at_most=3.0)
    before, began = program.usage(), now()
    program.watch(began + seconds)
    after = program.usage()
    return round((after.cpu - before.cpu) / (now() - began) * 100, 2), round(after.resident - before.resident, 2)


def _many(options: Options) -> Result:
    program, _ = start_demo(options, "many")
    with program:
        whole_journey(program)
        peak = program.usage().peak
    return Result(MANY, f"{peak:.0f} MiB", values={"peak_mib": round(peak, 1)})


PART = Part("memory", (HAPPY, MANY, IDLE_CPU, IDLE_GROWTH), _measure)
