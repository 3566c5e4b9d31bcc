"""A bare application for one widget, in our theme."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TypeVar

from rich.style import Style
from textual.app import App
from textual.message import Message
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widget import Widget

from pipeops_tui.ui import theme
from tests.support.inside import drawn_lines
from tests.support.patience import PATIENCE

MessageT = TypeVar("MessageT", bound=Message)


class Host(App[None]):
    """Shows the given widgets, and keeps the messages that they post."""

    CSS = "Screen { background: $background; }"

    def __init__(self, *shown: Widget) -> None:
        super().__init__()
        self.register_theme(theme.DARK)
        self.theme = theme.DARK.name
        self._shown = shown
        self.posted: list[Message] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return theme.own_variables(self.current_theme)

    def compose(self) -> Iterable[Widget]:
        return self._shown

    def lines(self) -> list[str]:
        """What stands on the screen."""
        return drawn_lines(self.screen)

    def keep(self, message: Message) -> None:
        """For `run_test(message_hook=…)`."""
        self.posted.append(message)

    def of_kind(self, kind: type[MessageT]) -> list[MessageT]:
        """The kept messages of one class, each once, oldest first."""
        seen: list[MessageT] = []
        for message in self.posted:
            if isinstance(message, kind) and not any(message is other for other in seen):
                seen.append(message)
        return seen


async def until(pilot: Pilot[None], condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait for `condition`, for so many seconds of real time at most."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        await pilot.pause(0.01)


def cells_of(strip: Strip) -> list[tuple[str, Style | None]]:
    """Each character with its style, however they are cut into segments. What cannot be seen of a space is left out."""
    return [
        (character, Style(bgcolor=style.bgcolor) if character == " " and style and not style.underline else style)
        for text, style, _control in strip
        for character in text
    ]
