"""The base of all dialogs: a card over the dimmed step, its keys, and the notice that the terminal is too small."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget

from pipeops_tui.ui.base.frame import LEAST_HEIGHT, LEAST_WIDTH, TooSmall
from pipeops_tui.ui.widgets.key_bar import KeyBar

ResultT = TypeVar("ResultT")


class Dialog(ModalScreen[ResultT]):
    """Subclasses give `compose_card` and dismiss with a result; Escape dismisses with None."""

    HORIZONTAL_BREAKPOINTS = [(0, "-tiny-x"), (LEAST_WIDTH, "-fits-x")]
    VERTICAL_BREAKPOINTS = [(0, "-tiny-y"), (LEAST_HEIGHT, "-fits-y")]
    BINDINGS = [
        Binding("escape", "close", "Close"),
        # Textual keeps the keys of the application from a dialog. `?` is text where something is being typed.
        Binding("f1,f9,question_mark", "app.help", show=False),
    ]

    def compose(self) -> ComposeResult:
        """The card, its keys inside it."""
        with Vertical(id="dialog"):
            yield from self.compose_card()
            yield KeyBar()
        yield TooSmall()

    def compose_card(self) -> Iterable[Widget]:
        """What the card holds; its heading has the id `dialog-title`."""
        raise NotImplementedError

    def commands(self) -> Iterable[SystemCommand]:
        """The palette's commands that have no key; none by default."""
        return ()

    def action_close(self) -> None:
        """Leave without an answer; a second Escape that was already on its way is ignored."""
        if self.is_active:
            self.dismiss(None)
