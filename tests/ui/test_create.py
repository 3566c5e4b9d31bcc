"""Step 7: review, confirm, and the same rows live."""

from __future__ import annotations

import asyncio
import gc
import re
from dataclasses import replace

import pytest

from pipeops_tui.core.wizard import Step
from pipeops_tui.provisioning.events import Event, Row, RowChanged, RowState, RunEnded
from pipeops_tui.ui.base.run_driver import RunDriver
from pipeops_tui.ui.steps.create.screen import CreateScreen
from tests.provisioning.world import Fault, FaultKind
from tests.support.inside import is_closing
from tests.ui.memory import MemorySession, Stage, at

ROWS = ("Resource group", "Application", "Service principal", "Role assignment", "Client secret", "Test sign-in")


async def begin(stage: Stage) -> None:
    """From the review to the first request."""
    await stage.presses("enter")
    await stage.sees("Create now")
    await stage.presses("enter")
    await stage.until(lambda: bool(stage.world.requests), "the first request")


async def test_the_review_lists_every_write_and_writes_nothing() -> None:
    async with at(Step.CREATE) as stage:
        screen = await stage.sees(
            "5 changes in Contoso, subscription Pay-As-You-Go, then a test", "Nothing has been created yet"
        )
        for row in ROWS:
            assert re.search(rf"○ {row} ", screen) or row in screen
        for detail in ("PipeOpsRG in West Europe", "Contributor on PipeOpsRG, nothing else", "expires 22 May 2027"):
            assert detail in screen
        assert screen.count("creates") == 5
        assert screen.count(" checks") == 1
        assert stage.world.requests == []


async def test_an_existing_group_is_not_a_change() -> None:
    from pipeops_tui.core.model import ResourceGroup

    async with at(Step.ACCESS) as stage:
        stage.app.journey.wizard.choose(existing_group=ResourceGroup("data-rg", "westeurope"))
        stage.app.forward()
        await stage.sees("4 changes in Contoso", "data-rg, already exists, is not changed")


async def test_create_is_confirmed_once_more() -> None:
    async with at(Step.CREATE) as stage:
        await stage.presses("enter")
        await stage.sees("Create this in Azure now", "5 changes in Contoso")
        await stage.presses("escape")
        await stage.until(lambda: "Create now" not in stage.screen, "the review again")
        assert not stage.app.journey.wizard.locked
        assert stage.world.requests == []
        await stage.presses("escape")
        assert stage.app.journey.wizard.step is Step.ACCESS


async def test_the_same_rows_become_live_and_credentials_follow_by_themselves() -> None:
    async with at(Step.CREATE) as stage:
        before = await stage.sees("Nothing has been created yet")
        places = [next(at for at, line in enumerate(before.splitlines()) if row in line) for row in ROWS[1:]]
        await begin(stage)
        screen = await stage.sees("● +running|● Application +running", "waiting")
        assert [next(at for at, line in enumerate(screen.splitlines()) if row in line) for row in ROWS[1:]] == places, (
            "nothing jumps"
        )
        assert stage.app.journey.wizard.locked
        await stage.sees("✓ Application +done", passing=0.05)
        await stage.sees("values go into", passing=0.5)
        assert stage.app.journey.wizard.step is Step.CREDENTIALS


async def test_what_changes_in_one_moment_is_drawn_together_and_before_the_end() -> None:
    async with at(Step.CREATE) as stage:
        screen = stage.app.screen
        assert isinstance(screen, CreateScreen)
        heard: list[Event] = []
        driver = RunDriver(screen, handle=heard.append, undone=lambda: None)
        application, principal = Row("application", "Application", ""), Row("principal", "Identity", "")
        begun, ended, next_one = (
            RowChanged(application),
            RowChanged(replace(application, state=RowState.DONE)),
            RowChanged(principal),
        )
        for event in (begun, ended, next_one):
            driver.receive(event)
        assert heard == []
        await stage.until(lambda: heard == [ended, next_one], "the newest of each row, in their order")
        driver.receive(begun)
        driver.receive(RunEnded())
        assert heard[2:] == [begun, RunEnded()]


async def test_why_it_waits_is_said_with_a_countdown() -> None:
    throttled = Fault(FaultKind.THROTTLED, "put_group", retry_after=17.0)
    async with at(Step.CREATE, faults=[throttled]) as stage:
        await begin(stage)
        await stage.sees("Resource group +retrying in 17 s", passing=0.05)
        await stage.passes(7)
        screen = await stage.sees("Resource group +retrying in (10|9) s")
        assert "Azure" in screen
        await stage.sees("values go into", passing=0.5)


async def test_a_refusal_becomes_a_problem_from_which_it_goes_on() -> None:
    async with at(Step.CREATE, faults=[Fault(FaultKind.REFUSED, "put_role_assignment")]) as stage:
        await begin(stage)
        screen = await stage.sees("Try again", "Undo…", "Copy details", "Quit", passing=0.2)
        assert "✗" in screen
        focused = stage.app.focused
        assert focused is not None
        assert "Try again" in str(getattr(focused, "label", ""))
        await stage.presses("escape")
        assert stage.app.journey.wizard.step is Step.CREATE
        await stage.presses("enter")
        await stage.sees("values go into", passing=0.5)
        assert len(stage.world.living) == 1
        assert stage.world.live_secrets == 1


async def test_undo_asks_for_the_name_and_leaves_nothing() -> None:
    async with at(Step.CREATE, faults=[Fault(FaultKind.REFUSED, "put_role_assignment")]) as stage:
        await begin(stage)
        await stage.sees("Undo…", passing=0.2)
        await stage.presses("tab", "enter")
        await stage.sees("Undo what was created", "delete PipeOps and its service principal", "Type PipeOps to undo")
        await stage.presses("enter")
        assert len(stage.world.living) == 1, "without the name nothing happens"
        await stage.presses(*"PipeOp", "enter")
        assert len(stage.world.living) == 1
        await stage.presses("s", "enter")
        await stage.sees("Undoing|Nothing that was created is left")
        await stage.sees("Nothing that was created is left", passing=5)
        await stage.presses("enter")
        await stage.sees("Undone: nothing that was created is left", "○")
        assert stage.world.living == []
        assert not stage.app.journey.wizard.locked
        stage.world.faults.clear()
        await stage.creates()
        assert len(stage.world.living) == 1


async def test_escape_keeps_everything_when_undo_was_only_looked_at() -> None:
    async with at(Step.CREATE, faults=[Fault(FaultKind.REFUSED, "put_role_assignment")]) as stage:
        await begin(stage)
        await stage.sees("Undo…", passing=0.2)
        await stage.presses("tab", "enter")
        await stage.sees("Undo what was created")
        await stage.presses("escape")
        await stage.until(lambda: "Undo what was created" not in stage.screen, "the problem again")
        assert len(stage.world.living) == 1
        assert stage.app.journey.run is not None


async def test_escape_while_writing_asks_whether_to_stop() -> None:
    async with at(Step.CREATE) as stage:
        await begin(stage)
        await stage.presses("escape")
        await stage.sees("Stop creating", "Keep creating")
        await stage.presses("enter")
        await stage.until(lambda: "Stop creating" not in stage.screen, "the rows again")
        assert stage.app.journey.wizard.step is Step.CREATE
        await stage.presses("escape")
        await stage.sees("Stop creating")
        await stage.presses("tab", "enter")
        screen = await stage.sees("– Stopped", "Continue", passing=0.2)
        assert screen.count("– Stopped") == 2, "above the card and on the status line"
        assert "✗" not in screen, "what was asked for is no failure"
        assert re.search(r"\d of 5 changes", screen)
        await stage.presses("enter")
        await stage.sees("values go into", passing=0.5)
        assert len(stage.world.living) == 1


async def test_the_end_of_patience_asks_and_waits_on() -> None:
    stubborn = Fault(FaultKind.FAILED, "upsert_service_principal", 1, 40)
    async with at(Step.CREATE, faults=[stubborn]) as stage:
        await begin(stage)
        await stage.sees("Azure takes unusually long", "Keep waiting", "Stop", passing=20)
        stage.world.faults.clear()
        await stage.presses("enter")
        await stage.sees("values go into", passing=5)


async def test_the_end_of_patience_can_be_the_end() -> None:
    stubborn = Fault(FaultKind.FAILED, "upsert_service_principal", 1, 400)
    async with at(Step.CREATE, faults=[stubborn]) as stage:
        await begin(stage)
        await stage.sees("Azure takes unusually long", passing=20)
        await stage.presses("tab", "enter")
        await stage.sees("Stopped", "Continue", "Undo…", passing=0.5)


async def test_signing_in_again_goes_on_where_it_stopped() -> None:
    async with at(Step.CREATE, faults=[Fault(FaultKind.SIGN_IN, "put_role_assignment")]) as stage:
        await begin(stage)
        await stage.sees("Sign in again", passing=0.2)
        await stage.presses("enter")
        await stage.sees("Sign in again", "FXK7|F X K 7|█")
        stage.session.approved.set()
        await stage.sees("values go into", passing=0.5)
        assert stage.session.renewed[0][0] == stage.world.tenant_id
        assert len(stage.world.living) == 1


async def test_giving_up_signing_in_again_leaves_the_run_where_it_was() -> None:
    async with at(Step.CREATE, faults=[Fault(FaultKind.SIGN_IN, "put_role_assignment")]) as stage:
        await begin(stage)
        await stage.sees("Sign in again", passing=0.2)
        await stage.presses("enter")
        await stage.sees("Cancel")
        await stage.presses("escape")
        await stage.sees("The sign-in was cancelled", "Sign in again", "Try again", "Undo…")
        assert stage.session.renewed == []
        await stage.presses("enter")
        stage.session.approved.set()
        await stage.sees("values go into", passing=0.5)


async def test_a_workspace_that_cannot_be_opened_is_a_problem_before_anything_is_written() -> None:
    from pipeops_tui.core.problem import CloudError, FailureKind, Problem

    def refuse(session: MemorySession) -> None:
        async def workspace(subscription: object) -> object:
            raise CloudError(FailureKind.REFUSED, Problem("This token belongs to another tenant", "So it stops here."))

        session.workspace = workspace  # type: ignore[method-assign,assignment]

    unheard: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: unheard.append(context["message"]))
    async with at(Step.CREATE, prepare=refuse) as stage:
        await stage.presses("enter")
        await stage.sees("Create now")
        await stage.presses("enter")
        await stage.sees("This token belongs to another tenant", "Try again", "Back")
        assert not stage.app.journey.wizard.locked
        assert stage.world.requests == []
    gc.collect()
    assert unheard == [], "it was opened ahead, when nobody waited for it"


async def test_quitting_while_writing_asks_stops_and_ends() -> None:
    async with at(Step.CREATE) as stage:
        await begin(stage)
        await stage.presses("ctrl+q")
        await stage.sees("Stop creating", "Stop and quit")
        await stage.presses("enter")
        await stage.until(lambda: "Stop creating" not in stage.screen, "it goes on")
        assert stage.app.is_running
        await stage.presses("ctrl+q")
        await stage.sees("Stop and quit")
        await stage.presses("tab", "enter")
        await stage.until(lambda: is_closing(stage.app), "the end", passing=0.2)
        assert stage.app.exit_code == 1
        assert "To undo" in stage.app.receipt


async def test_quitting_an_unfinished_run_asks() -> None:
    async with at(Step.CREATE, faults=[Fault(FaultKind.REFUSED, "put_role_assignment")]) as stage:
        await begin(stage)
        await stage.sees("Undo…", passing=0.2)
        await stage.presses("ctrl+q")
        await stage.sees("Quit before everything is created")
        await stage.presses("escape")
        await stage.until(lambda: "Quit before everything is created" not in stage.screen, "the problem again")
        await stage.presses("ctrl+q")
        await stage.sees("Quit before everything is created")
        await stage.presses("tab", "enter")
        await stage.until(lambda: is_closing(stage.app), "the end")


@pytest.mark.parametrize("size", [(60, 16), (80, 24)])
async def test_every_row_can_be_reached_in_a_small_terminal(size: tuple[int, int]) -> None:
    async with at(Step.CREATE, size=size) as stage:
        await stage.sees("Resource group")
        for _ in range(12):
            await stage.presses("down")
        await stage.sees("Test sign-in", "in as the application, read PipeOpsRG")


async def test_the_client_id_is_shown_as_soon_as_it_is_known() -> None:
    fault = Fault(FaultKind.REFUSED, "put_role_assignment")
    async with at(Step.CREATE, size=(120, 36), faults=[fault]) as stage:
        await begin(stage)
        await stage.sees("Undo…", passing=0.2)
        run = stage.app.journey.run
        assert run is not None
        assert run.state.client_id
        await stage.sees(rf"Client ID +{run.state.client_id[:8]}", r"Client secret +–")
