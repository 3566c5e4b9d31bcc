"""PipeOps' form *Enter Access Credentials*, drawn beside the values: each box at the height of what goes into it.

Its words are shorter than PipeOps' own, which stand at the values.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

WIDTH = 34
"""Cells of the form."""
GAP = 3
"""Cells between the values and the form."""
NAME_BOX = "Name"
BOXES = ("Resource group", "Tenant", "Client", "Secret", "Subscription")
"""The boxes after the one for the name."""
STYLES = ("box", "box-next", "box-done")


class BoxState(StrEnum):
    """What is to be done with a box; the text is shown at its end."""

    OPTIONAL = "optional"
    TO_DO = ""
    NEXT = "paste here"
    DONE = "✓"


def box(label: str, state: BoxState, style: Callable[[str], Style]) -> Text:
    """One box of the form on one line, `WIDTH` cells wide; `style` gives the style of each of `STYLES`."""
    name = {BoxState.NEXT: "box-next", BoxState.DONE: "box-done"}.get(state, "box")
    inner = WIDTH - 4
    line = Text("│ ", style(name))
    line.append(label, style("box-next" if state is BoxState.NEXT else "box"))
    line.append(" " * (inner - cell_len(label) - cell_len(state)))
    line.append(state, style(name))
    return line.append(" │", style(name))


class FormEdge(Widget):
    """A line of the form above or below its boxes, at their column."""

    COMPONENT_CLASSES = {"edge--text", "edge--ready"}
    DEFAULT_CSS = """
    FormEdge {
        height: 1;
        display: none;
        & > .edge--text { color: $text-muted; }
        & > .edge--ready { color: $text-primary; text-style: bold; }
    }
    """

    ready: reactive[bool] = reactive(False)
    """Whether it is what comes next."""

    def __init__(self, text: str, *, left: str = "", id: str | None = None) -> None:
        """`left` stands at the column of the values' labels."""
        super().__init__(id=id)
        self._text = text
        self._left = left

    def render(self) -> Text:
        """The text, at the left edge of the form."""
        muted = self.get_component_rich_style("edge--text", partial=True)
        name = "edge--ready" if self.ready else "edge--text"
        line = Text(self._left, muted, no_wrap=True, overflow="crop")
        line.pad_right(max(0, self.size.width - WIDTH - line.cell_len))
        return line.append(self._text, self.get_component_rich_style(name, partial=True))
