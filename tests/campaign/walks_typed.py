"""What a walk has typed, and whether it is still where it was typed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from textual.screen import Screen
from textual.widgets import Input

from pipeops_tui.ui.widgets.picker import FilterEntry, NameEntry

HARMLESS = frozenset({"f1", "f2", "f3", "f12", "ctrl+p", "ctrl+l", "enter", "tab", "shift+tab"})
"""Keys that change no text, wherever they are pressed."""


@dataclass
class Typed:
    """The texts that a walk has left in entries."""

    texts: dict[Input, str] = field(default_factory=dict)

    def remember(self, entry: Input, text: str) -> None:
        """`text` now stands in `entry`, because the walk typed it."""
        if text:
            self.texts[entry] = text

    def about_to_type(self, entry: Input) -> None:
        """The text of `entry` is going to change; a list's name may follow its filter."""
        self.texts.pop(entry, None)

    def expect_key(self, key: str, screen: Screen[Any] | None) -> None:
        """A key that is no character is about to be pressed on `screen`: forget what it may change."""
        if key == "escape":
            self.forget_on(screen, filters_only=True)
        elif key not in HARMLESS:
            self.forget_on(screen)

    def forget_on(self, screen: Screen[Any] | None, *, filters_only: bool = False) -> None:
        """What stands on `screen` may be changed by what the walk does now."""
        for entry in list(self.texts):
            is_filter = isinstance(entry, FilterEntry) and not isinstance(entry, NameEntry)
            if (not entry.is_attached or entry.screen is screen) and (is_filter or not filters_only):
                del self.texts[entry]

    def forget(self, screen: str, entry_id: str | None = None) -> None:
        """The program itself clears the entries of this screen, or one of them, as it says it does."""
        for entry in list(self.texts):
            if entry.is_attached and type(entry.screen).__name__ == screen and entry_id in (None, entry.id):
                del self.texts[entry]

    def lost(self) -> list[str]:
        """A line for each text that is gone; what is told is forgotten."""
        lines = []
        for entry, text in list(self.texts.items()):
            if not entry.is_running or not entry.is_attached:
                del self.texts[entry]
            elif entry.value != text:
                lines.append(f"{describe(entry)} held {brief(text)}, now {brief(entry.value)}")
                del self.texts[entry]
        return lines


def expected_after(entry: Input, text: str) -> str:
    """What `entry` holds once `text` has been typed or pasted into it."""
    start, end = sorted(entry.selection)
    return entry.value[:start] + text + entry.value[end:]


def describe(entry: Input) -> str:
    """Which entry it is."""
    return f"{type(entry.screen).__name__} {type(entry).__name__}#{entry.id}"


def brief(text: str) -> str:
    """`text` as a failure quotes it."""
    return f"{text[:40]!r}{f' ({len(text)} characters)' if len(text) > 40 else ''}"
