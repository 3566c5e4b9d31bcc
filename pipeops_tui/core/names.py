"""Checks names, tags and lifetimes that people type, by Azure's rules and before anything is sent.

Each `…_error` function returns a sentence for the screen, or an empty text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from uuid import UUID

from pipeops_tui.core.plain_text import first_unseen

GROUP_NAME_MAX = 90
CLUSTER_GROUP_NAME_MAX = 40
"""Characters of a resource group's name that leave room for a cluster: its own group, `MC_{group}_{cluster}_{region}`,
can have 80 (Microsoft Learn, AKS, "What naming restrictions are enforced for AKS resources and parameters?")."""
APPLICATION_NAME_MAX = 120
SECRET_DESCRIPTION_MAX = 120
SECRET_DAYS_MAX = 730
"""The portal's own limit for a client secret's lifetime: two years."""

TAGS_MAX = 49
"""Azure allows 50 tags on a resource group; one of them is `OWN_TAG`."""
TAG_NAME_MAX = 512
TAG_VALUE_MAX = 256
TAGS_LENGTH_MAX = TAGS_MAX * (TAG_NAME_MAX + len("=") + TAG_VALUE_MAX + len("; "))
"""Characters that the most tags take when each is as long as Azure allows."""
OWN_TAG = "pipeops-tui-run"
"""Name of the tag of a resource group that a run created; its value is the run's id. It proves whose group it is when
an answer was lost."""
_NOT_IN_TAG_NAMES = frozenset("<>%&\\?/")
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
        is_allowed = character in "_-.()" or unicodedata.category(character) in _LETTERS_AND_DIGITS
        if not is_allowed or first_unseen(character):
            return f"{_spell(character)} is not allowed: use letters, digits, - _ . ( or )."
    if len(name) > GROUP_NAME_MAX:
        return f"Too long by {len(name) - GROUP_NAME_MAX}: Azure allows {GROUP_NAME_MAX} characters."
    if name.endswith("."):
        return "A resource group name cannot end with a period."
    return ""


def group_name_hint(name: str) -> str:
    """Why managed Kubernetes could not be used in a resource group that Azure itself allows, in a few words; empty when
    it can. AKS takes only ASCII characters in a group's name (MicrosoftDocs/azure-docs#52128)."""
    if foreign := next((character for character in name if not character.isascii()), ""):
        return f"managed Kubernetes (AKS) does not take {_spell(foreign)} in a group's name"
    if len(name) > CLUSTER_GROUP_NAME_MAX:
        return f"over {CLUSTER_GROUP_NAME_MAX} characters: a cluster's own group (MC_…) can get too long a name"
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
        return f"Enter a whole number of days from 1 to {SECRET_DAYS_MAX}."
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
            return f"{_brief(name)} is given twice. Azure ignores case in tag names."
        seen.add(name.casefold())
    return f"Too many tags: at most {TAGS_MAX} are allowed." if len(parts) > TAGS_MAX else ""


def parse_tags(text: str) -> tuple[tuple[str, str], ...]:
    """The tags in `text`, in which `tags_error` finds no error. Semicolons separate them where there are any, so that
    values can contain commas."""
    pairs = (part.partition("=") for part in split_tags(text))
    return tuple((name.strip(), value.strip()) for name, _, value in pairs)


def spell_tags(tags: Iterable[tuple[str, str]]) -> str:
    """`tags` as a person would type them; the reverse of `parse_tags`."""
    return join_tags([f"{name}={value}" for name, value in tags])


def split_tags(text: str) -> list[str]:
    """The parts of `text` that should each be `name=value`."""
    return [part.strip() for part in text.split(";" if ";" in text else ",") if part.strip()]


def join_tags(parts: Sequence[str]) -> str:
    """The text that `split_tags` splits into `parts`."""
    if any("," in part for part in parts):
        return "; ".join(parts) if len(parts) > 1 else f"{parts[0]};"
    return ", ".join(parts)


def region_name(text: str) -> str:
    """A region as a person or a policy writes it (`West Europe`, `westeurope`), as Azure names it."""
    return text.replace(" ", "").lower()


def is_guid(text: str) -> bool:
    """Whether `text` is a GUID in its usual 36-character form."""
    return _GUID.fullmatch(text) is not None and str(UUID(text)) == text.lower()


def _tag_error(name: str, is_pair: str, value: str) -> str:
    if not name:
        return f"A tag needs a name: write name={value or '…'}."
    if name.casefold() == OWN_TAG:
        return f"pipeops-tui uses the tag {name} itself. Choose another name."
    if name.casefold().startswith(_RESERVED_TAG_NAMES):
        return f"{_brief(name)} cannot be used: Azure reserves names that begin with microsoft, azure or windows."
    # A longer name is refused below: looking at every character of a long paste takes longer than a key press should.
    start = name[:TAG_NAME_MAX]
    forbidden = next((c for c in start if c in _NOT_IN_TAG_NAMES), "") or first_unseen(start)
    if forbidden:
        return f"{_spell(forbidden)} is not allowed in a tag's name."
    if len(name) > TAG_NAME_MAX:
        return f"The tag's name is too long by {len(name) - TAG_NAME_MAX}: Azure allows {TAG_NAME_MAX} characters."
    shown = _brief(name)
    if not is_pair and ":" in name:
        first, _, rest = (_brief(piece.strip("{}\"' ")) for piece in name.partition(":"))
        return f"Write a tag with an equals sign: {first}={rest or '…'}"
    if not is_pair or not value:
        return f"{shown} needs a value: write {shown}=…"
    if len(value) > TAG_VALUE_MAX:
        return f"{shown}'s value is too long by {len(value) - TAG_VALUE_MAX}: Azure allows {TAG_VALUE_MAX} characters."
    unseen = first_unseen(value)
    return f"{_spell(unseen)} is not allowed in the value of {shown}." if unseen else ""


def _brief(name: str) -> str:
    return name if len(name) <= _SPELLED else f"{name[: _SPELLED - 1]}…"


def _text_error(text: str, longest: int) -> str:
    unprintable = next((c for c in text if unicodedata.category(c).startswith("C")), "") or first_unseen(text)
    if unprintable:
        return f"{_spell(unprintable)} is not allowed here."
    if len(text) > longest:
        return f"Too long by {len(text) - longest}: at most {longest} characters."
    return ""


def _spell(character: str) -> str:
    """A character in words or quotes, so that a person can recognise it even when it is invisible."""
    if character == " ":
        return "A space"
    if character.isprintable() and not first_unseen(character):
        return f"“{character}”"
    return f"The invisible character U+{ord(character):04X}"


def is_numbered(name: str, stem: str) -> bool:
    """Whether `name` is `stem`, `stem-2`, `stem-3` and so on, as this program suggests names; case is ignored."""
    first, _, number = name.lower().partition(f"{stem.lower()}-")
    return name.lower() == stem.lower() or (not first and number.isdecimal())
