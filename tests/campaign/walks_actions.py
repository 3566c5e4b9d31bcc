"""What a walk can do at one moment, picked by chance: keys, typing, mouse, pasting, resizing, suspending, resting."""

from __future__ import annotations

import random
import string
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from textual import events
from textual.geometry import Offset
from textual.keys import _character_to_key
from textual.message import Message

KEYS = (
    *("enter", "escape", "tab", "shift+tab", "up", "down", "left", "right", "home", "end", "pageup", "pagedown"),
    *(
        "space",
        "backspace",
        "delete",
        "ctrl+a",
        "ctrl+e",
        "ctrl+u",
        "ctrl+k",
        "ctrl+w",
        "ctrl+x",
        "ctrl+v",
        "ctrl+left",
    ),
    *("shift+left", "shift+home", "ctrl+shift+right", "f1", "f2", "f3", "f12", "ctrl+p", "ctrl+q", "ctrl+c", "ctrl+z"),
    *("ctrl+l", "ctrl+d", "insert", "ctrl+@", "ctrl+backslash"),
)
RARE = frozenset({"ctrl+q", "ctrl+c", "escape", "shift+tab"})
"""Keys that lead out or back: a walk that pressed them as often as the others would get nowhere."""
LETTERS = "cnsemdrtagp12345/?yq"
"""Every letter that is a key somewhere, and some that are none."""
_SAID = (
    "PipeOps",
    "prod",
    "West Eur",
    "rg-x_(1).",
    "ünïcödé",
    "日本語テスト",
    "👩‍💻🚀",
    "a b  c",
    "[bold]x[/]",
    "365",
    "0",
    "…\t;'\"",
)
_PASTED = (
    string.ascii_letters + " ",
    "0123456789",
    "線上漢字",
    "a\n",
    "\r\n\tx",
    "[/]{}\\",
    "e\u0301👍🏽",
    "\x07\x1b[31mz",
)
MOST_PASTED = 1_000_000
"""Characters."""
LEAST_SIZE, MOST_SIZE = (1, 1), (250, 80)
_USUAL_SIZES = ((80, 24), (80, 24), (80, 24), (100, 30), (60, 16), (60, 16), (120, 36), (200, 60))


class Kind(StrEnum):
    """Kinds of actions."""

    KEY = "presses"
    TYPE = "types"
    PASTE = "pastes"
    CLICK = "clicks"
    MOUSE = "moves the mouse"
    RESIZE = "resizes"
    SUSPEND = "suspends"
    BLUR = "looks elsewhere"
    REST = "rests"
    ADVANCE = "goes on"


_WEIGHTS = {
    Kind.KEY: 34,
    Kind.TYPE: 14,
    Kind.PASTE: 3,
    Kind.CLICK: 14,
    Kind.MOUSE: 6,
    Kind.RESIZE: 6,
    Kind.SUSPEND: 2,
    Kind.BLUR: 1,
    Kind.REST: 4,
    Kind.ADVANCE: 16,
}


@dataclass(frozen=True, slots=True)
class Action:
    """One action, chosen before anything is known of the screen it meets."""

    kind: Kind
    text: str = ""
    """The key, or what is typed or pasted."""
    place: tuple[float, float] = (0.0, 0.0)
    """Where the mouse is, as shares of the screen's width and height."""
    size: tuple[int, int] = (0, 0)
    seconds: float = 0.0
    chance: float = 0.0
    """Decides what a click aims at, and how the mouse moves."""

    def __str__(self) -> str:
        shown = f"{self.text[:30]!r}{f' ({len(self.text)})' if len(self.text) > 30 else ''}" if self.text else ""
        size = f"to {self.size[0]}x{self.size[1]}" if self.kind is Kind.RESIZE else ""
        return " ".join(part for part in (self.kind, shown, size) if part)


def actions(chance: random.Random, number: int) -> Iterator[Action]:
    """`number` actions from `chance`."""
    kinds = chance.choices(list(_WEIGHTS), list(_WEIGHTS.values()), k=number)
    for kind in kinds:
        yield Action(
            kind,
            text=_text(kind, chance),
            place=(chance.random(), chance.random()),
            size=_size(chance),
            seconds=60 * 120 ** chance.random(),
            chance=chance.random(),
        )


def _text(kind: Kind, chance: random.Random) -> str:
    match kind:
        case Kind.KEY:
            key = chance.choice([*KEYS, *LETTERS])
            return key if key not in RARE or chance.random() < 0.4 else "down"
        case Kind.TYPE:
            return chance.choice(_SAID) if chance.random() < 0.5 else chance.choice(LETTERS) * chance.randint(1, 3)
        case Kind.PASTE:
            length = int(MOST_PASTED ** chance.uniform(0.1, 1.0)) if chance.random() < 0.9 else MOST_PASTED
            unit = chance.choice(_PASTED)
            return (unit * (length // len(unit) + 1))[:length]
    return ""


def _size(chance: random.Random) -> tuple[int, int]:
    if chance.random() < 0.6:
        return chance.choice(_USUAL_SIZES)
    (least_x, least_y), (most_x, most_y) = LEAST_SIZE, MOST_SIZE
    return chance.randint(least_x, most_x), chance.randint(least_y, most_y)


# As the terminal reports them


def key_event(key: str) -> events.Key:
    """A press of `key`, by its Textual name or as a character."""
    if len(key) == 1:
        return events.Key(key if key.isalnum() else _character_to_key(key), key)
    return events.Key(key, " " if key == "space" else None)


def typing(text: str) -> list[Message]:
    """`text` typed in one go; what is no key is left out."""
    return [key_event(character) for character in text if character.isprintable()]


def click(at: Offset, *, button: int = 1) -> list[Message]:
    """Button down and up at `at`."""
    return [_mouse(events.MouseDown, at, button), _mouse(events.MouseUp, at, button)]


def wander(at: Offset, chance: float) -> list[Message]:
    """The mouse over `at`: it moves, turns its wheel, or drags."""
    aside = at + Offset(int(chance * 40), int(chance * 7))
    if chance < 0.3:
        return [_mouse(events.MouseMove, at), _mouse(events.MouseMove, aside)]
    if chance < 0.8:
        turned = events.MouseScrollDown if chance < 0.55 else events.MouseScrollUp
        return [_mouse(turned, at), _mouse(turned, at)]
    drag = [_mouse(events.MouseDown, at, 1), _mouse(events.MouseMove, aside, 1)]
    return [*drag, _mouse(events.MouseUp, aside, 1)]


def _mouse(kind: type[events.MouseEvent], at: Offset, button: int = 0) -> events.MouseEvent:
    return kind(None, at.x, at.y, 0, 0, button, False, False, False, at.x, at.y)
