"""Reads the five values from a pasted text, a file or the environment. Never raises, keeps nothing but the values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import combinations
from typing import Final

from pipeops_tui.core import names
from pipeops_tui.core.plain_text import plain
from pipeops_tui.core.secret import Secret
from pipeops_tui.doctor.five_values import IDS, SAME_AS_SECRET, FiveValues, Flaw, OtherValue, Pasted, ValueName
from pipeops_tui.doctor.paste_cleaning import (
    ADDRESSES_UNUSED,
    MOST_BYTES,
    NOT_TEXT,
    QUOTES_TAKEN,
    TOO_LONG,
    cleaned,
    decoded,
)
from pipeops_tui.doctor.paste_layout import MOST_LINES, PasteLayout, layout_of, without_quotes
from pipeops_tui.doctor.paste_prose import group_in_prose, values_in_prose
from pipeops_tui.doctor.server_failures import error_codes_in
from pipeops_tui.doctor.value_forms import (
    as_guid,
    can_be_shown,
    fits,
    group_fault,
    id_fault,
    is_domain,
    is_placeholder,
    is_secret_today,
    may_be_secret,
)

ENVIRONMENT: Final = {
    ValueName.GROUP: "AZURE_RESOURCE_GROUP",
    ValueName.TENANT: "AZURE_TENANT_ID",
    ValueName.CLIENT: "AZURE_CLIENT_ID",
    ValueName.SECRET: "AZURE_CLIENT_SECRET",
    ValueName.SUBSCRIPTION: "AZURE_SUBSCRIPTION_ID",
}
"""The variables of the environment that are read."""
_ARM_ID: Final = re.compile(r"/subscriptions/([^/\s]+)(?:/resourcegroups/([^/\s]+))?", re.IGNORECASE)
_GUID: Final = re.compile(
    r"(?<![0-9a-f-])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f-])", re.IGNORECASE
)
_SECRET_IN_TEXT: Final = re.compile(r"(?<!\S)[A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{31,34}(?!\S)")
_NOTHING: Final = frozenset({"", "-", "–", "—"})
"""What stands in a place where there is no value."""
_CUT: Final = f"The text is long: only its first and last {MOST_LINES:,} lines were read."
_SECRET_LIKELY: Final = 16
_MOST_SHOWN: Final = 100
"""Characters of a value that has not its form."""

_BLANKS_TAKEN = "Blanks or line ends around values were taken off."
_TEXT_TAKEN = "Text around a value was taken off."
_GUESSED = (
    "Nothing names the IDs, so they were taken in the order of PipeOps' form: Tenant ID, Client ID, Subscription ID."
)
_SECRET_ID_UNUSED = "There is the ID of a client secret (Secret ID). PipeOps does not ask for it, so it is not used."  # noqa: S105
_IN_PROSE = "Values were found inside sentences: compare them."
_UNNAMED_UNUSED = "There are words without a name in the text, which were not used."


def read_bytes(data: bytes) -> Pasted:
    """Read what a file or standard input holds; one byte more than the most is enough."""
    if len(data) > MOST_BYTES:
        return Pasted(unreadable=TOO_LONG)
    text = decoded(data)
    return Pasted(unreadable=NOT_TEXT) if text is None else read_text(text)


def read_text(text: str) -> Pasted:
    """Read a pasted text."""
    if len(text) > MOST_BYTES:
        return Pasted(unreadable=TOO_LONG)
    if "\0" in text:
        return Pasted(unreadable=NOT_TEXT)
    clean, remarks = cleaned(text)
    pasted = _Reader(remarks).read(layout_of(clean), clean)
    return replace(pasted, values=replace(pasted.values, error_codes=error_codes_in(clean)))


def read_environment(environment: Mapping[str, str]) -> Pasted:
    """Read the variables of `ENVIRONMENT`."""
    return read_values({name: environment.get(variable, "") for name, variable in ENVIRONMENT.items()})


def read_values(texts: Mapping[ValueName, str]) -> Pasted:
    """Read texts that are known each by its name; an empty one was not given."""
    layout, remarks = PasteLayout(), list[str]()
    for name, given in texts.items():
        text, new = cleaned(given)
        if text.strip():
            remarks += [_BLANKS_TAKEN] if text != text.strip() or given != given.strip() else []
            remarks += [remark for remark in new if remark != ADDRESSES_UNUSED]
            layout.named.append((name, " ".join(text.split("\n"))))
    return _Reader(remarks).read(layout)


class _Reader:
    """Makes the five values of what was found in one text."""

    def __init__(self, remarks: Iterable[str]) -> None:
        self._remarks = list(remarks)
        self._others: list[OtherValue] = []

    def read(self, layout: PasteLayout, text: str = "") -> Pasted:
        """`text` is that of `layout`, in which sentences can hold more."""
        if layout.has_secret_id:
            self._remarks.append(_SECRET_ID_UNUSED)
        if layout.is_cut:
            self._remarks.append(_CUT)
        found = self._named(layout)
        is_guessed = False
        if not found:
            found, is_guessed = self._bare(layout.bare)
        if len(found) < len(ValueName) and not is_guessed:
            self._add_prose(found, text)
        exchanged = _exchange(found)
        values = self._values(found, exchanged, is_guessed=is_guessed)
        return Pasted(values, tuple(dict.fromkeys(self._remarks)))

    def _named(self, layout: PasteLayout) -> dict[ValueName, str]:
        """One text for each value that was named: the first that has its form, else the first."""
        given: dict[ValueName, list[str]] = {}
        for name, raw in layout.named:
            if text := self._stripped(name, raw):
                given.setdefault(name, []).append(text)
        found = {}
        for name, texts in given.items():
            found[name] = next((text for text in texts if fits(name, text)), texts[0])
            others = self._others_of(name, found[name], texts)
            self._others += others
            if not others and len(set(texts)) > 1:
                self._remarks.append(f"There is more than one {name}. The first was used.")
        return found

    def _add_prose(self, found: dict[ValueName, str], text: str) -> None:
        """What sentences say of the values that nothing else has given."""
        in_prose: dict[ValueName, list[str]] = {}
        for name, value in values_in_prose(text):
            if name not in found:
                in_prose.setdefault(name, []).append(value)
        if not in_prose:
            return
        if ValueName.GROUP not in found and (group := group_in_prose(text)):
            in_prose[ValueName.GROUP] = [group]
        for name, values in in_prose.items():
            found[name] = values[0]
            self._others += self._others_of(name, values[0], values)
        self._remarks.append(_IN_PROSE)

    def _others_of(self, name: ValueName, used: str, texts: Iterable[str]) -> list[OtherValue]:
        """Those that have the form of this value, each once, without the one that is used."""
        found: dict[str, OtherValue] = {}
        for text in texts:
            if fits(name, text) and text.casefold() != used.casefold():
                value = text.lower() if name in IDS else Secret(text) if name is ValueName.SECRET else text
                found.setdefault(text.casefold(), OtherValue(name, value))
        return list(found.values())

    def _stripped(self, name: ValueName, raw: str) -> str:
        """The value itself; empty where there is none, and for an address."""
        text = without_quotes(raw)
        if text in _NOTHING:
            return ""
        if any(quote in raw for quote in "\"'`“”‘’"):
            self._remarks.append(QUOTES_TAKEN)
        if name in IDS or name is ValueName.GROUP:
            text = self._from_arm_id(name, text)
        if name in IDS:
            text = self._id_in(text)
        if name is ValueName.SECRET and (inner := _SECRET_IN_TEXT.search(text)) and inner[0] != text:
            self._remarks.append(_TEXT_TAKEN)
            text = inner[0]
        if "://" in text:
            self._remarks.append(ADDRESSES_UNUSED)
            return ""
        return text

    def _from_arm_id(self, name: ValueName, text: str) -> str:
        found = _ARM_ID.match(text)
        if found is None:
            return text
        self._remarks.append(_TEXT_TAKEN)
        return str(found[2] or "") if name is ValueName.GROUP else str(found[1])

    def _id_in(self, text: str) -> str:
        """The GUID that `text` is, or the only one in it."""
        if guid := as_guid(text):
            return guid
        inside = {found[0].lower() for found in _GUID.finditer(text)} if "://" not in text else set()
        if len(inside) != 1:
            return text
        self._remarks.append(_TEXT_TAKEN)
        return str(inside.pop())

    def _bare(self, words: list[str]) -> tuple[dict[ValueName, str], bool]:
        """Words without names, by their forms; the ids in the order of PipeOps' form."""
        ids = [as_guid(word) for word in words if as_guid(word)]
        others = [word for word in words if not as_guid(word)]
        if not ids and not any(map(is_secret_today, others)):
            return {}, False
        if ids:
            self._remarks.append(_GUESSED)
        if len(words) == len(ValueName) and len(ids) > len(IDS):
            # More GUIDs than ids: one stands in the place of the secret.
            return dict(zip(ValueName, [*others, *ids], strict=True)), True
        found = dict(zip(IDS, ids, strict=False))
        secret = max(others, key=_secret_likeness, default="")
        if secret and (_secret_likeness(secret) > 0 or len(others) > 1):
            found[ValueName.SECRET] = secret
            others.remove(secret)
        if group := _group_among(words, [word for word in others if fits(ValueName.GROUP, word)]):
            found[ValueName.GROUP] = group
        if len(others) > 1 or len(ids) > len(IDS):
            self._remarks.append(_UNNAMED_UNUSED)
        return found, bool(ids)

    def _values(
        self, found: Mapping[ValueName, str], exchanged: tuple[tuple[ValueName, ValueName], ...], *, is_guessed: bool
    ) -> FiveValues:
        group, secret = found.get(ValueName.GROUP, ""), found.get(ValueName.SECRET, "")
        flaws = []
        ids = dict.fromkeys(IDS, "")
        for name in IDS:
            text = found.get(name, "")
            if fits(name, text):
                ids[name] = text.lower()
            elif text:
                flaws.append(Flaw(name, id_fault(text), _shown(name, text, secret)))
        reason = group_fault(group) if group else ""
        if not reason and group and group == secret and not names.is_guid(group):
            reason = SAME_AS_SECRET
        if reason:
            flaws.append(Flaw(ValueName.GROUP, reason, _shown(ValueName.GROUP, group, secret)))
        return FiveValues(
            "" if reason else group,
            ids[ValueName.TENANT],
            ids[ValueName.CLIENT],
            Secret(secret) if secret else None,
            ids[ValueName.SUBSCRIPTION],
            tuple(flaws),
            exchanged,
            is_guessed,
            tuple(self._others),
        )


def _shown(name: ValueName, text: str, secret: str) -> str:
    return plain(text, _MOST_SHOWN) if can_be_shown(name, text, secret) else ""


def _group_among(words: list[str], groups: list[str]) -> str:
    """The one of `groups` that stands nearest to an id in `words`: a greeting has the form of a group's name too."""
    ids = [at for at, word in enumerate(words) if as_guid(word)]
    return min(groups, key=lambda one: min((abs(words.index(one) - at) for at in ids), default=0), default="")


def _exchange(found: dict[ValueName, str]) -> tuple[tuple[ValueName, ValueName], ...]:
    """Exchange those of which each has the form of the other and not its own; gives the pairs."""
    pairs = []
    for one, other in combinations(ValueName, 2):
        first, second = found.get(one, ""), found.get(other, "")
        if not first or not second or fits(one, first) or fits(other, second):
            continue
        if _belongs(one, second) and _belongs(other, first):
            found[one], found[other] = second, first
            pairs.append((one, other))
    return tuple(pairs)


def _belongs(name: ValueName, text: str) -> bool:
    """Whether `text` is certainly meant as this value: a damaged id can have the form of an older secret."""
    return fits(name, text) and (name is not ValueName.SECRET or may_be_secret(text))


def _secret_likeness(word: str) -> int:
    """How much a word without a name is like a client secret; 0 where it is like a name."""
    if is_secret_today(word):
        return 3
    if may_be_secret(word) or is_placeholder(word):
        return 2
    has_signs = bool(names.group_name_error(word))
    return 1 if len(word) >= _SECRET_LIKELY and (has_signs or not is_domain(word)) and _is_mixed(word) else 0


def _is_mixed(word: str) -> bool:
    return any(map(str.isdigit, word)) and any(map(str.isupper, word)) and any(map(str.islower, word))
