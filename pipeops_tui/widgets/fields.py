"""Text entry: an input that leaves Enter, Ctrl+C and Escape to its screen, and a labelled field with live remarks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Paste
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.widgets import Label, Static

from pipeops_tui.widgets.input import LineInput
from pipeops_tui.widgets.said import say

_LEFT_TO_THE_SCREEN = frozenset({"enter", "ctrl+c"})


def entry_bindings(without: Iterable[str] = ()) -> list[Binding]:
    """Textual's own keys but for those that mean the same on every screen, and but for `without`."""
    dropped = _LEFT_TO_THE_SCREEN | set(without)
    return [
        binding
        for binding in LineInput.BINDINGS
        if isinstance(binding, Binding) and not dropped & {key.strip() for key in binding.key.split(",")}
    ]


class TextEntry(LineInput, inherit_bindings=False):
    """One line of text. Its cursor does not blink, so that nothing moves on a screen at rest."""

    BINDINGS: ClassVar[list[BindingType]] = [*entry_bindings()]

    MOST_PASTED: ClassVar[int] = 1000
    """Characters up to which pastes fill the entry: more than any value that Azure knows, and little enough to be drawn
    at once, which a megabyte would not be for seconds."""

    @dataclass
    class PasteCut(Message):
        """A paste was more than is taken of one: `most` characters, where `too_long`, of the first of `lines`."""

        most: int
        lines: int
        too_long: bool

        @property
        def sentence(self) -> str:
            """What to say of it."""
            if not self.most:
                return "No more fits in here: nothing of the paste was taken."
            if self.too_long:
                taken = (
                    "character of the paste was" if self.most == 1 else f"{self.most:,} characters of the paste were"
                )
                return f"That is too long: only the first {taken} taken."
            return f"Only one line fits here: the first of {self.lines:,} was taken."

    virtual_size: Reactive[Size] = Reactive(Size(0, 0))
    """As in Textual, but without a new layout of the whole screen with each character."""

    def __init__(self, value: str = "", placeholder: str = "", *, id: str | None = None) -> None:
        super().__init__(value, placeholder, select_on_focus=False, id=id)
        self.set_reactive(LineInput.cursor_blink, False)

    @property
    def room(self) -> int:
        """Characters that a paste may bring."""
        start, end = sorted(self.selection)
        return max(0, self.MOST_PASTED - len(self.value) + end - start)

    def watch_virtual_size(self) -> None:
        """A shorter text is not left scrolled beyond its end."""
        self.scroll_x = min(self.scroll_x, self.max_scroll_x)

    def action_paste(self) -> None:
        """What was cut or copied in here comes as any other paste."""
        self.post_message(Paste(self.app.clipboard))

    def on_paste(self, event: Paste) -> None:
        """Take the first line that holds anything, no more of it than can be drawn, and tell."""
        all_lines = event.text.splitlines() or [""]
        lines = [line for line in all_lines if line.strip()] or all_lines[:1]
        room = self.room
        too_long = len(lines[0]) > room
        event.text = lines[0][:room]
        if too_long or len(lines) > 1:
            # After the change itself, of which the screen may have something to say as well.
            self.call_later(self.post_message, self.PasteCut(room, len(lines), too_long))


class TextField(Vertical):
    """A label, an entry, and one line below it that says what is wrong or what is good, as it is typed."""

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
        """Say at once what is wrong with the text it came with."""
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
        """Say something below the text; a broken rule is said instead."""
        error = self.error
        self.set_class(bool(error), "-wrong")
        self.set_class(good and not error, "-good")
        mark = "✗ " if error else ("✓ " if good else "")
        say(self._remark, f"{mark}{error or text}", same_size=True)

    def on_input_changed(self, event: LineInput.Changed) -> None:
        """Judge every character as it comes."""
        event.stop()
        self.remark("")
        self.post_message(self.Changed(self, event.value, self.error))
