"""Undo: the name typed, live rows, and what is said of what stays."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.events import Paste
from textual.widgets import Button

from pipeops_tui.core.wizard import Step
from tests.clipboard.support import MemoryRunner
from tests.provisioning.world import Fault, FaultKind
from tests.support.inside import notices
from tests.ui.memory import MemorySession, Stage, at


@asynccontextmanager
async def asked(**how: Any) -> AsyncIterator[Stage]:
    """Everything was created, and undo asks for the name."""
    async with at(Step.CREATE, **how) as stage:
        await stage.creates()
        stage.app.screen.action_undo()  # type: ignore[attr-defined]
        await stage.sees("Undo what was created", "Type PipeOps to undo")
        yield stage


async def begin(stage: Stage) -> None:
    await stage.presses(*"PipeOps", "enter")


async def test_it_says_beforehand_what_will_go_and_what_it_never_touches() -> None:
    async with asked() as stage:
        screen = await stage.sees("Only what pipeops-tui created")
        for line in ("Client secret: remove it", "remove Contributor on PipeOpsRG", "only if it is empty"):
            assert line in screen


@pytest.mark.parametrize("name", ["", "pipeops", "PipeOp", "PipeOps2", "PipeOpsRG", "yes"])
async def test_no_other_name_begins_it(name: str) -> None:
    async with asked() as stage:
        before = list(stage.world.requests)
        await stage.presses(*name, "enter")
        button = stage.app.screen.query_one("#undo", Button)
        assert button.disabled
        stage.app.screen.action_go()  # type: ignore[attr-defined]
        assert not stage.app.screen.running  # type: ignore[attr-defined]
        await stage.sees("Undo what was created", "Type PipeOps to undo")
        assert stage.world.requests == before
        assert stage.world.living


async def test_the_application_can_be_kept_among_the_deleted_ones() -> None:
    async with asked() as stage:
        await stage.presses("shift+tab", "space", "tab")
        await stage.until(lambda: "Deleted application" not in stage.screen, "one line less")
        await begin(stage)
        await stage.sees("Nothing that was created is left", passing=5)
        assert "Delete permanently" not in stage.screen
        assert [found.deleted for found in stage.world.applications.values()] == [True]
        assert stage.world.living == []


async def test_a_paste_that_is_too_long_is_told_over_the_dialog() -> None:
    async with asked() as stage:
        stage.app.post_message(Paste("x" * 2_000))
        told = "only the first 1,000 characters were pasted"
        await stage.until(lambda: any(told in text for text in notices(stage.app)), told)


async def test_purged_it_counts_to_no_quota() -> None:
    async with asked() as stage:
        await begin(stage)
        await stage.sees("Nothing that was created is left", passing=5)
        assert stage.world.applications == {}
        assert stage.world.groups == {}


async def test_a_group_that_others_use_by_now_stays_and_is_named_with_the_command() -> None:
    clipboard = MemoryRunner({"xclip"})
    async with asked(runner=clipboard) as stage:
        stage.world.fill_group("PipeOpsRG", 2)
        await begin(stage)
        await stage.sees("Not everything was removed", "PipeOpsRG is not empty", "az group delete", passing=5)
        assert "pipeopsrg" in stage.world.groups
        await stage.presses("c")
        await stage.until(lambda: clipboard.content.startswith("az group delete"), "the command")
        stage.world.fill_group("PipeOpsRG", 0)
        await stage.presses("tab", "enter")
        await stage.sees("Nothing that was created is left", passing=5)
        assert stage.world.groups == {}


async def test_what_azure_still_shows_is_neither_a_failure_nor_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    async def accepted_and_forgotten(object_id: str) -> None:
        """As a directory whose copies lag behind for long."""

    async with asked() as stage:
        with monkeypatch.context() as patched:
            patched.setattr(stage.world, "delete_application", accepted_and_forgotten)
            await begin(stage)
            await stage.sees("Waiting for Microsoft Entra", passing=0.5)
            screen = await stage.sees("Removal accepted, Azure still shows a part", "● Application PipeOps", passing=5)
            assert "✗" not in screen
            assert "Nothing that was created is left" not in screen
        await stage.presses("tab", "enter")
        await stage.sees("Nothing that was created is left", passing=5)
        assert stage.world.applications == {}


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
        await stage.sees(
            "Nothing that was created is left", "Left on purpose: Registration of Microsoft.Compute", passing=5
        )
        await stage.until(lambda: "may already use it" in " ".join(stage.screen.split()), "why it stays")
        await stage.presses("c")
        await stage.until(lambda: clipboard.content.startswith("az provider unregister"), "the command")


async def test_escape_stops_after_the_running_request_and_it_can_be_gone_on_with() -> None:
    async with asked() as stage:
        await begin(stage)
        await stage.sees("Undoing", "esc Stop")
        await stage.presses("escape")
        await stage.sees("Not everything was removed", passing=0.2)
        assert stage.world.living
        await stage.presses("tab", "enter")
        await stage.sees("Nothing that was created is left", passing=5)


async def test_a_sign_in_that_ran_out_is_renewed_and_undo_goes_on() -> None:
    async with asked() as stage:
        stage.world.faults.append(Fault(FaultKind.SIGN_IN, "remove_password"))
        await begin(stage)
        await stage.sees("Not everything was removed", "Sign in and try again", passing=0.2)
        await stage.presses("tab", "enter")
        await stage.sees("Cancel")
        stage.session.approved.set()
        await stage.sees("Nothing that was created is left", passing=5)
        assert len(stage.session.renewed) == 1


async def test_giving_up_that_sign_in_leaves_the_choice() -> None:
    async with asked() as stage:
        stage.world.faults.append(Fault(FaultKind.SIGN_IN, "remove_password"))
        await begin(stage)
        await stage.sees("Sign in and try again", passing=0.2)
        await stage.presses("tab", "enter")
        await stage.sees("Cancel")
        await stage.presses("escape")
        await stage.sees("Not everything was removed", "Sign in and try again")
        assert stage.session.renewed == []
        await stage.presses("tab", "enter")
        stage.session.approved.set()
        await stage.sees("Nothing that was created is left", passing=5)


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40)])
async def test_all_of_it_can_be_seen_in_every_terminal(size: tuple[int, int]) -> None:
    async with asked(size=size) as stage:
        for text in ("Client secret: remove it", "Resource group: delete PipeOpsRG", "Type PipeOps", "Keep everything"):
            assert text in stage.screen
        await begin(stage)
        await stage.sees("Nothing that was created is left", "Close", passing=5)


async def test_a_group_alone_is_undone_without_a_word_about_applications() -> None:
    async with at(Step.CREATE, faults=[Fault(FaultKind.REFUSED, "upsert_application")]) as stage:
        await stage.presses("enter")
        await stage.sees("Create now")
        await stage.presses("enter")
        await stage.sees("Undo…", passing=0.2)
        run = stage.app.journey.run
        assert run is not None
        assert [row.key for row in run.undo_rows()] == ["undo:group"]
        stage.app.screen.action_undo()  # type: ignore[attr-defined]
        screen = await stage.sees("Undo what was created", "Type PipeOps to undo")
        assert "30 days" not in screen
