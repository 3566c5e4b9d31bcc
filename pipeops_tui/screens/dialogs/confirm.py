"""One question, two verbs."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text
from textual import on
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Static

from pipeops_tui.screens.dialog import Dialog
from pipeops_tui.widgets.button import Button


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
