"""Goes through the eight steps with Enter alone, as soon as each of them is ready, and notes when that was."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipeops_tui.core.wizard import STEPS, Step
from pipeops_tui.ui.steps.access.screen import AccessScreen
from pipeops_tui.ui.steps.application.screen import ApplicationScreen
from pipeops_tui.ui.steps.resource_group.screen import ResourceGroupScreen
from pipeops_tui.ui.steps.sign_in.screen import SignInScreen
from pipeops_tui.ui.steps.subscription.screen import SubscriptionScreen
from pipeops_tui.ui.steps.tenant.screen import TenantScreen
from pipeops_tui.ui.widgets.credential_rows import LABELS
from pipeops_tui.ui.widgets.status_line import SPINNER
from tests.bench.program import Painted, Program

STATUS_LINE = 28
"""Counted from 0 on a screen of 30 lines. It ticks by itself while something runs."""

_QUESTIONS = (SignInScreen, SubscriptionScreen, ResourceGroupScreen, TenantScreen, ApplicationScreen, AccessScreen)
_SHOWS = {screen.STEP: re.compile(re.escape(screen.QUESTION)) for screen in _QUESTIONS} | {
    Step.CREATE: re.compile(r"\d+ changes? in "),
    Step.CREDENTIALS: re.compile(r"[\s\S]*".join(LABELS)),
}
_BUSY = re.compile(f"[{SPINNER}]")
_CODE = re.compile(r"(\S+) · expires in")
_CONFIRM = r"Create this in Azure now\?"
_PROVED = r"✓ done +Test sign-in"
_SECONDS = 60

Approve = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A step that can be gone on from. Moments are those of `tests.bench.program.now`."""

    step: Step
    called: float
    """When the key was pressed that led here; for the first step, when the program was started."""
    shown: float
    """When the step's first frame was painted."""
    ready: float
    """When nothing was left to wait for."""


@dataclass(frozen=True, slots=True)
class Creation:
    """What followed the last Enter."""

    confirmed: float
    credentials: float
    """All five values are on screen."""
    proved: float
    """The new credential has signed in and read the group."""


def walk(program: Program, approve: Approve | None = None) -> Iterator[Arrival]:
    """Arrive at each step up to Create, in order; going on with the iterator presses Enter.

    `approve` is called with a device code where one is shown; the demo approves its own.
    """
    called = program.started
    for step in STEPS[: STEPS.index(Step.CREDENTIALS)]:
        arrival = _arrive(program, step, called, approve)
        yield arrival
        if step is not Step.CREATE:
            called = program.press("enter")


def create(program: Program) -> Creation:
    """On the Create step: confirm, and wait for the five values and the test sign-in."""
    program.press("enter")
    program.wait_for(_CONFIRM)
    confirmed = program.press("enter")
    credentials = program.wait_for(_SHOWS[Step.CREDENTIALS].pattern, since=confirmed, seconds=_SECONDS)
    return Creation(confirmed, credentials, program.wait_for(_PROVED, since=confirmed, seconds=_SECONDS))


def whole_journey(program: Program, approve: Approve | None = None) -> Creation:
    """From the start to the test sign-in, every default accepted."""
    for _arrival in walk(program, approve):
        pass
    return create(program)


def _arrive(program: Program, step: Step, called: float, approve: Approve | None) -> Arrival:
    """A step is ready when its status line says what came of arriving there."""
    shown: list[float] = []
    approved: set[str] = set()

    def ready(painted: Painted) -> bool:
        text = program.text
        code = _CODE.search(text)
        if approve is not None and code is not None and code[1] not in approved:
            approved.add(code[1])
            approve(code[1])
        if not _SHOWS[step].search(text):
            return False
        shown.append(painted.at)
        return bool(text.split("\n")[STATUS_LINE].strip()) and not _BUSY.search(text)

    at = program.wait_until(ready, f"the step {step.value}", since=called, seconds=_SECONDS, calm=0.0)
    return Arrival(step, called, shown[0], at)
