"""Reading plain JSON that may be of another shape than it was documented in: what is not what it should be is empty.

Nothing here raises. An answer that cannot be understood then says nothing, which for a check means "unknown", and never
becomes a failure that no rule knows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Document = Mapping[str, Any]


def mapping(value: object) -> Document:
    """`value` if it is a JSON object."""
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> Sequence[Document]:
    """The objects of a JSON array."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text(item: object, key: str) -> str:
    """The text at `key` of a JSON object."""
    value = mapping(item).get(key)
    return value if isinstance(value, str) else ""


def texts(value: object) -> tuple[str, ...]:
    """The texts of a JSON array."""
    return tuple(entry for entry in value if isinstance(entry, str)) if isinstance(value, list) else ()
