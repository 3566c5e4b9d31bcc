"""A few choices side by side, one of them taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

_TAKEN = "●"
"""Before the label of the choice that is taken, because colour alone is not enough."""


@dataclass(frozen=True, slots=True)
class Pill:
    """One choice; `value` is what it means, `label` what it says."""

    value: int
    label: str
    enabled: bool = True


class Pills(Widget, can_focus=True):
    """Left and Right take the next choice that can be taken; a click takes what was clicked.

    Textual's RadioSet stands below one another only with its buttons as widgets, and Enter belongs to it instead of to
    the screen; here five choices stand in one line, or in as many as they need.
    """

    BINDINGS = [
        Binding("left", "move(-1)", "Shorter", show=False),
        Binding("right", "move(1)", "Longer", show=False),
    ]
    COMPONENT_CLASSES = {"pills--taken", "pills--focused", "pills--free", "pills--disabled"}
    DEFAULT_CSS = """
    Pills {
        height: auto;
        pointer: pointer;
        & > .pills--taken { background: $action; color: $action-text; }
        & > .pills--free { background: $row; color: $text; }
        & > .pills--disabled { color: $text-disabled; text-style: strike; }
        & > .pills--focused { background: $action; color: $action-text; text-style: bold underline; }
    }
    """

    @dataclass
    class Taken(Message):
        """Another choice was taken."""

        value: int

    pills: reactive[tuple[Pill, ...]] = reactive((), layout=True)
    value: reactive[int] = reactive(0)

    def __init__(self, pills: Sequence[Pill], value: int, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.set_reactive(Pills.pills, tuple(pills))
        self.set_reactive(Pills.value, value)

    def take(self, value: int) -> None:
        """Take the pill of `value`, and tell."""
        if value != self.value:
            self.value = value
            self.post_message(self.Taken(value))

    def action_move(self, step: int) -> None:
        """Take the next one that can be taken in that direction."""
        values = [pill.value for pill in self.pills if pill.enabled or pill.value == self.value]
        if self.value in values:
            position = values.index(self.value) + step
            if 0 <= position < len(values):
                self.take(values[position])

    # Drawing

    def _places(self, width: int) -> list[tuple[int, int, Pill]]:
        """Column and line of each pill; what does not fit goes on the next line."""
        places, column, line = [], 0, 0
        for pill in self.pills:
            needed = cell_len(pill.label) + 2
            if column and column + needed > width:
                column, line = 0, line + 1
            places.append((column, line, pill))
            column += needed + 1
        return places

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as they need."""
        places = self._places(width)
        return places[-1][1] + 1 if places else 0

    def render(self) -> Text:
        """All pills."""
        text, end, last_line = Text(no_wrap=True), 0, 0
        for column, line, pill in self._places(self.size.width):
            if line != last_line:
                text.append("\n" * (line - last_line))
                end, last_line = 0, line
            text.append(" " * (column - end))
            mark = _TAKEN if pill.value == self.value else " "
            text.append(f"{mark}{pill.label} ", self.get_component_rich_style(f"pills--{self._state_of(pill)}"))
            end = column + cell_len(pill.label) + 2
        return text

    def _state_of(self, pill: Pill) -> str:
        if pill.value == self.value:
            return "focused" if self.has_focus else "taken"
        return "free" if pill.enabled else "disabled"

    def on_click(self, event: events.Click) -> None:
        """Take what was clicked."""
        for column, line, pill in self._places(self.size.width):
            if line == event.y and column <= event.x < column + cell_len(pill.label) + 2 and pill.enabled:
                self.take(pill.value)
