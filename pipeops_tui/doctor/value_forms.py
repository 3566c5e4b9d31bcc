"""Knows what each of the five values looks like, and says what is wrong with the form of one."""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

from pipeops_tui.core import names
from pipeops_tui.core.plain_text import first_unseen
from pipeops_tui.doctor.five_values import IDS, ValueName

GUID_LENGTH: Final = 36
_NO_ID: Final = "00000000-0000-0000-0000-000000000000"
"""What documents write in place of an id."""
_SECRET_TODAY: Final = re.compile(r"[A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{31,34}")
"""What Microsoft Entra makes today (gitleaks, rule azure-ad-client-secret). Others exist, older ones above all."""
_SECRET_BEGINNING: Final = re.compile(r"[A-Za-z0-9_~.-]{3}\dQ~")
_BEGINNING: Final = 6
"""Characters of a secret of today up to `Q~`."""
_SHORTEST_TODAY: Final = 37
_LONGEST_TODAY: Final = 40
_BEGINNING_CUT: Final = re.compile(r"(?:[A-Za-z0-9_~.-]{0,2}\dQ|Q)~[A-Za-z0-9_~.-]{31,34}")
"""A secret of today without its first characters."""
_END_ALONE: Final = re.compile(r"~?[A-Za-z0-9_.-][A-Za-z0-9_~.-]{30,33}")
"""What is behind `Q~` in a secret of today: a double click selects no more of it in some programs. Older secrets can
look the same."""
_SHORTEST_SECRET: Final = 16
"""Characters; nothing that Microsoft Entra has made is shorter."""
UNUSUAL: Final = "It does not have the form of the client secrets that Microsoft Entra makes today."
"""The weakest doubt: older secrets have other forms."""
_SECRET_LIKE: Final = 30
"""Characters from which on a text of mixed letters and digits without any separator is taken for a secret."""
_DOMAIN: Final = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}", re.IGNORECASE)
_ID_TEXT: Final = re.compile(r"[0-9a-fA-F-]+")
_DAMAGED_ID: Final = re.compile(r"(?=.*-)(?=.{8,60}$)[0-9a-fA-FoOlI-]+(?:…|\.{3})?[0-9a-fA-FoOlI-]*")
"""Made of what an id is made of, with the letters that are taken for digits."""
_PLACEHOLDER: Final = re.compile(
    r"""(?ix)
    [<\[{(].*[>\]})]                            # <client-secret>, [secret], {{ secret }}
    | \$\{?\w+\}? | %\w+% | \$\(.*\)            # a variable that nothing has filled in
    | (?:your|my|the|insert|enter|paste|put|add|replace|change)[\s_-]?\w.*(?:secret|value|here|password|id|me|name)
    | (?:client[\s_-]?)?secret (?:[\s_-]?(?:value|here))? | password | change[\s_-]?me | todo | tbd | example
    | null | none | undefined | redacted | removed | hidden | \(?sensitive(?:[\s_]value)?\)?
    | (.)\1{5,}                                 # xxxxxxxx
    """
)
_MASK: Final = re.compile(r"[*●•·∙]{3,}|\*\*")
_ELLIPSIS: Final = re.compile(r"…|\.{3}")


def is_secret_today(text: str) -> bool:
    """Whether `text` has the form of the client secrets that Microsoft Entra makes today."""
    return _SECRET_TODAY.fullmatch(text) is not None


def may_be_secret(text: str) -> bool:
    """Whether `text` can be a secret, so that it is not shown, wherever it stands."""
    if _SECRET_BEGINNING.search(text):
        return True
    kinds = (str.islower, str.isupper, str.isdigit)
    return len(text) >= _SECRET_LIKE and not names.is_guid(text) and all(any(map(kind, text)) for kind in kinds)


def is_domain(text: str) -> bool:
    """Whether `text` is a domain's name, by which Microsoft Entra knows tenants too."""
    return _DOMAIN.fullmatch(text) is not None


def is_placeholder(text: str) -> bool:
    """Whether `text` is what a template has in place of a value."""
    return text == _NO_ID or (not is_secret_today(text) and _PLACEHOLDER.fullmatch(text) is not None)


def fits(name: ValueName, text: str) -> bool:
    """Whether `text` has the form of this value."""
    if name in IDS:
        return (names.is_guid(text) and text != _NO_ID) or (
            name is ValueName.TENANT and is_domain(text) and not may_be_secret(text)
        )
    if name is ValueName.GROUP:
        return not names.group_name_error(text) and not names.is_guid(text) and not may_be_secret(text)
    return not secret_fault(text) and not names.is_guid(text) and len(text) >= _SHORTEST_SECRET


def id_fault(text: str) -> str:
    """What is wrong with a text that stands for an id and is no GUID, as a sentence that quotes nothing of it."""
    if is_placeholder(text):
        return "A placeholder was left in its place."
    if may_be_secret(text):
        return "It looks like a client secret."
    if _ELLIPSIS.search(text):
        return "It is cut off: there is an ellipsis in it."
    if _ID_TEXT.fullmatch(text):
        size, rule = len(text), f"an ID has {GUID_LENGTH}"
        if size != GUID_LENGTH:
            return f"It has {size} character{'' if size == 1 else 's'}, and {rule}."
    return "It is not an ID, which looks like 1b7e09cc-4a2e-4f2f-9d0a-6f6d1f0aa0c4."


def can_be_shown(name: ValueName, text: str, secret: str) -> bool:
    """Whether a text that stands for an id or a group, and is none, is certainly no part of a client secret, so that it
    can be shown. `secret` is what was given as the client secret."""
    if may_be_secret(text) or "~" in text or (secret and (text in secret or secret in text)):
        return False
    if _DAMAGED_ID.fullmatch(text) or is_placeholder(text):
        return True
    # The client secret is then known to be elsewhere.
    is_elsewhere = is_secret_today(secret)
    return is_elsewhere or (name is ValueName.GROUP and " " in text)


def group_fault(text: str) -> str:
    """Why Azure can have no resource group of this name, as a sentence; empty where it can."""
    if is_placeholder(text) and names.group_name_error(text):
        return "A placeholder was left in its place."
    if may_be_secret(text):
        return "It looks like a client secret."
    return names.group_name_error(text)


def secret_fault(text: str) -> str:
    """Why `text` can be no client secret, as a sentence that quotes nothing of it; empty where it can."""
    if is_placeholder(text):
        return "A placeholder was left in its place."
    if _ELLIPSIS.search(text):
        return "It is cut off: there is an ellipsis in it."
    if _MASK.search(text):
        return "Most of it is masked with dots or asterisks. The Azure portal shows a client secret only once."
    if any(character.isspace() for character in text):
        return "It has a blank in it, and no client secret has one."
    if not text.isascii() or first_unseen(text):
        return "It has a character in it that no client secret has."
    return ""


def secret_doubt(text: str) -> str:
    """What is unusual about a client secret, as a sentence; empty where nothing is. It is a hint, never a verdict:
    older secrets have other forms."""
    if is_secret_today(text):
        return ""
    size = len(text)
    if _SECRET_BEGINNING.match(text):
        if size < _LONGEST_TODAY:
            return f"It begins like the client secrets of today, but has {size} characters: a part seems to be missing."
        return f"It begins like the client secrets of today, but has {size} characters: more seems to have been copied."
    if _SECRET_BEGINNING.search(text):
        return "It has the form of a client secret with something before it."
    if _BEGINNING_CUT.fullmatch(text):
        return (
            "It has the form of the client secrets of today without the beginning: characters seem to be missing there."
        )
    if size < _SHORTEST_SECRET:
        return (
            f"It has {size} character{'' if size == 1 else 's'}. Client secrets have more: a part seems to be missing."
        )
    return UNUSUAL


def refused_secret_doubt(text: str) -> str:
    """What the form of a client secret says once Microsoft Entra has refused it, as a sentence: less than that is no
    reason to doubt one."""
    size = len(text)
    if is_secret_today(text):
        return (
            f"It has {size} characters, and the client secrets of today have {_SHORTEST_TODAY} to {_LONGEST_TODAY}: "
            "its form does not show whether one is missing."
        )
    doubt = secret_doubt(text)
    if doubt == UNUSUAL and _END_ALONE.fullmatch(text):
        missing = f"its first {_BEGINNING} characters are missing"
        return f"{UNUSUAL} It can be the end of one, cut at the sign ~: then {missing}."
    return doubt


def as_guid(text: str) -> str:
    """`text` as a GUID in its usual form, in lower case, where it is one in another form; empty where it is none."""
    bare = text.strip("{}()<>[] ")
    bare = bare.removeprefix("urn:uuid:")
    if names.is_guid(bare):
        return bare.lower()
    if re.fullmatch(r"[0-9a-fA-F]{32}", bare):
        return str(UUID(bare))
    return ""
