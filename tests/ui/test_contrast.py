"""What lies over a step, and a step that has failed: every text in our themes can be read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from textual.widgets import Button

from pipeops_tui.core.problem import CloudError, FailureKind, Problem
from pipeops_tui.core.wizard import Step
from pipeops_tui.ui import theme
from pipeops_tui.ui.base.step_screen import StepScreen
from pipeops_tui.ui.widgets.fields import TextEntry
from tests.support.contrast import hard_to_read
from tests.ui.memory import Stage, at

REFUSED = CloudError(
    FailureKind.REFUSED,
    Problem(
        "Azure refused",
        "It said no.",
        "Because of a policy.",
        "Ask an Owner.",
        who="an Owner",
        link="https://aka.ms/no",
        command="az role assignment list",
        details=(("Status", "403"),),
    ),
)


async def the_help(stage: Stage) -> None:
    await stage.presses("f1")
    await stage.sees("PipeOps' guide")


async def the_palette(stage: Stage) -> None:
    await stage.presses("ctrl+p")
    await stage.sees("What is this")
    await stage.presses("down")


async def typing_in_the_palette(stage: Stage) -> None:
    await the_palette(stage)
    await stage.presses(*"the")
    await stage.sees("Theme")
    await stage.presses("shift+home")


async def a_question(stage: Stage) -> None:
    await stage.presses("enter")
    await stage.sees("Create now")


async def a_problem(stage: Stage) -> None:
    screen = stage.app.screen
    assert isinstance(screen, StepScreen)
    screen.problems.show(REFUSED.problem, lambda: None)
    await stage.sees("✗ Azure refused")


async def a_button_under_the_mouse(stage: Stage) -> None:
    await the_end(stage)
    await stage.pilot.hover("#copy-all")


async def a_button_that_cannot_be_pressed(stage: Stage) -> None:
    stage.app.screen.query_one("#continue", Button).disabled = True


async def the_end(stage: Stage) -> None:
    await stage.creates()


async def a_selection(stage: Stage) -> None:
    await the_end(stage)
    stage.app.screen.text_select_all()


async def undo(stage: Stage) -> None:
    await the_end(stage)
    commands = stage.app.get_system_commands(stage.app.screen)
    next(command for command in commands if "Undo" in command.title).callback()
    await stage.sees("Undo what was created")
    stage.app.screen.query_one(TextEntry).focus()


SIGHTS = [
    *(the_help, the_palette, typing_in_the_palette, a_question, a_problem, a_button_under_the_mouse),
    *(a_button_that_cannot_be_pressed, a_selection, undo),
]


@pytest.mark.parametrize("look_at", SIGHTS, ids=lambda sight: sight.__name__)
async def test_everything_can_be_read(look_at: Callable[[Stage], Awaitable[None]]) -> None:
    async with at(Step.CREATE) as stage:
        stage.app.animation_level = "none"
        await look_at(stage)
        for of in (theme.DARK, theme.LIGHT):
            stage.app.theme = of.name
            await stage.pilot.pause()
            await stage.pilot.pause()
            card = stage.app.screen.query("#dialog, CommandPalette #--input, CommandList")
            for region in [widget.region for widget in card] or [stage.app.screen.region]:
                assert hard_to_read(stage.app, region) == []
