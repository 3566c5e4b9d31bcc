"""Looking for a secret in everything: plain, base64, reversed, and in pieces of eight characters."""

from __future__ import annotations

import base64
import gc
import re
from collections.abc import Iterator
from types import FrameType, FunctionType, ModuleType
from typing import Final
from urllib.parse import quote

PIECE: Final = 8
_KEY: Final = 0x5A


class Needle:
    """Knows a secret without holding it as text, so that looking for it in memory does not find the looker."""

    def __init__(self, value: str) -> None:
        self._masked = bytes(byte ^ _KEY for byte in value.encode())

    def forms(self) -> Iterator[str]:
        """Every text that gives the secret (or a good part of it) away."""
        value = bytes(byte ^ _KEY for byte in self._masked).decode()
        for whole in (value, quote(value, safe="")):
            yield whole
            yield whole[::-1]
            yield base64.b64encode(whole.encode()).decode().rstrip("=")
        yield from (value[at : at + PIECE] for at in range(len(value) - PIECE + 1))

    def pattern(self) -> re.Pattern[str]:
        """Matches any of the forms."""
        pattern = re.compile("|".join(re.escape(form) for form in self.forms()))
        re.purge()  # its cache would hold the needle
        return pattern

    def found_in(self, text: str | bytes) -> list[str]:
        """The forms that stand in `text`."""
        haystack = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        return [form for form in self.forms() if form in haystack]


def holders(needle: Needle) -> list[str]:
    """Every object in memory that refers to a text with the needle in it, described; the test's own are left out."""
    gc.collect()
    pattern = needle.pattern()
    found = []
    for holder in gc.get_objects():
        if isinstance(holder, re.Pattern | FrameType):
            continue
        for item in gc.get_referents(holder):
            if isinstance(item, str | bytes) and len(item) >= PIECE and _holds(pattern, item):
                found.append(_describe(holder))
    return found


def shown_by_repr(needle: Needle, packages: tuple[str, ...] = ("pipeops_tui", "textual", "rich")) -> list[str]:
    """Every object of this program, of Textual and of Rich (or of other `packages`) whose `repr` shows the needle."""
    gc.collect()
    pattern = needle.pattern()
    found = []
    for thing in gc.get_objects():
        module = str(type(thing).__module__)  # some classes of C give a descriptor instead of a name
        if module.partition(".")[0] in packages and not isinstance(thing, ModuleType | type):
            try:
                shown = repr(thing)
            except Exception:
                continue  # half-built or torn-down objects cannot be shown at all
            if pattern.search(shown):
                found.append(_describe(thing))
    return found


def _holds(pattern: re.Pattern[str], item: str | bytes) -> bool:
    return pattern.search(item.decode("latin-1") if isinstance(item, bytes) else item) is not None


def _describe(thing: object) -> str:
    name = getattr(thing, "__qualname__", "") if isinstance(thing, FunctionType) else ""
    keys = f" with {sorted(map(str, thing))[:4]}" if isinstance(thing, dict) else ""
    return f"{type(thing).__module__}.{type(thing).__qualname__} {name}{keys}"
