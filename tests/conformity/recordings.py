"""Recordings: read from JSON, and turned into what the simulated Azure must answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conformity import forms
from tests.conformity.shapes import ANY, BOOL, GUID, KINDS, NUMBER, TEXT, Each, Json, Shape, Table, Text, arm_id

CONSTANT = frozenset({
    "@odata.context", "authorizationSource", "code", "error", "error_codes", "expires_in", "ext_expires_in", "foci",
    "interval", "principalType", "provisioningState", "registrationPolicy", "registrationState", "roleName",
    "servicePrincipalType", "signInAudience", "state", "target", "tenantCategory", "tenantType", "token_type", "type",
})  # fmt: skip
"""Keys whose value is a fact, not data."""
MESSAGES = frozenset({"message", "error_description"})
FREE = frozenset({"tags"})
"""Objects whose keys are data."""
_HOSTS = re.compile(r"https://(management\.azure\.com|graph\.microsoft\.com|login\.microsoftonline\.com)(?=[/?\"']|$)")
HOST = "{host}"
NO_GUID = "00000000-0000-0000-0000-000000000000"
"""The placeholder for one that a recorder removed."""
_PLACEHOLDER = re.compile(r"\{.*\}|.*….*", re.DOTALL)
_VARIABLE = re.compile(
    r"'[^']*'|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}|"
    r"\d{4}-\d\d-\d\d[ T]\d\d:(?:\d\d:\d\dZ|\{cut\}.*)|\s+"
)


@dataclass(frozen=True, slots=True)
class Recording:
    """One recorded exchange. Header names are lower case; `year` is that of the recording, if it says so."""

    name: str
    api: str
    method: str
    path_template: str
    query: Mapping[str, str]
    request_headers: Mapping[str, str]
    request_body: Json
    status: int
    headers: Mapping[str, str]
    body: Json
    year: int | None
    is_pasted: bool
    redactions: tuple[str, ...]
    shape: Shape | None = None
    """The expected body, where only its form was recorded."""

    @property
    def error_code(self) -> str | None:
        """`code` of an ARM or Graph error, `error` of a sign-in error."""
        error = self.body.get("error") if isinstance(self.body, Mapping) else None
        code = error.get("code") if isinstance(error, Mapping) else error
        return code if isinstance(code, str) else None

    def text(self, key: str) -> str:
        """A text at the top of the recorded answer, or an empty one."""
        value = self.body.get(key) if isinstance(self.body, Mapping) else None
        return value if isinstance(value, str) else ""


def read(place: Path) -> list[Recording]:
    """The recordings of a folder, or of one file, in the order of their names.

    A file holds one exchange (an object) or the forms of several (an array, see `forms`). Raises OSError; ValueError
    for a file that is neither.
    """
    files = [place] if place.is_file() else sorted(place.glob("*.json"))
    return [recording for file in files for recording in _recordings(file)]


def _recordings(file: Path) -> list[Recording]:
    try:
        data = json.loads(file.read_text("utf-8"))
        return [_from_form(form) for form in data] if isinstance(data, list) else [_from_exchange(file.stem, data)]
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise ValueError(f"{file} is not a recorded exchange: {error!r}") from error


def _from_form(data: Mapping[str, Any]) -> Recording:
    """A recording of which only the form was kept: names of headers and keys, kinds of values."""
    found = re.search(r"\b(20\d\d)\b", str(data["source"].get("date") or ""))
    code = data["error_code"]
    return Recording(
        name=data["name"],
        api=data["api"],
        method=data["method"],
        path_template=forms.path_template(data["path"]),
        query=dict.fromkeys(data["query"], "{value}") | ({"api-version": v} if (v := data["api_version"]) else {}),
        request_headers={},
        request_body=None,
        status=data["status"],
        headers=forms.headers(data),
        body={"error": {"code": code}} if code else None,
        year=int(found[1]) if found else None,
        is_pasted=False,
        redactions=(),
        shape=forms.body_shape(data),
    )


def _from_exchange(name: str, data: Mapping[str, Any]) -> Recording:
    found = re.search(r"\b(20\d\d)\b", str(data.get("recorded_at") or ""))
    return Recording(
        name=name,
        api=data["api"],
        method=data["method"],
        path_template=data["path_template"],
        query=data.get("query", {}),
        request_headers=_lowered(data.get("request_headers_of_note", {})),
        request_body=data.get("request_body"),
        status=data["status"],
        headers=_lowered(data.get("response_headers_of_note", {})),
        body=data["response_body"],
        year=int(found[1]) if found else None,
        is_pasted="pasted" in data["source"]["evidence"],
        redactions=tuple(data.get("redactions", ())),
    )


def _lowered(headers: Mapping[str, object]) -> dict[str, str]:
    return {name.lower(): str(value) for name, value in headers.items()}


def expected_headers(recording: Recording) -> dict[str, str]:
    """The recorded headers; a note in place of a value says only that the header was there."""
    return {n: NO_GUID if v.startswith("(present on the wire") else v for n, v in recording.headers.items()}


def local(text: str, *addresses: str) -> str:
    """`text` with the public host names of the services, or `addresses`, replaced by one placeholder;
    so is the word that a recorder put in the place of a tenant id."""
    for address in addresses:
        text = text.replace(address, HOST)
    text = _HOSTS.sub(HOST, text)
    return text.replace(f"{HOST}/tenant/", f"{HOST}/{NO_GUID}/")


def shape_of(value: Json, key: str = "") -> Shape:
    """The shape of a recorded value. `key` is the key it was found under."""
    match value:
        case Mapping():
            if key in FREE:
                return Table(TEXT)
            return {name: shape_of(inner, name) for name, inner in value.items()}
        case list():
            return _shape_of_array(value, key)
        case str():
            return _shape_of_text(value, key)
        case bool():
            return value if key in CONSTANT else BOOL
        case int() | float():
            return value if key in CONSTANT else NUMBER
        case _:
            return None


def _shape_of_array(items: list[Json], key: str) -> Shape:
    if key in CONSTANT:
        return [shape_of(item, key) for item in items]
    variants = {repr(shape): shape for shape in (shape_of(item) for item in items)}
    return Each(*variants.values()) if variants else Each(ANY)


def _shape_of_text(text: str, key: str) -> Shape:
    if _PLACEHOLDER.fullmatch(text) and not text.startswith("/"):
        return TEXT
    if key in MESSAGES:
        return message_shape(text)
    text = local(text)
    if key in CONSTANT:
        return text
    if text.startswith(HOST):
        return Text(f"URL like {text}", _pattern(text))
    if text.startswith(("/subscriptions/", "/tenants/")):
        return arm_id(*_id_parts(text))
    return next((kind for kind in KINDS if re.fullmatch(kind.pattern, text)), TEXT)


def message_shape(text: str) -> Text:
    """The form of a message: ids, times and what is in quotes can differ; the words cannot.

    Line breaks count as blanks: the sign-in service used to write them before its ids, and writes blanks today.
    """
    return Text(f"message like {text!r}", _pattern(text))


def _pattern(text: str) -> str:
    pattern, at = "", 0
    for found in _VARIABLE.finditer(text):
        pattern += re.escape(text[at : found.start()]) + _any_like(found[0])
        at = found.end()
    return pattern + re.escape(text[at:])


def _any_like(text: str) -> str:
    if text.isspace():
        return r"\s+"
    if text.startswith("'"):
        return "'[^']*'"
    if ":" in text:
        return r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\dZ"
    return GUID.pattern if "-" in text else "[0-9a-f]{32}"


def _id_parts(text: str) -> Iterator[str]:
    """The parts of an ARM id with every name replaced by `*`: types and namespaces stay."""
    parts = text.strip("/").split("/")
    for number, part in enumerate(parts):
        yield "*" if number % 2 and parts[number - 1] != "providers" else part
