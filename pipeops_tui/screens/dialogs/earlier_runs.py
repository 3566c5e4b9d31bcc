"""Runs of earlier processes: which there are, and what to do with one of them."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text
from textual import on
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from pipeops_tui.dates import spell_instant
from pipeops_tui.earlier import Errand, Intent, name_of, standing_of
from pipeops_tui.provisioning.journal_store import RecordedRun, Survey
from pipeops_tui.screens.dialog import Dialog
from pipeops_tui.widgets.button import Button
from pipeops_tui.widgets.choice_list import Choice, ChoiceList

_OPEN_ELSEWHERE = "open in another pipeops-tui"
_CONTINUE = "Continue  looks at what is there, and makes the rest"
_CREATE_AGAIN = "Continue  makes again what undo has removed"
_UNDO = "Undo      removes what this run created"
_UNDO_FINISHED = "Undo      removes what this run created: PipeOps loses its access"
_FORGET = "Forget    leaves it in Azure, and says how to remove it"


class EarlierRunsDialog(Dialog[Errand]):
    """Dismisses with what to do with which run; with None for not now. Enter continues an unfinished run."""

    CSS_PATH = ["dialogs.tcss", "earlier_runs.tcss"]
    VERTICAL_BREAKPOINTS = [*Dialog.VERTICAL_BREAKPOINTS, (22, "-tall")]
    AUTO_FOCUS = "#runs"
    BINDINGS = [
        Binding("enter", "continue", "Continue", key_display="⏎"),
        Binding("u", "undo", "Undo…"),
        Binding("f", "forget", "Forget…"),
        Binding("escape", "dismiss_quietly", "Decide later", key_display="esc"),
    ]

    def __init__(self, survey: Survey) -> None:
        super().__init__()
        self._survey = survey
        self._runs = {run.state.run_id: run for run in (*survey.unfinished, *survey.undoable)}

    def compose_card(self) -> Iterable[Widget]:
        """The runs, what the verbs mean for the selected one, and the verbs."""
        yield Static(Text(_heading(len(self._survey.unfinished))), id="dialog-title")
        with VerticalScroll(id="runs-scroll", can_focus=False):
            yield ChoiceList(tuple(self._choices()), id="runs")
        yield Static(id="runs-verbs", markup=False)
        with Horizontal(classes="buttons"):
            yield Button("Continue", id="continue", compact=True, variant="primary")
            yield Button("Undo…", id="undo", compact=True)
            yield Button("Forget…", id="forget", compact=True)
            yield Button("Decide later", id="later", compact=True)

    def _choices(self) -> Iterable[Choice]:
        for run in (*self._survey.unfinished, *self._survey.undoable):
            yield _choice(run, badge="not finished" if run.state.unfinished else "finished")
        for run in self._survey.in_use:
            yield _choice(run, badge=_OPEN_ELSEWHERE, enabled=False)

    def on_mount(self) -> None:
        """Select the newest."""
        self.query_one(ChoiceList).selected_key = next(iter(self._runs), None)
        self._show_verbs()

    @property
    def _selected(self) -> RecordedRun | None:
        choice = self.query_one(ChoiceList).selected
        return None if choice is None else self._runs.get(choice.key)

    @on(ChoiceList.Selected, "#runs")
    def _run_selected(self, event: ChoiceList.Selected) -> None:
        event.stop()
        self._show_verbs()

    def _show_verbs(self) -> None:
        """Say what can be done with the selected run."""
        self.query_one("#runs-verbs", Static).update(_verbs(self._selected))
        for intent in Intent:
            self.query_one(f"#{intent}", Button).display = self._may(intent)
        self.refresh_bindings()

    def _may(self, intent: Intent) -> bool:
        run = self._selected
        return run is not None and (run.state.unfinished or intent is Intent.UNDO)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done with the selected run. Enter never makes again what somebody was removing."""
        if action not in tuple(Intent):
            return True
        again = action == Intent.CONTINUE and self._selected is not None and self._selected.state.undoing
        return self._may(Intent(action)) and not again

    def action_continue(self) -> None:
        """Finish the selected run."""
        self._decide(Intent.CONTINUE)

    def action_undo(self) -> None:
        """Remove what it created."""
        self._decide(Intent.UNDO)

    def action_forget(self) -> None:
        """Leave what it created, and offer it no more."""
        self._decide(Intent.FORGET)

    def _decide(self, intent: Intent) -> None:
        run = self._selected
        if run is not None and self.is_active:
            self.dismiss(Errand(intent, run))

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button.id == "later":
            self.action_dismiss_quietly()
        else:
            self._decide(Intent(str(event.button.id)))


def _heading(unfinished: int) -> str:
    match unfinished:
        case 0:
            return "Earlier runs"
        case 1:
            return "A run was not finished"
    return f"{unfinished} runs were not finished"


def _choice(run: RecordedRun, *, badge: str, enabled: bool = True) -> Choice:
    state = run.state
    standing = standing_of(state) if enabled else "going on there"
    detail = f"{state.plan.tenant_name} · begun {spell_instant(state.begun)} · {standing}"
    return Choice(state.run_id, name_of(state.plan), detail, enabled, badge)


def _verbs(run: RecordedRun | None) -> str:
    if run is None:
        return ""
    if not run.state.unfinished:
        return _UNDO_FINISHED
    return "\n".join((_CREATE_AGAIN if run.state.undoing else _CONTINUE, _UNDO, _FORGET))
