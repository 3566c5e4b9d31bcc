"""Text entry: an input that leaves Enter, Ctrl+C and Escape to its screen, and a labelled field with live remarks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Paste
from textual.message import Message
from textual.widgets import Checkbox, Input, Label, Static

from pipeops_tui.ui.widgets.showing import say

_LEFT_TO_THE_SCREEN = frozenset({"enter", "ctrl+c"})
_JOINERS = re.compile("\u200d{2,}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_ZERO_WIDTH = "\ufeff\u200b\u2060\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""What web pages and chats put around a text: byte order marks, blanks without width, marks of direction."""
_QUOTES = {'"': '"', "'": "'", "`": "`", "\u201c": "\u201d", "\u2018": "\u2019"}


def entry_bindings(without: Iterable[str] = ()) -> list[Binding]:
    """Textual's own keys but for those that mean the same on every screen, and but for `without`."""
    dropped = _LEFT_TO_THE_SCREEN | set(without)
    return [
        binding
        for binding in Input.BINDINGS
        if isinstance(binding, Binding) and not dropped & {key.strip() for key in binding.key.split(",")}
    ]


class TextEntry(Input, inherit_bindings=False):
    """One line of text without a border. Its cursor does not blink, so that nothing moves on a screen at rest."""

    BINDINGS: ClassVar[list[BindingType]] = [*entry_bindings()]
    DEFAULT_CSS = """
    TextEntry {
        height: 1;
        border: none;
        padding: 0 1;
        color: $text;
        &:focus { border: none; background: $row; background-tint: transparent; }
    }
    """

    MOST_PASTED: ClassVar[int] = 1000
    """Characters up to which pastes fill the entry: more than any value that Azure knows, and little enough to be drawn
    at once, which a megabyte would not be for seconds."""

    @dataclass
    class PasteCut(Message):
        """Only part of a paste was taken: the first of `lines` lines, where `too_long` only `most` characters of it,
        and not what was `around` it, in words."""

        most: int
        lines: int
        too_long: bool
        around: str = ""

        @property
        def sentence(self) -> str:
            """What to say of it."""
            if not self.most:
                return "This field is full: nothing was pasted."
            if self.too_long:
                taken = "character was pasted" if self.most == 1 else f"{self.most:,} characters were pasted"
                return f"Too long: only the first {taken}."
            without = f"without the {self.around} around it"
            if self.lines == 1:
                return f"Pasted {without}."
            taken = f"was pasted, {without}" if self.around else "was pasted"
            return f"Only one line fits here: the first of {self.lines:,} {taken}."

    def __init__(self, value: str = "", placeholder: str = "", *, id: str | None = None) -> None:
        super().__init__(value, placeholder, select_on_focus=False, id=id)
        self.set_reactive(TextEntry.cursor_blink, False)

    @property
    def room(self) -> int:
        """Characters that a paste may bring."""
        start, end = sorted(self.selection)
        return max(0, self.MOST_PASTED - len(self.value) + end - start)

    def validate_value(self, value: str) -> str:
        """Keep only what can be seen and measured."""
        return tidy(value)

    def action_paste(self) -> None:
        """Treat what was cut or copied in an entry like any other paste."""
        self.post_message(Paste(self.app.clipboard))

    def on_paste(self, event: Paste) -> None:
        """Take the first line that is not blank, no more of it than fits, and post `PasteCut` for the rest. Where it
        becomes the whole value, quotes, blanks and what cannot be seen around it are left out."""
        all_lines = event.text.splitlines() or [""]
        lines = [line for line in all_lines if line.strip()] or all_lines[:1]
        room = self.room
        replaces_all = room == self.MOST_PASTED
        line, around = unwrapped(lines[0]) if replaces_all else (lines[0], "")
        too_long = len(line) > room
        event.text = line[:room]
        if too_long or len(lines) > 1 or around:
            # After the change itself, of which the screen may have something to say as well.
            self.call_later(self.post_message, self.PasteCut(room, len(lines), too_long, around))


def tidy(text: str) -> str:
    """`text` with a blank for each control character, and one joiner (U+200D) for several, of which Rich (15.0) cannot
    tell the width."""
    return _JOINERS.sub("\u200d", _CONTROL.sub(" ", text))


def unwrapped(text: str) -> tuple[str, str]:
    """`text` without what was copied along with it, and what that was: `quotes`, `blanks`, `invisible characters`."""
    around: list[str] = []
    bare = text
    while bare:
        if (inner := bare.strip()) != bare:
            around.append("blanks")
        elif (inner := bare.strip(_ZERO_WIDTH)) != bare:
            around.append("invisible characters")
        elif len(bare) > 2 and _QUOTES.get(bare[0]) == bare[-1]:
            inner = bare[1:-1]
            around.append("quotes")
        else:
            return bare, " and ".join(dict.fromkeys(around))
        bare = inner
    return text, ""


class TextField(Vertical):
    """A label, an entry, and one line below it that judges the text as it is typed.

    Textual's Input takes validators but shows none of their sentences; here the sentence is what matters.
    """

    DEFAULT_CSS = """
    TextField {
        height: 3;
        margin-bottom: 1;

        & > Label { color: $text-muted; height: 1; }
        & > .text-field--remark { color: $text-muted; height: 1; }
        &.-wrong > .text-field--remark { color: $text-error; }
        &.-good > .text-field--remark { color: $text-success; }
    }
    """

    @dataclass
    class Changed(Message):
        """The text has changed; `error` is what the field's rule says of it."""

        field: TextField
        value: str
        error: str

        @property
        def control(self) -> TextField:
            """For `@on` selectors."""
            return self.field

    def __init__(
        self, label: str, value: str = "", *, rule: Callable[[str], str], placeholder: str = "", id: str | None = None
    ) -> None:
        """`rule` gives a sentence when the text cannot stay, and nothing when it can."""
        super().__init__(id=id)
        self._label = label
        self._rule = rule
        self._entry = TextEntry(value, placeholder)
        self._remark = Static(classes="text-field--remark", markup=False)

    def compose(self) -> ComposeResult:
        """Label, entry, remark."""
        yield Label(self._label, markup=False)
        yield self._entry
        yield self._remark

    def on_mount(self) -> None:
        """Judge the text that it begins with."""
        self.remark("")

    @property
    def value(self) -> str:
        """The text."""
        return self._entry.value

    @value.setter
    def value(self, text: str) -> None:
        self._entry.value = text

    @property
    def error(self) -> str:
        """What the rule says of the text; empty when all is well."""
        return self._rule(self.value)

    @property
    def entry(self) -> TextEntry:
        """The input inside, for focus."""
        return self._entry

    def remark(self, text: str, *, good: bool = False) -> None:
        """Show `text` below the entry, or instead of it the error where the rule is broken."""
        error = self.error
        self.set_class(bool(error), "-wrong")
        self.set_class(good and not error, "-good")
        mark = "✗ " if error else ("✓ " if good else "")
        say(self._remark, f"{mark}{error or text}", same_size=True)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Judge the text after every character."""
        event.stop()
        self.remark("")
        self.post_message(self.Changed(self, event.value, self.error))


class Tick(Checkbox, inherit_bindings=False):
    """A checkbox that Space or a click turns; Enter is left to its screen."""

    BUTTON_INNER = "✓"
    BINDINGS = [Binding("space", "toggle_button", "Turn", show=False)]
    DEFAULT_CSS = """
    Tick {
        border: none;
        padding: 0;
        height: 1;
        background: transparent;
        color: $text;
        &:focus { border: none; background-tint: transparent; text-style: underline; }
    }
    """

    def __init__(self, label: str, value: bool = False, *, id: str | None = None) -> None:
        super().__init__(label, value, id=id, compact=True)
        self.BUTTON_INNER = "✓" if value else " "

    def watch_value(self) -> None:
        """Show the tick only while it is set: colours alone would not tell."""
        self.BUTTON_INNER = "✓" if self.value else " "
        super().watch_value()
