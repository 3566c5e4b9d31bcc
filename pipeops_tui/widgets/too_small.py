"""What is left to say when the terminal is too small for anything else."""

from __future__ import annotations

from typing import Any

from rich.align import Align
from rich.text import Text
from textual.screen import Screen
from textual.widget import Widget

LEAST_WIDTH = 60
LEAST_HEIGHT = 16


class TooSmall(Widget):
    """Covers its screen, on a layer of its own, while the terminal is smaller than 60x16."""

    DEFAULT_CSS = """
    TooSmall {
        layer: too-small;
        dock: top;
        width: 100%;
        height: 100%;
        display: none;
        background: $background;
        color: $text;
    }
    """

    def render(self) -> Align:
        """One sentence in the middle; nothing that was entered is lost meanwhile."""
        size = f"{self.app.size.width}×{self.app.size.height}"
        sentence = f"Please make the terminal larger: {LEAST_WIDTH}×{LEAST_HEIGHT} at least, it is {size}."
        return Align.center(Text(sentence, justify="center"), vertical="middle", height=self.size.height)


def is_covered(screen: Screen[Any]) -> bool:
    """Whether nothing else can be seen of `screen`."""
    return any(notice.display for notice in screen.query_children(TooSmall))
