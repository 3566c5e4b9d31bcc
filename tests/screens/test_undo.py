"""Undo: the name typed, live rows, and what is said of what stays."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.events import Paste

from pipeops_tui.wizard import Step
from tests.clipboard.support import MemoryRunner
from tests.provisioning.world import Fault, FaultKind
from tests.screens.memory import MemorySession, Stage, at


@asynccontextmanager
async def asked(**how: Any) -> AsyncIterator[Stage]:
    """Everything was created, and undo asks for the name."""
    async with at(Step.CREATE, **how) as stage:
        await stage.creates()
        stage.app.screen.action_undo()  # type: ignore[attr-defined]
        await stage.sees("Undo this run", "Type PipeOps to undo")
        yield stage


async def begin(stage: Stage) -> None:
    await stage.presses(*"PipeOps", "enter")


async def test_it_says_beforehand_what_will_go_and_what_it_never_touches() -> None:
    async with asked() as stage:
        screen = stage.screen
        for line in ("Client secret: remove it", "remove Contributor on PipeOpsRG", "only if it is empty"):
            assert line in screen
        assert "Only what this run created" in screen


async def test_the_application_can_be_kept_among_the_deleted_ones() -> None:
    async with asked() as stage:
        await stage.presses("shift+tab", "space", "tab")
        await stage.until(lambda: "Deleted application" not in stage.screen, "one line less")
        await begin(stage)
        await stage.sees("Nothing of this run is left", passing=5)
        assert [found.deleted for found in stage.world.applications.values()] == [True]
        assert stage.world.living == []


async def test_a_paste_that_is_too_long_is_told_over_the_dialog() -> None:
    async with asked() as stage:
        stage.app.post_message(Paste("x" * 2_000))
        told = "only the first 1,000 characters of the paste were taken"
        await stage.until(lambda: any(told in note.message for note in stage.app._notifications), told)


async def test_purged_it_counts_to_no_quota() -> None:
    async with asked() as stage:
        await begin(stage)
        await stage.sees("Nothing of this run is left", passing=5)
        assert stage.world.applications == {}
        assert stage.world.groups == {}


async def test_a_group_that_others_use_by_now_stays_and_is_named_with_the_command() -> None:
    clipboard = MemoryRunner({"xclip"})
    async with asked(runner=clipboard) as stage:
        stage.world.contents["pipeopsrg"] = 2
        await begin(stage)
        await stage.sees("Some things are still there", "PipeOpsRG is not empty", "az group delete", passing=5)
        assert "pipeopsrg" in stage.world.groups
        await stage.presses("c")
        await stage.until(lambda: clipboard.content.startswith("az group delete"), "the command")
        stage.world.contents.clear()
        await stage.presses("tab", "enter")
        await stage.sees("Nothing of this run is left", passing=5)
        assert stage.world.groups == {}


async def test_registrations_stay_and_are_named() -> None:
    clipboard = MemoryRunner({"xclip"})

    def lacks_one(session: MemorySession) -> None:
        session.providers_["Microsoft.Compute"] = "NotRegistered"

    async with at(Step.ACCESS, prepare=lacks_one, runner=clipboard) as stage:
        await stage.sees("Register 1 resource provider as well")
        await stage.presses("enter")
        await stage.creates()
        stage.app.screen.action_undo()  # type: ignore[attr-defined]
        await stage.sees("Type PipeOps to undo")
        await begin(stage)
        await stage.sees("Nothing of this run is left", "Left on purpose: Registration of Microsoft.Compute", passing=5)
        await stage.until(lambda: "may use it by now" in " ".join(stage.screen.split()), "why it stays")
        await stage.presses("c")
        await stage.until(lambda: clipboard.content.startswith("az provider unregister"), "the command")


async def test_escape_stops_after_the_running_request_and_it_can_be_gone_on_with() -> None:
    async with asked() as stage:
        await begin(stage)
        await stage.sees("Undoing", "esc Stop")
        await stage.presses("escape")
        await stage.sees("Some things are still there", passing=0.2)
        assert stage.world.living
        await stage.presses("tab", "enter")
        await stage.sees("Nothing of this run is left", passing=5)


async def test_a_sign_in_that_ran_out_is_renewed_and_undo_goes_on() -> None:
    async with asked() as stage:
        stage.world.faults.append(Fault(FaultKind.SIGN_IN, "remove_password"))
        await begin(stage)
        await stage.sees("Some things are still there", "Sign in and try again", passing=0.2)
        await stage.presses("tab", "enter")
        await stage.sees("Cancel")
        stage.session.approved.set()
        await stage.sees("Nothing of this run is left", passing=5)
        assert len(stage.session.renewed) == 1


async def test_giving_up_that_sign_in_leaves_the_choice() -> None:
    async with asked() as stage:
        stage.world.faults.append(Fault(FaultKind.SIGN_IN, "remove_password"))
        await begin(stage)
        await stage.sees("Sign in and try again", passing=0.2)
        await stage.presses("tab", "enter")
        await stage.sees("Cancel")
        await stage.presses("escape")
        await stage.sees("Some things are still there", "Sign in and try again")
        assert stage.session.renewed == []
        await stage.presses("tab", "enter")
        stage.session.approved.set()
        await stage.sees("Nothing of this run is left", passing=5)


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40)])
async def test_all_of_it_can_be_seen_in_every_terminal(size: tuple[int, int]) -> None:
    async with asked(size=size) as stage:
        for text in ("Client secret: remove it", "Resource group: delete PipeOpsRG", "Type PipeOps", "Keep everything"):
            assert text in stage.screen
        await begin(stage)
        await stage.sees("Nothing of this run is left", "Close", passing=5)
