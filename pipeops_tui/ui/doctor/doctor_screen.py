"""Why PipeOps refuses five values: paste them, see what was taken for what, have them examined, mend what is found.

Nothing leaves this computer before Examine is pressed. The client secret is never drawn, and is dropped when the screen
is left.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from textual import on
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.events import Paste
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.worker import Worker, WorkerState

from pipeops_tui.core.clock import Clock
from pipeops_tui.core.model import Check, CheckOutcome
from pipeops_tui.core.model.doctor_facts import FailedOperation
from pipeops_tui.doctor.admin_message import admin_message
from pipeops_tui.doctor.changed_values import combined, corrected
from pipeops_tui.doctor.examining import without_azure
from pipeops_tui.doctor.finding import Diagnosis, Finding, FindingCode, Verdict, in_order
from pipeops_tui.doctor.five_values import FiveValues, Pasted, ValueName
from pipeops_tui.doctor.pasted import ENVIRONMENT, read_environment, read_text
from pipeops_tui.doctor.question import Question, QuestionChanged, QuestionState, Tell
from pipeops_tui.doctor.server_failures import failure_findings
from pipeops_tui.ui.base.background_work import problem_of
from pipeops_tui.ui.base.dialog import Dialog
from pipeops_tui.ui.doctor.finding_text import FindingList
from pipeops_tui.ui.doctor.five_rows import FiveRows
from pipeops_tui.ui.doctor.value_dialog import ValueDialog
from pipeops_tui.ui.widgets.action_buttons import Action, ActionButtons
from pipeops_tui.ui.widgets.check_rows import CheckRows
from pipeops_tui.ui.widgets.showing import say
from pipeops_tui.ui.widgets.status_line import StatusLine

_HOW: Final = (
    "Paste the five values anywhere on this screen, in any form, or press Enter on one to type it. Nothing leaves this "
    "computer before you press Examine."
)
_RENEWS: Final = frozenset({FindingCode.SECRET_EXPIRED, FindingCode.SECRET_WRONG, FindingCode.SECRET_IS_ITS_ID})
"""What a new client secret mends."""

Examine = Callable[[FiveValues, Tell], Awaitable[Diagnosis]]
Failures = Callable[[FiveValues], Awaitable[Sequence[FailedOperation]]]


class DoctorScreen(Dialog[str]):
    """Dismisses with the client ID of the connection whose client secret is to be renewed, or with None."""

    CSS_PATH = "doctor_screen.tcss"
    VERTICAL_BREAKPOINTS = [*Dialog.VERTICAL_BREAKPOINTS, (22, "-tall")]
    AUTO_FOCUS = "FiveRows"
    BINDINGS = [
        Binding("enter", "type", "Type it", key_display="⏎"),
        Binding("x", "examine", "Examine"),
        Binding("v", "read_environment", "From environment", tooltip="Read the five values from the environment"),
        Binding("delete", "clear", "Clear all", key_display="del"),
        Binding("pageup", "scroll(-5)", show=False),
        Binding("pagedown", "scroll(5)", show=False),
        Binding("escape", "close", "Back", key_display="esc"),
    ]

    def __init__(
        self,
        examine: Examine,
        *,
        clock: Clock,
        copy: Callable[[str, str], None],
        environment: Mapping[str, str],
        values: FiveValues | None = None,
        failures: Failures | None = None,
        example: Callable[[], Awaitable[str]] | None = None,
        judged: Callable[[Verdict], None] = lambda verdict: None,
    ) -> None:
        """`examine` asks Azure; it raises nothing. `copy` takes a text and what it is called. `values` are there from
        the start. `failures` asks as the person what Azure has refused to the application in the last 14 days; None
        before the first sign-in. `example` gives a text to paste, in a demo. `judged` is told the verdict of each
        examination."""
        super().__init__()
        self._ask = examine
        self._clock, self._copy, self._judged = clock, copy, judged
        self._environment, self._example, self._failures = environment, example, failures
        self._values = values or FiveValues()
        self._remarks: tuple[str, ...] = ()
        self._asked: dict[Question, QuestionChanged] = {}
        self._diagnosis: Diagnosis | None = None
        self._status = StatusLine(clock.monotonic, id="doctor-status")

    def compose_card(self) -> Iterable[Widget]:
        """The five values, what was found, what can be done about it."""
        yield Static("Why does PipeOps say no?", id="dialog-title", markup=False)
        yield Static(_HOW, id="how", markup=False)
        yield FiveRows(self._values, id="five")
        yield Static(id="remarks", markup=False)
        with VerticalScroll(id="found", can_focus=False):
            yield FindingList(id="findings", markup=False)
            yield CheckRows(id="questions")
        yield ActionButtons(id="doctor-actions")
        yield self._status

    def on_mount(self) -> None:
        """Show what there is already; where only the secret is missing, ask for it."""
        self._show()
        if self._values.missing == (ValueName.SECRET,):
            rows = self.query_one(FiveRows)
            rows.highlighted = rows.get_option_index(ValueName.SECRET)
            self.call_after_refresh(self.action_type)

    def on_unmount(self) -> None:
        """Drop the secret."""
        self._forget_secret()

    # Values

    @property
    def values(self) -> FiveValues:
        """What was given so far."""
        return self._values

    def on_paste(self, event: Paste) -> None:
        """Read what was pasted anywhere on the screen."""
        event.stop()
        self._take(read_text(event.text))

    def action_read_environment(self) -> None:
        """Read the variables that the Azure SDKs read too."""
        self._take(read_environment(self._environment))

    def _use_example(self) -> None:
        if (example := self._example) is not None:

            async def take() -> None:
                self._take(read_text(await example()))

            _worker: Worker[None] = self.run_worker(take(), group="example", exit_on_error=False)

    def action_type(self) -> None:
        """Type the highlighted value."""
        name = self.query_one(FiveRows).chosen
        if self.is_active and not self.examines:
            self.app.push_screen(ValueDialog(name, self._values.text(name)), self._typed)

    @on(OptionList.OptionSelected)
    def _row_chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_type()

    def _typed(self, values: FiveValues | None) -> None:
        if values is not None:
            self._take(Pasted(values))

    def _take(self, pasted: Pasted) -> None:
        """Add what was read to what is there. An examination under way has answers about other values."""
        self._stop()
        values = combined(self._values, pasted.values)
        if pasted.unreadable or values is self._values:
            self._status.warn(pasted.unreadable or "None of the five values was found in it.")
            return
        if pasted.values.secret is not None:
            self._forget_secret()
        self._values, self._remarks = values, pasted.remarks
        self._diagnosis, self._asked = None, {}
        self._show(focus=not self._values.missing)

    def action_clear(self) -> None:
        """Forget all values."""
        self._stop()
        self._forget_secret()
        self._values, self._remarks, self._diagnosis, self._asked = FiveValues(), (), None, {}
        self._show()
        self.query_one(FiveRows).focus()

    def _forget_secret(self) -> None:
        if self._values.secret is not None:
            self._values.secret.forget()

    # Examining

    @property
    def examines(self) -> bool:
        """Whether Azure is being asked."""
        return any(worker.is_running for worker in self.workers if worker.node is self and worker.group == "examine")

    def action_examine(self) -> None:
        """Ask Azure about the values."""
        if self.is_active and not self.examines and self._can_examine:
            self._asked, self._diagnosis = {}, None
            self._status.running("Examining the five values")
            self._show_found()
            _worker: Worker[None] = self.run_worker(self._examine(), group="examine", exit_on_error=False)
            self.refresh_bindings()

    @property
    def _can_examine(self) -> bool:
        return any(self._values.has(name) for name in ValueName)

    async def _examine(self) -> None:
        diagnosis = await self._ask(self._values, self._tell)
        if self._failures is not None and diagnosis.values.client_id and diagnosis.values.group_name:
            self._status.running("Looking for what Azure refused to PipeOps")
            failed = failure_findings(await self._failures(diagnosis.values))
            diagnosis = replace(diagnosis, findings=in_order((*diagnosis.findings, *failed)))
        self._diagnosis = diagnosis
        self._values = self._diagnosis.values
        self._judged(self._diagnosis.verdict)
        self._show(focus=True)

    def _tell(self, change: QuestionChanged) -> None:
        self._asked[change.question] = change
        self.query_one(CheckRows).show(_rows(self._asked))

    def _stop(self) -> None:
        self.workers.cancel_group(self, "examine")

    @on(Worker.StateChanged)
    def _ended(self, event: Worker.StateChanged) -> None:
        """Say it where something fails that is not Azure's refusal: a mistake in this program."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            problem = problem_of(event.worker.error, self._clock.now())
            self._status.failed(f"{problem.title}. Press x to examine again.")
        self.refresh_bindings()

    # What is shown

    def _show(self, *, focus: bool = False) -> None:
        self.query_one(FiveRows).show(self._values)
        say(self.query_one("#remarks", Static), " ".join(self._remarks))
        self.query_one("#remarks").display = bool(self._remarks)
        self._show_found()
        buttons = self.query_one(ActionButtons)
        buttons.show(self._actions(), focus=focus)
        self._say_how_it_stands()
        self.refresh_bindings()

    def _say_how_it_stands(self) -> None:
        if self._diagnosis is not None:
            say_it = {Verdict.WORKS: self._status.done, Verdict.BROKEN: self._status.failed}
            say_it.get(self._diagnosis.verdict, self._status.warn)(self._diagnosis.summary)
        elif not self._can_examine:
            self._status.say("Waiting for the five values.")
        elif missing := self._values.missing:
            self._status.say(f"Not given: {', '.join(missing)}. What can be examined without is examined.")
        else:
            self._status.say("All five are there. Press x to examine them.")

    def _show_found(self) -> None:
        self.query_one(FindingList).show(self._findings)
        self.query_one(CheckRows).show(_rows(self._asked))
        self.query_one("#found").scroll_home(animate=False)

    @property
    def _findings(self) -> tuple[Finding, ...]:
        """What was found; before Azure is asked, what is wrong with what was given."""
        if self._diagnosis is not None:
            return self._diagnosis.findings
        if self.examines or not (self._can_examine or self._values.error_codes):
            return ()
        told = without_azure(self._values).findings
        return tuple(one for one in told if one.code is not FindingCode.VALUES_MISSING)

    def _actions(self) -> list[Action]:
        """What mends the gravest finding that can be mended, and what goes on."""
        actions = self._cures()
        if self._can_examine:
            again = "Examine again" if self._diagnosis is not None else "Examine"
            actions.insert(len(actions) if self._diagnosis is not None else 0, Action(again, self.action_examine))
        elif any(self._environment.get(name) for name in ENVIRONMENT.values()):
            actions.append(Action("Read them from the environment", self.action_read_environment))
        if self._example is not None and not self._can_examine:
            actions.append(Action("Use an example", self._use_example))
        return [*actions, Action("Back", self.action_close)]

    def _cures(self) -> list[Action]:
        findings = self._diagnosis.findings if self._diagnosis is not None else ()
        right = [one for finding in findings for one in finding.right]
        cures = []
        if right:
            cures.append(Action("Use the right one" if len(right) == 1 else "Use the right ones", self._correct))
            cures += [Action(f"Copy the {one.name}", _copying(self._copy, one.text, one.name)) for one in right]
        if any(finding.code in _RENEWS for finding in findings) and self._values.client_id:
            cures.append(Action("Renew the client secret", self._renew))
        if command := next((one.command for one in findings if one.command), ""):
            cures.append(Action("Copy the command", _copying(self._copy, command, "Command")))
        if asked := next((one for one in findings if one.who and one.outcome is CheckOutcome.BLOCKED), None):
            message = admin_message(asked, self._values)
            cures.append(Action("Copy a message", _copying(self._copy, message, "Message")))
        return cures

    def _correct(self) -> None:
        """Put the right values into their places, and examine them."""
        if self._diagnosis is not None:
            right = [one for finding in self._diagnosis.findings for one in finding.right]
            self._values = corrected(self._values, right)
            self._diagnosis = None
            self._show()
            self.action_examine()

    def _renew(self) -> None:
        if self.is_active:
            self.dismiss(self._values.client_id)

    def action_scroll(self, lines: int) -> None:
        """Move what was found where it does not fit."""
        self.query_one("#found").scroll_relative(y=lines, animate=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now."""
        if not self.is_mounted:
            return False
        match action:
            case "examine":
                return self._can_examine and not self.examines
            case "clear":
                return self._can_examine
            case "read_environment":
                return any(self._environment.get(name) for name in ENVIRONMENT.values())
            case "type":
                return isinstance(self.focused, FiveRows) and not self.examines
        return True


def _copying(copy: Callable[[str, str], None], text: str, name: str) -> Callable[[], None]:
    return lambda: copy(text, name)


def _rows(asked: Mapping[Question, QuestionChanged]) -> list[Check | str]:
    """The questions in their order; those that were not asked for another's sake are left out."""
    rows: list[Check | str] = []
    for question in Question:
        change = asked.get(question)
        if change is not None and change.state is QuestionState.ASKING:
            rows.append(question.value)
        elif change is not None and change.outcome is not None:
            rows.append(Check(question.name, question.value, change.outcome, change.detail))
    return rows
