"""Work of a screen that takes time, and its failures: a problem card with *Try again*, or a new sign-in.

A screen that can do without an answer shows its failure as a remark only. A demand by Azure to sign in again is always
shown as a problem: the person signs in as Azure asks, and exactly what was refused is repeated.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeGuard

from textual.screen import Screen
from textual.worker import Worker, WorkerState

from pipeops_tui.core.problem import CloudError, FailureKind, Problem
from pipeops_tui.journey.journey import Journey
from pipeops_tui.ui.base.problem_panel import ProblemPanel
from pipeops_tui.ui.services import Services
from pipeops_tui.ui.widgets.action_buttons import Action
from pipeops_tui.ui.widgets.status_line import StatusLine

Work = Callable[[], Awaitable[None]]
Without = Callable[[CloudError], object]
"""Continues without the answer that Azure did not give."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """Work in progress, and how the screen would do without it, if it could."""

    work: Work
    without: Without | None = None


@dataclass(frozen=True, slots=True)
class _Failed:
    """What *Try again* repeats: the newest work of each group, whether the screen was busy with it, and further
    buttons of the card."""

    attempts: Mapping[str, Attempt]
    busy: bool = False
    extra: tuple[Action, ...] = ()

    def __or__(self, other: _Failed) -> _Failed:
        return _Failed({**self.attempts, **other.attempts}, self.busy or other.busy, self.extra or other.extra)


_NOTHING = _Failed({})


class BackgroundWork:
    """Runs the work of one screen in groups; newer work of a group ends the older one."""

    def __init__(
        self, screen: Screen[None], journey: Journey, services: Services, status: StatusLine, problems: ProblemPanel
    ) -> None:
        self._screen = screen
        self._journey = journey
        self._services = services
        self._status = status
        self._problems = problems
        self._busy = False
        self._attempts: dict[Worker[None], tuple[str, Attempt]] = {}
        self._failed: tuple[Problem, _Failed] | None = None
        """The newest failure, and the problem that was shown for it."""

    @property
    def busy(self) -> bool:
        """While true Enter does nothing."""
        return self._busy

    @busy.setter
    def busy(self, busy: bool) -> None:
        if busy is not self._busy:
            self._busy = busy
            self._screen.refresh_bindings()

    def begin(self, work: Work, *, group: str, without: Without | None = None) -> Worker[None]:
        """Run `work`, ending earlier work of the same group. A failure shows a problem whose *Try again* repeats it.

        With `without`, that is called instead, unless Azure demands a new sign-in. Such work sets `busy` itself, if at
        all; for other work `busy` is restored when it is repeated."""
        return self._start(group, Attempt(work, without))

    def cancel(self, group: str) -> None:
        """Give up the work of `group`."""
        self._screen.workers.cancel_group(self._screen, group)

    def running(self, group: str) -> list[Worker[None]]:
        """The workers of `group` that this object has started and that have not ended."""
        return [worker for worker, (name, _) in self._attempts.items() if name == group and not worker.is_finished]

    def _start(self, group: str, attempt: Attempt) -> Worker[None]:
        async def run() -> None:
            await attempt.work()

        # The function, not a coroutine: a worker that is replaced before it starts then leaves nothing unawaited.
        worker: Worker[None] = self._screen.run_worker(run, group=group, exclusive=True, exit_on_error=False)
        self._attempts[worker] = (group, attempt)
        return worker

    def ended(self, event: Worker.StateChanged) -> None:
        """Show what came of a worker; the screen calls this for each of its `Worker.StateChanged`."""
        if event.state not in (WorkerState.SUCCESS, WorkerState.ERROR, WorkerState.CANCELLED):
            return
        group, attempt = self._attempts.pop(event.worker, ("", None))
        if not self._screen.is_attached or not self._screen.query("#frame"):
            return  # the application is closing
        error = event.worker.error
        if event.state is not WorkerState.ERROR or error is None:
            return
        if attempt is None:
            self.busy = False
            self._problems.show(problem_of(error, self._journey.clock.now()), None)
        elif attempt.without is None:
            busy, self.busy = self.busy, False
            self._show_failure(error, _Failed({group: attempt}, busy))
        elif isinstance(error, CloudError) and not self._must_sign_in(error):
            attempt.without(error)
        else:
            self.busy = False
            self._show_failure(error, _Failed({group: attempt}))

    def _must_sign_in(self, error: BaseException) -> TypeGuard[CloudError]:
        """Whether Azure asks the signed-in account to sign in again."""
        return self._journey.session is not None and is_challenge(error)

    # Failures

    @property
    def _on_card(self) -> _Failed:
        """What the problem on screen would repeat; nothing when it is not about work."""
        problem, failed = self._failed or (None, _NOTHING)
        return failed if problem is not None and problem is self._problems.problem else _NOTHING

    @property
    def failed(self) -> Collection[str]:
        """Groups of the work that *Try again* would repeat."""
        return self._on_card.attempts.keys()

    def show_demand(self, error: CloudError, work: Work, group: str, extra: Sequence[Action]) -> None:
        """Show `error`, which asks for a new sign-in; after that, or with *Try again*, `work` is begun."""
        self._show_failure(error, _Failed({group: Attempt(work)}, extra=tuple(extra)))

    def _show_failure(self, error: BaseException, failed: _Failed) -> None:
        """Show it with *Try again*. Where a new sign-in helps, that comes first and then repeats what was refused;
        where the sign-in does not ask the person (Azure CLI), *Try again* itself uses the newest sign-in."""
        from pipeops_tui.ui.dialogs.sign_in_again import asks_person

        # What has failed side by side is repeated together, whichever of it the card is about.
        failed = self._on_card | failed
        if not self._must_sign_in(error):
            problem = problem_of(error, self._journey.clock.now())
            self._problems.show(problem, lambda: self._repeat(failed), failed.extra)
        else:
            problem = error.problem
            renew = self._repeat_signed_in(error, failed)
            extra = [*failed.extra, *_going_without(failed, lambda: self._go_without(error, failed))]
            if asks_person(self._journey):
                first = [Action("Sign in again", lambda: self._problems.close_and(renew))]
                self._problems.show(problem, lambda: self._repeat(failed), extra, first)
            else:
                self._problems.show(problem, renew, extra)
        self._failed = (problem, failed)

    def _repeat(self, failed: _Failed) -> None:
        self.busy = self.busy or failed.busy
        for group, attempt in failed.attempts.items():
            self._start(group, attempt)

    def _go_without(self, error: CloudError, failed: _Failed) -> None:
        self._problems.clear()
        for attempt in failed.attempts.values():
            if attempt.without is not None:
                attempt.without(error)

    # Signing in again

    def sign_in_and(
        self, work: Work, refused: CloudError, group: str, without: Without | None = None
    ) -> Callable[[], object]:
        """A function that signs in with the claims that Azure asks for, and then begins `work` as `begin` does."""
        return self._repeat_signed_in(refused, _Failed({group: Attempt(work, without)}))

    async def sign_in_again(self, tenant_id: str, claims: str) -> None:
        """See `dialogs.sign_in_again.sign_in_again`. Raises `CloudError`."""
        from pipeops_tui.ui.dialogs.sign_in_again import sign_in_again

        await sign_in_again(self._screen.app, self._journey, self._services.copy_code, tenant_id, claims)

    def _repeat_signed_in(self, refused: CloudError, failed: _Failed) -> Callable[[], object]:
        async def sign_in_and_repeat() -> None:
            try:
                await self.sign_in_again(refused.tenant_id, refused.claims)
            except CloudError as error:
                self.busy = False
                self._show_failure(error, failed)
            else:
                self.busy = False
                self._repeat(failed)

        def start() -> None:
            self.busy = True
            self._status.running("Signing in again")
            self.begin(sign_in_and_repeat, group="signing in")

        return start


def _going_without(failed: _Failed, go_on: Callable[[], object]) -> list[Action]:
    """*Continue without*, where all that failed would otherwise only be a remark."""
    dispensable = all(attempt.without is not None for attempt in failed.attempts.values())
    return [Action("Continue without", go_on)] if dispensable else []


def is_challenge(error: BaseException) -> TypeGuard[CloudError]:
    """Whether a new sign-in would help."""
    return isinstance(error, CloudError) and error.kind is FailureKind.SIGN_IN


def problem_of(error: BaseException, now: datetime) -> Problem:
    """The problem in `error`, noticed at `now` (UTC). Any other exception becomes one too, without its traceback."""
    if isinstance(error, CloudError):
        return error.problem
    # Loaded late: it would delay the first frame.
    from pipeops_tui.core.problem import unexpected

    return unexpected(error, now)
