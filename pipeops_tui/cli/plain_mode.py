"""Runs a conversation instead of the interface: `--plain`, a dumb terminal, or ACCESSIBLE=1."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pipeops_tui.cli.state_folder import state_folder
from pipeops_tui.core.clock import SystemClock
from pipeops_tui.core.secret import forbid_core_dumps
from pipeops_tui.plain.standard_output import are_terminals

if TYPE_CHECKING:
    from pipeops_tui.core.settings import Settings

_INTERRUPTED = 130


def wants_plain(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether there is a terminal that needs lines instead of a screen, or a person at it who does. Both variables are
    in use for that: TERM=dumb names a terminal that cannot move its cursor, ACCESSIBLE=1 is what other command-line
    programs read."""
    wanted = environ.get("TERM") == "dumb" or environ.get("ACCESSIBLE", "") not in ("", "0")
    return wanted and are_terminals(sys.stdin, sys.stdout)


def converse(settings: Settings) -> int:
    """Do what the command line asked for: line by line where that is wanted, else on screen. Returns the exit code."""
    if settings.plain or wants_plain():
        return start(settings)
    from pipeops_tui.cli.launch import launch

    return launch(settings)


def start(settings: Settings) -> int:
    """Hold the conversation to its end and return the exit code."""
    forbid_core_dumps()
    with state_folder(settings) as folder:
        return asyncio.run(_talk(settings, folder))


async def _talk(settings: Settings, folder: Path) -> int:
    from pipeops_tui.cli.launch import azure_connector
    from pipeops_tui.core.process import on_ending
    from pipeops_tui.journey.journey import Journey
    from pipeops_tui.plain.conversation import Conversation, Lines
    from pipeops_tui.plain.plain_program import PlainProgram

    connector = await asyncio.to_thread(azure_connector, settings, folder)
    journey = Journey(settings, connector, SystemClock(), folder)
    program = PlainProgram(journey, Conversation(Lines()))
    task = asyncio.ensure_future(program.run())
    interrupted = False

    def interrupt() -> None:
        nonlocal interrupted
        interrupted = True
        if not program.stop():
            task.cancel()

    on_ending(interrupt, lambda: _INTERRUPTED)
    try:
        code = await task
    except asyncio.CancelledError:
        code = _INTERRUPTED
    finally:
        await journey.close()
    return _INTERRUPTED if interrupted and code else code
