"""Bytes from the terminal to text: whatever they are, they become characters that Textual's parser can read."""

from __future__ import annotations

import codecs
from typing import Final

PASTE_START: Final = b"\x1b[200~"
PASTE_END: Final = b"\x1b[201~"
"""Around a paste, where bracketed paste is on (xterm's control sequences, "Bracketed Paste Mode")."""
_OLD_MOUSE_REPORT: Final = b"\x1b[M"
"""Begins a mouse report in the form of X10; three bytes of any value follow: button, column and line, plus 32 each."""
_OLD_REPORT_LENGTH: Final = 3
_MEANS_NOTHING: Final = b"!"


class TerminalBytes:
    """Decodes what comes in pieces, which may end anywhere.

    Bytes that are no text in the terminal's encoding become U+FFFD. The three bytes of an old mouse report become plain
    characters: as they are they could be half a character, or begin another sequence; Textual skips such reports. From
    a paste escape characters are taken out: Textual 8.2 takes what follows one there for typed keys.
    """

    def __init__(self, encoding: str) -> None:
        self._decode = codecs.getincrementaldecoder(encoding)(errors="replace").decode
        self._latest = b""
        """Outside a paste: the bytes with which a marker could have begun. In a paste: the beginning of its end, held
        back until it is known whether it is one."""
        self._of_report = 0
        """How many bytes of an old mouse report are still to come."""
        self.pasting = False
        """Whether a paste has begun and not ended."""
        self.saw_old_report = False
        """Whether the latest piece began an old mouse report."""

    def text(self, data: bytes) -> str:
        """The text of the next piece."""
        self.saw_old_report = False
        return self._decode(b"".join(self._in_paste(byte) if self.pasting else self._outside(byte) for byte in data))

    def rested(self) -> None:
        """Nothing has come for a moment: what looked like the beginning of a report was none."""
        self._of_report = 0

    def _outside(self, byte: int) -> bytes:
        if self._of_report:
            self._of_report -= 1
            return _MEANS_NOTHING
        self._latest = (self._latest + bytes((byte,)))[-len(PASTE_START) :]
        if self._latest == PASTE_START:
            self.pasting, self._latest = True, b""
        elif self._latest.endswith(_OLD_MOUSE_REPORT):
            self._of_report, self.saw_old_report = _OLD_REPORT_LENGTH, True
        return bytes((byte,))

    def _in_paste(self, byte: int) -> bytes:
        held = self._latest + bytes((byte,))
        if held == PASTE_END:
            self.pasting, self._latest = False, b""
            return held
        # Only its first byte is an escape character, so what does not go on as the end can only begin at `byte`.
        if PASTE_END.startswith(held):
            self._latest, text = held, b""
        elif byte == PASTE_END[0]:
            self._latest, text = held[-1:], held[:-1]
        else:
            self._latest, text = b"", held
        return text.replace(PASTE_END[:1], b"")
