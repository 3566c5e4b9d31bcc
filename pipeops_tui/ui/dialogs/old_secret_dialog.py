"""The question before an old client secret is removed: whether PipeOps works with the new one."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text
from textual import on
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from pipeops_tui.connections.renewal_words import IF_IT_WORKS, WORKS_WITH_NEW
from pipeops_tui.ui.base.dialog import Dialog
from pipeops_tui.ui.widgets.fields import TextEntry

_YES = "yes"


class OldSecretDialog(Dialog[bool | None]):
    """True removes the old client secret, False leaves it for later, None does neither."""

    CSS_PATH = "dialogs.tcss"
    AUTO_FOCUS = "#answer"
    BINDINGS = [Binding("enter", "answer", "Answer", show=False)]

    def __init__(self, what_stays: str) -> None:
        """`what_stays` says until when the old one works."""
        super().__init__()
        self._what_stays = what_stays

    def compose_card(self) -> Iterable[Widget]:
        """The question, what each answer means, the word to type."""
        yield Static(Text(WORKS_WITH_NEW), id="dialog-title")
        yield Static(Text(self._what_stays), classes="paragraph")
        yield Static(Text(IF_IT_WORKS), classes="paragraph")
        yield Static(Text(f"Type {_YES} to remove the old one now:"), classes="label")
        yield TextEntry(id="answer")
        with Horizontal(classes="buttons"):
            yield Button("Later", id="later", compact=True, variant="primary")
            yield Button("Remove the old one", id="remove", compact=True, disabled=True)

    @on(Input.Changed, "#answer")
    def _typed(self) -> None:
        self.query_one("#remove", Button).disabled = not self._says_yes

    @property
    def _says_yes(self) -> bool:
        return self.query_one("#answer", TextEntry).value.strip().casefold() == _YES

    def action_answer(self) -> None:
        """Enter in the entry: what was typed, and later where nothing was. A word that is not yes answers nothing."""
        nothing = not self.query_one("#answer", TextEntry).value.strip()
        if self.is_active and (self._says_yes or nothing):
            self.dismiss(self._says_yes)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if self.is_active:
            self.dismiss(event.button.id == "remove" and self._says_yes)
