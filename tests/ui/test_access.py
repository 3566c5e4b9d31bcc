"""Step 6: what will be granted, and what stands in the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from textual.widgets import Button

from pipeops_tui.checks import required_providers
from pipeops_tui.core.model import Permission, RoleGrant
from pipeops_tui.core.problem import CloudError, FailureKind, Problem
from pipeops_tui.core.wizard import Step
from pipeops_tui.simulator import RunningSimulator
from pipeops_tui.ui.widgets.check_rows import CheckRows
from pipeops_tui.ui.widgets.fields import Tick
from tests.clipboard.support import MemoryRunner
from tests.support.inside import notices
from tests.support.person import person_at
from tests.ui.memory import CONTRIBUTOR, OWNER, MemorySession, Stage, at


def may_not_assign(session: MemorySession) -> None:
    session.permissions_ = CONTRIBUTOR


def may_not_register(session: MemorySession) -> None:
    session.owned = 250


def lacks_two(session: MemorySession) -> None:
    session.providers_ = {"Microsoft.Compute": "NotRegistered", "Microsoft.Network": "Unregistered"}


async def test_with_every_right_it_is_one_enter() -> None:
    async with at(Step.ACCESS) as stage:
        screen = await stage.sees("Contributor on PipeOpsRG, nothing else", "All .* checks passed")
        assert "✓ ok" in screen
        assert "✗" not in screen
        await stage.presses("enter")
        assert stage.app.journey.wizard.step is Step.CREATE
        assert stage.app.journey.choices.providers == ()


async def test_nothing_is_written_while_checking() -> None:
    async with at(Step.ACCESS, prepare=lacks_two) as stage:
        await stage.sees("2 resource providers")
        assert stage.world.requests == []


async def test_a_missing_right_turns_continue_off_and_says_who_can_help() -> None:
    clipboard = MemoryRunner({"xclip"})
    async with at(Step.ACCESS, prepare=may_not_assign, runner=clipboard) as stage:
        screen = await stage.sees("✗ blocked", "No permission to assign roles", "Who can fix it: An Owner")
        assert "! Access" in screen
        assert stage.app.screen.query_one("#continue", Button).disabled
        await stage.presses("enter")
        assert stage.app.journey.wizard.step is Step.ACCESS
        await stage.presses("m")
        await stage.until(lambda: "Role Based Access Control Administrator" in clipboard.content, "the message")
        assert stage.app.journey.choices.subscription is not None
        assert stage.app.journey.choices.subscription.subscription_id in clipboard.content
        assert "az role assignment create" in clipboard.content


async def test_the_smallest_screen_names_the_key_that_leads_on() -> None:
    async with at(Step.ACCESS, prepare=may_not_assign, size=(60, 16)) as stage:
        await stage.sees("esc Back +m Message .*h Ask Owner")


async def test_every_message_can_be_copied_one_after_the_other() -> None:
    def reader(session: MemorySession) -> None:
        lacks_two(session)
        session.permissions_ = (Permission(("*/read",), ()),)

    clipboard = MemoryRunner({"xclip"})
    async with at(Step.ACCESS, prepare=reader, runner=clipboard, size=(110, 36)) as stage:
        await stage.sees(
            "blocked +Permission to create resource groups",
            "blocked +Permission to assign",
            "warning +Resource prov",
        )
        for wanted in (
            "so that I can give the application for PipeOps its access to it",
            "With it I give the application for PipeOps the role Contributor on that group",
            "az provider register",
            "so that I can give the application for PipeOps its access to it",
        ):
            await stage.presses("m")
            await stage.until(lambda wanted=wanted: wanted in clipboard.content, wanted)  # type: ignore[misc]
        told = "Message about “Permission to create resource groups”"
        await stage.until(lambda: any(told in text for text in notices(stage.app)), told)


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (200, 60)])
async def test_what_can_be_done_are_buttons_and_none_of_them_is_cut(size: tuple[int, int]) -> None:
    async with at(Step.ACCESS, prepare=may_not_assign, size=size) as stage:
        await stage.sees("✗ No permission to assign roles", "Copy message +Ask an Owner")
        buttons = ("Copy message", "Ask an Owner", "Check again", "Details", "Go back")
        await stage.until(lambda: all(f" {label}" in stage.screen for label in buttons), f"{buttons}")
        assert not stage.app.screen.query_one("#continue").region, "nothing bright that does nothing"
        focused = stage.app.focused
        assert isinstance(focused, Button)
        assert str(focused.label) == "Copy message"
        await stage.presses("tab", "enter")
        await stage.sees("You will ask an Owner to assign the role")
        await stage.until(lambda: stage.app.focused is stage.app.screen.query_one("#continue"), "Continue, focused")
        await stage.presses("enter")
        assert stage.app.journey.choices.owner_assigns


@pytest.mark.parametrize(
    ("step", "prepare"), [(Step.TENANT, may_not_register), (Step.ACCESS, may_not_assign)], ids=["tenant", "access"]
)
async def test_in_another_size_it_is_laid_out_as_if_it_had_been_checked_in_it(
    step: Step, prepare: Callable[[MemorySession], None]
) -> None:
    async def rests(stage: Stage) -> str:
        await stage.sees("✗ blocked", "Who can fix it")
        rows, around = stage.app.screen.query_one(CheckRows), stage.app.screen.query_one("#checks-scroll")
        return await stage.until(
            lambda: around.scroll_y == min(rows.first_blocked, around.max_scroll_y), "the row that blocks in sight"
        )

    async with at(step, prepare=prepare, size=(80, 18)) as stage:
        small = await rests(stage)
    async with at(step, prepare=prepare, size=(120, 40)) as stage:
        large = await rests(stage)
        for size, wanted in (((80, 18), small), ((120, 40), large)):
            await stage.pilot.resize_terminal(*size)
            await stage.until(lambda wanted=wanted: stage.screen == wanted, f"this:\n{wanted}\n")  # type: ignore[misc]
        await stage.presses("escape")
        await stage.pilot.resize_terminal(80, 18)
        stage.app.forward()
        await stage.until(lambda: stage.screen == small, f"this, where it was left in another size:\n{small}\n")


async def test_details_tell_the_whole_problem() -> None:
    async with at(Step.ACCESS, prepare=may_not_assign) as stage:
        await stage.sees("blocked")
        await stage.presses("d")
        await stage.sees("Your account can create everything, but cannot give")
        await stage.presses("escape")
        await stage.until(lambda: "the last step" not in stage.screen, "the details are gone")


async def test_somebody_helps_and_it_is_checked_again() -> None:
    async with at(Step.ACCESS, prepare=may_not_assign) as stage:
        await stage.sees("blocked")
        stage.session.permissions_ = OWNER
        await stage.presses("r")
        await stage.sees("All .* checks passed")
        assert Step.ACCESS not in stage.app.journey.blocked
        await stage.presses("enter")
        assert stage.app.journey.wizard.step is Step.CREATE


async def test_what_blocks_only_by_indirect_evidence_may_be_tried() -> None:
    def limited(session: MemorySession) -> None:
        owner = "/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
        session.grants = [RoleGrant(owner, "/subscriptions/s", "@Request[x] StringEquals 'y'")]

    async with at(Step.ACCESS, prepare=limited) as stage:
        await stage.sees("✗ blocked", "t Try anyway")
        await stage.presses("enter")
        refused = stage.app.journey.wizard.step
        await stage.presses("t")
        await stage.sees("Trying anyway")
        await stage.presses("enter")
        assert (refused, stage.app.journey.wizard.step) == (Step.ACCESS, Step.CREATE)


async def test_missing_providers_are_listed_and_registered_with_the_rest() -> None:
    async with at(Step.ACCESS, prepare=lacks_two) as stage:
        await stage.sees("you can register them here: Compute,", "Network$", "✓. Register 2 resource providers as well")
        await stage.presses("enter")
        assert stage.app.journey.choices.providers == ("Microsoft.Compute", "Microsoft.Network")
        await stage.sees("register Microsoft.Compute")


async def test_registering_can_be_declined() -> None:
    async with at(Step.ACCESS, prepare=lacks_two) as stage:
        await stage.sees("Register 2 resource providers")
        stage.app.screen.query_one(Tick).focus()
        await stage.presses("space", "enter")
        assert stage.app.journey.wizard.step is Step.CREATE
        assert stage.app.journey.choices.providers == ()


async def test_what_may_perhaps_be_registered_is_offered_and_not_ticked() -> None:
    def prepare(session: MemorySession) -> None:
        lacks_two(session)

        async def permissions(*_: object) -> Sequence[Permission]:
            raise CloudError(FailureKind.REFUSED, Problem("Azure refused", "No."), status=403)

        session.permissions = permissions  # type: ignore[method-assign, assignment]

    async with at(Step.ACCESS, prepare=prepare) as stage:
        await stage.sees(
            r"\? unknown +Resource providers", "Register 2 resource providers as well, if you are allowed to"
        )
        tick = stage.app.screen.query_one(Tick)
        assert not tick.value
        tick.focus()
        await stage.presses("space", "enter")
        await stage.sees("register Microsoft.Compute", "register Microsoft.Network")
        await stage.presses("escape")
        await stage.sees("if you are allowed to")
        tick.focus()
        await stage.presses("space", "enter")
        assert stage.app.journey.choices.providers == ()


async def test_what_may_not_be_registered_is_left_to_others() -> None:
    def prepare(session: MemorySession) -> None:
        lacks_two(session)
        session.permissions_ = (Permission(("*",), ("*/register/action",)),)

    async with at(Step.ACCESS, prepare=prepare) as stage:
        await stage.sees("! warning +Resource providers", r"\d+ of \d+ checks passed")
        assert not stage.app.screen.query_one(Tick).display
        await stage.presses("enter")
        assert stage.app.journey.choices.providers == ()


async def test_an_obstacle_shows_in_the_rail_long_before_its_step() -> None:
    async with at(Step.TENANT, prepare=may_not_assign) as stage:
        await stage.sees("Check your organization", "✓ .*checks passed")
        await stage.presses("enter")
        await stage.sees("Name the application", "! Access")


async def test_it_asks_the_real_thing(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await person.walks_to(Step.ACCESS)
        screen = await person.sees("Contributor on PipeOpsRG, nothing else", r"✓ .*checks passed")
        assert "blocked" not in screen
    assert required_providers()


async def test_what_the_application_cannot_do_is_explained_with_its_cure() -> None:
    async with at(Step.ACCESS, size=(120, 46)) as stage:
        await stage.sees("All .* checks passed")
        await stage.presses("f1")
        said = " ".join((await stage.sees("Three things", "doctor")).replace("│", " ").split())
        for words in ("cannot assign roles", "an Owner assigns that one role", "MC_…", "register resource providers"):
            assert words in said
