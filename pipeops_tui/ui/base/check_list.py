"""The checks of a step as live rows, and what the person can decide about those that block."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from enum import Enum, auto

from textual.app import SystemCommand
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Button, Static

from pipeops_tui.checks import SECOND_FACTOR, SECOND_FACTOR_CLAIMS, Topic, checks_for
from pipeops_tui.core.model import Check, CheckOutcome, Doubt
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.core.wizard import Choices
from pipeops_tui.journey.early_checks import is_blocking
from pipeops_tui.ui.base.checking import raise_demand, run_checks, summary_of, who_helps
from pipeops_tui.ui.base.step_screen import StepScreen
from pipeops_tui.ui.dialogs.problem_dialog import ProblemDialog
from pipeops_tui.ui.widgets.action_buttons import Action, ActionButtons
from pipeops_tui.ui.widgets.check_rows import CheckRows

_ROWS = "rows"
_TOPICS = tuple(topic for topic in Topic if topic is not Topic.REGIONS)
"""Topics of questions whose answers change when an administrator helps."""


class Decision(Enum):
    """How the person continues although checks block."""

    TRY_ANYWAY = auto()
    """Azure has the last word."""
    LEAVE_TO_OWNER = auto()
    """An Owner assigns the role; everything else is created."""


async def _nothing() -> None:
    pass


class CheckList:
    """Belongs to one step, which is passed when nothing blocks it or when the person has decided to continue."""

    def __init__(
        self,
        screen: StepScreen,
        *,
        prepare: Callable[[], Awaitable[None]] = _nothing,
        finish: Callable[[], Awaitable[None]] = _nothing,
        relevant: Callable[[Choices], Choices] = lambda choices: replace(
            choices, providers=(), doubts=(), tenant_name=""
        ),
        rows_above: Callable[[], Sequence[Check]] = lambda: (),
        rows_below: Callable[[], Sequence[Check | str]] = lambda: (),
        keeps_detail: Callable[[Check], bool] = lambda check: False,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        """`prepare` and `finish` read what else the step shows, before and after the checks; both may raise
        `CloudError`. `relevant` removes choices that no check of the step asks about. `rows_above` and `rows_below` are
        rows that block nothing; those below can be under way when the checks are done. `keeps_detail` names checks
        whose detail is shown even where lines are scarce and all is well. `changed` is called when rows or decisions
        have changed."""
        self._screen = screen
        self._journey = screen.journey
        self._prepare = prepare
        self._finish = finish
        self._relevant = relevant
        self._rows_above = rows_above
        self._rows_below = rows_below
        self._keeps_detail = keeps_detail
        self._changed = changed
        self._checks: tuple[Check, ...] = ()
        self._shown: tuple[Check | str, ...] = ()
        self._checked: Choices | None = None
        self._seconds = 0.0
        self._messages_copied = 0
        self.decision: Decision | None = None
        self.subject = ""
        """What was checked, for the status line, e.g. `Contoso`; empty where that is clear."""

    def compose(self) -> Iterable[Widget]:
        """The rows, and who can help."""
        with VerticalScroll(id="checks-scroll", can_focus=False):
            yield CheckRows(id="checks")
        yield Static(id="helper", markup=False)
        yield ActionButtons(id="next-steps")

    # Checking

    def check_if_changed(self) -> None:
        """Check what has been chosen, unless that has been done."""
        if self._relevant(self._journey.choices) != self._checked:
            self._screen.work.begin(self._check, group="check")

    async def _check(self) -> None:
        self._screen.work.cancel(_ROWS)
        if self._journey.choices.subscription is None:
            return
        self.decision, self._messages_copied = None, 0
        self._screen.busy, self._checks, self._checked, self._shown = True, (), None, ()
        started = self._journey.clock.monotonic()
        await self._prepare()
        waited = self._journey.clock.monotonic() - started
        self._screen.work.begin(lambda: self._fill_rows(waited), group=_ROWS, without=_already_shown)

    async def _fill_rows(self, seconds: float = 0.0) -> None:
        """Do the checks; `seconds` is how long the person has waited already. Raises `CloudError` where Azure asks for
        another sign-in instead of answering."""
        choices, reads = self._journey.choices, self._journey.lookups.reads
        self._screen.busy = True
        started = self._journey.clock.monotonic()
        self._screen.status.running("Checking permissions")
        self._checks = await run_checks(checks_for(self._screen.STEP, choices), reads, choices, self._show_rows)
        await self._finish()
        self._checked = self._relevant(choices)
        self._screen.busy = False
        self._show_rows(self._checks)
        self._conclude(seconds + self._journey.clock.monotonic() - started)
        raise_demand(self._checks)

    def _show_rows(self, rows: Sequence[Check | str]) -> None:
        self._shown = tuple(rows)
        shown = [row if isinstance(row, str) else self._brief(row) for row in (*rows, *self._rows_below())]
        self._screen.query_one(CheckRows).show([*self._rows_above(), *shown])
        checks = [row for row in rows if isinstance(row, Check)]
        helper = self._screen.query_one("#helper", Static)
        helper.update(who_helps(checks))
        helper.display = bool(self.blocking)
        self._show_next_steps()
        self._changed()
        self._screen.refresh_bindings()

    def _show_next_steps(self) -> None:
        """Buttons for what can be done about what blocks, in the place of Continue."""
        self._screen.set_class(self.blocked, "-blocked")
        self._screen.query_one("#continue", Button).disabled = self.blocked
        buttons = self._screen.query_one("#next-steps", ActionButtons)
        buttons.display = self.blocked
        focused = self._screen.focused
        nothing = self.blocked and not self._screen.busy and not self._screen.troubled and focused is None
        buttons.show([] if self._screen.busy else list(self._next_steps()), focus=nothing)
        out_of_place = focused is None or buttons in focused.ancestors
        if not self.blocked and out_of_place and not self._screen.troubled:
            self._screen.query_one("#continue").focus()

    def _brief(self, check: Check) -> Check:
        """`check` without a detail that only says that all is well, where lines are scarce."""
        scarce = check.outcome is CheckOutcome.OK and not self._screen.has_class("-lofty")
        return replace(check, detail="") if scarce and not self._keeps_detail(check) else check

    def rows_below_changed(self) -> None:
        """Show the rows below again, and count them where the checks have been counted."""
        if self._shown:
            self._show_rows(self._shown)
        if self._checked is not None and not self._screen.busy and not self.blocking:
            self._conclude(self._seconds)

    def show_again(self) -> None:
        """Show the rows in the words that fit the screen's size now."""
        if self._checks and not self._screen.busy:
            self._show_rows(self._checks)
            self.scroll_to_blocked()

    def scroll_to_blocked(self) -> None:
        """Bring the first blocked row into sight."""
        if self.blocking and not self._screen.busy:
            self._screen.call_after_refresh(self._scroll_to_blocked)

    def _scroll_to_blocked(self) -> None:
        line = self._screen.query_one(CheckRows).first_blocked
        self._screen.query_one("#checks-scroll").scroll_to(y=line, animate=False)

    def scroll(self, lines: int) -> None:
        """Move the rows where they do not all fit."""
        self._screen.query_one("#checks-scroll").scroll_relative(y=lines, animate=False)

    def _conclude(self, seconds: float) -> None:
        self._seconds = seconds
        if self.blocking:
            self._journey.step_blocked(self._screen.STEP, self.blocking[0].title)
            self._screen.status.failed(self.missing())
            self.scroll_to_blocked()
        else:
            self._journey.step_unblocked(self._screen.STEP)
            rows = (*self._rows_above(), *self._checks, *self._below)
            passed = sum(check.outcome is CheckOutcome.OK for check in rows)
            self._screen.status.done(summary_of(passed, len(rows), self.subject), seconds)
        self._screen.refresh_frame()

    # What blocks, and what can be done about it

    @property
    def blocking(self) -> list[Check]:
        """The checks that keep the person here."""
        return [check for check in self._checks if is_blocking(check)]

    @property
    def blocked(self) -> bool:
        """Whether a check blocks and the person has not decided to continue all the same."""
        return bool(self.blocking) and self.decision is None

    @property
    def _below(self) -> list[Check]:
        """The rows below that are known."""
        return [row for row in self._rows_below() if isinstance(row, Check)]

    @property
    def _with_message(self) -> list[Check]:
        """The checks with a message to an administrator, those that block first."""
        return sorted((check for check in self._checks if check.message), key=lambda check: not is_blocking(check))

    @property
    def _with_problem(self) -> Check | None:
        ordered = sorted(self._checks, key=lambda check: not is_blocking(check))
        return next((check for check in ordered if check.problem is not None), None)

    @property
    def _can_try_anyway(self) -> bool:
        """Whether everything that blocks rests on indirect evidence only."""
        return self.blocked and not self._screen.busy and all(check.may_try_anyway for check in self.blocking)

    @property
    def can_leave_to_owner(self) -> bool:
        """Whether only the permission to assign the role is missing."""
        return self.blocked and not self._screen.busy and all(check.may_hand_over for check in self.blocking)

    @property
    def _wanted_sign_in(self) -> CloudError | None:
        """The new sign-in that Azure asks for: of a check that it did not answer, or before the first change."""
        refused = next((check.challenge for check in self._checks if check.challenge is not None), None)
        subscription = self._journey.choices.subscription
        if refused is not None or subscription is None:
            return refused
        lacking = next((check.problem for check in self.blocking if check.key == SECOND_FACTOR), None)
        if lacking is None:
            return None
        return CloudError(FailureKind.SIGN_IN, lacking, claims=SECOND_FACTOR_CLAIMS, tenant_id=subscription.tenant_id)

    def missing(self) -> str:
        """Why the step cannot be passed; empty when it can."""
        if not self.blocked:
            return ""
        first = self.blocking[0]
        return f"{first.problem.title if first.problem is not None else f'{first.title}: {first.detail}'}."

    def _next_steps(self) -> Iterable[Action]:
        """What can be done about what blocks, as buttons: what helps most comes first."""
        if not self.blocked:
            return
        if self._wanted_sign_in:
            yield Action("Sign in again", self.sign_in)
        if self._with_message:
            yield Action("Copy message", self.copy_message)
        if self.can_leave_to_owner:
            yield Action("Ask an Owner", self.leave_to_owner)
        if self._can_try_anyway:
            yield Action("Try anyway", self.try_anyway)
        yield Action("Check again", self.check_again)
        if self._with_problem is not None:
            yield Action("Details", self.details)
        yield Action("Go back", self._screen.action_back)

    def record(self) -> None:
        """Note in the journey what is tried although a check speaks against it; the step counts as passed."""
        doubts = [Doubt(check.key, check.doubts) for check in self.blocking if check.doubts is not None]
        self._journey.wizard.try_anyway([check.key for check in self._checks], doubts)
        self._journey.step_unblocked(self._screen.STEP)

    # Actions

    def can(self, action: str) -> bool | None:
        """Whether `action` works now, for `check_action`; None where it is none of this list's actions."""
        if action not in ("copy_message", "details", "check_again", "try_anyway", "sign_in"):
            return None
        if self._screen.troubled or self._screen.read_only:
            return False
        match action:
            case "copy_message":
                return bool(self._with_message)
            case "details":
                return self._with_problem is not None
            case "check_again":
                known = (*self._checks, *self._below)
                return not self._screen.busy and any(check.outcome is not CheckOutcome.OK for check in known)
            case "try_anyway":
                return self._can_try_anyway
        return not self._screen.busy and self._wanted_sign_in is not None

    def copy_message(self) -> None:
        """Copy the message to the person who can help; where there are several, each call copies the next."""
        messages = self._with_message
        if messages:
            check = messages[self._messages_copied % len(messages)]
            self._messages_copied += 1
            name = f"Message about “{check.title}”" if len(messages) > 1 else "Message"
            self._screen.services.copy(check.message, name)

    def details(self) -> None:
        """Show the whole problem of the first check that has one."""
        check = self._with_problem
        if check is not None and check.problem is not None:
            self._screen.app.push_screen(ProblemDialog(check.problem, self._screen.services.copy, check.message))

    def check_again(self) -> None:
        """Ask Azure again: an administrator could have helped meanwhile."""
        self._journey.lookups.forget(*_TOPICS)
        self._screen.work.begin(self._check, group="check")

    def try_anyway(self) -> None:
        """Continue although Azure can refuse; nothing is left half-made then."""
        self._decide(
            Decision.TRY_ANYWAY, "Trying anyway: it is created first. If Azure refuses, nothing is left behind."
        )

    def leave_to_owner(self) -> None:
        """Create everything but the role assignment, which an Owner is asked for."""
        self._decide(Decision.LEAVE_TO_OWNER, "You will ask an Owner to assign the role. Nothing is created yet.")

    def _decide(self, decision: Decision, meaning: str) -> None:
        self.decision = decision
        self._show_rows(self._checks)
        self._screen.status.warn(meaning)

    def sign_in(self) -> None:
        """Sign in as Azure asks, and check again what it did not answer."""
        if (wanted := self._wanted_sign_in) is not None:
            self._screen.work.sign_in_and(self._fill_rows, wanted, _ROWS, _already_shown)()

    def commands(self) -> Iterable[SystemCommand]:
        """The palette's command to check again, as long as the answers can still change anything."""
        if not self._screen.read_only:
            yield SystemCommand("Check again", "Ask Azure again what this account can do", self.check_again)


def _already_shown(_error: CloudError) -> None:
    """Nothing is left to do: the check's row says that it could not be checked, and why."""
