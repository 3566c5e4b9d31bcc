"""A person who accepts every default until the program finishes or says why it cannot go on."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum

from textual.widgets import Button

from pipeops_tui.core.problem import Problem
from pipeops_tui.core.wizard import Step
from pipeops_tui.ui.base.dialog import Dialog
from pipeops_tui.ui.base.step_screen import StepScreen
from tests.support.person import Person

_PATIENCE = 120.0
"""Seconds of real time for a whole journey on a busy machine."""


class Arrival(StrEnum):
    """How a journey ends."""

    FINISHED = "the five values are there"
    PROBLEM = "a problem is shown"
    BLOCKED = "the step says what is missing"
    QUESTION = "a question is asked"


@dataclass(frozen=True, slots=True)
class Journey:
    """Where a person has come to."""

    arrival: Arrival
    step: Step
    screen: str
    problem: Problem | None = None


async def goes_on(person: Person) -> Journey:
    """Accept every default, one Enter a screen, as far as that leads. `AssertionError` where the program never says
    anything."""
    deadline = time.monotonic() + _PATIENCE
    while (journey := await _look(person)) is None:
        assert time.monotonic() < deadline, f"it never ends; the screen is:\n{person.screen}"
        await person.pilot.pause(0.02)
    return journey


async def _look(person: Person) -> Journey | None:
    """What the person sees, once it is clear; presses Enter where that leads on."""
    top, step = person.app.screen, person.app.journey.wizard.step
    if isinstance(top, Dialog):
        if "Create now" not in person.screen:
            return Journey(Arrival.QUESTION, step, person.screen)
        await person.presses("enter")
    elif isinstance(top, StepScreen) and top.troubled:
        if isinstance(person.app.focused, Button):
            return Journey(Arrival.PROBLEM, step, person.screen, top.problems.problem)
    elif step is Step.CREDENTIALS and person.ready:
        if not _works(person):
            return Journey(Arrival.FINISHED, step, person.screen)
    elif person.ready and isinstance(top, StepScreen):
        if not top.missing():
            await person.presses("enter")
        elif not _works(person):
            if not isinstance(person.app.focused, Button):
                await person.presses("enter")  # which says what is missing on the status line
                await person.pilot.pause()
            return Journey(Arrival.BLOCKED, step, person.screen)
    return None


def _works(person: Person) -> bool:
    """Whether anything is still under way behind the screen."""
    return any(not worker.is_finished for worker in person.app.workers)
