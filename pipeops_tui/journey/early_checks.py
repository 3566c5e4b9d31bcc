"""What is begun ahead of its step: its checks, so that the rail shows early what is blocked, and the workspace."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pipeops_tui.core.wizard import STEPS, Choices, Step

if TYPE_CHECKING:
    from pipeops_tui.checks import CheckSpec, Reads
    from pipeops_tui.core.model import Check, Subscription
    from pipeops_tui.core.ports import Session, Workspace

Blocked = dict[Step, str]
"""Steps that cannot be passed, each with the title of the check that blocks it."""


class EarlyChecks:
    """Runs all checks that the choices allow so far, as soon as the inputs of a step are chosen.

    What the person tries anyway, or leaves to an Owner, blocks nothing. `reads` share answers with the steps, so
    running the checks again sends few requests.
    """

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    def start(self, reads: Reads, choices: Choices, report: Callable[[Blocked], None]) -> asyncio.Task[None]:
        """Run them in the task returned, in place of an earlier one; `report` is called after each check."""
        from pipeops_tui.checks import checks_for

        self.stop()
        specs = [spec for step in STEPS for spec in checks_for(step, choices)]
        self._task = asyncio.create_task(_run(specs, reads, choices, report), name="early checks")
        self._task.add_done_callback(succeeded)  # the step itself shows a failure when it is opened
        return self._task

    def stop(self) -> None:
        """Cancel the checks; does nothing when none are running."""
        if self._task is not None:
            self._task.cancel()


async def _run(specs: list[CheckSpec], reads: Reads, choices: Choices, report: Callable[[Blocked], None]) -> None:
    blocked: Blocked = {}
    tried_anyway = {doubt.check for doubt in choices.doubts}

    async def one(spec: CheckSpec) -> None:
        check = await spec.run(reads, choices)
        left_to_owner = choices.owner_assigns and check.may_hand_over
        settled = left_to_owner or spec.key in tried_anyway or spec.step in blocked
        if is_blocking(check) and not settled:
            blocked[spec.step] = check.title
        report(dict(blocked))

    await asyncio.gather(*(one(spec) for spec in specs))


def is_blocking(check: Check) -> bool:
    """Whether `check` stops the person (who can still try anyway where the check allows it)."""
    from pipeops_tui.core.model import CheckOutcome

    return check.outcome is CheckOutcome.BLOCKED


class Workspaces:
    """Keeps the newest workspace, so that opening it again costs nothing. A failure is not kept."""

    def __init__(self) -> None:
        self._key: tuple[int, str] | None = None
        self._task: asyncio.Task[Workspace] | None = None

    def open(self, session: Session, subscription: Subscription) -> asyncio.Future[Workspace]:
        """The writes into `subscription`. Raises `CloudError` when awaited."""
        key = (id(session), subscription.subscription_id)
        task = self._task if key == self._key else None
        if task is None or (task.done() and not succeeded(task)):
            task = asyncio.create_task(session.workspace(subscription), name="workspace")
            task.add_done_callback(succeeded)
            self._key, self._task = key, task
        opened = asyncio.shield(task)
        # Speculative call: errors are ignored here; the caller that needs the result tries again and shows them.
        opened.add_done_callback(succeeded)
        return opened

    @property
    def pending(self) -> list[asyncio.Task[Workspace]]:
        """What is to be cancelled at the end."""
        return [self._task] if self._task is not None else []


def succeeded(task: asyncio.Future[Any]) -> bool:
    """Whether a finished task has a result. Reading its exception keeps asyncio from reporting it."""
    return not task.cancelled() and task.exception() is None
