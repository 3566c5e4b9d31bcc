"""Finds names with their values in JSON: what az prints, settings of web applications, outputs of Terraform."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Final

from pipeops_tui.core import names
from pipeops_tui.doctor.five_values import ValueName
from pipeops_tui.doctor.value_names import is_name_of_secret_id, value_named

LONGEST_VALUE: Final = 1_000
"""Characters; a longer text is no value."""
_MOST_DOCUMENTS: Final = 64
"""How many beginnings of a document are tried."""
_DEEPEST: Final = 8


@dataclass(slots=True, repr=False)
class PasteDocuments:
    """What the documents in a text have given. It holds secrets, so it has no representation."""

    named: list[tuple[ValueName, str]] = field(default_factory=list)
    has_secret_id: bool = False
    """Whether a secret's id was named as such."""
    rest: str = ""
    """The text without the documents that gave values."""


def documents_in(text: str) -> PasteDocuments:
    """Read the JSON documents in `text`, also between other lines."""
    found = PasteDocuments()
    decoder, left, at = json.JSONDecoder(strict=False), [], 0
    for start in [match.start() for match in re.finditer(r"[{\[]", text)][:_MOST_DOCUMENTS]:
        if start < at:
            continue
        try:
            document, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            continue
        if not isinstance(document, dict | list) or not document:
            continue
        before = len(found.named)
        _read_document(document, found, 0)
        if len(found.named) > before:
            left.append(text[at:start])
            at = end
    left.append(text[at:])
    found.rest = "\n".join(left)
    return found


def _read_document(document: object, found: PasteDocuments, depth: int) -> None:
    if depth > _DEEPEST:
        return
    if isinstance(document, list):
        for item in document:
            _read_document(item, found, depth + 1)
    if not isinstance(document, dict):
        return
    _read_account(document, found)
    name, value = document.get("name", document.get("key")), document.get("value")
    is_setting = isinstance(name, str) and isinstance(value, str) and _take(name, value, found)
    for key, inner in document.items():
        if isinstance(inner, dict) and isinstance(output := inner.get("value"), str) and _take(key, output, found):
            continue  # as Terraform prints outputs
        if isinstance(inner, str):
            if not (is_setting and key == "value"):
                _take(key, inner, found)
        else:
            _read_document(inner, found, depth + 1)


def _read_account(document: dict[str, object], found: PasteDocuments) -> None:
    """`az account show` calls the subscription's id `id`, and says which cloud it is in."""
    value = document.get("id")
    if isinstance(value, str) and names.is_guid(value) and "environmentName" in document:
        found.named.append((ValueName.SUBSCRIPTION, value))


def _take(name: str, value: str, found: PasteDocuments) -> bool:
    """Note a named value, if it is one of the five."""
    if is_name_of_secret_id(name):
        found.has_secret_id = True
        return True
    which = value_named(name)
    if which is None or len(value) > LONGEST_VALUE:
        return False
    found.named.append((which, value))
    return True
