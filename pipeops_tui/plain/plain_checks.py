"""Checks without a screen: what they say, and what the person decides where one blocks."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from pipeops_tui.checks import CheckSpec
from pipeops_tui.core.model import Check
from pipeops_tui.core.ports import Reads
from pipeops_tui.core.wizard import Choices
from pipeops_tui.journey.early_checks import is_blocking
from pipeops_tui.plain.conversation import Conversation
from pipeops_tui.plain.told_problem import tell_checks, tell_problem


async def check(
    talk: Conversation, specs: Sequence[CheckSpec], reads: Reads, choices: Choices
) -> tuple[Sequence[Check], Sequence[Check]]:
    """Run the checks and tell what came of them; all of them, and those that block. Raises `CloudError`."""
    talk.say("Checking.")
    checks = await asyncio.gather(*(spec.run(reads, choices) for spec in specs))
    tell_checks(talk, checks)
    blocking = [one for one in checks if is_blocking(one)]
    for one in blocking:
        if one.problem is not None:
            tell_problem(talk, one.problem)
    return checks, blocking


async def decide(talk: Conversation, checks: Sequence[Check], blocking: Sequence[Check]) -> str:
    """What to do although something blocks: `again`, `try` or `owner`, of which only those are offered that are
    possible. Raises as `Conversation.ask` does."""
    can = {"again": "asks Azure again"}
    if messages := [one.message for one in checks if one.message]:
        can["message"] = "shows a message to the person who can help"
    if all(one.may_try_anyway for one in blocking):
        can["try"] = "tries it; if Azure refuses, nothing is left behind"
    if all(one.may_hand_over for one in blocking):
        can["owner"] = "creates everything else, and waits until an Owner has assigned the role"
    words = [f'"{word}" {what}' for word, what in can.items()]
    talk.say(f'{"; ".join(words)}; "back" goes back.')
    while True:
        answer = await talk.pick(
            "What now?", tuple(can), "again", explain="Another person can help with what is missing."
        )
        if answer != "message":
            return answer
        for message in messages:
            talk.say(message)
