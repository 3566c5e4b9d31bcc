"""The list of regions: keys where most of them are closed, and while the sizes of a region arrive.

The sizes are 3 MB of JSON, as for the largest regions of Azure, from a simulated Azure in a process of its own. Keys
are pressed at a steady pace from before the answer arrives until long after it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from pipeops_tui.core.wizard import Step
from tests.bench.environment import clean
from tests.bench.figures import Options, Part, Result, Row, at_most
from tests.bench.filtering import answers_to
from tests.bench.journey import STATUS_LINE, walk
from tests.bench.program import Program
from tests.bench.programs import pipeops, start_bare, start_demo
from tests.bench.simulated import SimulatedAzure
from tests.bench.spread import interleaved, median, milliseconds, percentile

CLOSED = Row("Filter character in the regions, most of them closed, 95th percentile", "1.2 × with all open")
ARRIVING = Row("Longest answer to a key while 3 MB of sizes arrive", "2 × bare Textual")

_WORDS = ("eur", "us", "south", "zz")
_SIZES_BYTES = 3_000_000
_EVERY_SECONDS = 0.02
_REGION = "eastus"


def _measure(options: Options) -> Iterator[Result]:
    runs = options.repetitions(5, 1)
    filtered = interleaved(
        runs,
        {
            "open": lambda: percentile(_typed(options, "happy"), 95),
            "closed": lambda: percentile(_typed(options, "student"), 95),
        },
        warm=False,
    )
    yield _ratio(CLOSED, filtered["closed"], filtered["open"], 1.2, "all open")
    with SimulatedAzure(options) as azure:
        azure.enlarge_sizes(_REGION, _SIZES_BYTES)
        waited = interleaved(
            runs,
            {"bare": lambda: _longest_in_bare(options), "ours": lambda: _longest_while_arriving(options, azure)},
            warm=False,
        )
    yield _ratio(ARRIVING, waited["ours"], waited["bare"], 2.0, "bare")


def _ratio(row: Row, ours: list[float], others: list[float], limit: float, name: str) -> Result:
    value, yardstick = median(ours), median(others)
    return at_most(
        row,
        value / yardstick,
        limit,
        f"{value / yardstick:.2f} × ({value * 1000:.0f} ms, {name} {yardstick * 1000:.0f} ms)",
        {"ms": milliseconds(ours), "other_ms": milliseconds(others)},
    )


def _typed(options: Options, scenario: str) -> list[float]:
    """Seconds for each character to be followed by the list it leaves; deleting is not counted."""
    program, _ = start_demo(options, scenario)
    with program:
        _at_regions(program)
        return answers_to(program, _WORDS[:2] if options.quick else _WORDS * 3)


def _longest_while_arriving(options: Options, azure: SimulatedAzure) -> float:
    argv = pipeops("--resource-manager", azure.url, "--ca-file", azure.ca_file, "--auth", "device-code")
    with Program(argv, env=clean(options)) as program:
        _at_regions(program, azure.approve)
        before = azure.sizes_sent
        program.press("down")  # another region, whose sizes are asked for after a rest of 0.3 s
        longest = _longest(program, "tab")
        if azure.sizes_sent == before:
            raise RuntimeError("the sizes of the region were not asked for")
        return longest


def _longest_in_bare(options: Options) -> float:
    program, _ = start_bare(options, "--button")
    with program:
        return _longest(program, "tab")


def _longest(program: Program, key: str, seconds: float = 2.0) -> float:
    pressed, due = [], time.perf_counter()
    end = due + seconds
    while due < end:
        program.watch(due)
        pressed.append(program.press(key))
        due += _EVERY_SECONDS
    program.settle()
    return max(program.answers(pressed, ignoring={STATUS_LINE}))


def _at_regions(program: Program, approve: Callable[[str], object] | None = None) -> None:
    for arrival in walk(program, approve):
        if arrival.step is Step.RESOURCE_GROUP:
            break
    program.press("tab")
    program.settle(0.5)


PART = Part("regions", (CLOSED, ARRIVING), _measure)
