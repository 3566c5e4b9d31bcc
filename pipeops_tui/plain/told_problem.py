"""A problem, and the outcomes of checks, as lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeops_tui.core.problem import Problem
from pipeops_tui.plain.conversation import Conversation

if TYPE_CHECKING:
    from pipeops_tui.core.model import Check


def tell_problem(talk: Conversation, problem: Problem) -> None:
    """What is wrong, why, what to do, who can, and the command that helps."""
    talk.say(f"{problem.title}.")
    for part in (problem.what, problem.why, problem.remedy):
        if part:
            talk.say(part, indent="  ")
    if problem.who:
        talk.say(f"Who can fix it: {problem.who}.", indent="  ")
    if problem.command:
        talk.say("Command:", indent="  ")
        talk.write(problem.command)


def tell_checks(talk: Conversation, checks: Sequence[Check]) -> None:
    """A line for each check: its outcome as a word, its title and its detail."""
    for check in checks:
        talk.say(
            f"{check.outcome}: {check.title}: {check.detail}" if check.detail else f"{check.outcome}: {check.title}"
        )
