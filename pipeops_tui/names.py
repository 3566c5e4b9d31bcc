"""Rules for names people type, checked before Azure sees them. Each function returns a sentence, or nothing."""

from __future__ import annotations

import re
import unicodedata
from uuid import UUID

GROUP_NAME_MAX = 90
APPLICATION_NAME_MAX = 120
SECRET_DESCRIPTION_MAX = 120
SECRET_DAYS_MAX = 730
"""The portal's own limit for a client secret's lifetime: two years."""

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


def is_guid(text: str) -> bool:
    """Whether `text` is a GUID in its usual 36-character form."""
    return _GUID.fullmatch(text) is not None and str(UUID(text)) == text.lower()


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
