"""Step 5: name, description, expiry."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from pipeops_tui.core.model import Application
from pipeops_tui.core.problem import CloudError, FailureKind, Problem
from pipeops_tui.core.settings import Settings
from pipeops_tui.core.wizard import Step
from pipeops_tui.simulator import RunningSimulator
from pipeops_tui.ui.base.step_screen import StepScreen
from tests.support.person import person_at
from tests.ui.memory import START, MemorySession, at


async def test_every_default_is_good() -> None:
    async with at(Step.APPLICATION) as stage:
        screen = await stage.sees("No other application is called PipeOps", "expires 22 May 2027, 09:09 UTC")
        assert "180 recommended" in screen
        await stage.presses("enter")
        choices = stage.app.journey.choices
        assert (choices.application_name, choices.secret_description) == ("PipeOps", "PipeOps secret")
        assert choices.secret_days == 180
        assert stage.app.journey.wizard.step is Step.ACCESS


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (["home", "shift+end", "delete"], "The application needs a name"),
        (["x"] * 114, "Too long by 1: at most 120"),
        (["home", "shift+end", "delete", "space", "space"], "The application needs a name"),
    ],
    ids=["empty", "too long", "blank"],
)
async def test_a_name_that_cannot_stay_is_said_as_it_is_typed(keys: list[str], words: str) -> None:
    async with at(Step.APPLICATION) as stage:
        await stage.presses(*keys)
        await stage.sees(f"✗ {words}")
        await stage.presses("enter")
        await stage.sees(f"! {words}")
        assert stage.app.journey.wizard.step is Step.APPLICATION


async def test_the_command_that_does_the_same_names_the_application_whatever_its_name() -> None:
    async with at(Step.APPLICATION) as stage:
        await stage.presses("ctrl+u", *"O'B", "dollar_sign", "1")
        screen = stage.app.screen
        assert isinstance(screen, StepScreen)
        words = shlex.split(screen.about().command)
        assert words[:5] == ["az", "ad", "app", "create", "--display-name=O'B$1"]


async def test_a_name_of_120_characters_is_taken() -> None:
    async with at(Step.APPLICATION) as stage:
        await stage.presses(*["x"] * 113)
        await stage.presses("enter")
        assert stage.app.journey.choices.application_name == "PipeOps" + "x" * 113


async def test_twins_are_told_of_and_keep_nobody_from_going_on() -> None:
    def twins(session: MemorySession) -> None:
        created = datetime(2026, 5, 3, tzinfo=UTC)
        session.twins = [Application("o1", "a1", "PipeOps", created), Application("o2", "a2", "PipeOps", None)]

    async with at(Step.APPLICATION, prepare=twins) as stage:
        screen = await stage.sees("! 2 applications of this name already")
        assert "3 May 2026" in screen
        await stage.presses("2")
        await stage.until(lambda: "of this name already" not in stage.screen, "the remark is gone at once")
        await stage.sees("No other application is called PipeOps2", passing=0.1)
        await stage.presses("enter")
        assert stage.app.journey.choices.application_name == "PipeOps2"
        assert not [request for request in stage.world.requests if "application" in request]


async def test_what_was_found_is_looked_up_again_with_one_key() -> None:
    def twin(session: MemorySession) -> None:
        session.twins = [Application("o1", "a1", "PipeOps", None)]

    async with at(Step.APPLICATION, prepare=twin) as stage:
        await stage.sees("! 1 application of this name already", "F5 Check again")
        stage.session.twins = ()
        await stage.presses("f5")
        screen = await stage.sees("No other application is called PipeOps", passing=0.1)
        assert "F5" not in screen


async def test_what_could_not_be_looked_up_is_unknown() -> None:
    def unreadable(session: MemorySession) -> None:
        async def applications_named(*_: object) -> Sequence[Application]:
            raise CloudError(FailureKind.REFUSED, Problem("Azure refused", "No."), status=403)

        session.applications_named = applications_named  # type: ignore[method-assign, assignment]

    async with at(Step.APPLICATION, prepare=unreadable) as stage:
        await stage.sees(r"\? could not be checked: no permission to read it", "F5 Check again")
        await stage.presses("enter")
        assert stage.app.journey.wizard.step is Step.ACCESS


async def test_the_directory_is_asked_once_the_name_rests() -> None:
    asked: list[str] = []

    def listen(session: MemorySession) -> None:
        original = session.applications_named

        async def remember(tenant_id: str, display_name: str) -> object:
            asked.append(display_name)
            return await original(tenant_id, display_name)

        session.applications_named = remember  # type: ignore[method-assign,assignment]

    async with at(Step.APPLICATION, prepare=listen) as stage:
        await stage.sees("No other application is called PipeOps")
        await stage.presses("a", "b", "c")
        await stage.passes(0.2)
        assert asked == ["PipeOps"]
        await stage.sees("No other application is called PipeOpsabc", passing=0.1)
        assert asked == ["PipeOps", "PipeOpsabc"]


@pytest.mark.parametrize(
    ("keys", "days", "date"),
    [
        (["left"], 90, "21 February 2027"),
        (["right"], 365, "23 November 2027"),
        (["right", "right"], 545, "21 May 2028"),
        (["right", "right", "right"], 730, "22 November 2028"),
    ],
)
async def test_the_usual_lifetimes_are_one_key_apart(keys: list[str], days: int, date: str) -> None:
    async with at(Step.APPLICATION) as stage:
        await stage.presses("tab", "tab", *keys)
        await stage.sees(f"expires {date}, 09:09 UTC")
        await stage.presses("enter")
        assert stage.app.journey.choices.secret_days == days


async def test_any_other_number_of_days_can_be_typed() -> None:
    async with at(Step.APPLICATION) as stage:
        await stage.presses("tab", "tab", "right", "right", "right", "right")
        await stage.until(lambda: getattr(stage.app.focused, "id", "") == "expiry-days", "the entry has the focus")
        await stage.presses("end", "backspace", "backspace", "backspace", "7")
        await stage.sees("expires 30 November 2026")
        await stage.presses("4", "1", "0")
        await stage.sees("✗ Enter a whole number of days from 1 to 730")
        await stage.presses("enter")
        assert stage.app.journey.wizard.step is Step.APPLICATION
        await stage.presses("backspace", "backspace", "enter")
        assert stage.app.journey.choices.secret_days == 74


async def test_on_the_smallest_screen_what_has_the_focus_has_its_label_in_sight() -> None:
    labels = ("Application name", "Client secret description", "Client secret expires after")
    async with at(Step.APPLICATION, size=(60, 16)) as stage:
        await stage.sees("Name checked")
        for label, key in zip(
            (*labels, *reversed(labels)), ("tab", "tab", "", "shift+tab", "shift+tab", ""), strict=True
        ):
            await stage.passes(0.1)
            assert label in stage.screen, stage.screen
            if key:
                await stage.presses(key)


async def test_a_directory_that_caps_lifetimes_caps_them_here() -> None:
    def cap(session: MemorySession) -> None:
        session.longest_days = 100

    async with at(Step.APPLICATION, prepare=cap) as stage:
        await stage.sees("expires 3 March 2027")
        await stage.presses("tab", "tab", "end", "backspace", "backspace", "backspace")
        await stage.presses("enter")
        choices = stage.app.journey.choices
        assert choices.secret_days <= 100


async def test_what_was_typed_stays() -> None:
    async with at(Step.APPLICATION) as stage:
        await stage.presses("X", "tab", "Y")
        await stage.presses("escape")
        await stage.until(lambda: stage.app.journey.wizard.step is Step.TENANT, "the step before")
        stage.app.forward()
        await stage.sees("PipeOpsX", "PipeOps secretY")
        await stage.presses("enter")
        assert stage.app.journey.choices.application_name == "PipeOpsX"
        assert stage.app.journey.choices.secret_description == "PipeOps secretY"


async def test_given_on_the_command_line_it_is_filled_in(azure: RunningSimulator) -> None:
    settings = Settings(demo="happy", app_name="Our PipeOps", expires_in=200)
    async with person_at(azure, settings=settings) as person:
        await person.walks_to(Step.APPLICATION)
        await person.sees("Our PipeOps", "200", "No other application is called Our PipeOps")
        await person.presses("enter")
        await person.waits_until(lambda screen: "Give PipeOps access" in screen, "the next step")
        choices = person.app.journey.choices
        assert (choices.application_name, choices.secret_days) == ("Our PipeOps", 200)


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (200, 60)])
async def test_the_day_on_which_the_secret_expires_is_in_sight_before_enter(size: tuple[int, int]) -> None:
    def same_name(session: MemorySession) -> None:
        session.twins = (Application("o", "a", "PipeOps", START),)

    async with at(Step.APPLICATION, prepare=same_name, size=size) as stage:
        await stage.sees("of this name already", "expires 22 May 2027", "Continue")


async def test_what_the_tenant_does_not_allow_is_not_recommended() -> None:
    def capped(session: MemorySession) -> None:
        session.longest_days = 90

    async with at(Step.APPLICATION, prepare=capped) as stage:
        screen = await stage.sees("●90 at most")
        assert "recommended" not in screen
