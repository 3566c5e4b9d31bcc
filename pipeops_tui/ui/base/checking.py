"""Running checks side by side, the sentences about all of them, and warnings about this computer and this cloud."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pipeops_tui.core.wizard import Choices, Step
from pipeops_tui.journey.early_checks import is_blocking
from pipeops_tui.journey.journey import Journey

if TYPE_CHECKING:
    from pipeops_tui.checks import CheckSpec, Reads
    from pipeops_tui.core.model import Check, CloudEndpoints

    Show = Callable[[Sequence[Check | str]], None]
    """Gets a row for each check: its outcome, or its title while it is running."""


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


def raise_demand(checks: Sequence[Check]) -> None:
    """Raise the `CloudError` with which Azure asks for a new sign-in instead of answering a check, if it does.

    Call it once all rows are shown: a person who continues without the answer finds the reason there."""
    demands = (check.challenge for check in checks)
    if (demand := next(filter(None, demands), None)) is not None:
        raise demand


def count(number: int, noun: str) -> str:
    """`1 check`, `7 checks`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def summary_of(passed: int, number: int, subject: str = "") -> str:
    """`All 8 checks passed`, `Contoso: all 8 checks passed`, or `Contoso: 7 of 8 checks passed`."""
    first = f"{'all' if subject else 'All'} {number}" if passed == number else f"{passed} of {number}"
    return f"{f'{subject}: ' if subject else ''}{first} checks passed"


def who_helps(checks: Sequence[Check]) -> str:
    """Who can fix the first problem, and how; empty when nothing blocks."""
    for check in checks:
        if is_blocking(check) and check.problem is not None:
            return f"{check.problem.remedy}\nWho can fix it: {check.problem.who or 'you'}."
    return ""


def environment_warnings(journey: Journey, endpoints: CloudEndpoints) -> str:
    """One line for each warning of the clock and of a cloud that PipeOps might not support; empty when there is none,
    and in a demo, which has its own time. The clock is compared only after a sign-in; before it, a line says which
    hosts of a custom cloud get what."""
    if journey.settings.demo is not None:
        return ""
    # Loaded late: the checks would delay the first frame.
    from pipeops_tui.checks import clock_warning, cloud_shell_warning, cloud_warning, destinations

    skew = journey.session.clock_skew if journey.session is not None else None
    before = destinations(endpoints) if journey.session is None else ""
    warnings = (cloud_warning(endpoints), clock_warning(skew), cloud_shell_warning(os.environ), before)
    return "\n".join(f"! {warning}" for warning in warnings if warning)


async def environment_checks(journey: Journey) -> tuple[Check, ...]:
    """The same warnings as rows of checks."""
    from pipeops_tui.checks import checks_for
    from pipeops_tui.core.model import CheckOutcome

    if journey.settings.demo is not None:
        return ()
    reads, choices = journey.lookups.reads, journey.choices
    checks = [await spec.run(reads, choices) for spec in checks_for(Step.SIGN_IN, choices)]
    return tuple(check for check in checks if check.outcome is CheckOutcome.WARNING)
