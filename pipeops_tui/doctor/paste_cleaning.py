"""Takes off what mail programs, terminals, pages and editors put around pasted text, and says what it was."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from typing import Final

MOST_BYTES: Final = 1 << 20
"""What is read at most: 1 MiB."""
TOO_LONG: Final = "There is more than 1 MiB of text. Give only the part with the five values."
NOT_TEXT: Final = "This is not text, so no value was found in it. Give the five values as text."

_MARKS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e01ef]"
)
_TERMINAL: Final = re.compile("\x1b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\x07\x1b]*(?:\x07|\x1b\\\\)|[@-_])")
"""ECMA-48 control sequences, as a terminal's log has them."""
_LINE_ENDS: Final = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_BLANKS: Final = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_DASHES: Final = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_CONTROLS: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_MOST_CONTROLS: Final = 0.02
"""The part of a text that can be control characters; binary data has more."""
_MAIL: Final = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)
_FENCE: Final = re.compile(r"^[ \t]*(?:```|~~~)[^\n]*$", re.MULTILINE)
_NEXT_CELL: Final = re.compile(r"</t[dh]>\s*<t[dh]\b[^<>]*>", re.IGNORECASE)
_IN_LINES: Final = re.compile(r"</?(?:span|b|strong|em|i|code|a)\b[^<>]*>", re.IGNORECASE)
_OF_LINES: Final = re.compile(r"</?(?:table|thead|tbody|tr|td|th|p|div|br|ul|ol|li|pre)\b[^<>]*>", re.IGNORECASE)
"""Elements of HTML, for a page's source; other angle brackets are placeholders."""
_CONTINUED: Final = re.compile(r"[ \t][\\`^][ \t]*$", re.MULTILINE)
"""How a POSIX shell, PowerShell and cmd continue a command on the next line."""
_ADDRESS: Final = re.compile(r"\b[a-z][a-z0-9+.-]{0,30}://", re.IGNORECASE)
_GUID_WITH_DASHES: Final = re.compile(
    "[0-9a-fA-F]{8}[\u2010-\u2015\u2212][0-9a-fA-F]{4}[\u2010-\u2015\u2212][0-9a-fA-F]{4}[\u2010-\u2015\u2212]"
    "[0-9a-fA-F]{4}[\u2010-\u2015\u2212][0-9a-fA-F]{12}"
)

INVISIBLE_TAKEN: Final = "Invisible characters were taken off."
MAIL_TAKEN: Final = "The marks of a quoted mail (>) were taken off."
QUOTES_TAKEN: Final = "Quotes around values were taken off."
ADDRESSES_UNUSED: Final = (
    "There are addresses in the text. They are not used: the values are sent only to the cloud that was chosen."
)


def decoded(data: bytes) -> str | None:
    """The text of `data`; None where it is binary. What is no UTF-8 is read as an older Windows wrote it."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = data.decode(encoding, "replace")
            return text if _is_text(text) else None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    return text if _is_text(text) else None


def cleaned(text: str) -> tuple[str, Iterable[str]]:
    """`text` with plain line ends and blanks, without what is not seen and what is only around it; and the remarks
    about that."""
    remarks = []
    text = _TERMINAL.sub("", text)
    without = _INVISIBLE.sub("", text)
    if without != text:
        remarks.append(INVISIBLE_TAKEN)
    text = _CONTROLS.sub("", _BLANKS.sub(" ", _LINE_ENDS.sub("\n", without)))
    without = _MAIL.sub("", text)
    if without != text:
        remarks.append(MAIL_TAKEN)
    text = _CONTINUED.sub("", _FENCE.sub("", without))
    text = _OF_LINES.sub("\n", _IN_LINES.sub("", _NEXT_CELL.sub("\t", text)))
    text = _GUID_WITH_DASHES.sub(lambda found: _DASHES.sub("-", found[0]), text)
    if _ADDRESS.search(text):
        remarks.append(ADDRESSES_UNUSED)
    return text, remarks


def _is_text(text: str) -> bool:
    if "\0" in text:
        return False
    return len(_CONTROLS.findall(_TERMINAL.sub("", text))) <= _MOST_CONTROLS * len(text)
