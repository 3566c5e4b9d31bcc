"""The last line: the keys that work now, each of them clickable."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.binding import ActiveBinding
from textual.reactive import reactive
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

_GAP = 3
_FIRST = ("continue", "open", "others")
"""What Enter does."""
_LAST = ("help", "command_palette", "quit")
"""Actions of every screen, where they are looked for."""
_SHORTER = {
    "help": "Help",
    "copy_one(0)": "Copy",
    "copy_all": "All",
    "copy_next": "Next",
    "new_secret": "New",
    "copy_message": "Message",
    "leave_to_owner": "Ask Owner",
    "check_again": "Check",
    "sign_in": "Sign in",
    "try_again": "Again",
}
"""Shorter words, in the order in which they are taken when the line is too narrow."""
_DROPPED_FIRST = ("command_palette", "toggle_slip", "help", "remind")
"""Actions whose keys are left out, in this order, when the line is too narrow. They keep working."""
_DROPPED_NEXT = ("quit", "details", "check_again")
"""Those that do so when shorter words do not help, before all others from the last on."""


@dataclass(frozen=True, slots=True)
class KeyHint:
    """One key of the line."""

    key: str
    shown: str
    description: str
    action: str
    enabled: bool

    @property
    def width(self) -> int:
        """Cells it takes."""
        return cell_len(self.shown) + 1 + cell_len(self.description)


class KeyBar(Widget):
    """The keys in one line. Where it is too narrow, Textual's Footer scrolls; this one shortens words, then leaves out
    the less important keys in a fixed order, and it keeps the place of a key that is about to work."""

    COMPONENT_CLASSES = {"key-bar--key", "key-bar--description"}
    DEFAULT_CSS = """
    KeyBar {
        height: 1;
        color: $text-muted;
        pointer: pointer;
        & > .key-bar--key { color: $text-primary; text-style: bold; }
        & > .key-bar--description { color: $text-muted; }
    }
    """

    hints: reactive[tuple[KeyHint, ...]] = reactive(())

    def on_mount(self) -> None:
        """Follow the screen's keys."""
        self.screen.bindings_updated_signal.subscribe(self, self._follow)

    def _follow(self, screen: Screen[object]) -> None:
        if self.is_attached and screen is self.screen and screen.is_current:
            self.hints = hints_of(screen)

    def render_line(self, y: int) -> Strip:
        """The hints that fit, in order; as segments, since this changes with the focus, and a text takes longer."""
        base, key, text = (
            self.get_visual_style(*name).rich_style for name in ((), ("key-bar--key",), ("key-bar--description",))
        )
        segments = []
        for hint in self._fitting() if y == 0 else ():
            if hint.enabled:
                segments += [Segment(hint.shown, key), Segment(f" {hint.description}{' ' * _GAP}", text)]
            else:  # about to work: its place is kept, so that the others stay where they are
                segments.append(Segment(" " * (hint.width + _GAP), text))
        return Strip(segments).adjust_cell_length(self.size.width, base)

    def on_click(self, event: events.Click) -> None:
        """A click on a hint is a press of its key."""
        start = 0
        for hint in self._fitting():
            if start <= event.x < start + hint.width and hint.enabled:
                self.app.simulate_key(hint.key)
                return
            start += hint.width + _GAP

    def _fitting(self) -> list[KeyHint]:
        hints = list(self.hints)
        if self._fits(hints):
            return hints
        hints = self._shorten(hints, "help")
        hints = self._drop(hints, _DROPPED_FIRST)
        for action in _SHORTER:
            hints = self._shorten(hints, action)
        return self._drop(hints, [*_DROPPED_NEXT, *(hint.action for hint in reversed(hints))])

    def _shorten(self, hints: list[KeyHint], action: str) -> list[KeyHint]:
        if self._fits(hints):
            return hints
        shorter = _SHORTER[action]
        return [replace(hint, description=shorter) if hint.action == action else hint for hint in hints]

    def _drop(self, hints: list[KeyHint], actions: Iterable[str]) -> list[KeyHint]:
        for action in actions:
            if self._fits(hints):
                break
            hints = [hint for hint in hints if hint.action != action]
        return hints

    def _fits(self, hints: list[KeyHint]) -> bool:
        return sum(hint.width + _GAP for hint in hints) - _GAP <= self.size.width


def hints_of(screen: Screen[Any]) -> tuple[KeyHint, ...]:
    """The keys of `screen` as they stand now, in the order of the line."""
    return tuple(
        KeyHint(
            active.binding.key,
            screen.app.get_key_display(active.binding),
            active.binding.description,
            active.binding.action.removeprefix("app."),
            active.enabled,
        )
        for active in _distinct(list(screen.active_bindings.values()))
    )


def _distinct(bindings: list[ActiveBinding]) -> list[ActiveBinding]:
    """The bindings meant for the footer, one key an action, the screen's before the application's."""
    seen: set[str] = set()
    shown = []
    for active in bindings:
        if active.binding.show and active.binding.action not in seen:
            seen.add(active.binding.action)
            shown.append(active)
    return sorted(shown, key=_place)


def _place(active: ActiveBinding) -> int:
    action = active.binding.action.removeprefix("app.")
    return -2 if action in _FIRST else (_LAST.index(action) if action in _LAST else -1)
