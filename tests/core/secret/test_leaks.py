"""While the program holds a secret, nothing of the program shows it; once it is left, nothing holds it."""

from __future__ import annotations

import asyncio
import logging
import random
import re
import string
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.traceback import Traceback
from textual import constants
from textual.message import Message

from pipeops_tui.core.wizard import Step
from pipeops_tui.ui.app import PipeOpsApp
from tests.clipboard.support import MemoryRunner
from tests.core.secret.needle import Needle, holders, shown_by_repr
from tests.support.inside import crash_of, exit_messages, is_closing, secret_field
from tests.ui.memory import KnownSecretWorld, Stage, at


def needle_and_value() -> tuple[Needle, str]:
    """A secret as Azure makes them, made at run time: no constant, and no line of any file, holds it."""
    value = "~-" + "".join(random.Random(4711).choices(string.ascii_letters + string.digits + "~._-", k=36))
    return Needle(value), value


@asynccontextmanager
async def holding(needle_value: str, **how: Any) -> AsyncIterator[Stage]:
    """The Credentials screen, everything proved, Azure's own copy of the secret gone."""
    async with at(Step.CREATE, secrets=(needle_value,), **how) as stage:
        del needle_value
        await stage.creates()
        world = stage.world
        assert isinstance(world, KnownSecretWorld)
        world.secrets = ()
        for application in world.applications.values():
            application.secrets.clear()
        how.clear()
        yield stage


async def test_one_reader_function_is_all_that_holds_it() -> None:
    needle, value = needle_and_value()
    async with holding(value) as stage:
        del value
        assert holders(needle) == ["builtins.cell "]
        assert shown_by_repr(needle) == []
        await stage.presses("r")
        await stage.until(lambda: secret_field(stage.app.screen).visible_now, "it is shown")
        await stage.pilot.pause(0.1)
        assert shown_by_repr(needle) == []
        await stage.passes(5)
        await stage.presses("r")
        await stage.sees(r"r to show it \(25 s")
        assert holders(needle) == ["builtins.cell "]
        assert shown_by_repr(needle) == []


async def test_copying_leaves_nothing_behind_in_the_program() -> None:
    needle, value = needle_and_value()
    clipboard = MemoryRunner({"xclip"})
    async with holding(value, runner=clipboard) as stage:
        del value
        for key in ("4", "a"):
            await stage.presses(key)
            await stage.sees("copied \\(read back and equal\\)")
            assert needle.found_in(clipboard.content)
            clipboard.content = ""
            await stage.pilot.pause(0.1)
        assert holders(needle) == ["builtins.cell "]
        assert shown_by_repr(needle) == []
        assert needle.found_in(stage.app.clipboard) == []


async def test_leaving_drops_every_reference() -> None:
    needle, value = needle_and_value()
    clipboard = MemoryRunner({"xclip"})
    async with holding(value, runner=clipboard) as stage:
        del value
        await stage.presses("r")
        await stage.sees("s more")
        await stage.presses("4")
        await stage.sees("Client Secret copied")
        await stage.presses("ctrl+q")
        await stage.sees("Clear it and leave")
        await stage.presses("tab", "enter")
        await stage.until(lambda: is_closing(stage.app), "the end")
        assert needle.found_in(clipboard.content) == []
        assert needle.found_in(stage.app.receipt) == []
    await asyncio.sleep(0)
    assert holders(needle) == []


async def test_messages_workers_logs_and_pictures_never_carry_it(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "azure.identity")  # which is silenced elsewhere
    log = tmp_path / "textual.log"
    monkeypatch.setattr(constants, "LOG_FILE", str(log))
    needle, value = needle_and_value()
    seen: list[str] = []

    def keep(message: Message) -> None:
        seen.append(repr(message))

    async with holding(value, message_hook=keep) as stage:
        del value
        pictures = [stage.app.export_screenshot()]
        for key in ("r", "r", "4", "a"):
            await stage.presses(key)
            await stage.pilot.pause(0.1)
            seen.extend(f"{worker!r} {worker.description} {worker.result!r}" for worker in stage.app.workers)
            pictures.append(stage.app.export_screenshot())
        await stage.presses("n")
        await stage.sees("Create a new one")
        pictures.append(stage.app.export_screenshot())
    assert len(seen) > 100
    assert len(log.read_text().splitlines()) > 10
    for where, text in {
        "messages and workers": "\n".join(seen),
        "Textual's log": log.read_text(),
        "pictures": "\n".join(pictures),
        "logging": caplog.text,
    }.items():
        assert needle.found_in(text) == [], where


async def open_undo(stage: Stage) -> None:
    """The undo dialog, from the palette's command."""
    commands = stage.app.get_system_commands(stage.app.screen)
    next(command for command in commands if "Undo" in command.title).callback()
    await stage.sees("Undo what was created", "Type PipeOps")


async def undo(stage: Stage) -> None:
    """An undo at work."""
    await open_undo(stage)
    await stage.presses(*"PipeOps", "enter")


async def renew(stage: Stage) -> None:
    """A new secret being made."""
    await stage.presses("n")
    await stage.sees("Create a new one")
    await stage.presses("enter")


async def hold_in_the_clipboard(stage: Stage) -> None:
    """The question what becomes of the clipboard."""
    await stage.presses("4")
    await stage.sees("Client Secret copied")
    await stage.presses("ctrl+q")
    await stage.sees("Clear it")


def pressing(*keys: str) -> Callable[[Stage], Awaitable[object]]:
    """A state that keys lead to."""
    return lambda stage: stage.presses(*keys)


def showing(step: Step) -> Callable[[Stage], Awaitable[object]]:
    """An earlier step, read again."""

    async def show(stage: Stage) -> None:
        stage.app.show_step(step)
        await stage.until(lambda: getattr(stage.app.screen, "STEP", None) is step, f"{step}")

    return show


STATES: dict[str, Callable[[Stage], Awaitable[object]]] = {
    "hidden": pressing(),
    "revealed": pressing("r"),
    "palette": pressing("ctrl+p"),
    "help": pressing("f1"),
    "finish dialog": pressing("escape"),
    "leaving dialog": pressing("ctrl+q"),
    "clipboard dialog": hold_in_the_clipboard,
    "new-secret dialog": pressing("n"),
    "new-secret run": renew,
    "undo dialog": open_undo,
    "undo run": undo,
    **{f"{step} again": showing(step) for step in Step if step is not Step.CREDENTIALS},
}


@pytest.mark.usefixtures("crashes_are_collected")
@pytest.mark.parametrize("state", STATES)
async def test_a_crash_shows_nothing_even_with_the_values_of_local_variables(state: str) -> None:
    needle, value = needle_and_value()
    given = [value]  # popped: the dictionaries of local variables that tracebacks leave outlive this test
    del value
    crashed: list[PipeOpsApp] = []

    async def crash() -> None:
        async with holding(given.pop()) as stage:
            crashed.append(stage.app)
            await STATES[state](stage)
            if state == "revealed":
                await stage.sees("s more")

            def boom() -> None:
                app, screen, run = stage.app, stage.app.screen, stage.app.journey.run
                credentials = run.credentials if run is not None else None
                raise RuntimeError(f"crash with {credentials!r} {screen!r} {app!r}")

            stage.app.screen.call_next(boom)
            await stage.until(lambda: crash_of(stage.app) is not None, "the crash")

    with pytest.raises(RuntimeError, match="crash with") as caught:
        await crash()
    console = Console(file=StringIO(), width=160)
    console.print(Traceback.from_exception(RuntimeError, caught.value, caught.value.__traceback__, show_locals=True))
    console.print(*exit_messages(crashed[0]))
    # This test's own frames hold the value by its name: they are the only ones that may.
    shown = re.sub(r".*│ +(value|needle_value|secrets) = .*\n", "", console.file.getvalue())  # type: ignore[attr-defined]
    assert "crash with" in shown
    assert re.search(r"│ +credentials = ", shown), "local variables are shown at all"
    assert needle.found_in(shown) == []


async def test_a_crash_while_it_is_being_created_shows_nothing() -> None:
    needle, value = needle_and_value()
    async with at(Step.CREATE, secrets=(value,)) as stage:
        del value
        await stage.presses("enter")
        await stage.sees("Create now")
        await stage.presses("enter")
        run = stage.app.journey.run
        await stage.until(
            lambda: stage.app.journey.run is not None and stage.app.journey.run.credentials is not None,
            "a secret",
            passing=0.1,
        )
        run = stage.app.journey.run
        assert run is not None
        try:
            raise RuntimeError(f"while {run.rows!r} {run.credentials!r}")
        except RuntimeError as error:
            console = Console(file=StringIO(), width=160)
            console.print(Traceback.from_exception(RuntimeError, error, error.__traceback__, show_locals=True))
        assert needle.found_in(console.file.getvalue()) == []  # type: ignore[attr-defined]
        assert shown_by_repr(needle) == []


def test_the_search_finds_what_is_there_to_find() -> None:
    needle, value = needle_and_value()
    piece = value[5:13]
    del value
    for leaked in ({"leak": f"client_secret={piece}"}, [piece.encode()], (f"{piece} ",)):
        assert holders(needle)
        del leaked
    del piece
    assert holders(needle) == []
