"""Enter in the very frame in which a step becomes ready: each time it goes on, by one step, and is never kept for the
next one.

A run is a whole journey in this process, over an Azure in memory whose answers take a little time by chance.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from textual.events import Key

import pipeops_tui.ui.app
from pipeops_tui.clipboard import Clipboard
from pipeops_tui.core.settings import Settings
from pipeops_tui.core.wizard import STEPS, Step
from pipeops_tui.ui.app import PipeOpsApp
from pipeops_tui.ui.base.step_screen import StepScreen
from pipeops_tui.ui.dialogs.confirm import ConfirmDialog
from tests.clipboard.support import MemoryRunner, desktop
from tests.support.clocks import VirtualClock
from tests.support.pictures import make_plain
from tests.ui.memory import KnownSecretWorld, MemoryConnector, MemorySession

PATIENCE = 120.0
"""Seconds after which an Enter has had no effect."""
_LONGEST_ANSWER = 0.02
"""Seconds that an answer of Azure takes."""
_PASSING = 0.2
"""Seconds that pass for the program each time it is looked at."""
_READS = (
    *("region_restrictions", "cluster_restrictions"),
    *("regions", "resource_groups", "resource_group", "providers", "permissions"),
    *("directory", "applications_named", "token_facts", "own_roles", "eligible_roles", "deny_assignments", "locks"),
    *("role_assignment_count", "policy_findings", "users_may_register", "directory_roles", "secret_policy"),
    *("owned_application_count", "workspace"),
)


@dataclass(frozen=True, slots=True)
class EnterResult:
    """What came of one run: how many steps Enter went on from, and what went wrong (empty when nothing did)."""

    number: int
    steps: int
    wrong: str = ""


@dataclass
class EnterTally:
    """Figures of a campaign."""

    results: list[EnterResult] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether every Enter had its effect, once."""
        return not any(result.wrong for result in self.results)

    def table(self) -> str:
        """The figures as text, and a line for each run that went wrong."""
        wrong = [f"run {result.number}: {result.wrong}" for result in self.results if result.wrong]
        figures = (
            f"runs {len(self.results)}, steps {sum(result.steps for result in self.results)}, went wrong {len(wrong)}"
        )
        return "\n".join([figures, *wrong])


def run_campaign(numbers: Iterable[int], seed: int, file: Path | None = None) -> EnterTally:
    """The runs of these `numbers`. With `file` results are kept there, and what it holds already is not run again."""
    kept = _kept(file)
    before = dict(os.environ)
    make_plain(os.environ)
    try:
        for number in numbers:
            if number not in kept:
                kept[number] = asyncio.run(_run(number, random.Random(f"{seed}:{number}")))
                if file is not None:
                    with file.open("a", encoding="utf-8") as lines:
                        lines.write(f"{json.dumps(asdict(kept[number]))}\n")
    finally:
        os.environ.clear()
        os.environ.update(before)
    return EnterTally([kept[number] for number in numbers])


def _kept(file: Path | None) -> dict[int, EnterResult]:
    lines = file.read_text("utf-8").splitlines() if file is not None and file.exists() else []
    results = [EnterResult(**json.loads(line)) for line in lines if line.endswith("}")]
    return {result.number: result for result in results}


class EagerApp(PipeOpsApp):
    """Somebody presses Enter in the first frame in which a step, or the question whether to create, is ready."""

    CSS_PATH = [Path(pipeops_tui.ui.app.__file__).parent / path for path in PipeOpsApp.CSS_PATH]
    pressed: list[object]
    """The steps and the dialog on which Enter was pressed, in order."""

    def post_display_hook(self) -> None:
        if (ready := self.ready_for_enter()) is not None and ready not in self.pressed:
            self.pressed.append(ready)
            # A message that is made here would be the screen's own, and go no further up than to it.
            self.call_later(self.press_enter)

    def press_enter(self) -> None:
        """As the terminal does."""
        self.post_message(Key("enter", None))

    def ready_for_enter(self) -> object:
        """What Enter would act on now and was not pressed on yet; None when there is no such thing."""
        screen = self.screen
        if isinstance(screen, ConfirmDialog):
            return "confirm"
        if not isinstance(screen, StepScreen) or screen.STEP in (Step.CREDENTIALS, *self.pressed):
            return None
        able = screen.query("#continue") and screen.check_action("continue", ()) and not screen.missing()
        return screen.STEP if able and screen.STEP is self.journey.wizard.step else None


async def _run(number: int, chance: random.Random) -> EnterResult:
    clock = VirtualClock(by_hand=True)
    session = _LateSession(KnownSecretWorld(clock))
    session.chance = chance
    with TemporaryDirectory() as folder:
        app = EagerApp(
            Settings(demo="happy"),
            MemoryConnector(session),
            clock=clock,
            state_dir=Path(folder),
            open_url=lambda _url: None,
            clipboard=Clipboard(lambda _text: None, environment=desktop(), runner=MemoryRunner({"xclip"}), clock=clock),
        )
        app.pressed = []
        async with app.run_test(size=(100, 30)):
            wrong = await _watch(app, clock)
        return EnterResult(number, len([step for step in app.pressed if isinstance(step, Step)]), wrong)


async def _watch(app: EagerApp, clock: VirtualClock) -> str:
    """Wait for the last step; what went wrong on the way."""
    wizard, seen, deadline = app.journey.wizard, Step.SIGN_IN, time.monotonic() + PATIENCE
    while wizard.step is not Step.CREDENTIALS:
        if time.monotonic() > deadline:
            return f"no step after {seen}; Enter was pressed on {app.pressed}"
        if wizard.step is not seen:
            if STEPS.index(wizard.step) != STEPS.index(seen) + 1 or wizard.reached not in (seen, wizard.step):
                return f"from {seen} to {wizard.step}; Enter was pressed on {app.pressed}"
            seen, deadline = wizard.step, time.monotonic() + PATIENCE
        clock.advance(_PASSING)
        await asyncio.sleep(0.002)
    while not isinstance(app.screen, StepScreen) or app.screen.arriving or app.screen.busy:
        if time.monotonic() > deadline:
            return "the last step does not get ready"
        clock.advance(_PASSING)
        await asyncio.sleep(0.002)
    return "" if app.pressed == [*STEPS[:-1], "confirm"] else f"Enter was pressed on {app.pressed}"


class _LateSession(MemorySession):
    """Answers after a moment."""

    chance: random.Random


def _late(method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def answer(self: _LateSession, *given: object, **named: object) -> Any:
        await asyncio.sleep(self.chance.random() * _LONGEST_ANSWER)
        return await method(self, *given, **named)

    return answer


for _name in _READS:
    setattr(_LateSession, _name, _late(getattr(MemorySession, _name)))
