"""The first line: the program's name, and who is working where."""

from __future__ import annotations

from rich.text import Text
from textual import events
from textual.reactive import reactive
from textual.widget import Widget

from pipeops_tui.widgets.slip import shorten

NAME = "pipeops-tui"


class HeaderLine(Widget):
    """`pipeops-tui` at the left, account · tenant · cloud at the right."""

    COMPONENT_CLASSES = {"header-line--who"}
    DEFAULT_CSS = """
    HeaderLine {
        height: 1;
        color: $text-primary;
        text-style: bold;

        & > .header-line--who {
            color: $text-muted;
            text-style: not bold;
        }
    }
    """

    who = reactive("")

    def on_click(self, event: events.Click) -> None:
        """The name is the palette's place for the mouse: the line of keys has no room for everything."""
        if event.x < len(NAME):
            self.app.action_command_palette()

    def render(self) -> Text:
        """One line, never wider than the screen: the account is shortened first, the cloud's name stays."""
        room = max(0, self.size.width - len(NAME) - 2)
        line = Text(NAME, no_wrap=True, end="")
        who = shorten_middle_parts(self.who, room)
        line.append(" " * max(2, self.size.width - len(NAME) - Text(who).cell_len))
        line.append(who, self.get_component_rich_style("header-line--who", partial=True))
        return line


def shorten_middle_parts(who: str, room: int) -> str:
    """`who` in at most `room` cells: parts before the last are dropped or cut, because the last names the cloud."""
    parts = who.split(" · ")
    while len(parts) > 1 and Text(" · ".join(parts)).cell_len > room:
        spare = room - Text(" · ".join(parts[1:])).cell_len - 3
        if spare >= 8:
            parts[0] = parts[0][: spare - 1] + "…"
            break
        parts.pop(0)
    return shorten(" · ".join(parts), room)
