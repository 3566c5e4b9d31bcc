"""Starts with an unfinished run, under load: each time the first screen and the list of what was not finished are drawn
whole.

A run is one start of the application in this process, over one simulated Azure, at a size of the terminal that comes
from the seed. Meanwhile other processes keep the computer busy.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import random
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeops_tui.simulator import SimulatorConfig, start_simulator
from tests.journeys.earlier import Machine
from tests.support.pictures import make_plain

_SIZES = ((60, 16), (80, 24), (80, 24), (100, 30), (120, 36), (200, 60))
_LIST = ("was not finished", "PipeOpsRG in Pay-As-You-Go", "4 of 5 changes", "Undo…", "⏎ Continue")
"""What stands in the list: its heading, the run, the buttons, the keys."""
_BELOW = ("Choose how to sign in", "✓ Ready", "Device code")


@dataclass(frozen=True, slots=True)
class StartResult:
    """What came of one start; `wrong` is the screen as it stayed where something was missing."""

    number: int
    seconds: float
    wrong: str = ""


@dataclass
class StartTally:
    """Figures of a campaign."""

    results: list[StartResult] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether every screen was whole."""
        return not any(result.wrong for result in self.results)

    def table(self) -> str:
        """The figures as text, and what was seen where something was missing."""
        wrong = [f"start {one.number}: {one.wrong}" for one in self.results if one.wrong]
        slowest = max((one.seconds for one in self.results), default=0.0)
        return "\n".join([f"starts {len(self.results)}, slowest {slowest:.1f} s, went wrong {len(wrong)}", *wrong])


def run_campaign(numbers: Iterable[int], seed: int, file: Path | None = None, *, load: int = 0) -> StartTally:
    """The starts of these `numbers`, beside `load` busy processes. With `file` results are kept there, and what it
    holds already is not started again."""
    kept = _kept(file)
    before = dict(os.environ)
    make_plain(os.environ)
    try:
        with _busy_processes(load):
            for result in asyncio.run(_start_all([one for one in numbers if one not in kept], seed, file)):
                kept[result.number] = result
    finally:
        os.environ.clear()
        os.environ.update(before)
    return StartTally([kept[number] for number in numbers])


def _kept(file: Path | None) -> dict[int, StartResult]:
    lines = file.read_text("utf-8").splitlines() if file is not None and file.exists() else []
    results = [StartResult(**json.loads(line)) for line in lines if line.endswith("}")]
    return {result.number: result for result in results}


async def _start_all(numbers: list[int], seed: int, file: Path | None) -> list[StartResult]:
    results = []
    with TemporaryDirectory() as folder, start_simulator(SimulatorConfig(auto_approve_device_codes=True)) as azure:
        machine = Machine(azure, Path(folder))
        if numbers:
            await machine.is_interrupted("addPassword")
        for number in numbers:
            results.append(await _start(machine, number, random.Random(f"{seed}:{number}")))
            if file is not None:
                with file.open("a", encoding="utf-8") as lines:
                    lines.write(f"{json.dumps(asdict(results[-1]))}\n")
    return results


async def _start(machine: Machine, number: int, chance: random.Random) -> StartResult:
    began = time.monotonic()
    try:
        async with machine.starts(size=chance.choice(_SIZES)) as person:
            await person.sees(*_LIST)
            await person.presses("escape")
            await person.sees(*_BELOW)
    except AssertionError as missing:
        return StartResult(number, time.monotonic() - began, str(missing))
    return StartResult(number, time.monotonic() - began)


@contextmanager
def _busy_processes(count: int) -> Iterator[None]:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_busy, daemon=True) for _ in range(count)]
    for process in processes:
        process.start()
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
            process.join()


def _busy() -> None:
    while True:
        pass
