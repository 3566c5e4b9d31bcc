"""A list with a filter: the focus stays in the filter, and the keys that a filter does not use move in the list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from pipeops_tui.ui.widgets.fields import TextEntry, entry_bindings
from pipeops_tui.ui.widgets.picker_list import PickerList
from pipeops_tui.ui.widgets.picker_rows import Column, PickerRow
from pipeops_tui.ui.widgets.showing import say

MOVES: list[BindingType] = [
    Binding("up", "move(-1)", show=False),
    Binding("down", "move(1)", show=False),
    Binding("pageup", "move_page(-1)", show=False),
    Binding("pagedown", "move_page(1)", show=False),
    Binding("home", "move_to_end(False)", show=False),
    Binding("end", "move_to_end(True)", show=False),
]
"""Keys that move in a list while a filter has the focus."""


_LINE_KEYS: list[BindingType] = [
    *entry_bindings(without=("home", "end")),
    Binding("ctrl+a", "home", show=False),
    Binding("ctrl+e", "end", show=False),
]


class FilterEntry(TextEntry, inherit_bindings=False):
    """The filter: Home and End belong to the list, so the line's ends are on Ctrl+A and Ctrl+E alone."""

    BINDINGS = [*_LINE_KEYS, Binding("escape", "clear", "Clear filter", key_display="esc")]

    passes: Callable[[str], bool] = staticmethod(lambda key: False)
    """Whether a key that could be typed is not text now, but belongs to a binding with priority."""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Textual asks this before it looks for bindings."""
        return not self.passes(key) and super().check_consume_key(key, character)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Escape is the filter's only while there is something to clear."""
        return bool(self.value) if action == "clear" else True

    def action_clear(self) -> None:
        """Show everything again."""
        self.value = ""


class NameEntry(FilterEntry, inherit_bindings=False):
    """A name that also filters a list while it is typed; Escape does not clear it."""

    BINDINGS = _LINE_KEYS


class Picker(Vertical):
    """Filter, count and list."""

    BINDINGS = MOVES
    DEFAULT_CSS = """
    Picker {
        height: 1fr;

        & > Horizontal { height: 1; margin-bottom: 1; }
        & .picker--slash { width: 2; color: $text-primary; }
        & FilterEntry { width: 1fr; padding: 0; }
        & .picker--count { text-align: right; color: $text-muted; margin-left: 2; }
    }
    """

    def __init__(self, columns: Sequence[Column], *, placeholder: str, id: str | None = None) -> None:
        """`placeholder` is shown in the empty filter and says what can be typed."""
        super().__init__(id=id)
        self.list = PickerList(columns)
        self.entry = FilterEntry(placeholder=placeholder)
        self._count = Static(classes="picker--count", markup=False)

    def compose(self) -> ComposeResult:
        """The filter's line, then the list."""
        with Horizontal():
            yield Static("/", classes="picker--slash", markup=False)
            yield self.entry
            yield self._count
        yield self.list

    @property
    def highlighted(self) -> PickerRow | None:
        """The row that Continue would take."""
        return self.list.highlighted

    def set_rows(self, rows: Iterable[PickerRow]) -> None:
        """Replace all rows; see `PickerList.set_rows`."""
        self.list.set_rows(rows)
        self._say_count()

    def clear(self) -> None:
        """Empty the filter."""
        self.entry.value = ""

    def on_mount(self) -> None:
        """Narrow in the frame that shows what was typed: a message would arrive one frame later."""
        self.watch(self.entry, "value", self._filter_changed, init=False)

    @on(Input.Changed)
    def _keep(self, event: Input.Changed) -> None:
        """Keep the filter's messages inside."""
        event.stop()

    def _filter_changed(self, before: str, text: str) -> None:
        self.list.touched = self.list.touched or bool(text)
        self.list.narrow(text)
        self._say_count()
        if bool(before) != bool(text):
            self.screen.refresh_bindings()

    def _say_count(self) -> None:
        """Show the count in as many cells as the longest needs, so that nothing moves while it changes."""
        shown, every = len(self.list.filter.shown), len(self.list.filter.all)
        text = f"{shown:,} of {every:,} shown" if every else ""
        self._count.styles.width = cell_len(f"{every:,} of {every:,} shown") if every else 0
        say(self._count, text, same_size=True)

    def action_move(self, lines: int) -> None:
        """Move in the list."""
        self.list.move(lines)

    def action_move_page(self, pages: int) -> None:
        """Move by screenfuls."""
        self.list.move_page(pages)

    def action_move_to_end(self, last: bool) -> None:
        """Move to the first or the last row."""
        self.list.move_to_end(last)

    def on_picker_list_highlighted(self) -> None:
        """A click in the list leaves the focus where typing goes."""
        if not self.entry.has_focus and (self.has_focus_within or self.screen.focused is None):
            self.entry.focus()
