"""Characters typed into the filter over 10,000 subscriptions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeops_tui.core.wizard import Step
from tests.bench.figures import Options, Part, Result, Row, at_most
from tests.bench.journey import STATUS_LINE, walk
from tests.bench.program import Program
from tests.bench.programs import start_demo
from tests.bench.spread import median, milliseconds, percentile

MEDIAN = Row("Filter character with 10,000 subscriptions, median", "30 ms")
TAIL = Row("Filter character with 10,000 subscriptions, 95th percentile", "45 ms")

_WORDS = ("prod", "dev", "contoso", "0a1", "zzz", "e")


def _measure(options: Options) -> Iterator[Result]:
    times: list[float] = []
    for _ in range(options.repetitions(3, 1)):
        times += _typed(options, _WORDS[:2] if options.quick else _WORDS * 2)
    samples = {"ms": milliseconds(times)}
    for row, value, limit in ((MEDIAN, median(times), 30), (TAIL, percentile(times, 95), 45)):
        yield at_most(row, value * 1000, limit, f"{value * 1000:.0f} ms", samples)


def _typed(options: Options, words: tuple[str, ...]) -> list[float]:
    """Seconds for each character of `words` to be followed by the list it leaves; deleting is not counted."""
    program, _ = start_demo(options, "many")
    with program:
        for arrival in walk(program):
            if arrival.step is Step.SUBSCRIPTION:
                break
        program.settle(0.5)
        return answers_to(program, words)


def answers_to(program: Program, words: Iterable[str]) -> list[float]:
    """Seconds from each character of `words`, typed into a filter, to the list it leaves; deleting is not counted."""
    times = []
    for word in words:
        for character in word:
            took = program.answer(program.press(character), ignoring={STATUS_LINE}, complete=True)
            if took is not None:
                times.append(took)
        for _ in word:
            program.answer(program.press("backspace"), ignoring={STATUS_LINE})
    return times


PART = Part("filter", (MEDIAN, TAIL), _measure)
