"""A yes or no that leaves Enter to its screen."""

from __future__ import annotations

from textual.binding import Binding
from textual.widgets import Checkbox


class Tick(Checkbox, inherit_bindings=False):
    """Space or a click turns it."""

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
