"""Deaths of a program that waits for an Owner, who acts while nobody looks, after the next start, or never."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import ClassVar

from pipeops_tui.provisioning.operations.await_owner import owner_step
from tests.campaign.afterlife import Afterlife
from tests.campaign.simulation import Simulation
from tests.campaign.tally import Tally
from tests.support.owner import owner_runs
from tests.support.terminal import WITH_DEFAULTS, Terminal

_STEPS = (*WITH_DEFAULTS[1:5], ("Contributor on", "Ask an Owner"))
_WAITING = "Waiting for an Owner to assign the role"


@dataclass(frozen=True, slots=True)
class WaitingDeath:
    """One run of the campaign."""

    scenario: ClassVar = "contributor-only"
    owner_acted: bool
    """Whether the Owner acts between death and the next start."""
    undoes: bool

    def play(self, azure: Simulation, state_home: Path, tally: Tally) -> Afterlife:
        """What there is to perform."""
        return _WhileWaiting(azure, state_home, self, tally)


def waiting_deaths() -> Sequence[WaitingDeath]:
    """All of them."""
    return [WaitingDeath(*case) for case in product((False, True), (False, True))]


class _WhileWaiting(Afterlife):
    """Signs in as somebody who may not assign roles, which only a person can be here."""

    auth = "device-code"

    def __init__(self, azure: Simulation, state_home: Path, death: WaitingDeath, tally: Tally) -> None:
        super().__init__(azure, state_home, str(death), tally, undoes=death.undoes)
        self._death = death

    def signs_in(self, terminal: Terminal) -> None:
        code = re.search(r"\b([A-Z2-9]{9}) · expires", terminal.wait_for(r"\b[A-Z2-9]{9} · expires"))
        assert code is not None
        self.azure.approve_device_code(code[1])

    def die(self, terminal: Terminal) -> None:
        self.walk(terminal, _STEPS)
        terminal.press("h")
        terminal.wait_for("You will ask an Owner")
        terminal.press("enter")
        terminal.wait_for("Nothing has been created")
        terminal.press("enter")
        terminal.wait_for("Create now")
        terminal.press("enter")
        terminal.wait_for(_WAITING, "az role assignment create")

    def after_death(self) -> None:
        if self._death.owner_acted:
            self._owner_acts()

    def continued(self, terminal: Terminal) -> None:
        if not self._death.owner_acted:
            terminal.wait_for(_WAITING, "az role assignment create")
            self._owner_acts()
            terminal.press("l")

    def _owner_acts(self) -> None:
        """Run the line that the journal remembers: the same as the screen's, which may be wrapped."""
        state = self.journaled()
        step = owner_step(state) if state is not None else None
        assert step is not None
        owner_runs(self.azure, step.command)
