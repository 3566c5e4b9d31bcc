"""Entries for one of the five values: nothing of a paste is drawn, and nothing of a client secret that is typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rich.text import Text
from textual.events import Key, Paste
from textual.message import Message
from textual.widget import Widget

from pipeops_tui.core.secret import Secret
from pipeops_tui.ui.widgets.fields import TextEntry

_MOST: Final = 1000
"""More characters than any client secret has."""


@dataclass(repr=False)
class PastedText(Message):
    """Text was pasted into an entry, which draws nothing of it: it can hold the secret, wherever it was pasted."""

    text: str


class OpenEntry(TextEntry):
    """An entry for a value that is not secret. What is pasted is not drawn before it was read."""

    def on_paste(self, event: Paste) -> None:
        """Have the dialog read it."""
        _hand_on(self, event)


class HiddenEntry(Widget, can_focus=True):
    """Draws only how many characters it has, and keeps them in a `Secret`: Textual's password entry would keep the text
    in an attribute. Takes characters, Backspace, Ctrl+U and pastes."""

    DEFAULT_CSS = """
    HiddenEntry {
        height: 1;
        padding: 0 1;
        color: $text-muted;
        background: $surface;
        &:focus { background: $row; color: $text; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._secret: Secret | None = None

    @property
    def secret(self) -> Secret | None:
        """What was typed; None where nothing was."""
        return self._secret

    def render(self) -> Text:
        """How much there is of it."""
        if self._secret is None:
            return Text("Type or paste it. Nothing of it is shown.")
        length = len(self._secret.reveal())
        return Text(f"{length} character{'' if length == 1 else 's'}")

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Every character is taken, also where a key of the dialog is the same letter."""
        return character is not None and character.isprintable()

    def on_key(self, event: Key) -> None:
        """Change what was typed."""
        before = self._secret.reveal() if self._secret is not None else ""
        if event.key == "backspace":
            self._take(before[:-1])
        elif event.key == "ctrl+u":
            self._take("")
        elif event.is_printable and event.character is not None:
            self._take((before + event.character)[:_MOST])
        else:
            return
        event.stop()
        event.prevent_default()

    def on_paste(self, event: Paste) -> None:
        """Have the dialog read it."""
        _hand_on(self, event)

    def forget(self) -> None:
        """Drop what was typed."""
        self._take("")

    def _take(self, text: str) -> None:
        if self._secret is not None:
            self._secret.forget()
        self._secret = Secret(text) if text else None
        self.refresh()


def _hand_on(entry: Widget, event: Paste) -> None:
    event.stop()
    event.prevent_default()
    entry.post_message(PastedText(event.text))
