"""Running checks side by side, each with its row."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from pipeops_tui.checks import CheckSpec, Reads
from pipeops_tui.model import Check
from pipeops_tui.wizard import Choices

Show = Callable[[Sequence[Check | str]], None]
"""Gets a row for each check: what came of it, or its title while it is under way."""


def heed(checks: Sequence[Check]) -> None:
    """Raise the `CloudError` with which Azure asks for another sign-in instead of answering a check, if it does: once
    all of them are shown, for who goes on without finds them there."""
    demands = (check.challenge for check in checks)
    if (demand := next(filter(None, demands), None)) is not None:
        raise demand


async def run_checks(specs: Sequence[CheckSpec], reads: Reads, choices: Choices, show: Show) -> tuple[Check, ...]:
    """All outcomes, in the order of `specs`. Each row changes the moment its check is done, and stays in its place."""
    done: dict[str, Check] = {}

    def show_so_far() -> None:
        show([done.get(spec.key, spec.title) for spec in specs])

    async def one(spec: CheckSpec) -> None:
        done[spec.key] = await spec.run(reads, choices)
        show_so_far()

    show_so_far()
    await asyncio.gather(*(one(spec) for spec in specs))
    return tuple(done[spec.key] for spec in specs)
