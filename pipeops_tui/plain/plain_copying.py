"""Copies a text that is not secret, and tells what came of it."""

from __future__ import annotations

from pipeops_tui.core.clock import Clock
from pipeops_tui.plain.conversation import Conversation
from pipeops_tui.plain.secret_ways import write_to_terminal


async def copy_text(talk: Conversation, clock: Clock, text: str, name: str) -> None:
    """Copy `text`, which is called `name`. Where that fails, the text is written on a line of its own."""
    from pipeops_tui.clipboard import Clipboard, CopyOutcome

    copied = await Clipboard(write_to_terminal, clock=clock).copy(text)
    match copied.outcome:
        case CopyOutcome.COPIED:
            talk.say(f"{name} copied.")
        case CopyOutcome.FAILED:
            talk.say(f"{name} could not be copied. {copied.hint}".rstrip())
            talk.write(text)
        case _:
            talk.say(f"{name} copied (could not be checked). Paste to make sure.")
