"""The kill campaign: the real program dies at every request boundary, and is started again.

Each run walks the program in a pseudo-terminal through the journey and kills it with SIGKILL while it creates: when a
request has been lost on its way, or when it has been carried out and its answer was not read. What Azure holds lives
on in a simulated Azure of its own. The program is then started again, and the run continued or undone.
"""

from __future__ import annotations

import re
import signal
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeops_tui.provisioning.journal import read_state
from pipeops_tui.provisioning.state import RunState
from pipeops_tui.simulator.faults import FaultKind
from tests.campaign.holdings import Holdings, belongings
from tests.campaign.simulation import Simulation
from tests.campaign.tally import Tally
from tests.terminal import Terminal

_QUESTIONS = (
    ("Which subscription", r"✓ \d+ subscription"),
    ("Which resource group", "free"),
    ("directory", "✓ Read"),
    ("application", "✓ Looked the name up"),
    ("Contributor on", r"✓ \d+ checks"),
    ("Create", "Nothing has been written"),
)
_PROVED = "Signed in as the application and read"
_BOUNDARIES = 12
"""Requests from the confirmation to the proof, when nothing goes wrong."""
_PATIENCE = 300.0
"""Seconds for what follows a death: undo looks for more than a minute for what may still turn up."""


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
    return [every[(position * len(every) // runs + position) % len(every)] for position in range(runs)]


def run_campaign(runs: int | None, seed: int) -> Tally:
    """Die `runs` deaths (all when None), each in a world of its own."""
    tally = Tally()
    chosen = deaths(runs)
    for death in chosen:
        tally.runs += 1
        print(f"{tally.runs} of {len(chosen)}: {death}", file=sys.stderr, flush=True)
        try:
            with Simulation(seed) as azure, TemporaryDirectory() as folder:
                _Play(azure, Path(folder), death, tally).perform()
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

    def perform(self) -> None:
        """Die, start again, and add what came of it to the tally."""
        before = belongings(self._azure.state())
        with self._program() as terminal:
            self._die(terminal)
        self._azure.clear_faults()
        state = self._journaled()
        if state is None or not state.unfinished:
            self._tally.at_once += 1  # it died before anything was begun
            self._expect_nothing()
        else:
            with self._program() as terminal:
                terminal.wait_for("not finished", "✓ Ready")
                self._undo(terminal) if self._death.undoes else self._continue(terminal)
        if belongings(self._azure.state()) != before:
            self._tally.foreign_touched += 1
            self._tell("touched what is not its own")

    def _program(self) -> Terminal:
        environment = {**self._azure.environment, "XDG_STATE_HOME": str(self._state_home), "SSH_CONNECTION": "1 2 3 4"}
        argv = [sys.executable, "-m", "pipeops_tui", *self._azure.options, "--auth", "environment"]
        return Terminal(argv, columns=100, lines=30, env=environment)

    def _die(self, terminal: Terminal) -> None:
        """Walk the program to the point of death, and kill it there."""
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
        if terminal.wait_exit() != -signal.SIGKILL:
            self._tell("it had ended before it was killed")

    def _struck(self) -> bool:
        return any(request["fault"] for request in self._azure.requests())

    def _journaled(self) -> RunState | None:
        """What its journal tells of the dead."""
        (journal,) = (self._state_home / "pipeops-tui").glob("*.journal")
        return read_state(journal.read_bytes())

    def _continue(self, terminal: Terminal) -> None:
        terminal.press("enter")
        terminal.wait_for(r"To \w+ PipeOpsRG")
        terminal.press("enter")
        terminal.wait_for("Client Secret", re.escape(_PROVED), seconds=_PATIENCE)
        self._tally.after_continue += 1
        holdings = Holdings.of(self._azure.state())
        holdings.count_duplicates(self._tally)
        if not holdings.one_of_everything:
            self._tell(f"not one of everything: {holdings}")

    def _undo(self, terminal: Terminal) -> None:
        terminal.press("u")
        terminal.wait_for(r"To \w+ PipeOpsRG")
        terminal.press("enter")
        terminal.wait_for("Undo this run", "Type PipeOps to undo")
        terminal.press(*"PipeOps", "enter")
        terminal.wait_for("Undoing|Nothing of this run is left|still there")
        terminal.wait_until(self._is_undone, "the end of undo", seconds=_PATIENCE)
        self._tally.undone += 1
        self._expect_nothing()

    def _is_undone(self, screen: str) -> bool:
        """Whether undo has ended. Deleting a group takes a while, which is spared by moving the world's clock."""
        if "Azure is deleting it" in screen:
            self._azure.advance_clock(60)
        return "Nothing of this run is left" in screen or "still there" in screen

    def _expect_nothing(self) -> None:
        if not (holdings := Holdings.of(self._azure.state())).nothing:
            self._tally.left_behind += 1
            self._tell(f"left behind: {holdings}")

    def _tell(self, what: str) -> None:
        self._tally.stories.append(f"{self._death}: {what}")
