"""What Tenant and Access share: checks as live rows, and what can be done about those that block."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from textual import on
from textual.app import SystemCommand
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.events import Resize
from textual.widget import Widget
from textual.widgets import Static

from pipeops_tui.checks import SECOND_FACTOR, SECOND_FACTOR_CLAIMS, Topic, checks_for
from pipeops_tui.journey import Journey
from pipeops_tui.lookahead import is_blocking
from pipeops_tui.model import Check, CheckOutcome, Doubt
from pipeops_tui.problem import CloudError, FailureKind
from pipeops_tui.screens.checking import heed, run_checks
from pipeops_tui.screens.dialogs.problem import ProblemDialog
from pipeops_tui.screens.step_screen import StepScreen
from pipeops_tui.widgets.button import Button
from pipeops_tui.widgets.check_rows import CheckRows
from pipeops_tui.wizard import Choices

_SCROLL = {"up": -1, "down": 1, "pageup": -5, "pagedown": 5}
_ROWS = "rows"
_TOPICS = tuple(topic for topic in Topic if topic is not Topic.REGIONS)
"""Topics of questions whose answers change when somebody helps."""


class CheckedStep(StepScreen):
    """A step that is passed when nothing blocks it, or when the person dares to let Azure have the last word."""

    AUTO_FOCUS = "#continue"
    BINDINGS = [
        Binding("t", "try_anyway", "Try anyway"),
        Binding("s", "sign_in", "Sign in again"),
        Binding("m", "copy_message", "Copy message"),
        Binding("d", "details", "Details"),
        Binding("r", "check_again", "Check again"),
        Binding("f5", "check_again", show=False),
        *(Binding(key, f"scroll_checks({lines})", show=False) for key, lines in _SCROLL.items()),
    ]

    def __init__(self, journey: Journey) -> None:
        super().__init__(journey)
        self._checks: tuple[Check, ...] = ()
        self._checked: Choices | None = None
        self._daring = False
        self._messages_copied = 0

    def compose_checks(self) -> Iterable[Widget]:
        """The rows, and who can help."""
        with VerticalScroll(id="checks-scroll", can_focus=False):
            yield CheckRows(id="checks")
        yield Static(id="helper", markup=False)

    # What a step adds

    def relevant(self, choices: Choices) -> Choices:
        """The choices without those that no check of this step asks about."""
        return replace(choices, providers=(), doubts=(), tenant_name="")

    subject = ""
    """What the sentence on the status line begins with, once all is checked."""

    def brief(self, check: Check) -> Check:
        """`check` as it is shown: without words that only say that all is well, where lines are scarce."""
        wordless = check.outcome is CheckOutcome.OK and not self.has_class("-lofty")
        return replace(check, detail="") if wordless else check

    def also_shown(self) -> Sequence[Check]:
        """Rows above the checks that block nothing."""
        return ()

    async def prepare(self) -> None:
        """Ask for what is shown above the checks. Raises `CloudError`."""

    async def look_around(self) -> None:
        """Ask for what else belongs to this step, once its checks are done."""

    def forget_decisions(self) -> None:
        """Before checking anew: whatever was decided about obstacles has to be decided again."""
        self._daring = False
        self._messages_copied = 0

    def ways_on(self) -> list[str]:
        """What can be done about what blocks, a few words each."""
        ways = ["s signs in again"] if self._wanted_sign_in else []
        ways += ["m copies a message"] if self._with_message else []
        return [*ways, "t tries anyway"] if self._may_dare else ways

    def judged(self) -> None:
        """The rows have changed."""

    # Checking

    def check_if_changed(self) -> None:
        """Check what has been chosen, unless that has been done."""
        if self.relevant(self.journey.choices) != self._checked:
            self.begin(self._check, group="check")

    async def _check(self) -> None:
        self.workers.cancel_group(self, _ROWS)
        if self.journey.choices.subscription is None:
            return
        self.forget_decisions()
        self.busy, self._checks, self._checked = True, (), None
        started = self.journey.clock.monotonic()
        await self.prepare()
        waited = self.journey.clock.monotonic() - started
        self.begin(lambda: self._fill_rows(waited), group=_ROWS, without=self._do_without)

    def _do_without(self, _error: CloudError) -> None:
        """Nothing is left to do: its row says that it could not be checked, and why."""

    async def _fill_rows(self, seconds: float = 0.0) -> None:
        """Do the checks; `seconds` is how long the person has waited already. Raises `CloudError` where Azure asks for
        another sign-in instead of answering."""
        choices, reads = self.journey.choices, self.journey.lookups.reads
        self.busy = True
        started = self.journey.clock.monotonic()
        self.status.running("Checking your rights")
        self._checks = await run_checks(checks_for(self.STEP, choices), reads, choices, self._show_rows)
        await self.look_around()
        self._checked = self.relevant(choices)
        self.busy = False
        self._show_rows(self._checks)
        self._conclude(seconds + self.journey.clock.monotonic() - started)
        heed(self._checks)

    def _show_rows(self, rows: Sequence[Check | str]) -> None:
        shown = [row if isinstance(row, str) else self.brief(row) for row in rows]
        self.query_one(CheckRows).show([*self.also_shown(), *shown])
        checks = [row for row in rows if isinstance(row, Check)]
        helper = self.query_one("#helper", Static)
        helper.update(_who_helps(checks))
        helper.display = bool(self.blocking)
        self.query_one("#continue", Button).disabled = self.stuck
        self.judged()
        self.refresh_bindings()

    def on_resize(self, _event: Resize) -> None:
        """Rows in words for the room there is now, and the first that blocks in sight again."""
        self.call_after_refresh(self._show_rows_again)

    def _show_rows_again(self) -> None:
        if self._checks and not self.busy:
            self._show_rows(self._checks)
            self._rows_resized()

    @on(CheckRows.Resized)
    def _rows_resized(self) -> None:
        if self.blocking and not self.busy:
            self.call_after_refresh(self._scroll_to_obstacle)

    def _conclude(self, seconds: float) -> None:
        if self.blocking:
            self.journey.blocked[self.STEP] = self.blocking[0].title
            self.status.failed(self.missing())
            self.call_after_refresh(self._scroll_to_obstacle)
        else:
            self.journey.blocked.pop(self.STEP, None)
            rows = (*self.also_shown(), *self._checks)
            remarks = sum(check.outcome is not CheckOutcome.OK for check in rows)
            found = count(remarks, "remark") if remarks else "nothing in the way"
            self.status.done(f"{self.subject}{count(len(rows), 'check')}, {found}", seconds)
        self.refresh_frame()

    def _scroll_to_obstacle(self) -> None:
        line = self.query_one(CheckRows).first_blocked
        self.query_one("#checks-scroll").scroll_to(y=line, animate=False)

    @property
    def blocking(self) -> list[Check]:
        """The checks that keep the person here."""
        return [check for check in self._checks if is_blocking(check)]

    @property
    def stuck(self) -> bool:
        """Whether something blocks that the person has not decided to try."""
        return bool(self.blocking) and not self._daring

    @property
    def _with_message(self) -> list[Check]:
        """The checks that have a message to somebody who can help, those that block first."""
        return sorted((check for check in self._checks if check.message), key=lambda check: not is_blocking(check))

    @property
    def _with_problem(self) -> Check | None:
        ordered = sorted(self._checks, key=lambda check: not is_blocking(check))
        return next((check for check in ordered if check.problem is not None), None)

    @property
    def _may_dare(self) -> bool:
        """Whether everything that blocks rests on indirect evidence only."""
        return self.stuck and not self.busy and all(check.may_try_anyway for check in self.blocking)

    @property
    def _wanted_sign_in(self) -> CloudError | None:
        """The better sign-in that Azure asks for: of a check that it did not answer, or before the first change."""
        refused = next((check.challenge for check in self._checks if check.challenge is not None), None)
        subscription = self.journey.choices.subscription
        if refused is not None or subscription is None:
            return refused
        lacking = next((check.problem for check in self.blocking if check.key == SECOND_FACTOR), None)
        if lacking is None:
            return None
        return CloudError(FailureKind.SIGN_IN, lacking, claims=SECOND_FACTOR_CLAIMS, tenant_id=subscription.tenant_id)

    # Going on, or getting help

    def missing(self) -> str:
        """Why it cannot be passed."""
        if not self.stuck:
            return ""
        first = self.blocking[0]
        said = first.problem.title if first.problem is not None else f"{first.title}: {first.detail}"
        ways = ", ".join(self.ways_on())
        return f"{said}. {ways}." if ways else f"{said}."

    def record(self) -> None:
        """Note what is tried although a check speaks against it."""
        doubts = [Doubt(check.key, check.doubts) for check in self.blocking if check.doubts is not None]
        self.journey.wizard.dare([check.key for check in self._checks], doubts)
        self.journey.blocked.pop(self.STEP, None)

    def action_copy_message(self) -> None:
        """Copy the message to the person who can help; where there are several, each press copies the next."""
        asking = self._with_message
        if asking:
            check = asking[self._messages_copied % len(asking)]
            self._messages_copied += 1
            self.pipeops.copy(check.message, f"Message about “{check.title}”" if len(asking) > 1 else "Message")

    def action_details(self) -> None:
        """Show the problem whole."""
        check = self._with_problem
        if check is not None and check.problem is not None:
            self.app.push_screen(ProblemDialog(check.problem, self.pipeops.copy, check.message))

    def action_check_again(self) -> None:
        """Ask Azure anew: somebody may have helped meanwhile."""
        self.journey.lookups.forget(*_TOPICS)
        self.begin(self._check, group="check")

    def action_try_anyway(self) -> None:
        """Go on although it may be refused: Azure has the last word, and nothing is left half-made."""
        self._daring = True
        self.decided("Trying anyway: it goes first and alone; a refusal leaves nothing behind.")

    def decided(self, what: str) -> None:
        """Show that the person may go on after all, and what that means."""
        self._show_rows(self._checks)
        self.status.warn(what)

    def action_sign_in(self) -> None:
        """Sign in as Azure asks for, and check again what it did not answer."""
        if (wanted := self._wanted_sign_in) is not None:
            self.sign_in_and(self._fill_rows, wanted, _ROWS, self._do_without)()

    def action_scroll_checks(self, lines: int) -> None:
        """Move the rows where they do not all fit."""
        self.query_one("#checks-scroll").scroll_relative(y=lines, animate=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what works now is shown."""
        match action:
            case "continue":
                return False if self.stuck else super().check_action(action, parameters)
            case "copy_message" | "details" | "check_again" | "try_anyway" | "sign_in" if (
                self.troubled or self.read_only
            ):
                return False
            case "copy_message":
                return bool(self._with_message)
            case "details":
                return self._with_problem is not None
            case "check_again":
                return not self.busy and any(check.outcome is not CheckOutcome.OK for check in self._checks)
            case "try_anyway":
                return self._may_dare
            case "sign_in":
                return not self.busy and self._wanted_sign_in is not None
        return super().check_action(action, parameters)

    def commands(self) -> Iterable[SystemCommand]:
        """Checking again is always possible, as long as the answers can still change anything."""
        if not self.read_only:
            yield SystemCommand("Check again", "Ask Azure anew what this account may do", self.action_check_again)


def count(number: int, noun: str) -> str:
    """`1 check`, `7 checks`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _who_helps(checks: Sequence[Check]) -> str:
    """Who can remove the first obstacle, and how."""
    for check in checks:
        if is_blocking(check) and check.problem is not None:
            return f"{check.problem.remedy}\nWho can fix it: {check.problem.who or 'you'}."
    return ""
