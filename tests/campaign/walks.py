"""Random walks: whatever a person does to the program, in any order, it neither breaks nor forgets nor stalls.

A walk is 200 actions on the whole application over a simulated Azure, all of it from a seed: the world, the faults in
it, the sizes of the terminal, every key. Quitting starts the program again, in the same world and with the same
journals. Only timing is not repeatable, so a walk that has failed may need to be repeated more than once.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeops_tui.simulator import SimulatorConfig, scenario_names, start_simulator
from tests.campaign.walks_actions import actions
from tests.campaign.walks_tally import SLOWEST_FRAME, WalkTally
from tests.campaign.walks_terminal import RestSelector, new_loop
from tests.campaign.walks_walker import Walker
from tests.pictures import make_plain

ACTIONS = 200
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


def run_campaign(
    walks: int, seed: int, *, length: int = ACTIONS, only: int | None = None, told: bool = False
) -> WalkTally:
    """`walks` walks of `length` actions from `seed`, or the one numbered `only`; `told` prints what each came to."""
    tally = WalkTally()
    with _plain_machine():
        for number in range(walks) if only is None else [only]:
            began, stories = time.process_time(), len(tally.stories)
            _walk(number, seed, length, tally)
            if told:
                spent = time.process_time() - began
                report = [f"walk {number}: {spent:.1f} s of processor time", *tally.stories[stories:]]
                print(*report, sep="\n  ", flush=True)
    return tally


def _walk(number: int, seed: int, length: int, tally: WalkTally) -> None:
    chance = random.Random(f"{seed}:{number}")
    config = _world(chance)
    plan = list(actions(chance, length))
    selector = RestSelector()
    name = f"--seed {seed} --only {number}, scenario {config.scenario}"
    with start_simulator(config) as azure, TemporaryDirectory() as folder:
        walker = Walker(azure, Path(folder), selector, random.Random(chance.random()))
        with asyncio.Runner(loop_factory=new_loop(selector)) as runner:
            try:
                runner.run(walker.walk(plan))
            except Exception:
                walker.crashed(traceback.format_exc())
    tally.walks += 1
    tally.actions += walker.done
    tally.starts += walker.starts
    tally.delivered += walker.delivered
    tally.crashes += len(walker.crashes)
    tally.lost_inputs += len(walker.lost)
    slowest = selector.meter.slowest
    if slowest > tally.slowest_frame:
        tally.slowest_frame, tally.slowest_walk = slowest, f"{name}: {walker.slowest}"
    tally.stories += [f"{name}: {story}" for story in (*walker.crashes, *walker.lost)]
    if slowest > SLOWEST_FRAME:
        tally.stories.append(f"{name}: a frame of {slowest * 1000:.0f} ms: {walker.slowest}")


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
