"""A person at the keyboard of the whole application, which talks to a simulated Azure through the real SDKs.

    async with person_at(azure) as person:
        await person.sees("Choose how to sign in to Azure")
        await person.presses("enter")

Waits are bounded polls of what is on the screen; nothing sleeps for a fixed time.
"""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from textual.pilot import Pilot

from pipeops_tui.azure import AzureConnector
from pipeops_tui.core.clock import Clock, SystemClock
from pipeops_tui.core.settings import Settings
from pipeops_tui.core.wizard import Step
from pipeops_tui.simulator import RunningSimulator
from pipeops_tui.ui.app import PipeOpsApp
from pipeops_tui.ui.base.step_screen import StepScreen
from tests.support.inside import drawn_lines
from tests.support.patience import PATIENCE

PROVED = r"(?i)signed in and read|✓ (proved|press c|everything is created, and the test sign-in worked)"


def connector_to(azure: RunningSimulator, clock: Clock) -> AzureConnector:
    """The real connector, pointed at `azure` the way `--resource-manager` and `--ca-file` do."""
    return AzureConnector(
        cloud="AzureCloud",
        resource_manager=azure.base_url,
        ca_file=azure.ca_file,
        client_id=None,
        tenant=None,
        log_file=None,
        clock=clock,
    )


class Person:
    """Sees the screen as text, and presses keys."""

    def __init__(self, app: PipeOpsApp, pilot: Pilot[None], azure: RunningSimulator) -> None:
        self.app = app
        self.pilot = pilot
        self.azure = azure

    @property
    def screen(self) -> str:
        """The text of the screen, one line a row."""
        return "\n".join(drawn_lines(self.app.screen))

    async def sees(self, *patterns: str) -> str:
        """Wait until every regular expression is found on the screen, and return it."""
        found = [re.compile(pattern, re.MULTILINE) for pattern in patterns]
        return await self.waits_until(lambda screen: all(p.search(screen) for p in found), f"{patterns}")

    async def waits_until(self, condition: Callable[[str], bool], what: str) -> str:
        """Wait until `condition(screen)` holds; `AssertionError` with the screen when it never does."""
        deadline = time.monotonic() + PATIENCE
        while not condition(self.screen):
            if time.monotonic() > deadline:
                raise AssertionError(f"never saw {what}; the screen is:\n{self.screen}")
            await self.pilot.pause(0.01)
        return self.screen

    async def presses(self, *keys: str) -> None:
        """Press keys by their Textual names, one after another."""
        await self.pilot.press(*keys)

    async def types(self, text: str) -> None:
        """Type `text` character by character."""
        await self.pilot.press(*(_KEY_NAMES.get(character, character) for character in text))

    async def clicks(self, selector: str) -> None:
        """Click the middle of the widget that `selector` finds."""
        await self.pilot.click(selector)

    async def walks_to(self, step: Step) -> str:
        """Accept every default, one Enter a screen, until `step` is there and ready; returns what it shows."""
        while self.app.journey.wizard.step is not step:
            await self.waits_until(lambda _screen: self.ready and not self._missing, "a screen that is ready")
            before = self.app.journey.wizard.step
            await self.presses("enter")
            await self.waits_until(
                lambda _screen, before=before: self.app.journey.wizard.step is not before,  # type: ignore[misc]
                f"what comes after {before}",
            )
        return await self.waits_until(lambda _screen: self.ready, f"{step}, ready")

    async def accepts_everything(self) -> str:
        """One Enter a screen and one more to confirm; returns the Credentials screen, the test sign-in done."""
        await self.walks_to(Step.CREATE)
        await self.presses("enter")
        await self.sees("Create now")
        await self.presses("enter")
        return await self.sees("Client Secret", PROVED)

    async def settles(self) -> str:
        """Wait until nothing on the screen changes any more and no check is under way; returns it."""
        seen, calm = self.screen, 0
        while calm < 20:
            await self.pilot.pause(0.02)
            is_calm = self.screen == seen and self.ready and "● checking" not in seen
            seen, calm = (seen, calm + 1) if is_calm else (self.screen, 0)
        return seen

    def picture(self) -> str:
        """The screen as SVG."""
        return self.app.export_screenshot(title="pipeops-tui")

    @property
    def _missing(self) -> str:
        """What the step on top still wants before Enter goes on; the first subscription may not have arrived."""
        return self.app.screen.missing() if isinstance(self.app.screen, StepScreen) else ""

    @property
    def ready(self) -> bool:
        """Whether the step on top is the wizard's own and Enter would do something."""
        screen = self.app.screen
        return (
            isinstance(screen, StepScreen)
            and screen.STEP is self.app.journey.wizard.step
            and not screen.arriving
            and not screen.busy
            and bool(screen.query("#continue"))
        )


@asynccontextmanager
async def person_at(
    azure: RunningSimulator,
    *,
    size: tuple[int, int] = (100, 30),
    settings: Settings | None = None,
    clock: Clock | None = None,
    opened: list[str] | None = None,
    state_dir: Path | None = None,
) -> AsyncIterator[Person]:
    """Start the application against `azure`, shown as a demo; links it opens are appended to `opened`.

    Journals lie in `state_dir`, which is one of its own for each start unless it is given.
    """
    settings = settings or Settings(demo=str(azure.announcement["scenario"]))
    clock = clock or SystemClock()
    links = opened if opened is not None else []
    with TemporaryDirectory() as folder:
        app = PipeOpsApp(
            replace(settings),
            connector_to(azure, clock),
            clock=clock,
            state_dir=state_dir or Path(folder),
            open_url=links.append,
        )
        async with app.run_test(size=size) as pilot:
            yield Person(app, pilot, azure)


_KEY_NAMES = {
    " ": "space",
    "-": "minus",
    ".": "full_stop",
    "_": "underscore",
    "(": "left_parenthesis",
    ")": "right_parenthesis",
}
