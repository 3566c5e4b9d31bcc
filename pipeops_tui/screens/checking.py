"""Running checks side by side while their rows stay in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from pipeops_tui.checks import CheckSpec, Reads
from pipeops_tui.model import Check
from pipeops_tui.wizard import Choices

Show = Callable[[Sequence[Check], Sequence[str]], None]
"""Gets the checks that are done, and the titles of those that are not."""


async def run_checks(specs: Sequence[CheckSpec], reads: Reads, choices: Choices, show: Show) -> tuple[Check, ...]:
    """All outcomes, in the order of `specs`. A row is shown once those before it are, so that no row changes places."""
    done: dict[str, Check] = {}

    def show_so_far() -> None:
        shown = []
        for spec in specs:
            if spec.key not in done:
                break
            shown.append(done[spec.key])
        show(shown, [spec.title for spec in specs[len(shown) :]])

    async def one(spec: CheckSpec) -> None:
        done[spec.key] = await spec.run(reads, choices)
        show_so_far()

    show_so_far()
    await asyncio.gather(*(one(spec) for spec in specs))
    return tuple(done[spec.key] for spec in specs)
