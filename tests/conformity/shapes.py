"""What an answer must look like: keys in their order, kinds of values. Knows nothing of HTTP.

A shape is JSON in which some values are replaced by what is asked of them:

    {"id": GUID, "name": TEXT, "type": "AAD", "tags": Maybe(Table(TEXT)), "domains": Each(TEXT), "mail": Nullable(TEXT)}

Literals stand for themselves, dicts list their keys in the order of the wire, lists give exactly these elements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Json: TypeAlias = "Mapping[str, Json] | list[Json] | str | int | float | bool | None"
Shape: TypeAlias = (
    "Text | Each | Table | Maybe | Nullable | Anything | "
    "Mapping[str, Shape] | list[Shape] | str | int | float | bool | None"
)


class Aspect(StrEnum):
    """In what two answers differ."""

    STATUS = "status"
    MISSING = "missing"
    EXTRA = "extra"
    ORDER = "order"
    TYPE = "type"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. `path` is `status`, `header:NAME` or a path into the body such as `value[].properties.scope`."""

    path: str
    aspect: Aspect
    text: str

    def __str__(self) -> str:
        return f"{self.path or 'body'}: {self.text}"


@dataclass(frozen=True, slots=True)
class Text:
    """A string of a certain form. `pattern` must match all of it."""

    name: str
    pattern: str


@dataclass(frozen=True, slots=True, init=False)
class Each:
    """An array of any length; every element has one of the shapes."""

    variants: tuple[Shape, ...]

    def __init__(self, *variants: Shape) -> None:
        object.__setattr__(self, "variants", variants)


@dataclass(frozen=True, slots=True)
class Table:
    """An object whose keys are data, such as tags."""

    values: Shape


@dataclass(frozen=True, slots=True)
class Maybe:
    """A key that may be absent."""

    shape: Shape


@dataclass(frozen=True, slots=True)
class Nullable:
    """A value that may be null."""

    shape: Shape


@dataclass(frozen=True, slots=True)
class Anything:
    """Whatever JSON there is."""


ANY = Anything()
TEXT = Text("text", r"(?s:.*)")
GUID = Text("GUID", r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
HEX32 = Text("32 hex digits", r"[0-9a-f]{32}")
NUMERAL = Text("number written as text", r"-?\d+(\.\d+)?")
URL = Text("URL", r"https?://\S+")
MOMENT = Text("time in whole seconds", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
FRACTION = Text("time with a fraction", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,7}Z")
TICKS = Text("time with seven fractional digits", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z")
SPACED = Text("time with a blank", r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ")
BOOL = Text("boolean", "")
NUMBER = Text("number", "")

KINDS = (GUID, HEX32, NUMERAL, MOMENT, TICKS, FRACTION, SPACED)
"""The kinds a recorded string is recognised by, the narrowest first."""


def arm_id(*parts: str) -> Text:
    """An ARM id: `arm_id("subscriptions", "*", "resourceGroups", "*")`; `*` is any one segment."""
    pattern = "".join("/[^/]+" if part == "*" else f"/{re.escape(part)}" for part in parts)
    return Text(f"id /{'/'.join(parts)}", pattern)


def differences(shape: Shape, value: Json, path: str = "") -> list[Difference]:
    """How `value` differs from `shape`; empty when it does not."""
    return list(_differences(shape, value, path))


def _differences(shape: Shape, value: Json, path: str) -> Iterator[Difference]:
    match shape:
        case Anything():
            return
        case Maybe() | Nullable():
            if not (isinstance(shape, Nullable) and value is None):
                yield from _differences(shape.shape, value, path)
        case Text():
            yield from _text(shape, value, path)
        case Each():
            yield from _each(shape, value, path)
        case Table():
            if not isinstance(value, Mapping):
                yield _type("object", value, path)
            else:
                for item in value.values():
                    yield from _differences(shape.values, item, f"{path}.*")
        case list():
            yield from _list(shape, value, path)
        case Mapping():
            yield from _object(shape, value, path)
        case _:
            if type(value) is not type(shape):
                yield _type(name_of(shape), value, path)
            elif value != shape:
                yield Difference(path, Aspect.VALUE, f"{shape!r} expected, {value!r} found")


def _text(shape: Text, value: Json, path: str) -> Iterator[Difference]:
    if shape is BOOL or shape is NUMBER:
        wanted = bool if shape is BOOL else (int, float)
        if not isinstance(value, wanted) or (shape is NUMBER and isinstance(value, bool)):
            yield _type(shape.name, value, path)
    elif not isinstance(value, str):
        yield _type(shape.name, value, path)
    elif not re.fullmatch(shape.pattern, value):
        yield Difference(path, Aspect.VALUE, f"{shape.name} expected, {value!r} found")


def _each(shape: Each, value: Json, path: str) -> Iterator[Difference]:
    if not isinstance(value, list):
        yield _type("array", value, path)
        return
    seen: set[Difference] = set()
    for item in value:
        # An element is judged by the variant it is closest to.
        candidates = [differences(variant, item, f"{path}[]") for variant in shape.variants] or [[]]
        for difference in min(candidates, key=len):
            if difference not in seen:
                seen.add(difference)
                yield difference


def _list(shape: list[Shape], value: Json, path: str) -> Iterator[Difference]:
    if not isinstance(value, list):
        yield _type("array", value, path)
    elif len(value) != len(shape):
        yield Difference(path, Aspect.VALUE, f"{len(shape)} elements expected, {len(value)} found")
    else:
        for number, (wanted, item) in enumerate(zip(shape, value, strict=True)):
            yield from _differences(wanted, item, f"{path}[{number}]")


def _object(shape: Mapping[str, Shape], value: Json, path: str) -> Iterator[Difference]:
    if not isinstance(value, Mapping):
        yield _type("object", value, path)
        return
    for key, wanted in shape.items():
        where = f"{path}.{key}" if path else key
        if key in value:
            yield from _differences(wanted, value[key], where)
        elif not isinstance(wanted, Maybe):
            yield Difference(where, Aspect.MISSING, "is missing")
    for key in value:
        if key not in shape:
            yield Difference(f"{path}.{key}" if path else key, Aspect.EXTRA, "is not expected")
    found, wanted_order = [key for key in value if key in shape], [key for key in shape if key in value]
    if found != wanted_order:
        yield Difference(path, Aspect.ORDER, f"order {', '.join(wanted_order)} expected, {', '.join(found)} found")


def _type(wanted: str, value: Json, path: str) -> Difference:
    return Difference(path, Aspect.TYPE, f"{wanted} expected, {name_of(value)} found")


def name_of(value: object) -> str:
    """What a JSON value is called: null, boolean, number, text, array, object."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "text"
        case list():
            return "array"
        case _:
            return "object"
