"""The kill campaign: the real program dies at every request boundary, and another process takes over.

Each run walks the program in a pseudo-terminal through the journey and kills it with SIGKILL while it creates: when a
request has been lost on its way, or when it has been carried out and its answer was not read. What Azure holds lives
on in a simulated Azure of its own. The run is then taken up from its journal: once it is continued, once undone.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch
from uuid import uuid4

from pipeops_tui.model import SignInMethod
from pipeops_tui.provisioning.journal_store import JournalStore
from pipeops_tui.provisioning.run import Run
from pipeops_tui.simulator.faults import FaultKind
from tests.campaign.holdings import Holdings, belongings
from tests.campaign.simulation import Simulation
from tests.campaign.stage import Account
from tests.campaign.tally import Tally
from tests.provisioning.bench import Watcher
from tests.terminal import Terminal

_QUESTIONS = (
    ("Which subscription", "✓ .* subscription"),
    ("Which resource group", "free"),
    ("directory", "✓"),
    ("application", "✓"),
    ("Contributor on", "✓"),
    ("Create", "Nothing has been written"),
)
_PROVED = "Signed in as the application and read"
_BOUNDARIES = 12
"""Requests from the confirmation to the proof, when nothing goes wrong."""


@dataclass(frozen=True, slots=True)
class Death:
    """One run of the campaign."""

    boundary: int
    """Number of the request, from the confirmation on."""
    carried_out: bool
    undoes: bool

    @property
    def fault(self) -> str:
        """What makes the moment of death last long enough to be met."""
        return f"*@{self.boundary}:{FaultKind.DROP_RESPONSE if self.carried_out else FaultKind.DROP_REQUEST}"


def deaths(runs: int | None) -> Sequence[Death]:
    """Every boundary, before and after, continued and undone; or `runs` of them, spread over all of that."""
    every = [Death(*case) for case in product(range(1, _BOUNDARIES + 1), (False, True), (False, True))]
    if runs is None or runs >= len(every):
        return every
    return [every[position * len(every) // runs] for position in range(runs)]


async def run_campaign(runs: int | None, seed: int) -> Tally:
    """Die `runs` deaths (all when None), each in a world of its own."""
    tally = Tally()
    for death in deaths(runs):
        tally.runs += 1
        try:
            with Simulation(seed) as azure, TemporaryDirectory() as folder:
                await _Play(azure, Path(folder), death, tally).perform()
        except Exception:
            tally.crashes += 1
            tally.stories.append(f"{death}: {traceback.format_exc()}")
    return tally


class _Play:
    """One death and what comes after it."""

    def __init__(self, azure: Simulation, state_home: Path, death: Death, tally: Tally) -> None:
        self._azure = azure
        self._state_home = state_home
        self._death = death
        self._tally = tally

    async def perform(self) -> None:
        before = belongings(self._azure.state())
        self._die()
        self._azure.clear_faults()
        with patch.dict(os.environ, self._azure.environment):
            async with Account(self._azure, SignInMethod.ENVIRONMENT) as account:
                await self._take_over(account)
        if belongings(self._azure.state()) != before:
            self._tally.foreign_touched += 1
            self._tell("touched what is not its own")

    def _die(self) -> None:
        """Walk the program to the point of death, and kill it there."""
        environment = {**self._azure.environment, "XDG_STATE_HOME": str(self._state_home), "SSH_CONNECTION": "1 2 3 4"}
        argv = [sys.executable, "-m", "pipeops_tui", *self._azure.options, "--auth", "environment"]
        with Terminal(argv, columns=100, lines=30, env=environment) as terminal:
            terminal.wait_for("How do you sign in", "✓ Ready")
            for question, ready in _QUESTIONS:
                terminal.press("enter")
                terminal.wait_for(question, ready)
            terminal.press("enter")
            terminal.wait_for("Create now")
            self._azure.add_fault(self._death.fault)
            terminal.press("enter")
            terminal.wait_until(lambda screen: self._struck() or _PROVED in screen, "the moment of death")
            terminal.signal(signal.SIGKILL)
            assert terminal.wait_exit() == -signal.SIGKILL

    def _struck(self) -> bool:
        return any(request["fault"] for request in self._azure.requests())

    async def _take_over(self, account: Account) -> None:
        store = JournalStore(self._state_home / "pipeops-tui", account.clock)
        survey = await store.survey(self._azure.base_url)
        if survey.set_aside or len(survey.unfinished) > 1:
            self._tell(f"the journal cannot be used: {survey}")
        if not survey.unfinished:
            self._expect_nothing("", "no journal tells of it")
            self._tally.at_once += 1  # it died before anything was begun
            return
        state, journal = await store.reopen(survey.unfinished[0])
        run = Run.resume(state, account.workspace, account.clock, uuid4, journal)
        watcher = Watcher(run)
        if self._death.undoes:
            self._tally.undone += 1
        else:
            await run.execute()
            if watcher.ended.failed is not None or watcher.ended.stopped:
                self._tally.not_finished += 1
                self._tell(f"Continue did not lead to success: {watcher.failure}")
            self._tally.after_continue += 1
            holdings = Holdings.of(self._azure.state(), state.run_id)
            holdings.count_duplicates(self._tally)
            if not holdings.one_of_everything:
                self._tell(f"not one of everything: {holdings}")
        left = await run.undo()
        self._expect_nothing(state.run_id, f"Undo left {left}")
        run.close()

    def _expect_nothing(self, run_id: str, what: str) -> None:
        if not Holdings.of(self._azure.state(), run_id).nothing:
            self._tally.left_behind += 1
            self._tell(what)

    def _tell(self, what: str) -> None:
        self._tally.stories.append(f"{self._death}: {what}")
