"""Why PipeOps refuses five values: paste them, see what was taken for what, have them examined, mend what is found.

Nothing leaves this computer before Examine is pressed. The client secret is never drawn, and is dropped when the screen
is left.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Final

from textual import on
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.events import Paste
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.worker import Worker, WorkerState

from pipeops_tui.core.clock import Clock
from pipeops_tui.doctor.changed_values import combined, corrected, with_next
from pipeops_tui.doctor.cures import early_findings, has_any, meant_values, right_values
from pipeops_tui.doctor.finding import Diagnosis, Finding, Verdict
from pipeops_tui.doctor.five_values import FiveValues, Pasted, ValueName, others_given
from pipeops_tui.doctor.pasted import ENVIRONMENT, read_environment, read_text
from pipeops_tui.doctor.persons_account import PersonsAccount
from pipeops_tui.ui.base.background_work import problem_of
from pipeops_tui.ui.base.dialog import Dialog
from pipeops_tui.ui.dialogs.confirm import ConfirmDialog
from pipeops_tui.ui.doctor.doctor_examination import Examination, Examine
from pipeops_tui.ui.doctor.doctor_help import about_doctor
from pipeops_tui.ui.doctor.finding_actions import Cures, cures_of
from pipeops_tui.ui.doctor.finding_text import FindingList
from pipeops_tui.ui.doctor.five_rows import FiveRows
from pipeops_tui.ui.doctor.pasted_text import READ_AT_ONCE, read_pasted
from pipeops_tui.ui.doctor.shown_state import (
    can_be_copied,
    question_rows,
    say_how_it_stands,
)
from pipeops_tui.ui.doctor.value_copying import ValueCopying, next_in_form
from pipeops_tui.ui.doctor.value_dialog import ValueDialog
from pipeops_tui.ui.services import About, Services
from pipeops_tui.ui.widgets.action_buttons import Action, ActionButtons
from pipeops_tui.ui.widgets.check_rows import CheckRows
from pipeops_tui.ui.widgets.showing import say
from pipeops_tui.ui.widgets.status_line import StatusLine

_HOW: Final = (
    "Paste the five values anywhere on this screen, in any form, or press Enter on one to type it. Nothing leaves this "
    "computer before you press Examine."
)
_FORGOTTEN: Final = "The five values that were pasted here are forgotten. Nothing in Azure changes."


class DoctorScreen(Dialog[str]):
    """Dismisses with the client ID of the connection whose client secret is to be renewed, or with None."""

    CSS_PATH = "doctor_screen.tcss"
    VERTICAL_BREAKPOINTS = [*Dialog.VERTICAL_BREAKPOINTS, (22, "-tall")]
    AUTO_FOCUS = "FiveRows"
    BINDINGS = [
        Binding("enter", "type", "Type it", key_display="⏎"),
        Binding("x", "examine", "Examine"),
        Binding("c", "copy_value", "Copy it", tooltip="Copy the marked value, in the order of PipeOps' form"),
        Binding("o", "use_other", "Use the other", tooltip="Use the other one that was given for the marked value"),
        Binding("v", "read_environment", "From environment", tooltip="Read the five values from the environment"),
        Binding("delete", "clear", "Clear all", key_display="del"),
        Binding("pageup", "scroll(-5)", show=False),
        Binding("pagedown", "scroll(5)", show=False),
        Binding("escape", "close", "Back", key_display="esc"),
        Binding("f1", "app.help", "What is this?", key_display="F1"),
    ]

    def __init__(
        self,
        examine: Examine,
        *,
        account: PersonsAccount,
        clock: Clock,
        services: Services,
        environment: Mapping[str, str],
        values: FiveValues | None = None,
        example: Callable[[], Awaitable[str]] | None = None,
        judged: Callable[[Verdict], None] = lambda verdict: None,
        leaves: Callable[[], None] | None = None,
    ) -> None:
        """`examine` asks Azure and tells which questions wait; it raises nothing. `account` is the person's own, with
        which more is found. `values` are there from the start. `example` gives a text to paste, in a demo. `judged` is
        told the verdict of each examination. `leaves` ends the program, where nothing is below this screen."""
        super().__init__()
        self._clock, self._services, self._judged, self._leaves = clock, services, judged, leaves
        self._environment, self._example, self._account = environment, example, account
        self._values = values or FiveValues()
        self._remarks: tuple[str, ...] = ()
        self._status = StatusLine(clock.monotonic, id="doctor-status")
        self._examination = Examination(
            self,
            examine,
            account=account,
            clock=clock,
            services=services,
            status=self._status,
            values=lambda: self._values,
            forgotten=self._show,
            found=self._found,
        )

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

    def about(self) -> About:
        """What the five values are, and how doctor examines them."""
        return about_doctor(self._values, self._account.portal)

    def action_close(self) -> None:
        """Go back to what is below; where nothing is, end the program, asking first where values would be lost."""
        leaves = self._leaves
        if leaves is None or not self.is_active:
            super().action_close()
        elif not self._can_examine or self._works:
            leaves()
        else:
            self.app.push_screen(
                ConfirmDialog("Leave doctor?", [_FORGOTTEN], yes="Leave", no="Stay", safe=False),
                lambda leave: leaves() if leave else None,
            )

    # Values

    @property
    def values(self) -> FiveValues:
        """What was given so far."""
        return self._values

    def on_paste(self, event: Paste) -> None:
        """Read what was pasted anywhere on the screen; a long text without stopping the screen."""
        event.stop()
        if len(event.text) > READ_AT_ONCE:
            self._status.running("Reading the pasted text")
        read_pasted(self, lambda: read_text(event.text), self._take, size=len(event.text))

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
        self._examination.stop()
        values = combined(self._values, pasted.values)
        if pasted.unreadable or values is self._values:
            self._status.warn(pasted.unreadable or "None of the five values was found in it.")
            return
        if pasted.values.secret is not None:
            self._forget_secret()
        self._values, self._remarks = values, pasted.remarks
        self._examination.forget()
        self._show(focus=not self._values.missing)

    def action_use_other(self) -> None:
        """Put the next one that was given for the marked value in its place."""
        self._examination.stop()
        self._values = with_next(self._values, self.query_one(FiveRows).chosen)
        self._examination.forget()
        self._show()

    @on(OptionList.OptionHighlighted)
    def _row_marked(self) -> None:
        self.refresh_bindings()

    def action_clear(self) -> None:
        """Forget all values."""
        self._examination.stop()
        self._forget_secret()
        self._examination.forget()
        self._values, self._remarks = FiveValues(), ()
        self._show()
        self.query_one(FiveRows).focus()

    def _forget_secret(self) -> None:
        self._values.forget_secrets()

    # Examining

    @property
    def examines(self) -> bool:
        """Whether Azure is being asked."""
        return self._examination.is_running

    def action_examine(self) -> None:
        """Ask Azure about the values."""
        if self.is_active and not self.examines and self._can_examine:
            self._examination.begin()
            self._show_found()
            self.refresh_bindings()

    def _found(self, diagnosis: Diagnosis) -> None:
        self._values = diagnosis.values
        self._judged(diagnosis.verdict)
        self._show(focus=True)

    @property
    def _diagnosis(self) -> Diagnosis | None:
        return self._examination.diagnosis

    @property
    def _can_examine(self) -> bool:
        return has_any(self._values)

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
        remarks = " ".join((*others_given(self._values), *self._remarks))
        say(self.query_one("#remarks", Static), remarks)
        # Later the findings need the lines.
        self.query_one("#remarks").display = bool(remarks) and self._diagnosis is None
        self._show_found()
        buttons = self.query_one(ActionButtons)
        buttons.show(self._actions(), focus=focus)
        self._say_how_it_stands()
        self.refresh_bindings()

    def _say_how_it_stands(self) -> None:
        say_how_it_stands(self._status, self._values, self._diagnosis)

    def _show_found(self) -> None:
        self.query_one(FindingList).show(self._findings)
        self.query_one(CheckRows).show(question_rows(self._examination.asked))
        self.query_one("#found").scroll_home(animate=False)
        self.query_one("#how").display = self._diagnosis is None and not self.examines

    @property
    def _findings(self) -> tuple[Finding, ...]:
        """What was found; before Azure is asked, what is wrong with what was given."""
        if self._diagnosis is not None:
            return self._diagnosis.findings
        return () if self.examines else early_findings(self._values)

    def _actions(self) -> list[Action]:
        """What mends the gravest finding that can be mended, and what goes on."""
        copy, asks = self._services.copy, self._examination
        actions = cures_of(self._diagnosis, Cures(self._correct, self._renew, asks.give_role, asks.register, copy))
        if self._works:
            actions.append(Action("Copy them in order", self._copy_in_order))
        if self._diagnosis is not None and asks.is_account_wanted(self._diagnosis):
            actions.append(Action("Sign in to find out more", asks.sign_in))
        if self._can_examine:
            again = "Examine again" if self._diagnosis is not None else "Examine"
            actions.insert(len(actions) if self._diagnosis is not None else 0, Action(again, self.action_examine))
        elif any(self._environment.get(name) for name in ENVIRONMENT.values()):
            actions.append(Action("Read them from the environment", self.action_read_environment))
        if self._example is not None and not self._can_examine:
            actions.append(Action("Use an example", self._use_example))
        return [*actions, Action("Back" if self._leaves is None else "Leave", self.action_close)]

    @property
    def _works(self) -> bool:
        return self._diagnosis is not None and self._diagnosis.verdict is Verdict.WORKS

    def action_copy_value(self) -> None:
        """Copy the marked value, and mark the next one of PipeOps' form."""
        rows = self.query_one(FiveRows)
        name = rows.chosen
        if not can_be_copied(self._values, name):
            self._status.warn(f"There is no {name} to copy.")
            return
        if (following := next_in_form(name)) is not None:
            rows.highlighted = rows.get_option_index(following)
        copying = ValueCopying(self.app, lambda: self._services.copier, self._status)
        _worker: Worker[None] = self.run_worker(copying.copy(self._values, name), group="copy", exit_on_error=False)

    def _copy_in_order(self) -> None:
        """Begin with the first value."""
        rows = self.query_one(FiveRows)
        rows.highlighted = 0
        rows.focus()
        self.call_after_refresh(self.action_copy_value)

    def _correct(self) -> None:
        """Put the right values into their places, and examine them."""
        if self._diagnosis is not None:
            self._values = corrected(self._values, right_values(self._diagnosis))
            self._examination.forget()
            self._show()
            self.action_examine()

    def _renew(self) -> None:
        if self.is_active and self._diagnosis is not None:
            self.dismiss(meant_values(self._diagnosis).client_id)

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
            case "copy_value":
                return self._can_examine
            case "use_other":
                return bool(self._values.others_of(self.query_one(FiveRows).chosen)) and not self.examines
            case "type":
                return isinstance(self.focused, FiveRows) and not self.examines
        return True
