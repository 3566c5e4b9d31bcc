"""Work that takes time, and what becomes of it when it fails: a card with Retry, Back and Quit instead of the screen,
and a new sign-in where Azure asks for one.

A screen that can do without an answer makes a remark of its failure. But a demand to sign in anew is never a remark: it
says why, signs in as Azure asks, and repeats exactly what was refused. That is decided here, for every screen.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeGuard, cast

from textual import on
from textual.reactive import Reactive, reactive
from textual.widget import Widget
from textual.worker import Worker, WorkerState

from pipeops_tui.journey import Journey
from pipeops_tui.problem import CloudError, FailureKind, Problem
from pipeops_tui.screens.whole_frame import WholeFrame
from pipeops_tui.widgets.mounting import mount_into
from pipeops_tui.widgets.problem_card import ProblemAction, ProblemCard
from pipeops_tui.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from pipeops_tui.app import PipeOpsApp

Work = Callable[[], Awaitable[None]]
Without = Callable[[CloudError], object]
"""Goes on without the answer that could not be had."""


@dataclass(frozen=True, slots=True)
class _Attempt:
    """Work under way, and how the screen would do without it, if it could."""

    work: Work
    without: Without | None = None


@dataclass(frozen=True, slots=True)
class _Failed:
    """What a card would repeat: the newest work of each group, whether the screen waited for any of it, and what else
    the card offers."""

    attempts: Mapping[str, _Attempt]
    busy: bool = False
    extra: tuple[ProblemAction, ...] = ()

    def __or__(self, other: _Failed) -> _Failed:
        return _Failed({**self.attempts, **other.attempts}, self.busy or other.busy, self.extra or other.extra)


_NOTHING = _Failed({})


class WorkingScreen(WholeFrame[None]):
    """Composes `status` and a container with the id `frame`. A `ProblemCard` with the id `problem` is mounted there
    when it is first needed; it is shown while the screen has the class `-problem`."""

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """As in Textual, but moving the focus repaints the two widgets that look different for it, not the whole screen."""
    busy = reactive(False, bindings=True)
    """While true Enter does nothing."""

    def __init__(self, journey: Journey) -> None:
        super().__init__()
        self.journey = journey
        self.status = StatusLine(journey.clock.monotonic, id="status")
        self._attempts: dict[Worker[None], tuple[str, _Attempt]] = {}
        self._failed = _NOTHING
        """What the card on the screen would repeat."""
        self._focused_before: Widget | None = None

    @property
    def pipeops(self) -> PipeOpsApp:
        """The application, typed."""
        return cast("PipeOpsApp", self.app)

    @property
    def troubled(self) -> bool:
        """Whether a problem card is shown instead of the step."""
        return self.has_class("-problem")

    @property
    def out_of_sight(self) -> bool:
        """Whether what usually has the focus cannot be seen now."""
        return self.troubled

    def action_back(self) -> None:
        """Leave for where the person came from."""
        raise NotImplementedError

    # Work

    def begin(self, work: Work, *, group: str, without: Without | None = None) -> Worker[None]:
        """Run `work`, ending an earlier one of the same group. A failure shows a card whose Retry runs it again.

        With `without`, that is called instead, unless the failure is a demand to sign in anew. Such work sets `busy`
        itself, if it does at all; for other work it is restored when it is repeated."""
        return self._start(group, _Attempt(work, without))

    def _start(self, group: str, attempt: _Attempt) -> Worker[None]:
        async def run() -> None:
            await attempt.work()

        # The function, not a coroutine: a worker that is replaced before it starts then leaves nothing unawaited.
        worker: Worker[None] = self.run_worker(run, group=group, exclusive=True, exit_on_error=False)
        self._attempts[worker] = (group, attempt)
        return worker

    @on(Worker.StateChanged)
    def _work_ended(self, event: Worker.StateChanged) -> None:
        if event.state not in (WorkerState.SUCCESS, WorkerState.ERROR, WorkerState.CANCELLED):
            return
        group, attempt = self._attempts.pop(event.worker, ("", None))
        if not self.is_attached or not self.query("#frame"):
            return  # the application is closing
        error = event.worker.error
        if event.state is not WorkerState.ERROR or error is None:
            return
        if attempt is None:
            self.busy = False
            self.show_problem(problem_of(error, self.journey.clock.now()), None)
        elif attempt.without is None:
            busy, self.busy = self.busy, False
            self._show_failure(error, _Failed({group: attempt}, busy))
        elif isinstance(error, CloudError) and not self._must_sign_in(error):
            attempt.without(error)
        else:
            self.busy = False
            self._show_failure(error, _Failed({group: attempt}))

    def _must_sign_in(self, error: BaseException) -> TypeGuard[CloudError]:
        """Whether Azure asks whoever is signed in to sign in anew."""
        return self.journey.session is not None and is_challenge(error)

    def show_demand(self, error: CloudError, work: Work, group: str, extra: Sequence[ProblemAction]) -> None:
        """Show `error`, which asks for a new sign-in; after that, or with Retry, `work` is begun as in `begin`."""
        self._show_failure(error, _Failed({group: _Attempt(work)}, extra=tuple(extra)))

    def _show_failure(self, error: BaseException, failed: _Failed) -> None:
        """Show it with Retry. Where signing in anew helps, that comes first, and then what was refused is repeated;
        where nobody is asked for it, Retry itself takes up what was done elsewhere."""
        from pipeops_tui.screens.dialogs.sign_in_again import asks_person

        # What has failed side by side is repeated together, whichever of it the card is about.
        failed = self._failed | failed
        if not self._must_sign_in(error):
            self.show_problem(problem_of(error, self.journey.clock.now()), lambda: self._repeat(failed), failed.extra)
        else:
            renew = self._repeat_signed_in(error, failed)
            extra = [*failed.extra, *_going_without(failed, lambda: self._go_without(error, failed))]
            if asks_person(self.journey):
                first = [ProblemAction("Sign in again", lambda: self._try_again(renew))]
                self.show_problem(error.problem, lambda: self._repeat(failed), extra, first)
            else:
                self.show_problem(error.problem, renew, extra)
        self._failed = failed

    def _repeat(self, failed: _Failed) -> None:
        self.busy = self.busy or failed.busy
        for group, attempt in failed.attempts.items():
            self._start(group, attempt)

    def _go_without(self, error: CloudError, failed: _Failed) -> None:
        self.clear_problem()
        for attempt in failed.attempts.values():
            if attempt.without is not None:
                attempt.without(error)

    def sign_in_and(
        self, work: Work, refused: CloudError, group: str, without: Without | None = None
    ) -> Callable[[], object]:
        """What signs in with the claims that Azure asks for, and then begins `work`, with the rest as in `begin`."""
        return self._repeat_signed_in(refused, _Failed({group: _Attempt(work, without)}))

    def _repeat_signed_in(self, refused: CloudError, failed: _Failed) -> Callable[[], object]:
        async def sign_in_and_repeat() -> None:
            from pipeops_tui.screens.dialogs.sign_in_again import sign_in_again

            try:
                await sign_in_again(self, refused.tenant_id, refused.claims)
            except CloudError as error:
                self.busy = False
                self._show_failure(error, failed)
            else:
                self.busy = False
                self._repeat(failed)

        def start() -> None:
            self.busy = True
            self.status.running("Signing in again")
            self.begin(sign_in_and_repeat, group="signing in")

        return start

    # Problems

    def show_problem(
        self,
        problem: Problem,
        retry: Callable[[], object] | None,
        extra: Sequence[ProblemAction] = (),
        first: Sequence[ProblemAction] = (),
    ) -> None:
        """Show `problem` instead of the step, with `first`, Retry (if given), `extra`, Back (where there is one) and
        Quit; its command is copied with `c`."""
        actions = [*first]
        if retry is not None:
            actions.append(ProblemAction("Try again", lambda: self._try_again(retry)))
        actions += extra
        if problem.command:
            copy_command = ProblemAction("Copy command", lambda: self.pipeops.copy(problem.command, "Command"), key="c")
            actions.append(copy_command)
        if self.pipeops.can_go_back:
            actions.append(ProblemAction("Go back", self.action_back))
        actions.append(ProblemAction("Copy details", lambda: self._copy_details(problem)))
        actions.append(ProblemAction("Quit", lambda: self.app.run_worker(self.pipeops.action_quit())))
        if not self.troubled:
            self.remember_focus()
        self._failed = _NOTHING
        self.add_class("-problem")
        (self.status.stopped if problem.wanted else self.status.failed)(problem.title)
        self.call_next(self._present, problem, actions)
        self.refresh_bindings()

    async def _present(self, problem: Problem, actions: Sequence[ProblemAction]) -> None:
        # The application may be closed before this, or while the card is mounted.
        for frame in self.query("#frame"):
            card = next(iter(frame.query(ProblemCard)), None) or ProblemCard(id="problem")
            if not card.is_attached:
                await mount_into(frame, card)
            if card.is_attached:
                await card.present(problem, actions)

    def _copy_details(self, problem: Problem) -> None:
        from pipeops_tui.support import report

        self.pipeops.copy(report(problem, self.journey.clock.now()), "Details")

    def _try_again(self, retry: Callable[[], object]) -> None:
        self.clear_problem()
        retry()

    def clear_problem(self) -> None:
        """Show the step again, the focus where it was."""
        self._failed = _NOTHING
        if self.troubled:
            self.remove_class("-problem")
            self.status.say("")
            self.set_focus(None)  # not on a button of the card, which would still be pressed unseen
            self.restore_focus()
            self.refresh_bindings()

    # The focus, while what has it is out of sight

    def remember_focus(self) -> None:
        """Note what has the focus, for `restore_focus`."""
        self._focused_before = self.focused or self._focused_before

    def restore_focus(self) -> None:
        """Give the focus back, once what had it is drawn again."""
        self.call_after_refresh(self._refocus)

    def _refocus(self) -> None:
        # Another problem, or another resize, may have come since this was asked for.
        before = self._focused_before
        if before is not None and before.is_attached and not self.out_of_sight:
            self._focused_before = None
            before.focus()


def _going_without(failed: _Failed, go_on: Callable[[], object]) -> list[ProblemAction]:
    """*Go on without*, where all that failed would otherwise only be a remark."""
    dispensable = all(attempt.without is not None for attempt in failed.attempts.values())
    return [ProblemAction("Go on without", go_on)] if dispensable else []


def is_challenge(error: BaseException) -> TypeGuard[CloudError]:
    """Whether signing in anew would help."""
    return isinstance(error, CloudError) and error.kind is FailureKind.SIGN_IN


def problem_of(error: BaseException, now: datetime) -> Problem:
    """The problem in `error`, noticed at `now` (UTC); any other exception becomes one too, without its traceback."""
    if isinstance(error, CloudError):
        return error.problem
    # Not before it is needed: it would hold up the first frame.
    from pipeops_tui.support import unexpected

    return unexpected(error, now)
