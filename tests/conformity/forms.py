"""The forms of exchanges: what remains of a recording when all values are left out.

Headers are a list of names; a body is `{"keys": [[NAME, FORM], ...]}`, `{"list": [FORM, ...]}` with every form that an
element had, or the name of a kind: `string`, `guid`, `number`, `bool`, `null`, `time7Z` (a time with seven digits).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tests.conformity.shapes import (
    ANY,
    BOOL,
    FRACTION,
    GUID,
    MOMENT,
    NUMBER,
    TEXT,
    Each,
    Shape,
    Table,
    Text,
)

_KINDS: Mapping[str, Shape] = {
    "string": TEXT,
    "guid": GUID,
    "number": NUMBER,
    "bool": BOOL,
    "null": None,
    "time0Z": MOMENT,
    "time0": Text("time without a zone", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"),
}
_DATA = frozenset({"tags", "parameters", "parameterScopes", "patchVersions", "userAssignedIdentities"})
"""Objects whose keys are data."""
_LONGEST_WORDS = 200
"""A message is cut off there."""
_VARIABLE = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}|\d+|\s+|(?<=')[^'\s]+(?=')")
_DIAGNOSTIC = '{"ServerInfo":{"DataCenter":"","Slice":"","Ring":"","ScaleUnit":"","RoleInstance":""}}'
_VALUES: Mapping[str, Mapping[str, str]] = {
    "arm": {
        "cache-control": "no-cache", "pragma": "no-cache", "expires": "-1", "x-content-type-options": "nosniff",
        "strict-transport-security": "max-age=31536000; includeSubDomains", "x-cache": "CONFIG_NOCACHE",
        "x-ms-failure-cause": "gateway",
    },
    "graph": {
        "cache-control": "no-cache", "strict-transport-security": "max-age=31536000", "odata-version": "4.0",
        "transfer-encoding": "chunked", "location": "https://graph.microsoft.com", "x-ms-ags-diagnostic": _DIAGNOSTIC,
    },
}  # fmt: skip
"""What headers say on every such answer: a form has their names only."""


def path_template(path: str) -> str:
    """The path with a place of its own for each id."""
    path = path.replace("/subscriptions/{id}", "/subscriptions/{subscriptionId}")
    first, found, rest = path.partition("{id}")
    return f"{first}{found}{rest.replace('{id}', '{object}')}"


def headers(form: Mapping[str, Any]) -> dict[str, str]:
    """The headers with the values that are known; others are empty, which asks for their presence alone."""
    known = {**_VALUES[form["api"]], "content-type": form["content_type"] or ""}
    return {name: known.get(name, "") for name in form["headers"]}


def body_shape(form: Mapping[str, Any]) -> Shape:
    """What a body must look like; an error has the recorded code and words."""
    shape = _shape(form["body"], "")
    error = shape.get("error") if isinstance(shape, Mapping) else None
    if isinstance(error, Mapping):
        words = form["error_words"]
        told = {"code": form["error_code"], **({"message": _words(words)} if words else {})}
        return {"error": {key: told.get(key, inner) for key, inner in error.items()}}
    return shape


def _shape(form: Any, key: str) -> Shape:
    if isinstance(form, Mapping):
        if key in _DATA:
            return Table(ANY)
        if "keys" in form:
            return {name: _shape(inner, name) for name, inner in form["keys"]}
        return Each(*(_shape(inner, "") for inner in form["list"])) if form["list"] else Each(ANY)
    if form in _KINDS:
        return _KINDS[form]
    if re.fullmatch(r"time[1-7]Z", form):
        # Zeros at the end are left out, so one service shows seven digits, or six.
        return FRACTION
    raise KeyError(f"no kind of value is called {form}")


def _words(text: str) -> Text:
    """The form of a message: numbers, ids and names in quotes can differ, the words cannot."""
    pattern, at = "", 0
    for found in _VARIABLE.finditer(text):
        pattern += re.escape(text[at : found.start()]) + (r"\s+" if found[0].isspace() else "[^'\\s]+")
        at = found.end()
    pattern += re.escape(text[at:]) + ("(?s:.*)" if len(text) >= _LONGEST_WORDS else "")
    return Text(f"message like {text!r}", pattern)
