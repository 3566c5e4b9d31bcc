"""Step 6: what the application may do, whether the person may give it that, and what the subscription still lacks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from textual.app import SystemCommand
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Button, Static

from pipeops_tui.checks import checks_for, providers_to_register
from pipeops_tui.checks.requests import group_name, group_scope
from pipeops_tui.journey import Journey
from pipeops_tui.lookahead import is_blocking
from pipeops_tui.model import Check, CheckOutcome
from pipeops_tui.screens.about import About
from pipeops_tui.screens.checking import run_checks
from pipeops_tui.screens.dialogs.problem import ProblemDialog
from pipeops_tui.screens.step_screen import StepScreen
from pipeops_tui.widgets.check_rows import CheckRows
from pipeops_tui.widgets.tick import Tick
from pipeops_tui.wizard import Choices, Step

_PROVIDERS = "P6"
_SCROLL = {"up": -1, "down": 1, "pageup": -5, "pagedown": 5}
_RIGHTS = ("permissions", "providers", "group", "groups")
"""Topics of questions whose answers change when somebody helps."""


class AccessScreen(StepScreen):
    """One plain sentence, the checks, the providers that will be registered."""

    CSS_PATH = "access.tcss"
    STEP = Step.ACCESS
    QUESTION = "What may PipeOps do?"
    SENTENCE = "It may create, change and delete what is in this one resource group. It sees nothing else."
    CONTINUE = "Grant this"
    AUTO_FOCUS = "#continue"
    BINDINGS = [
        Binding("m", "copy_message", "Copy message"),
        Binding("d", "details", "Details"),
        Binding("r", "check_again", "Check again"),
        Binding("t", "try_anyway", "Try anyway"),
        *(Binding(key, f"scroll_checks({lines})", show=False) for key, lines in _SCROLL.items()),
    ]

    def __init__(self, journey: Journey) -> None:
        super().__init__(journey)
        self._checks: tuple[Check, ...] = ()
        self._checked: Choices | None = None
        self._lacking: tuple[str, ...] = ()
        self._daring = False

    def compose_body(self) -> Iterable[Widget]:
        """The grant, the checks, who can help, what will be registered."""
        yield Static(id="grant", markup=False)
        with VerticalScroll(id="checks-scroll", can_focus=False):
            yield CheckRows(id="checks")
        yield Static(id="helper", markup=False)
        yield Tick("Register them", True, id="register")

    def about(self) -> About:
        """Roles and scopes in plain words."""
        choices = self.journey.choices
        return About(
            "What is access?",
            (
                "In Azure a role says what may be done, and a scope says where. The application gets the role "
                f"Contributor at the scope of the resource group {group_name(choices)}: it may create, change and "
                "delete resources in there. It may not give access to anyone, and it sees nothing outside.",
                "Assigning a role takes a right that not everybody has who may create things: Owner, User Access "
                "Administrator or Role Based Access Control Administrator. That is checked here, before anything is "
                "created.",
                "Resource providers are Azure's services, such as Kubernetes. Each has to be registered once in a "
                "subscription before it can be used. It costs nothing.",
            ),
            "Resource group, Access control (IAM)",
            f"https://portal.azure.com/#@/resource{group_scope(choices)}/users",
            f'az role assignment create --role Contributor --assignee "<client id>" --scope "{group_scope(choices)}"',
        )

    # Checking

    def opened(self) -> None:
        """Check what has been chosen, unless that has been done."""
        choices = replace(self.journey.choices, providers=())
        self.query_one("#grant", Static).update(f"Contributor on {group_name(choices)}, nothing else")
        if choices != self._checked:
            self._checked = choices
            self.begin(self._check, group="check")

    async def _check(self) -> None:
        choices, reads = self.journey.choices, self.journey.lookups.reads
        subscription = choices.subscription
        if subscription is None:
            return
        self.busy, self._daring, self._checks = True, False, ()
        started = self.journey.clock.monotonic()
        self.status.running("Checking your rights")
        self._checks = await run_checks(checks_for(Step.ACCESS, choices), reads, choices, self._show)
        self._lacking = await providers_to_register(reads, subscription)
        self.busy = False
        self._show(self._checks, ())
        self._conclude(self.journey.clock.monotonic() - started)

    def _show(self, checks: Sequence[Check], pending: Sequence[str]) -> None:
        self.query_one(CheckRows).show([self._brief(check) for check in checks], pending)
        helper = self.query_one("#helper", Static)
        helper.update(_who_helps(checks))
        helper.display = bool(self._blocking)
        tick = self.query_one("#register", Tick)
        tick.display = bool(self._lacking) and not self._blocking
        tick.label = f"Register {count(len(self._lacking), 'resource provider')} as well"
        self.query_one("#continue", Button).disabled = bool(self._blocking) and not self._daring
        self.refresh_bindings()

    def _brief(self, check: Check) -> Check:
        """Without words that only say that all is well, where lines are scarce."""
        wordless = check.outcome is CheckOutcome.OK and not (check.key == _PROVIDERS and self._lacking)
        return replace(check, detail="") if wordless and not self.has_class("-lofty") else check

    def _conclude(self, seconds: float) -> None:
        blocking = self._blocking
        if blocking:
            self.journey.blocked[Step.ACCESS] = blocking[0].title
            self.status.failed(self.missing())
        else:
            self.journey.blocked.pop(Step.ACCESS, None)
            remarks = sum(check.outcome is not CheckOutcome.OK for check in self._checks)
            found = count(remarks, "remark") if remarks else "nothing in the way"
            self.status.done(f"{count(len(self._checks), 'check')}, {found}", seconds)
        self.refresh_frame()

    @property
    def _blocking(self) -> list[Check]:
        return [check for check in self._checks if is_blocking(check)]

    @property
    def _ways_on(self) -> str:
        ways = ["m copies a message to who can help"] if self._with_message else []
        ways += ["t tries anyway"] if self._may_dare else []
        return f"{', '.join(ways)}." if ways else ""

    @property
    def _with_message(self) -> Check | None:
        """The first check that has a message to somebody who can help."""
        return next((check for check in self._checks if check.message), None)

    @property
    def _with_problem(self) -> Check | None:
        ordered = sorted(self._checks, key=lambda check: not is_blocking(check))
        return next((check for check in ordered if check.problem is not None), None)

    @property
    def _may_dare(self) -> bool:
        """Whether everything that blocks rests on indirect evidence only."""
        blocking = self._blocking
        return bool(blocking) and all(check.may_try_anyway for check in blocking) and not self._daring

    # Going on, or getting help

    def missing(self) -> str:
        """Why the access cannot be given."""
        blocking = self._blocking
        if not blocking or self._daring:
            return ""
        problem = blocking[0].problem
        said = problem.title if problem is not None else f"{blocking[0].title}: {blocking[0].detail}"
        return f"{said}. {self._ways_on}".rstrip()

    def record(self) -> None:
        """Note which providers to register."""
        register = self.query_one("#register", Tick).value
        self.journey.wizard.choose(providers=self._lacking if register else ())

    def action_copy_message(self) -> None:
        """Copy the message to the person who can help."""
        check = self._with_message
        if check is not None:
            self.pipeops.copy(check.message, "Message")

    def action_details(self) -> None:
        """Show the problem whole."""
        check = self._with_problem
        if check is not None and check.problem is not None:
            self.app.push_screen(ProblemDialog(check.problem, self.pipeops.copy))

    def action_check_again(self) -> None:
        """Ask Azure anew: somebody may have helped meanwhile."""
        self.journey.lookups.forget(*_RIGHTS)
        self.begin(self._check, group="check")

    def action_try_anyway(self) -> None:
        """Go on although it may be refused: Azure has the last word, and nothing is left half-made."""
        self._daring = True
        self.status.warn("Trying anyway: Azure has the last word. If it refuses, nothing stays half-made.")
        self._show(self._checks, ())

    def action_scroll_checks(self, lines: int) -> None:
        """Move the rows where they do not all fit."""
        self.query_one("#checks-scroll").scroll_relative(y=lines, animate=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what works now is shown."""
        match action:
            case "continue":
                stuck = bool(self._blocking) and not self._daring
                return None if stuck else super().check_action(action, parameters)
            case "copy_message":
                return self._with_message is not None
            case "details":
                return self._with_problem is not None
            case "check_again":
                return not self.busy and any(check.outcome is not CheckOutcome.OK for check in self._checks)
            case "try_anyway":
                return self._may_dare
        return super().check_action(action, parameters)

    def commands(self) -> Iterable[SystemCommand]:
        """Checking again is always possible."""
        yield SystemCommand("Check again", "Ask Azure anew what this account may do", self.action_check_again)


def count(number: int, noun: str) -> str:
    """`1 check`, `7 checks`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _who_helps(checks: Sequence[Check]) -> str:
    """Who can remove the first obstacle, and how."""
    for check in checks:
        if is_blocking(check) and check.problem is not None:
            who = f"Who can fix it: {check.problem.who}." if check.problem.who else ""
            return f"{check.problem.remedy}\n{who}".rstrip()
    return ""
