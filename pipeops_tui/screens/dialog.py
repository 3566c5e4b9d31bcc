"""What all dialogs share: a quiet card over the dimmed step, and the too-small notice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget

from pipeops_tui.screens.whole_frame import ResultT, WholeFrame
from pipeops_tui.widgets.key_bar import KeyBar
from pipeops_tui.widgets.too_small import LEAST_HEIGHT, LEAST_WIDTH, TooSmall


class Dialog(WholeFrame[ResultT], ModalScreen[ResultT]):
    """Subclasses give `compose_card` and dismiss with a result; Escape dismisses with None."""

    HORIZONTAL_BREAKPOINTS = [(0, "-tiny-x"), (LEAST_WIDTH, "-fits-x")]
    VERTICAL_BREAKPOINTS = [(0, "-tiny-y"), (LEAST_HEIGHT, "-fits-y")]
    BINDINGS = [Binding("escape", "dismiss_quietly", "Close")]
    TITLE_ID: ClassVar[str] = "dialog-title"

    def compose(self) -> ComposeResult:
        """The card, its keys inside it."""
        with Vertical(id="dialog"):
            yield from self.compose_card()
            yield KeyBar()
        yield TooSmall()

    def on_screen_resume(self) -> None:
        """Show the card, its keys and its focus at once."""
        self.hold_frame()

    def compose_card(self) -> Iterable[Widget]:
        """What the card holds; its heading has the id `dialog-title`."""
        raise NotImplementedError

    def action_dismiss_quietly(self) -> None:
        """Leave without an answer; a second Escape that was already on its way is ignored."""
        if self.is_active:
            self.dismiss(None)
