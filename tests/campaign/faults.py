"""The fault campaign: every request on the path meets every fault, and many meet several.

Each run must end in success, or in a problem from which Continue leads to success and Undo to nothing.
"""

from __future__ import annotations

import random
import traceback
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeops_tui.core.problem import FailureKind
from pipeops_tui.provisioning.events import RunEnded
from pipeops_tui.provisioning.run import Run
from pipeops_tui.simulator import RunningSimulator
from pipeops_tui.simulator.faults import Fault, FaultKind
from tests.campaign.holdings import Holdings, belongings
from tests.campaign.stage import Stage
from tests.campaign.tally import Tally
from tests.provisioning.bench import PLAN, MemoryJournal, Watcher, new_ids, resumed

_KINDS = [kind for kind in FaultKind if kind is not FaultKind.ANSWER]
"""Answers that are described by hand have a campaign of their own."""
_ARGUMENTS = {FaultKind.DELAY: "=0.02", FaultKind.TOO_MANY: "=7"}
UNDO_PATH = ("removePassword", "deleteRoleAssignment", "deleteApplication", "purgeDeletedItem", "deleteResourceGroup")
RARE_PATH = ("createApplication", "createServicePrincipal", "listApplications", "listRoleAssignments")
_SIGN_INS = 5
"""How often the person signs in again before giving up."""


@dataclass(frozen=True, slots=True)
class Script:
    """One run of the campaign."""

    number: int
    faults: tuple[str | Fault, ...]
    """What the simulator is told, as texts or as they are."""
    restarts: bool
    """Whether another process goes on with what failed."""
    undoes: bool
    """Whether what failed is undone instead of continued."""
    faults_stay: bool = False
    """Whether the faults still hold while Undo is tried for the first time."""
    name: str = ""
    """What the faults are, where they do not say it themselves."""


async def run_campaign(runs: int, seed: int, scenarios: Sequence[str]) -> Tally:
    """`runs` runs, spread over `scenarios`: first the systematic ones, then random ones from `seed`. When there are
    fewer runs than systematic ones, they are picked from all over the path."""
    tally = Tally()
    for position, scenario in enumerate(scenarios):
        share = runs // len(scenarios) + (position < runs % len(scenarios))
        await _play(scenario, share, seed, tally)
    return tally


async def _play(scenario: str, runs: int, seed: int, tally: Tally) -> None:
    async with Stage(scenario, seed) as stage:
        scripts = deque(_scripts(await requests_of_a_run(stage), runs, seed))
    while scripts:
        async with Stage(scenario, seed) as stage:
            while scripts and not stage.worn:
                await Play(stage, scripts.popleft(), seed, tally).perform()


async def requests_of_a_run(stage: Stage) -> list[tuple[str, int]]:
    """The requests of a run without faults: operation, and which of its kind."""
    before = len(stage.azure.requests())
    run = new_run(stage, "path", MemoryJournal())
    await run.execute()
    operations = [str(request["operation"]) for request in stage.azure.requests()[before:]]
    await run.undo()
    return [(name, operations[: place + 1].count(name)) for place, name in enumerate(operations)]


def _scripts(path: list[tuple[str, int]], runs: int, seed: int) -> list[Script]:
    """Every request of `path` with every fault, once and lasting; then random ones until there are `runs`."""
    chance = random.Random(seed)
    passing, lasting = (
        [
            (f"{operation}@{occurrence if passes else '*'}:{kind}{_ARGUMENTS.get(kind, '')}",)
            for operation, occurrence in path
            for kind in _KINDS
        ]
        for passes in (True, False)
    )
    if runs < len(passing) + len(lasting):
        few = runs // 4  # lasting faults use up the budgets, which takes many requests
        chosen = chance.sample(lasting, few) + chance.sample(passing, min(runs - few, len(passing)))
    else:
        chosen = passing + lasting
    several = [_random_faults(path, chance) for _ in range(runs - len(chosen))]
    return [
        Script(number, faults, chance.random() < 0.5, chance.random() < 0.5, chance.random() < 0.5)
        for number, faults in enumerate([*chosen, *several])
    ]


def _random_faults(path: list[tuple[str, int]], chance: random.Random) -> tuple[str, ...]:
    names = [*(name for name, _ in path), *UNDO_PATH, *RARE_PATH, "*"]
    faults = []
    for _ in range(chance.randint(2, 5)):
        kind = chance.choice(_KINDS)
        when = chance.choice([f"@{chance.randint(1, 4)}", "@*", "@p0.3", "@p0.1"])
        name = chance.choice(names)
        faults.append(f"{name}{'@p0.1' if name == '*' else when}:{kind}{_ARGUMENTS.get(kind, '')}")
    return tuple(faults)


def new_run(stage: Stage, name: str, journal: MemoryJournal) -> Run:
    plan = replace(
        PLAN,
        tenant_id=stage.subscription.tenant_id,
        subscription_id=stage.subscription.subscription_id,
        group_name=f"PipeOps-{name}",
    )
    return Run(plan, stage.workspace, stage.clock, new_ids(f"run {name}"), journal)


class Play:
    """One run on its stage."""

    def __init__(self, stage: Stage, script: Script, seed: int, tally: Tally) -> None:
        self._stage = stage
        self._script = script
        self._tally = tally
        self.journal = MemoryJournal()
        self._run = new_run(stage, f"{seed}-{script.number}", self.journal)
        self._sign_ins = 0
        self.watchers: list[Watcher] = []
        """What each attempt told."""

    async def perform(self) -> None:
        """Play it and add what came of it to the tally."""
        self._tally.runs += 1
        before = belongings(self._stage.azure.state())
        try:
            await self._story()
        except Exception:
            self._tally.crashes += 1
            self._tell(traceback.format_exc())
        self._stage.azure.clear_faults()
        if belongings(self._stage.azure.state()) != before:
            self._tally.foreign_touched += 1
            self._tell("touched what is not its own")

    async def _story(self) -> None:
        azure, script = self._stage.azure, self._script
        for fault in script.faults:
            put_fault(azure, fault)
        ended = await self._create()
        if _succeeded(ended):
            self._tally.at_once += 1
            self._expect_one_of_everything()
        else:
            if not (script.undoes and script.faults_stay):
                azure.clear_faults()
            self._maybe_restart()
            if script.undoes:
                await self._undo()
                self._tally.undone += 1
                return
            if not _succeeded(await self._create()):
                self._tally.not_finished += 1
                self._tell("Continue did not lead to success")
                return
            self._tally.after_continue += 1
            self._expect_one_of_everything()
        await self._undo()

    async def _create(self) -> RunEnded:
        watcher = Watcher(self._run, patience=self._script.number % 4 == 0)
        self.watchers.append(watcher)
        await self._run.execute()
        while (error := watcher.ended.error) and error.kind is FailureKind.SIGN_IN and self._sign_ins < _SIGN_INS:
            self._sign_ins += 1
            await self._stage.sign_in_again(error.claims)
            await self._run.retry(self._stage.workspace)
        return watcher.ended

    async def _undo(self) -> None:
        """Undo, as often as it takes once nothing disturbs it any more."""
        watcher = Watcher(self._run)
        self.watchers.append(watcher)
        left = await self._run.undo()
        self._stage.azure.clear_faults()
        for _ in range(3):
            if not left:
                break
            if watcher.undone.error is not None and watcher.undone.error.kind is FailureKind.SIGN_IN:
                await self._stage.sign_in_again(watcher.undone.error.claims)
                self._run.use(self._stage.workspace)
            left = await self._run.undo()
        if left or not self._holdings().nothing:
            self._tally.left_behind += 1
            self._tell(f"Undo left {self._holdings()} {left}")

    def _maybe_restart(self) -> None:
        if not self._script.restarts:
            return
        run = resumed(self._stage.workspace, self._stage.clock, self.journal)
        self._run = run or self._run

    def _holdings(self) -> Holdings:
        return Holdings.of(self._stage.azure.state(), self._run.state.run_id)

    def _expect_one_of_everything(self) -> None:
        holdings = self._holdings()
        holdings.count_duplicates(self._tally)
        if not holdings.one_of_everything:
            self._tell(f"not one of everything: {holdings}")

    def _tell(self, what: str) -> None:
        self._tally.stories.append(f"{self._script.name or self._script}: {what}")


def put_fault(azure: RunningSimulator, fault: str | Fault) -> None:
    """Add `fault` to a simulated Azure."""
    if isinstance(fault, str):
        azure.add_fault(fault)
    else:
        azure.call(lambda running: running.faults.add(fault))


def _succeeded(ended: RunEnded) -> bool:
    return ended.failed is None and not ended.stopped
