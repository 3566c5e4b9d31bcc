"""The palette: what was typed just before it closed."""

from __future__ import annotations

import pytest
from textual.command import CommandInput, CommandList
from textual.message import Message
from textual.widgets import Input
from textual.worker import WorkerFailed

from pipeops_tui.core.wizard import Step
from pipeops_tui.ui.palette import Palette
from tests.support.inside import crash_of
from tests.ui.memory import at


@pytest.mark.parametrize("kind", [Input.Changed, Input.Submitted])
async def test_what_was_typed_before_it_closed_ends_nothing(kind: type[Input.Changed | Input.Submitted]) -> None:
    async with at(Step.ACCESS) as stage:
        palette = Palette(id="--command-palette")
        stage.app.install_screen(palette, "palette")  # so that it stays as it is half-way through its end
        stage.app.push_screen("palette")
        await stage.sees("Search for commands")
        stage.app.pop_screen()
        await palette.query(CommandList).remove()
        late: Message = kind(palette.query_one(CommandInput), "quit")
        palette.post_message(late)
        await stage.until(lambda: late.is_forwarded or not palette.message_queue_size, "the late message")
        await stage.pilot.pause()
        assert crash_of(stage.app) is None


async def test_a_search_that_goes_on_when_it_has_closed_ends_nothing() -> None:
    async with at(Step.ACCESS) as stage:
        palette = Palette(id="--command-palette")
        stage.app.install_screen(palette, "palette")
        stage.app.push_screen("palette")
        await stage.sees("Search for commands")
        stage.app.pop_screen()
        await palette.query(CommandList).remove()

        async def search() -> None:
            palette.query_one(CommandList)

        worker = palette.run_worker(search())
        with pytest.raises(WorkerFailed):
            await worker.wait()
        await stage.pilot.pause()
        assert crash_of(stage.app) is None
        await stage.sees("Access")


async def search_that_fails() -> None:
    async with at(Step.ACCESS) as stage:
        palette = Palette(id="--command-palette")
        stage.app.push_screen(palette)
        await stage.sees("Search for commands")

        async def search() -> None:
            raise ZeroDivisionError

        palette.run_worker(search())
        await stage.until(lambda: crash_of(stage.app) is not None, "the mistake")


async def test_a_search_that_fails_while_it_is_open_is_a_mistake_that_is_told() -> None:
    with pytest.raises(ZeroDivisionError):
        await search_that_fails()
