"""The hand-off on the smallest and on a roomy screen: two ways remain, and the Owner's line can be read and copied."""

from __future__ import annotations

import pytest

from pipeops_tui.core.wizard import Step
from tests.clipboard.support import MemoryRunner
from tests.ui.memory import CONTRIBUTOR, MemorySession, at


def may_not_assign(session: MemorySession) -> None:
    session.permissions_ = CONTRIBUTOR


def squeezed(text: str) -> str:
    """`text` without what wrapping puts in."""
    return "".join(text.split())


async def test_the_button_names_what_enter_does_while_handing_over() -> None:
    async with at(Step.ACCESS, size=(80, 24), prepare=may_not_assign) as stage:
        await stage.sees("Copy message +Ask an Owner")
        await stage.presses("h")
        await stage.sees(r"Continue \(ask an Owner\)")
        await stage.presses("r")
        screen = await stage.sees("Copy message +Ask an Owner")
        assert "Continue (ask an Owner)" not in screen


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
async def test_continue_is_blocked_and_two_ways_remain(size: tuple[int, int]) -> None:
    clipboard = MemoryRunner({"xclip"})
    async with at(Step.ACCESS, size=size, runner=clipboard, prepare=may_not_assign) as stage:
        await stage.sees("✗ blocked +Permission to assign roles", "Copy message +Ask an Owner")
        await stage.presses("enter")
        assert stage.app.journey.wizard.step is Step.ACCESS
        await stage.presses("m")
        await stage.until(lambda: "PipeOps" in clipboard.content, "the request for an Owner")
        assert "Pay-As-You-Go" in clipboard.content
        await stage.presses("h")
        await stage.sees("You will ask an Owner to assign the role. Nothing is created yet.")
        assert stage.world.requests == []


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
async def test_the_owners_line_is_shown_whole_and_copied_as_it_is_run(size: tuple[int, int]) -> None:
    clipboard = MemoryRunner({"xclip"})
    async with at(Step.ACCESS, size=size, runner=clipboard, prepare=may_not_assign) as stage:
        await stage.sees("Copy message +Ask an Owner")
        await stage.presses("h", "enter")
        await stage.sees("4 changes", "Role assignment +an Owner|an Owner +Role assignment")
        await stage.presses("enter")
        await stage.sees("Create now")
        await stage.presses("enter")
        screen = await stage.sees(
            "looking again|● looking", "Waiting since", "Copy message   Look now   Stop…", passing=0.05
        )
        run = stage.app.journey.run
        assert run is not None
        assert run.owner_step is not None
        command = run.owner_step.command
        beside_the_rail = max(line.find("Create what PipeOps needs") for line in screen.splitlines())
        assert squeezed(command) in squeezed("".join(line[beside_the_rail:] for line in screen.splitlines()))
        await stage.presses("m")
        await stage.until(lambda: command in clipboard.content.splitlines(), "the line")
        assert "add_password" not in stage.world.requests
        stage.world.owner_after = 0.0
        await stage.presses("l")
        await stage.sees("Client Secret", passing=0.5)
        assert "put_role_assignment" not in stage.world.requests


@pytest.mark.parametrize("size", [(60, 16), (80, 24)])
async def test_while_an_owner_is_waited_for_each_way_on_is_a_button(size: tuple[int, int]) -> None:
    clipboard = MemoryRunner({"xclip"})
    async with at(Step.ACCESS, size=size, runner=clipboard, prepare=may_not_assign) as stage:
        await stage.sees("Copy message +Ask an Owner")
        await stage.presses("h", "enter")
        await stage.sees("4 changes")
        await stage.presses("enter")
        await stage.sees("Create now")
        await stage.presses("enter")
        await stage.sees("Waiting since", "Copy message   Look now   Stop…", passing=0.05)
        await stage.presses("enter")
        assert not clipboard.content, "Enter does nothing while it waits"
        await stage.presses("tab", "enter")
        await stage.until(lambda: "az role assignment create" in clipboard.content, "the message")
        await stage.presses("tab", "tab", "enter")
        await stage.sees("Stop creating")
        await stage.presses("escape")
        stage.world.owner_after = 0.0
        await stage.presses("shift+tab", "enter")
        await stage.sees("Client Secret", passing=0.5)
