"""A person who insists: presses on through whatever a moody Azure does, and remembers all that was on the screen."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from textual.widgets import Button

from pipeops_tui.core.wizard import Step
from pipeops_tui.ui.base.dialog import Dialog
from pipeops_tui.ui.base.step_screen import StepScreen
from tests.support.person import PROVED, Person

_PATIENCE = 300.0
"""Seconds of real time for a whole journey."""


class Witness:
    """Keeps every line that was ever on the screen."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.lines: set[str] = set()
        self.cards = 0
        """Problems that took a press of a key."""

    def saw(self, pattern: str) -> bool:
        """Whether any line ever matched."""
        return any(re.search(pattern, line) for line in self.lines)

    async def watch(self) -> None:
        """Look at the screen again and again."""
        while True:
            self.lines.update(self.person.screen.splitlines())
            await asyncio.sleep(0.01)

    async def insists(self) -> str:
        """Accept every default, try again whatever failed; returns the Credentials screen, the test sign-in done."""
        deadline = time.monotonic() + _PATIENCE
        while not (re.search("Client Secret", self.person.screen) and re.search(PROVED, self.person.screen)):
            assert time.monotonic() < deadline, f"never got there; the screen is:\n{self.person.screen}"
            await self._step()
            await self.person.pilot.pause(0.05)
        return self.person.screen

    async def _step(self) -> None:
        person, top = self.person, self.person.app.screen
        if isinstance(top, StepScreen) and top.troubled:
            if isinstance(person.app.focused, Button):
                self.cards += 1
                await person.presses("enter")
        elif isinstance(top, Dialog):
            if "Create now" in person.screen or "waiting" in person.screen:
                await person.presses("enter")
        elif person.ready and person.app.journey.wizard.step is not Step.CREDENTIALS:
            await person.presses("enter")


@asynccontextmanager
async def witness_of(person: Person) -> AsyncIterator[Witness]:
    """Watches for as long as the block lasts."""
    witness = Witness(person)
    watching = asyncio.create_task(witness.watch())
    try:
        yield witness
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
