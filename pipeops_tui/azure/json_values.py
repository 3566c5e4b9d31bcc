"""Narrows parsed JSON to the types the program expects: a value of another type counts as absent.

Nothing here raises. An answer that cannot be understood then says nothing, which for a check means "unknown", and never
becomes a failure that no rule knows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

Document = Mapping[str, Any]


_DEEPEST: Final = 8
"""Errors in errors, and JSON in the texts of JSON, that are looked into."""
_BEGINS_JSON: Final = re.compile(r"""['"(]*(?P<json>(?:\[\s*)?\{\s*\\?")""")
_LABEL_OF_JSON: Final = re.compile(r"""[^.!?]*:\s*$""")
"""What says that JSON follows, as `Policy identifiers:`."""
_DECODER: Final = json.JSONDecoder()


def parse(text: str | bytes) -> object:
    """JSON text as Python values; None when it is not JSON."""
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):  # the second one: nested thousands deep
        return None
    return value


def as_dict(value: object) -> Document:
    """`value` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> Sequence[object]:
    """`value` if it is a JSON array, else an empty one."""
    return value if isinstance(value, list) else []


def as_dicts(value: object) -> Sequence[Document]:
    """The objects of a JSON array; its other entries are left out."""
    return [item for item in as_list(value) if isinstance(item, dict)]


def as_text(value: object) -> str:
    """`value` if it is a text, else an empty one."""
    return value if isinstance(value, str) else ""


def as_texts(value: object) -> tuple[str, ...]:
    """The texts of a JSON array; its other entries are left out."""
    return tuple(entry for entry in as_list(value) if isinstance(entry, str))


def in_utc(moment: datetime | None) -> datetime | None:
    """A time as the SDKs read it, always with a zone: Azure's own is UTC, also where it leaves out the `Z`."""
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def text_at(item: object, key: str) -> str:
    """The text at `key` of a JSON object; empty where there is none."""
    return as_text(as_dict(item).get(key))


def number_at(item: object, key: str) -> int | None:
    """The whole number at `key` of a JSON object; None where there is none, also where it is written as a text."""
    value = as_dict(item).get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def time_at(item: object, key: str) -> datetime | None:
    """The time at `key` of a JSON object (ISO 8601); None where there is none."""
    try:
        return in_utc(datetime.fromisoformat(text_at(item, key)))
    except ValueError:
        return None


def without_json(text: str) -> str:
    """`text` as a sentence for a person: it ends where JSON begins in it, unless that JSON holds a message, which then
    takes its place. JSON that was cut off goes too."""
    for _ in range(_DEEPEST):
        found = _BEGINS_JSON.search(text)
        if found is None:
            return text.strip()
        said = _message_in(text[found.start("json") :])
        before = _LABEL_OF_JSON.sub("", text[: found.start()]).strip()
        if not said:
            return before
        text = f"{before} {said}".strip()
    return ""


def _message_in(text: str) -> str:
    """The innermost message of the JSON with which `text` begins; empty where it has none."""
    for candidate in (text, text.replace('\\"', '"')):
        try:
            value, _ = _DECODER.raw_decode(candidate)
        except (ValueError, RecursionError):
            continue
        document = as_dict(value) or next(iter(as_dicts(value)), {})
        document = as_dict(document.get("error")) or document
        for _ in range(_DEEPEST):
            inner = next((one for one in as_dicts(document.get("details")) if text_at(one, "message")), None)
            if inner is None:
                break
            document = inner
        return text_at(document, "message")
    return ""
