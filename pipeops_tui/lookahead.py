"""Looks at the coming steps as soon as their inputs are chosen, so that obstacles show before anyone meets them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from pipeops_tui.wizard import STEPS, Choices, Step

if TYPE_CHECKING:
    from pipeops_tui.checks import CheckSpec, Reads
    from pipeops_tui.model import Check

Blocked = dict[Step, str]
"""Steps that cannot be passed, with the reason in a few words."""


class LookAhead:
    """Runs all checks that the choices so far allow; what is tried anyway, or handed over, blocks nothing. The
    questions are shared, so looking again costs nothing."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    def look(self, reads: Reads, choices: Choices, tell: Callable[[Blocked], None]) -> None:
        """Look, giving up an earlier look; `tell` hears what is blocked each time one more check is done."""
        # Not before it is needed: loading the checks would hold up the first frame.
        from pipeops_tui.checks import checks_for

        self.stop()
        specs = [spec for step in STEPS for spec in checks_for(step, choices)]
        self._task = asyncio.create_task(_look(specs, reads, choices, tell), name="look ahead")
        self._task.add_done_callback(_heed)

    def stop(self) -> None:
        """Give up; harmless when nothing is looked at."""
        if self._task is not None:
            self._task.cancel()


async def _look(specs: list[CheckSpec], reads: Reads, choices: Choices, tell: Callable[[Blocked], None]) -> None:
    blocked: Blocked = {}
    dared = {doubt.check for doubt in choices.doubts}

    async def one(spec: CheckSpec) -> None:
        check = await spec.run(reads, choices)
        handed_over = choices.owner_assigns and check.may_hand_over
        settled = handed_over or spec.key in dared or spec.step in blocked
        if is_blocking(check) and not settled:
            blocked[spec.step] = check.title
        tell(dict(blocked))

    await asyncio.gather(*(one(spec) for spec in specs))


def is_blocking(check: Check) -> bool:
    """Whether it keeps the person from going on (unless they try anyway, where that is offered)."""
    from pipeops_tui.model import CheckOutcome

    return check.outcome is CheckOutcome.BLOCKED


def _heed(task: asyncio.Task[None]) -> None:
    # Reading the exception keeps asyncio from reporting it; the step itself will show it when it comes to it.
    if not task.cancelled():
        task.exception()
