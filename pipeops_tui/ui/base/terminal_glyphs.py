"""What is drawn where the terminal's encoding lacks a character: one table, used on the way to the terminal."""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Mapping
from functools import cache
from typing import Final

from rich.cells import cell_len

ENTER_SIGN: Final = "⏎"
_PLAIN: Final = {
    "✓": "+",
    "✗": "x",
    "●": "*",
    "○": "o",
    "·": "-",
    "–": "-",
    "—": "-",
    "…": ".",
    "→": ">",
    "←": "<",
    "↑": "^",
    "↓": "v",
    "×": "x",
    "▌": "|",
    "▏": "|",
    "█": "#",
    "▀": "'",
    "▄": ".",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "\N{NO-BREAK SPACE}": " ",
    "─": "-",
    "│": "|",
    **dict.fromkeys("┌┐└┘╭╮╰╯", "+"),
    **dict(zip("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏", "|/-\\|/-\\|/", strict=True)),
}
"""Each in one cell, as what it stands for, so that the layout stays."""
_BLOCKS: Final = range(0x2580, 0x25A0)
"""Unicode's block elements: edges, shades and parts of scrollbars, for which a blank does."""


class GlyphTable:
    """Replaces what `encoding` cannot hold."""

    def __init__(self, encoding: str) -> None:
        self._encoding = codecs.lookup(encoding).name
        self._is_unicode = self._encoding.startswith("utf")

    def plain(self, text: str) -> str:
        """`text` with other glyphs of the same width where it needs them; a character without one is `?`."""
        if self._is_unicode or text.isascii():
            return text
        return "".join(character if self._has(character) else _substitute(character) for character in text)

    def key(self, name: str) -> str:
        """The name of a key; the sign for Enter becomes its name."""
        return name if name != ENTER_SIGN or self._has(name) else "Enter"

    def _has(self, character: str) -> bool:
        try:
            character.encode(self._encoding)
        except UnicodeEncodeError:
            return False
        return True


def _substitute(character: str) -> str:
    if ord(character) in _BLOCKS and character not in _PLAIN:
        return " "
    return _PLAIN.get(character, "?" * cell_len(character))


@cache
def of_the_terminal() -> GlyphTable:
    """The table for this process' terminal."""
    stream = getattr(sys.__stderr__, "encoding", None) or "utf-8"
    # Python writes UTF-8 where the system does not know the locale, as on a server that is reached from a terminal of
    # another encoding. What both can hold is ASCII.
    return GlyphTable(stream if terminal_encoding(os.environ) == codecs.lookup(stream).name else "ascii")


def terminal_encoding(environment: Mapping[str, str]) -> str:
    """The encoding of what this process' terminal sends: that of its streams, or another one that the locale names."""
    stream = codecs.lookup(getattr(sys.__stderr__, "encoding", None) or "utf-8").name
    locale = next((environment[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if environment.get(name)), "")
    try:
        named = codecs.lookup(locale.partition(".")[2].partition("@")[0]).name
    except LookupError:
        return stream
    return named if stream.startswith("utf") else stream
