"""Which values of one exchange are the same: ids that are echoed, repeated in another place, or times that coincide."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations

from tests.conformity.shapes import FRACTION, GUID, HEX32, Aspect, Difference, Json

_TELLING = re.compile(f"{GUID.pattern}|{HEX32.pattern}|{FRACTION.pattern}")
_MADE_UP = re.compile(r"(\d)\1{7}")
"""Begins an id that a recorder put in the place of a real one."""
_HEADERS = ("request-id", "client-request-id", "x-ms-request-id", "x-ms-correlation-request-id")
_ROUTING = "x-ms-routing-request-id"

Places = dict[str, str]


def places(request_headers: Mapping[str, str], headers: Mapping[str, str], body: Json) -> Places:
    """Every value of an exchange that can identify something, by its place."""
    found = {f"header:{name}": value for name, value in headers.items() if name in _HEADERS}
    found |= {f"request:{name}": value for name, value in request_headers.items() if name in _HEADERS}
    if _ROUTING in headers:
        found[f"end of header:{_ROUTING}"] = headers[_ROUTING].rpartition(":")[2]
    found |= dict(_leaves(body, ""))
    return {place: value for place, value in found.items() if _TELLING.fullmatch(value) and not _MADE_UP.match(value)}


def _leaves(value: Json, path: str) -> Iterator[tuple[str, str]]:
    match value:
        case str():
            yield path, value
        case Mapping():
            for key, inner in value.items():
                yield from _leaves(inner, f"{path}.{key}" if path else key)
        case [only]:
            yield from _leaves(only, f"{path}[]")


def broken(recorded: Places, found: Places) -> Iterator[Difference]:
    """The places that held one value in the recording and hold several in the answer."""
    by_value: defaultdict[str, list[str]] = defaultdict(list)
    for place, value in recorded.items():
        by_value[value].append(place)
    for same in by_value.values():
        for one, other in combinations(same, 2):
            if one in found and other in found and found[one] != found[other]:
                yield Difference(one, Aspect.VALUE, f"was the same as {other} and is not")
