"""Random walks: whatever a person does to the program, in any order, it neither breaks nor forgets nor stalls.

A walk is 200 actions on the whole application over a simulated Azure, all of it from a seed: the world, the faults in
it, the sizes of the terminal, every key. Quitting starts the program again, in the same world and with the same
journals. Only timing is not repeatable, so a walk that has failed may need to be repeated more than once.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import random
import time
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeops_tui.simulator import SimulatorConfig, scenario_names, start_simulator
from tests.campaign.walks_actions import actions
from tests.campaign.walks_tally import WalkResult, WalkTally, in_order, kept_results
from tests.campaign.walks_terminal import RestSelector, new_loop
from tests.campaign.walks_walker import Walker
from tests.support.pictures import make_plain

ACTIONS = 200
_WALKS_OF_A_PROCESS = 20
"""What earlier walks leave in memory must not slow down later ones."""
_HEAVY = "many"
_OFTEN = ("happy", "slow-replication", "flaky", "locked-tenant", "mfa-on-write")
_FAULTS = (
    "*@p0.03:500",
    "*@p0.03:503-html",
    "*@p0.02:drop-response",
    "*@p0.02:garbage",
    "*@p0.03:429=1",
    "*@p0.1:delay=0.05",
)


def run_in_processes(
    numbers: Sequence[int], seed: int, jobs: int, file: Path | None = None, *, length: int = ACTIONS
) -> WalkTally:
    """The walks of these `numbers`, of `length` actions each, `jobs` at a time, each told of when it has ended.

    A walk with a stall is walked again when the others are done and nothing runs beside it: what is the program's own
    doing is there again. With `file` results are kept there as they come, and those that it has already are taken from
    it: what was cut short goes on. The file is for one seed and one state of the program.
    """
    results = kept_results(file) if file is not None else {}
    results = {number: results[number] for number in numbers if number in results}

    def keep(result: WalkResult) -> None:
        results[result.number] = result
        if file is not None:
            with file.open("a", encoding="utf-8") as lines:
                lines.write(f"{result.as_line()}\n")
        spent = f"{result.processor_seconds:.1f} s of processor time in {result.seconds:.1f} s"
        story = [f"walk {result.number}: {spent}, slowest frame {result.frame}", *result.stories]
        print(f"[{len(results)}/{len(numbers)}]", "\n  ".join(story), flush=True)

    for result in _results([number for number in numbers if number not in results], seed, jobs, length):
        keep(result)
    for result in _results([number for number, result in results.items() if result.unconfirmed], seed, 1, length):
        keep(result.confirming(results[result.number]))
    return in_order(results.values())


def _results(numbers: Sequence[int], seed: int, jobs: int, length: int) -> Iterator[WalkResult]:
    """In the order in which they come; a process that dies is a crash of one of the walks that were on their way."""
    left = list(numbers)
    while left:
        batch, left = left[: jobs * _WALKS_OF_A_PROCESS], left[jobs * _WALKS_OF_A_PROCESS :]
        with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as processes:
            walks = {processes.submit(_walk_in_process, number, seed, length): number for number in batch}
            for walk in as_completed(walks):
                try:
                    yield walk.result()
                except BrokenProcessPool:
                    yield WalkResult(walks[walk], crashes=("its process has died, or that of a walk beside it",))


def _walk_in_process(number: int, seed: int, length: int) -> WalkResult:
    with _plain_machine():
        return _walk(number, seed, length)


def _walk(number: int, seed: int, length: int) -> WalkResult:
    began, began_processor = time.monotonic(), time.process_time()
    chance = random.Random(f"{seed}:{number}")
    config = _world(chance)
    plan = list(actions(chance, length))
    selector = RestSelector()
    with start_simulator(config) as azure, TemporaryDirectory() as folder:
        walker = Walker(azure, Path(folder), selector, random.Random(chance.random()))
        with asyncio.Runner(loop_factory=new_loop(selector)) as runner:
            try:
                runner.run(walker.walk(plan))
            except Exception:
                walker.crashed(traceback.format_exc())
    return WalkResult(
        number,
        actions=walker.done,
        starts=walker.starts,
        delivered=walker.delivered,
        crashes=tuple(walker.crashes),
        lost=tuple(walker.lost),
        frame=selector.meter.slowest,
        slowest=f"{walker.slowest}, scenario {config.scenario}",
        seconds=time.monotonic() - began,
        processor_seconds=time.process_time() - began_processor,
    )


def _world(chance: random.Random) -> SimulatorConfig:
    names = [name for name in scenario_names() if name != _HEAVY]
    scenario = chance.choice(_OFTEN if chance.random() < 0.5 else names)
    if chance.random() < 0.01:
        scenario = _HEAVY
    faults = chance.sample(_FAULTS, 2) if chance.random() < 0.3 else []
    return SimulatorConfig(
        scenario=scenario,
        seed=chance.randrange(1000),
        faults=tuple(faults),
        auto_approve_device_codes=chance.random() < 0.8,
    )


@contextmanager
def _plain_machine() -> Iterator[None]:
    """Nothing of this machine is found, above all not its clipboard, its Azure CLI and its credentials."""
    before = dict(os.environ)
    make_plain(os.environ)
    logging.disable()  # the SDKs' own words quote tokens
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        logging.disable(logging.NOTSET)
