"""A copied text as a whole page: to be read, and to be selected with the terminal's own means where a copy may not
arrive."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich.text import Text
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from pipeops_tui.ui.base.dialog import Dialog

_SCROLL = {"up": -1, "down": 1, "pageup": -8, "pagedown": 8}
_HOW = "Shift-drag selects it (Option-drag on a Mac)."


class TextDialog(Dialog[None]):
    """The text alone from the first column on, so that nothing else is selected with it. c copies it again."""

    CSS_PATH = "text_dialog.tcss"
    BINDINGS = [
        Binding("enter", "close", "Close", show=False),
        Binding("c", "copy", "Copy again"),
        Binding("m", "copy", show=False),
        *(Binding(key, f"scroll({lines})", show=False) for key, lines in _SCROLL.items()),
    ]

    def __init__(self, text: str, name: str, copied: str, copy: Callable[[], None]) -> None:
        """`name` is what the text is called, `copied` says what came of copying it, `copy` copies it again."""
        super().__init__()
        self._whole = text
        self._called = name
        self._copied = copied
        self._copy_again = copy

    def compose_card(self) -> Iterable[Widget]:
        """Its name, what came of the copy, the text."""
        yield Static(Text(self._called), id="dialog-title")
        how = self._copied if "Shift-drag" in self._copied else f"{self._copied} {_HOW}"
        yield Static(Text(how), id="copied-how")
        with VerticalScroll(id="copied-text", can_focus=False):
            yield Static(Text(self._whole))

    def action_copy(self) -> None:
        """Copy it again."""
        self._copy_again()

    def action_scroll(self, lines: int) -> None:
        """Move the text where it does not fit."""
        self.query_one("#copied-text").scroll_relative(y=lines, animate=False)
