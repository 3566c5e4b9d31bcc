"""Facts in two columns: what it is, and its value, which can be selected and copied."""

from __future__ import annotations

from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

_GAP = 2


class Facts(Widget):
    """Labels in the quiet colour, values in the plain one."""

    COMPONENT_CLASSES = {"facts--label", "facts--value"}
    DEFAULT_CSS = """
    Facts {
        height: auto;
        & > .facts--label { color: $text-muted; }
        & > .facts--value { color: $text; }
    }
    """

    facts: reactive[tuple[tuple[str, str], ...]] = reactive((), layout=True)

    def render(self) -> Text:
        """One line a fact."""
        width = max((len(label) for label, _ in self.facts), default=0) + _GAP
        lines = Text()
        for label, value in self.facts:
            lines.append(label.ljust(width), self.get_component_rich_style("facts--label", partial=True))
            lines.append(f"{value}\n", self.get_component_rich_style("facts--value", partial=True))
        lines.rstrip()
        return lines
