"""Headers: which matter, and what is asked of each.

A recording shows one value of a header; these rules say what about it is a fact. Sources of the facts: Microsoft Learn
"Understand how Azure Resource Manager throttles requests", "Continuous access evaluation" and "Microsoft Graph
throttling guidance"; RFC 9110; the recorded values themselves.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.conformity.shapes import Aspect, Difference

_GUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_OPAQUE = "[A-Za-z0-9_-]{20,}"
_DATE = (
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} "
    r"\d\d:\d\d:\d\d GMT"
)

EXACT = frozenset({
    "access-control-allow-methods", "access-control-allow-origin", "cache-control", "content-type", "expires",
    "odata-version", "p3p", "pragma", "strict-transport-security", "x-azure-externalerror", "x-cache",
    "x-content-type-options", "x-ms-clitelem", "x-ms-failure-cause",
})  # fmt: skip
"""Headers whose value is the same on every such answer. Blanks after a semicolon and letter case do not count."""

FORMS: Mapping[str, str] = {
    "client-request-id": _GUID,
    "date": _DATE,
    "request-id": _GUID,
    "retry-after": r"\d+",
    "x-ms-ests-server": r"\d+(\.\d+){3} - \S+ ProdSlices",
    "x-ms-operation-identifier": rf"tenantId={_GUID},objectId={_GUID}/[a-z0-9]+/{_GUID}",
    "x-ms-request-id": _GUID,
    "x-ms-correlation-request-id": rf"{_GUID}|[0-9a-f]{{32}}",
    "x-ms-resource-unit": "[1-9]",
    "x-ms-routing-request-id": rf"[A-Z0-9]+:\d{{8}}T\d{{6}}Z:{_GUID}",
    "x-msedge-ref": r"Ref A: \S+ Ref B: \S+ Ref C: \S+",
}
"""Headers whose value differs from answer to answer, with the form it has."""
_RATE_LIMIT = re.compile(r"x-ms-ratelimit-remaining-(subscription|tenant)(-global)?-(reads|writes|deletes)")

IGNORED: Mapping[str, str] = {
    "connection": "hop by hop; says nothing about the answer",
    "content-encoding": "compression, which a client asks for or not",
    "content-length": "follows from the body; compared where it announces none or a fixed page",
    "transfer-encoding": "framing; compared for Microsoft Graph only, where every body is chunked",
    "server": "names the software of one provider's machines; others leave it out",
    "vary": "comes with compression, which recorders undo",
    "recorded_content_length": "a note of the recorder, no header",
}
"""Recorded headers that are not compared as they stand, each with the reason."""

TELLING = ("content-type", "odata-version", "location", "www-authenticate")
"""Headers whose absence means something: an answer without them must have none in the simulation either."""

Headers = Sequence[tuple[str, str]]
Test = Callable[[Sequence[str]], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """What is asked of one header: `accepts` is given all its values; None means that it must be absent."""

    name: str
    accepts: Test | None
    wanted: str


def form(name: str, pattern: str) -> Rule:
    """The header has a value that matches all of `pattern`, in any case."""
    return Rule(name, lambda values: re.fullmatch(pattern, values[0], re.IGNORECASE) is not None, pattern)


def exactly(name: str, value: str) -> Rule:
    """The header has this value; blanks after a semicolon and letter case do not count."""
    return Rule(name, lambda values: _folded(values[0]) == _folded(value), value)


def absent(name: str) -> Rule:
    """The header is not there."""
    return Rule(name, None, "absent")


def rules_of(recorded: Mapping[str, str], *, is_graph: bool) -> list[Rule]:
    """The rules that follow from recorded headers (names in lower case)."""
    rules = [rule for name, value in recorded.items() if (rule := _rule(name, value, is_graph=is_graph)) is not None]
    if recorded:
        rules += [absent(name) for name in TELLING if name not in recorded]
    return rules


def check(rules: Sequence[Rule], found: Headers) -> Iterator[Difference]:
    """How the headers of an answer differ from what is asked of them. Names in `found` are lower case."""
    for rule in rules:
        path = f"header:{rule.name}"
        values = [value for name, value in found if name == rule.name]
        if rule.accepts is None:
            if values:
                yield Difference(path, Aspect.EXTRA, f"is not expected: {values[0]}")
        elif not values:
            yield Difference(path, Aspect.MISSING, "is missing")
        elif not rule.accepts(values):
            yield Difference(path, Aspect.VALUE, f"{rule.wanted} expected, {' and '.join(values)} found")


def _rule(name: str, value: str, *, is_graph: bool) -> Rule | None:
    if name in EXACT or (name, value) == ("content-length", "0") or (name == "transfer-encoding" and is_graph):
        return exactly(name, value)
    if name in FORMS:
        return form(name, FORMS[name])
    if _RATE_LIMIT.fullmatch(name):
        return form(name, r"\d+")
    match name:
        case "location":
            return form(name, location_pattern(value))
        case "www-authenticate":
            return form(name, _challenge_pattern(value))
        case "set-cookie":
            wanted = cookie_names(value)
            return Rule(name, lambda values: wanted == [n for v in values for n in cookie_names(v)], ", ".join(wanted))
        case "x-ms-ags-diagnostic":
            return Rule(name, lambda values: _keys(values[0]) == _keys(value), "JSON with the recorded keys")
        case _:
            return None if name in IGNORED else form(name, "(?s:.*)")


_ATTRIBUTES = frozenset({"path", "domain", "expires", "max-age", "samesite", "secure", "httponly"})


def cookie_names(value: str) -> list[str]:
    """The cookies that a Set-Cookie value sets, attributes left out; recordings may have several in one line."""
    names = (part.partition("=")[0].strip() for part in value.split(";"))
    return [name for name in names if name and name.lower() not in _ATTRIBUTES]


def location_pattern(url: str) -> str:
    """The form of a recorded Location: host, GUIDs and long opaque parts differ, further query keys may follow."""
    address, _, query = re.sub(r"^https://[^/]+", "", url).partition("?")
    parts = (_OPAQUE if len(part) > len("Microsoft.DirectoryServices.ServicePrincipal") else _named(part)
             for part in address.split("/"))  # fmt: skip
    keys = [item.partition("=")[0] for item in query.split("&") if item]
    asked = "".join(rf"[?&]{re.escape(key)}=[^&]*" for key in keys)
    return rf"https://[^/]+{'/'.join(parts)}{asked}" + (r"(?:&[\w-]+=[^&]*)*" if keys else "")


def _named(part: str) -> str:
    return _GUID if re.fullmatch(_GUID, part) else re.escape(part)


def _challenge_pattern(value: str) -> str:
    """Scheme and parameters in their order; only the claims differ from answer to answer."""
    before, found, after = re.split(r'(claims="[^"]*")', value) if 'claims="' in value else (value, "", "")
    return re.escape(before) + (r'claims="[A-Za-z0-9+/]+={0,2}"' if found else "") + re.escape(after)


def _keys(text: str) -> object:
    """The keys of a JSON text, its values left out."""

    def bare(value: object) -> object:
        return {key: bare(inner) for key, inner in value.items()} if isinstance(value, dict) else None

    return bare(json.loads(text))


def _folded(value: str) -> str:
    return value.replace("; ", ";").lower()
