"""From a key to the painted frame, on every screen; and the first frame of each new one.

A key is compared with one of the same kind in bare Textual: moving the focus paints more than moving a highlight.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pipeops_tui.core.wizard import STEPS, Step
from tests.bench.figures import Options, Part, Result, Row, at_most
from tests.bench.journey import STATUS_LINE, create, walk
from tests.bench.program import Program
from tests.bench.programs import start_bare, start_demo
from tests.bench.spread import median, milliseconds, percentile

KEYS = {step: Row(f"Key to frame, 95th percentile, {step.value}", "2 × bare Textual") for step in STEPS}
NEW_SCREEN = Row("First frame of a new screen, the slowest", "250 ms")

_PAIRS = (("down", "up", "down"), ("z", "backspace", "down"), ("tab", "shift+tab", "tab"))
"""Keys that stay on a screen, what takes each back, and the yardstick's key. Which of them do something differs from
screen to screen."""
Samples = defaultdict[Step, list[float]]


def _measure(options: Options) -> Iterator[Result]:
    ours: Samples = defaultdict(list)
    bare: Samples = defaultdict(list)
    first_frames: dict[str, list[float]] = defaultdict(list)
    cycles = 3 if options.quick else 15
    for _ in range(options.repetitions(2, 1)):
        _one_journey(options, cycles, ours, bare, first_frames)
    for step, row in KEYS.items():
        if not ours[step]:
            yield Result(row, "no key does anything here without leaving")
            continue
        value, yardstick = percentile(ours[step], 95), percentile(bare[step], 95)
        yield at_most(
            row,
            value / yardstick,
            2.0,
            f"{value / yardstick:.2f} × ({value * 1000:.0f} ms, bare {yardstick * 1000:.0f} ms; "
            f"median {median(ours[step]) * 1000:.0f} and {median(bare[step]) * 1000:.0f} ms)",
            {"ms": milliseconds(ours[step]), "bare_ms": milliseconds(bare[step])},
        )
    slowest = max(first_frames, key=lambda name: median(first_frames[name]))
    value = median(first_frames[slowest]) * 1000
    yield at_most(
        NEW_SCREEN,
        value,
        250,
        f"{value:.0f} ms ({slowest})",
        {name: milliseconds(times) for name, times in first_frames.items()},
    )


def _one_journey(
    options: Options, cycles: int, ours: Samples, bare: Samples, first_frames: dict[str, list[float]]
) -> None:
    program, _ = start_demo(options)
    with program:
        yardstick, _ = start_bare(options, "--button")
        with yardstick:
            for arrival in walk(program):
                # Leaving Sign in means signing in: what takes time there is no frame.
                if arrival.step not in (Step.SIGN_IN, Step.SUBSCRIPTION):
                    first_frames[arrival.step.value].append(arrival.shown - arrival.called)
                _press(program, yardstick, cycles, ours[arrival.step], bare[arrival.step])
            create(program)
            _press(program, yardstick, cycles, ours[Step.CREDENTIALS], bare[Step.CREDENTIALS])


def _press(program: Program, yardstick: Program, cycles: int, ours: list[float], bare: list[float]) -> None:
    """Each key that does something on this screen, there and back, each time followed by one in the yardstick."""
    program.settle(at_most=1.0)
    for there, back, plain in _PAIRS:
        if _seconds(program, there) is None:
            continue
        _seconds(program, back)
        for _ in range(cycles):
            for key in (there, back):
                if (took := _seconds(program, key)) is not None:
                    ours.append(took)
                if (took := _seconds(yardstick, plain)) is not None:
                    bare.append(took)


def _seconds(program: Program, key: str) -> float | None:
    return program.answer(program.press(key), ignoring={STATUS_LINE})


PART = Part("keys", (*KEYS.values(), NEW_SCREEN), _measure)
