"""Rules for names people type, checked before Azure sees them. Each function returns a sentence, or nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from uuid import UUID

GROUP_NAME_MAX = 90
APPLICATION_NAME_MAX = 120
SECRET_DESCRIPTION_MAX = 120
SECRET_DAYS_MAX = 730
"""The portal's own limit for a client secret's lifetime: two years."""

TAGS_MAX = 49
"""Azure allows 50 tags on a resource group; one of them is the mark of the run."""
TAG_NAME_MAX = 512
TAG_VALUE_MAX = 256
TAGS_LENGTH_MAX = TAGS_MAX * (TAG_NAME_MAX + len("=") + TAG_VALUE_MAX + len("; "))
"""Characters that so many tags take, each as long as it may be."""
OWN_TAG = "pipeops-tui-run"
"""The name of that mark."""
_NOT_IN_TAG_NAMES = frozenset("<>%&\\?/")
_JOINERS = "\u200c\u200d"
"""Invisible characters that some scripts cannot do without."""
_SPELLED = 40
"""Characters of a tag's name that fit into a sentence."""
_RESERVED_TAG_NAMES = ("microsoft", "azure", "windows")

_LETTERS_AND_DIGITS = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nd"})
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_DAYS = re.compile(r"0{0,9}[0-9]{1,3}")


def group_name_error(name: str) -> str:
    """Why Azure would refuse `name` for a resource group, naming the offending character; empty when it would not.

    Rule: 1 to 90 characters, letters and digits of any script, `_ - . ( )`, not ending with a period
    (Microsoft Learn, "Naming rules and restrictions for Azure resources", Microsoft.Resources/resourceGroups).
    """
    if not name:
        return "A resource group needs a name."
    for character in name:
        if character not in "_-.()" and unicodedata.category(character) not in _LETTERS_AND_DIGITS:
            return f"{_spell(character)} is not allowed: use letters, digits, - _ . ( or )."
    if len(name) > GROUP_NAME_MAX:
        return f"Too long by {len(name) - GROUP_NAME_MAX}: Azure allows {GROUP_NAME_MAX} characters."
    if name.endswith("."):
        return "A resource group name cannot end with a period."
    return ""


def application_name_error(name: str) -> str:
    """Why `name` cannot be an application's display name; empty when it can (1 to 120 characters, not blank)."""
    if not name.strip():
        return "The application needs a name."
    return _text_error(name, APPLICATION_NAME_MAX)


def secret_description_error(text: str) -> str:
    """Why `text` cannot describe a client secret; empty when it can (at most 120 characters)."""
    return _text_error(text, SECRET_DESCRIPTION_MAX)


def secret_days_error(text: str) -> str:
    """Why `text` is not a lifetime in days; empty when it is a whole number from 1 to 730."""
    if not _DAYS.fullmatch(text) or not 1 <= int(text) <= SECRET_DAYS_MAX:
        return f"Give a whole number of days from 1 to {SECRET_DAYS_MAX}."
    return ""


def tags_error(text: str) -> str:
    """Why Azure would refuse `text` (`name=value, name=value`) as a resource group's tags; empty when it would not.

    Rules: names of 1 to 512 characters without `< > % & \\ ? /`, different from each other in more than case; values of
    1 to 256; 50 tags in all (Microsoft Learn, "Use tags to organize your Azure resources", Limitations); the prefixes
    `microsoft`, `azure` and `windows` are reserved ("Naming rules and restrictions for Azure resources").
    """
    seen: set[str] = set()
    parts = split_tags(text)
    for part in parts:
        name, is_pair, value = (piece.strip() for piece in part.partition("="))
        if error := _tag_error(name, is_pair, value):
            return error
        if name.casefold() in seen:
            return f"{_brief(name)} is there twice: Azure ignores case in tag names."
        seen.add(name.casefold())
    return f"Too many tags: Azure leaves room for {TAGS_MAX}." if len(parts) > TAGS_MAX else ""


def parse_tags(text: str) -> tuple[tuple[str, str], ...]:
    """The tags in `text`, for which `tags_error` has nothing to say. Semicolons separate them where there are any, so
    that values may hold commas."""
    pairs = (part.partition("=") for part in split_tags(text))
    return tuple((name.strip(), value.strip()) for name, _, value in pairs)


def spell_tags(tags: Iterable[tuple[str, str]]) -> str:
    """`tags` as they would be typed."""
    return join_tags([f"{name}={value}" for name, value in tags])


def split_tags(text: str) -> list[str]:
    """The parts of `text` that should each be `name=value`."""
    return [part.strip() for part in text.split(";" if ";" in text else ",") if part.strip()]


def join_tags(parts: Sequence[str]) -> str:
    """The text that `split_tags` takes apart into `parts`."""
    if any("," in part for part in parts):
        return "; ".join(parts) if len(parts) > 1 else f"{parts[0]};"
    return ", ".join(parts)


def is_guid(text: str) -> bool:
    """Whether `text` is a GUID in its usual 36-character form."""
    return _GUID.fullmatch(text) is not None and str(UUID(text)) == text.lower()


def _tag_error(name: str, is_pair: str, value: str) -> str:
    if not name:
        return f"A tag needs a name: write name={value or '…'}."
    if name.casefold() == OWN_TAG:
        return f"{name} is the mark of this program: take another name."
    if name.casefold().startswith(_RESERVED_TAG_NAMES):
        return f"{_brief(name)} cannot be used: Azure reserves names that begin with microsoft, azure or windows."
    # Beyond that it is too long, which is said below: looking at all of a long paste takes longer than a key may.
    forbidden = next((c for c in name[:TAG_NAME_MAX] if c in _NOT_IN_TAG_NAMES or _is_unseen(c)), None)
    if forbidden is not None:
        return f"{_spell(forbidden)} is not allowed in a tag's name."
    if len(name) > TAG_NAME_MAX:
        return f"The tag's name is too long by {len(name) - TAG_NAME_MAX}: Azure allows {TAG_NAME_MAX} characters."
    shown = _brief(name)
    if not is_pair and ":" in name:
        first, _, rest = (_brief(piece.strip("{}\"' ")) for piece in name.partition(":"))
        return f"A tag is written with an equals sign: {first}={rest or '…'}"
    if not is_pair or not value:
        return f"{shown} needs a value: write {shown}=…"
    if len(value) > TAG_VALUE_MAX:
        return f"{shown}'s value is too long by {len(value) - TAG_VALUE_MAX}: Azure allows {TAG_VALUE_MAX} characters."
    unseen = next((c for c in value if _is_unseen(c)), None)
    return f"{_spell(unseen)} stands in the value of {shown}: take it out." if unseen else ""


def _is_unseen(character: str) -> bool:
    """Whether it came along from where the text was copied: no policy means it, and nobody would find it."""
    return unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp") and character not in _JOINERS


def _brief(name: str) -> str:
    return name if len(name) <= _SPELLED else f"{name[: _SPELLED - 1]}…"


def _text_error(text: str, longest: int) -> str:
    unprintable = next((c for c in text if unicodedata.category(c).startswith("C")), None)
    if unprintable is not None:
        return f"{_spell(unprintable)} is not allowed here."
    if len(text) > longest:
        return f"Too long by {len(text) - longest}: at most {longest} characters."
    return ""


def _spell(character: str) -> str:
    """A character as a person can recognise it, even when it does not print."""
    if character == " ":
        return "A space"
    if character.isprintable():
        return f"“{character}”"
    return f"The invisible character U+{ord(character):04X}"


def is_numbered(name: str, stem: str) -> bool:
    """Whether `name` is `stem` or `stem-2`, `stem-3`, …, as made up for the person; case is ignored."""
    first, _, number = name.lower().partition(f"{stem.lower()}-")
    return name.lower() == stem.lower() or (not first and number.isdecimal())
