"""Questions with two answers: a confirmation, and those before something is left, stopped or replaced."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from rich.text import Text
from textual import on
from textual.app import App
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Button, Static

from pipeops_tui.journey.journey import Journey
from pipeops_tui.provisioning import RetriesExhausted, Run
from pipeops_tui.ui.base.dialog import Dialog

_MANAGER = "A clipboard manager can still hold a copy."


class ConfirmDialog(Dialog[bool | None]):
    """Dismisses with True for `yes`, False for `no`, None for Escape."""

    CSS_PATH = "dialogs.tcss"
    AUTO_FOCUS = ".-primary"

    def __init__(self, title: str, paragraphs: Iterable[str], *, yes: str, no: str, safe: bool = True) -> None:
        """`yes` and `no` are verbs. The focus rests on `yes` when that is `safe`, otherwise on `no`."""
        super().__init__()
        self._title = title
        self._paragraphs = tuple(paragraphs)
        self._yes = yes
        self._no = no
        self._safe = safe

    def compose_card(self) -> Iterable[Widget]:
        """The question, why it is asked, the two answers; the one that is safe comes first."""
        yield Static(Text(self._title), id="dialog-title")
        for paragraph in self._paragraphs:
            yield Static(Text(paragraph), classes="paragraph")
        yes = Button(self._yes, id="yes", compact=True, variant="primary" if self._safe else "default")
        no = Button(self._no, id="no", compact=True, variant="default" if self._safe else "primary")
        with Horizontal(classes="buttons"):
            yield from (yes, no) if self._safe else (no, yes)

    @on(Button.Pressed)
    def _answer(self, event: Button.Pressed) -> None:
        event.stop()
        if self.is_active:
            self.dismiss(event.button.id == "yes")


class KeepWaitingDialog(ConfirmDialog):
    """False stops; anything else waits on."""

    def __init__(self, patience: RetriesExhausted) -> None:
        row = patience.row
        super().__init__(
            "Azure takes unusually long",
            (
                f"{row.title}: {row.reason or row.detail}.",
                f"Waited {max(1, round(patience.waited / 60))} min so far. Waiting longer often helps.",
            ),
            yes="Keep waiting",
            no="Stop",
        )

    @classmethod
    def ask(cls, app: App[object], run: Run, patience: RetriesExhausted) -> None:
        """Ask once for everything that is paused."""
        if not any(isinstance(screen, cls) for screen in app.screen_stack):
            app.push_screen(cls(patience), lambda go_on: run.stop() if go_on is False else run.keep_waiting())


class Leaving(StrEnum):
    """How the person leaves the last screen; the value is the id of the button."""

    STAY = "stay"
    LEAVE = "leave"
    CLEAR = "clear"
    """The clipboard is cleared first."""


class LeaveDialog(Dialog[Leaving | None]):
    """The one question before the last screen is left, whichever key asked for it. The focus rests on the answer that
    loses nothing."""

    CSS_PATH = "dialogs.tcss"
    AUTO_FOCUS = ".-primary"

    def __init__(self, losses: Sequence[tuple[str, str]], *, clipboard_holds_secret: bool) -> None:
        """`losses` says what would be lost, a question and a sentence each; empty when nothing is."""
        super().__init__()
        self._losses = tuple(losses)
        self._held = clipboard_holds_secret

    def compose_card(self) -> Iterable[Widget]:
        """What would be lost, what stays in the clipboard, the answers."""
        held = "The clipboard still holds the client secret"
        title = self._losses[0][0] if self._losses else (held if self._held else "Finish here?")
        yield Static(Text(title), id="dialog-title")
        paragraphs = [sentence for _, sentence in self._losses]
        if self._held:
            paragraphs += [
                f"{held}. {_CLEARING}" if self._losses else _CLEARING,
                _MANAGER,
            ]
        elif not self._losses:
            paragraphs = ["All five values were copied. The client secret cannot be shown again later."]
        for paragraph in paragraphs:
            yield Static(Text(paragraph), classes="paragraph")
        with Horizontal(classes="buttons"):
            for index, (answer, label) in enumerate(self._answers()):
                yield Button(label, id=answer, compact=True, variant="default" if index else "primary")

    def _answers(self) -> Iterable[tuple[Leaving, str]]:
        if self._losses:
            yield Leaving.STAY, "Stay"
        if self._held:
            yield Leaving.CLEAR, "Clear it and leave" if self._losses else "Clear it"
        if self._losses:
            yield Leaving.LEAVE, "Leave and keep it" if self._held else "Leave"
        else:
            yield Leaving.LEAVE, "Keep it to paste" if self._held else "Finish"
            yield Leaving.STAY, "Stay"

    @on(Button.Pressed)
    def _answer(self, event: Button.Pressed) -> None:
        event.stop()
        if self.is_active:
            self.dismiss(Leaving(str(event.button.id)))


_CLEARING = "Clear it if you have pasted it. Otherwise it stays there until you copy something else."


class NewSecretDialog(ConfirmDialog):
    """Before the secret is replaced. True replaces it."""

    def __init__(self) -> None:
        super().__init__(
            "Create a new client secret?",
            (
                "Use this if you have lost this one. The new one is tested first, then this one is removed.",
                "If PipeOps has this one already, enter the new one there afterwards.",
            ),
            yes="Create a new one",
            no="Keep this one",
        )


class StopDialog(ConfirmDialog):
    """Escape or Ctrl+Q while the run is at work. False stops."""

    def __init__(self, *, quitting: bool = False, removing: bool = False) -> None:
        """`removing`: only an older client secret is removed."""
        doing = "removing the old client secret" if removing else "creating"
        stays = (
            "You can continue later."
            if removing
            else "What was created by then stays. You can continue later, or undo it."
        )
        super().__init__(
            f"Stop {doing}?",
            ("The running request is finished, then nothing else starts.", stays),
            yes="Keep removing" if removing else "Keep creating",
            no="Stop and quit" if quitting else "Stop",
        )


class UnfinishedDialog(ConfirmDialog):
    """Ctrl+Q on a run that is neither finished nor undone. False leaves."""

    def __init__(self, what_stays: str) -> None:
        super().__init__("Quit before everything is created?", (what_stays,), yes="Stay", no="Quit")


def what_stays(journey: Journey, run: Run) -> str:
    """What happens to an unfinished `run` when the program ends."""
    if journey.settings.demo is not None:
        return "This Azure is simulated and ends with the program. With a real one the next start offers to continue."
    if run.journaled:
        return "What was created stays in Azure. The next start offers to continue or to undo it."
    return "What was created stays in Azure. Without a journal it can only be undone now, or by hand later."
