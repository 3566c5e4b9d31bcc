"""Makes text from elsewhere fit to be shown: the one place through which every text that is not ours passes.

Names, messages and codes from Azure, az's output, journals, the environment and the command line can hold control
characters, on which a terminal acts (OSC 52 writes the clipboard), and characters that are invisible or that turn the
direction of reading (Unicode Standard Annex #9). All of them are spelled here, `<U+001B>`, and texts end where no real
one goes on. Dataclasses that hold such texts inherit `PlainTexts` or `PlainLines`: their texts are clean as soon as
they exist, so a screen, the clipboard and a request all use the same one.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Callable

LONGEST = 1_024
"""Characters of one line. The longest text that Azure allows in one is a tag's name, with 512."""
LONGEST_NAME = 260
"""Characters of a name: no resource in Azure can have a longer one, and a screen has room for it."""
LONGEST_LINES = 8_000
"""Characters of a text with several lines, such as a message for an administrator."""

_CONTROLS = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""General categories: control and format characters, lone surrogates, line and paragraph separators."""
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8\U000e0100-\U000e01ef]"
)
"""The default ignorable code points (Unicode's DerivedCoreProperties.txt) outside those categories."""
_NON_JOINER, _JOINER = "\u200c", "\u200d"
_PRESENTATION = frozenset("\ufe0e\ufe0f")
_KEYCAP = "\u20e3"
_EMOJI_ELSEWHERE = frozenset("‼⁉ℹ")
"""Emoji that are punctuation or a letter by their category."""
_ARROWS = "\u2190"
"""The first character from which on mathematical symbols and modifiers can be emoji."""
_VIRAMA = 9
"""Canonical combining class of the signs after which Indic scripts use joiners."""
_REGION_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f")
"""England's, Scotland's and Wales' flags: a black flag and invisible letters (Unicode Technical Standard #51)."""


def plain(text: str, longest: int = LONGEST) -> str:
    """`text` as one line of at most `longest` characters, with everything spelled that is not seen."""
    if text.isascii() and text.isprintable() and len(text) <= longest:
        return text
    return _bounded(_spelled(text[: longest + 1]), longest)


def plain_name(text: str) -> str:
    """Like `plain`, no longer than a name."""
    return plain(text, LONGEST_NAME)


def plain_lines(text: str, longest: int = LONGEST_LINES) -> str:
    """Like `plain`, but lines stay lines, and a tab becomes a blank."""
    text = text[: 2 * longest].replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return _bounded("\n".join(_spelled(line) for line in text.split("\n")), longest)


def visible(text: str) -> str:
    """`text` without the characters that are not seen, for a line whose width is settled: they have none."""
    if text.isascii() and text.isprintable():
        return text
    unseen = _unseen_at(text)
    return "".join(character for at, character in enumerate(text) if at not in unseen) if unseen else text


def first_unseen(text: str) -> str:
    """The first character of `text` that `plain` would spell; empty where there is none."""
    return "" if text.isascii() and text.isprintable() else next((text[at] for at in sorted(_unseen_at(text))), "")


class PlainTexts:
    """Base of dataclasses with texts from elsewhere: each text, also in tuples, becomes what `plain` makes of it; in a
    field whose name ends with `name` or `domain`, what `plain_name` does."""

    __slots__ = ()

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):  # type: ignore[arg-type] # only dataclasses inherit this
            value = getattr(self, field.name)
            if (cleaned := plain_value(value, self._clean(field.name))) is not value:
                object.__setattr__(self, field.name, cleaned)

    @staticmethod
    def _clean(field: str) -> Callable[[str], str]:
        return plain_name if field.endswith(("name", "domain")) else plain


class PlainLines(PlainTexts):
    """The same for texts with several lines, by `plain_lines`."""

    __slots__ = ()

    @staticmethod
    def _clean(field: str) -> Callable[[str], str]:
        return plain_lines


def plain_value(value: object, clean: Callable[[str], str] = plain) -> object:
    """`value` with `clean` texts, where it is a text or a tuple with some; the same object where nothing changes."""
    if type(value) is str:  # an enumeration's members are ours
        cleaned = clean(value)
        return value if cleaned == value else cleaned
    if type(value) is tuple and value:
        parts = tuple(plain_value(part, clean) for part in value)
        return value if all(part is old for part, old in zip(parts, value, strict=True)) else parts
    return value


def _spelled(text: str) -> str:
    unseen = _unseen_at(text)
    if not unseen:
        return text
    return "".join(f"<U+{ord(one):04X}>" if at in unseen else one for at, one in enumerate(text))


def _bounded(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    return text[: longest - 1].rstrip(f"{_NON_JOINER}{_JOINER}") + "…"


def _unseen_at(text: str) -> set[int]:
    """Where `text` has characters that are not seen, or on which a terminal acts."""
    found = {at for at, one in enumerate(text) if not one.isprintable() and unicodedata.category(one) in _CONTROLS}
    found |= {match.start() for match in _UNSEEN.finditer(text)}
    found -= {at for flag in _REGION_FLAG.finditer(text) for at in range(*flag.span())}
    return {at for at in found if not _has_effect(text, at)}


def _has_effect(text: str, at: int) -> bool:
    """Whether an invisible character is one that a script or an emoji needs where it stands."""
    one, before, after = text[at], text[at - 1 : at], text[at + 1 : at + 2]
    if one in _PRESENTATION:
        return after == _KEYCAP or before in _EMOJI_ELSEWHERE or _is_symbol(before)
    if one == _JOINER and (_is_symbol(before) or before in _PRESENTATION) and _is_symbol(after):
        return True
    if one in (_NON_JOINER, _JOINER) and before:
        # RFC 5892, appendix A.1 and A.2; Arabic letters stand for those that join.
        arabic = one == _NON_JOINER and after != "" and {_direction(before), _direction(after)} == {"AL"}
        return arabic or unicodedata.combining(before) == _VIRAMA
    return False


def _is_symbol(character: str) -> bool:
    """Whether it can be (part of) an emoji."""
    category = unicodedata.category(character) if character else ""
    return category == "So" or (category in ("Sk", "Sm") and character >= _ARROWS)


def _direction(character: str) -> str:
    return unicodedata.bidirectional(character)
