"""An emulated screen that is fed frame by frame, and says which of its lines a frame has drawn."""

from __future__ import annotations

import re

import pyte

_DRAWS_NOTHING = re.compile(
    rb"\x1b(?:\[[0-9;:]*m|\[[<>=][0-?]*[ -/]*[@-~]|\[[0-?]*[ -/]+[@-~]|\[\?[0-9;]*[uc]|\[[0-9;]*[tn]"
    rb"|\][^\x07\x1b]*(?:\x07|\x1b\\)|[P_^X][^\x1b]*\x1b\\)"
)
"""Colours, requests and titles: nothing is drawn by them, and reading colours is most of the emulator's work."""
_UNFINISHED = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*\x1b?|[P_^X][^\x1b]*\x1b?|)$")


class Screen:
    """Text only."""

    def __init__(self, columns: int, lines: int) -> None:
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self._pending = b""

    @property
    def text(self) -> str:
        """A line a row, without trailing blanks."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def draw(self, data: bytes) -> frozenset[int]:
        """Take in what a program wrote; the numbers of the lines it has drawn on, from 0."""
        data = self._pending + data
        unfinished = _UNFINISHED.search(data)
        self._pending = data[unfinished.start() :] if unfinished else b""
        self._screen.dirty.clear()
        self._stream.feed(_DRAWS_NOTHING.sub(b"", data[: len(data) - len(self._pending)]))
        return frozenset(self._screen.dirty)
