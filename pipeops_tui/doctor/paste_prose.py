"""Finds values in running text: `our tenant is 3f0d… and the client id 77aa…`, and all five with their names on a line.

Only what has a form that nothing else has is taken: GUIDs, and client secrets of today, behind a name; and what stands
behind the words resource group. Words with an address in them are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeops_tui.core import names
from pipeops_tui.doctor.five_values import IDS, ValueName
from pipeops_tui.doctor.value_forms import is_secret_today
from pipeops_tui.doctor.value_names import is_name_of_secret_id, value_named

_MOST: Final = 200
"""Values that are looked at."""
_BEFORE: Final = 80
"""Characters before a value in which its name is looked for."""
_LONGEST_NAME: Final = 4
"""Words."""
_HEX: Final = "[0-9a-fA-F]"
_VALUE: Final = re.compile(
    rf"(?<![\w~.-])(?:{_HEX}{{8}}(?:-{_HEX}{{4}}){{3}}-{_HEX}{{12}}(?![\w-])"
    r"|[A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{30,33}[A-Za-z0-9_~-])"
)
_ADDRESS: Final = re.compile(r"://\S*")
_BETWEEN_WORDS: Final = re.compile(r"[^\w-]+")
_JOINS: Final = frozenset({"is", "was", "the", "a", "named", "called", "value", "-"})
_OBJECT_ID: Final = frozenset({"objectid", "keyid", "principalid"})
_GROUP: Final = re.compile(
    r"\bresource[ _-]?group(?:[ _-]?name)?\b[\"']?\s{0,5}(?:[:=>]|\b(?:is|named|called)\b)?\s{0,5}"
    r"[\"'`“(]{0,3}([\w().-]{1,90})",
    re.IGNORECASE,
)
_UNLIKE_WORDS: Final = re.compile(r"[\d_-]|[a-z][A-Z]|[A-Z]{2}")
"""What names of groups have, and words of sentences do not."""


def values_in_prose(text: str) -> Iterator[tuple[ValueName, str]]:
    """Names with their values, in the order of the text; a value without a name is left out."""
    text = _ADDRESS.sub(lambda found: " " * len(found[0]), text)
    end = 0
    for number, found in enumerate(_VALUE.finditer(text)):
        if number == _MOST:
            break
        before = text[max(end, found.start() - _BEFORE) : found.start()]
        end = found.end()
        if is_secret_today(found[0]):
            yield ValueName.SECRET, found[0]
        elif (name := _name_at_the_end(before)) is not None:
            yield name, found[0]


def group_in_prose(text: str) -> str:
    """What stands behind the words resource group and is no word of the sentence; empty where nothing is."""
    found = (match[1].rstrip(".),") for match in _GROUP.finditer(_ADDRESS.sub(" ", text)))
    return next((one for one in found if _UNLIKE_WORDS.search(one) and not names.group_name_error(one)), "")


def _name_at_the_end(before: str) -> ValueName | None:
    words = [word for word in _BETWEEN_WORDS.split(before) if word]
    while words and words[-1].lower() in _JOINS:
        words.pop()
    for length in range(min(_LONGEST_NAME, len(words)), 0, -1):
        candidate = " ".join(words[-length:])
        if is_name_of_secret_id(candidate) or "".join(candidate.lower().split()) in _OBJECT_ID:
            return None
        if (name := value_named(candidate)) in IDS:
            return name
    return None
