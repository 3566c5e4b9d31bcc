"""The kill campaign: the real program dies at every request boundary, and is started again.

Each run walks the program in a pseudo-terminal through the journey and kills it with SIGKILL while it creates: when a
request has been lost on its way, when it has been carried out and its answer was not read, or while an Owner is waited
for. What Azure holds lives on in a simulated Azure of its own. The program is then started again, and the run continued
or undone.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

from pipeops_tui.simulator.faults import FaultKind
from tests.campaign.afterlife import PROVED, Afterlife
from tests.campaign.kills_connections import ConnectionDeath
from tests.campaign.kills_waiting import WaitingDeath, waiting_deaths
from tests.campaign.simulation import Simulation
from tests.campaign.tally import Tally
from tests.support.terminal import WITH_DEFAULTS, Terminal

_STEPS = WITH_DEFAULTS[1:-1]
_BOUNDARIES = 12
"""Requests from the confirmation to the test sign-in, when nothing goes wrong."""


@dataclass(frozen=True, slots=True)
class Death:
    """One run of the campaign."""

    scenario: ClassVar = "happy"
    boundary: int
    """Number of the request, from the confirmation on."""
    carried_out: bool
    undoes: bool

    @property
    def fault(self) -> str:
        """What makes the moment of death last long enough to be met."""
        return f"*@{self.boundary}:{FaultKind.DROP_RESPONSE if self.carried_out else FaultKind.DROP_REQUEST}"

    def play(self, azure: Simulation, state_home: Path, tally: Tally) -> Afterlife:
        """What there is to perform."""
        return _AtABoundary(azure, state_home, self, tally)


def deaths(runs: int | None) -> Sequence[Death | WaitingDeath]:
    """Every boundary, before and after, continued and undone, and every death while waiting; or `runs` of the former,
    spread over all of that."""
    every = [Death(*case) for case in product(range(1, _BOUNDARIES + 1), (False, True), (False, True))]
    if runs is None or runs >= len(every):
        return [*every, *waiting_deaths()]
    return [every[(position * len(every) // runs + position) % len(every)] for position in range(runs)]


def run_campaign(chosen: Sequence[Death | WaitingDeath | ConnectionDeath], seed: int) -> Tally:
    """Die all `chosen` deaths, each in a world of its own."""
    tally = Tally()
    for death in chosen:
        tally.runs += 1
        print(f"{tally.runs} of {len(chosen)}: {death}", file=sys.stderr, flush=True)
        try:
            with Simulation(seed, death.scenario) as azure, TemporaryDirectory() as folder:
                death.play(azure, Path(folder), tally).perform()
        except Exception:
            tally.crashes += 1
            tally.stories.append(f"{death}: {traceback.format_exc()}")
    return tally


class _AtABoundary(Afterlife):
    """A request makes the moment of death last."""

    auth = "environment"

    def __init__(self, azure: Simulation, state_home: Path, death: Death, tally: Tally) -> None:
        super().__init__(azure, state_home, str(death), tally, undoes=death.undoes)
        self._fault = death.fault

    def die(self, terminal: Terminal) -> None:
        self.walk(terminal, _STEPS)
        terminal.press("enter")
        terminal.wait_for("Create now")
        self.azure.add_fault(self._fault)
        terminal.press("enter")
        terminal.wait_until(lambda screen: self._struck() or PROVED in screen, "the moment of death")

    def after_death(self) -> None:
        self.azure.clear_faults()

    def _struck(self) -> bool:
        return any(request["fault"] for request in self.azure.requests())
