"""One journey through the whole program while an operation is answered wrongly, and the start after it."""

from __future__ import annotations

import re
import traceback
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeops_tui.core.settings import Settings
from pipeops_tui.provisioning.journal.codec import complete_lines, read_state
from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from tests.campaign.faults import Script, put_fault
from tests.campaign.holdings import Holdings, belongings
from tests.campaign.tally import Tally
from tests.journeys.earlier import offered, signs_in, undoes
from tests.journeys.witness import witness_of
from tests.support.clocks import hurried_clock
from tests.support.inside import crash_of
from tests.support.person import PROVED, Person, person_at
from tests.support.traveller import Arrival, goes_on

UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What must not reach a terminal inside a line: C0, C1 and the marks that change the direction of writing."""
_OWN_FAULT = "Something unexpected happened"


class ScreenPlay:
    """One script, played on the screen in a world of its own."""

    def __init__(self, script: Script, seed: int, tally: Tally) -> None:
        self._script = script
        self._seed = seed
        self._tally = tally

    async def perform(self) -> None:
        """Play it and add what came of it to the tally."""
        self._tally.runs += 1
        config = SimulatorConfig(seed=self._seed, auto_approve_device_codes=True)
        with start_simulator(config) as azure, TemporaryDirectory() as folder:
            before = belongings(azure.state())
            try:
                await self._story(azure, Path(folder))
            except Exception:
                self._tally.crashes += 1
                self._tell(traceback.format_exc())
            if belongings(azure.state()) != before:
                self._tally.foreign_touched += 1
                self._tell("touched what is not its own")

    async def _story(self, azure: RunningSimulator, state_dir: Path) -> None:
        for fault in self._script.faults:
            put_fault(azure, fault)
        settings, clock = Settings(resource_manager=azure.base_url), hurried_clock(azure)
        async with person_at(azure, settings=settings, clock=clock, state_dir=state_dir, size=(110, 36)) as person:
            async with witness_of(person) as witness:
                journey = await goes_on(person)
            self._look_at(person, witness.lines)
        azure.clear_faults()
        if not self._journals_are_readable(state_dir):
            return
        holdings = Holdings.of(azure.state())
        if journey.arrival is Arrival.FINISHED:
            self._tally.at_once += 1
            self._expect_one(holdings)
        elif holdings.nothing and not any(state_dir.glob("*.journal")):
            self._tally.at_once += 1  # refused before anything was begun
        else:
            async with person_at(azure, settings=settings, clock=clock, state_dir=state_dir) as person:
                await self._take_up(person, azure)

    async def _take_up(self, person: Person, azure: RunningSimulator) -> None:
        """Continue or undo what an earlier start has left."""
        await offered(person)
        if self._script.undoes:
            await person.presses("u")
            await signs_in(person)
            await undoes(person)
            self._tally.undone += 1
            if not (holdings := Holdings.of(azure.state())).nothing:
                self._tally.left_behind += 1
                self._tell(f"Undo left {holdings}")
            return
        await person.presses("enter")
        await signs_in(person)
        await person.sees("Client Secret", PROVED)
        self._tally.after_continue += 1
        self._expect_one(Holdings.of(azure.state()))

    def _look_at(self, person: Person, lines: set[str]) -> None:
        crash = crash_of(person.app)
        if crash is not None:
            self._tally.crashes += 1
            self._tell(f"crashed: {crash!r}")
        if any(_OWN_FAULT in line for line in lines):
            errors = [line.strip() for line in lines if "Error: " in line]
            self._tally.crashes += 1
            self._tell(f"{_OWN_FAULT}: {errors}")
        if raw := [line for line in lines if UNPRINTABLE.search(line)]:
            self._tell(f"raw characters on the screen: {raw[0]!r}")

    def _journals_are_readable(self, state_dir: Path) -> bool:
        for journal in state_dir.glob("*.journal"):
            try:
                read_state(complete_lines(journal.read_bytes()))
            except ValueError as error:
                self._tell(f"its journal cannot be read: {error!r}")
                return False
        return True

    def _expect_one(self, holdings: Holdings) -> None:
        holdings.count_duplicates(self._tally)
        if not holdings.one_of_everything:
            self._tell(f"not one of everything: {holdings}")

    def _tell(self, what: str) -> None:
        self._tally.stories.append(f"{self._script.name}: {what}")
