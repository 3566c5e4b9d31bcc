"""Answers that are described by hand and sent in place of a simulated one: any status, header and body, or changes.

A description is one JSON object. All of its members are optional:

    status          200 to 599; without it 200, or with `set` the real one
    headers         texts by name, sent as they are
    body            JSON, or a text that is sent raw
    body_base64     bytes, instead of `body`
    repeat          sends the body this often, streamed without a length; gzipped if Content-Encoding says gzip
    set             [[PATH, VALUE], …], instead of a body: changes in the real answer (`answer_changes`)
    effect          whether the request is carried out first; without it only with `set`
    method          expression that the request's whole method matches, such as "PUT|PATCH"
    path            expression that is found in the request's path with its query, whatever the case
    request_body    expression that is found in the request's body
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from pipeops_tui.simulator.answer_changes import Change, changed, parse_changes
from pipeops_tui.simulator.wire import JSON_TYPE, Json, Reply, Request, decode_object, encode

_MEMBERS = frozenset(
    {"status", "headers", "body", "body_base64", "repeat", "set", "effect", "method", "path", "request_body"}
)
_BODIES = ("body", "body_base64", "set")
_LARGEST_FILE = 16 * 1024 * 1024
_MOST_REPEATS = 1_000_000_000
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""RFC 9110, section 5.6.2."""
_HEADER_VALUE = re.compile(r"[^\x00\r\n]*")


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What is sent instead of the simulated answer, and to which requests."""

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    repeat: int | None = None
    changes: tuple[Change, ...] = ()
    takes_effect: bool = False
    method: re.Pattern[str] | None = None
    path: re.Pattern[str] | None = None
    request_body: re.Pattern[str] | None = None

    def fits(self, request: Request) -> bool:
        """Whether `request` is one of those that get this answer."""
        if self.method is not None and self.method.fullmatch(request.method) is None:
            return False
        if self.path is not None and self.path.search(request.target) is None:
            return False
        return (
            self.request_body is None or self.request_body.search(request.body.decode("utf-8", "replace")) is not None
        )

    def reply(self, real: Reply | None) -> Reply:
        """The reply to send; `real` is the simulated one where the request was carried out."""
        if self.changes and real is not None:
            headers = _merged(real.headers, self.headers)
            body = changed(real.body, self.changes)
            return Reply(self.status or real.status, body, headers, real.chunked, real.cookies)
        return Reply(self.status or 200, self.body, dict(self.headers), repeat=self.repeat, as_it_is=True)

    @classmethod
    def parse(cls, description: Mapping[str, Json]) -> Self:
        """The answer that `description` describes. Raises ValueError, in one sentence, for what it cannot be."""
        unknown = sorted(set(description) - _MEMBERS)
        if unknown:
            raise ValueError(f"An answer has no member {unknown[0]!r}; known are {', '.join(sorted(_MEMBERS))}.")
        bodies = [name for name in _BODIES if name in description]
        if len(bodies) > 1:
            raise ValueError(f"An answer takes either {bodies[0]!r} or {bodies[1]!r}, not both.")
        headers = _headers(description.get("headers", {}))
        body = _body(description)
        if isinstance(description.get("body", ""), (dict, list, int, float, type(None))):
            headers = _merged({"Content-Type": JSON_TYPE}, headers)
        changes = parse_changes(description["set"]) if "set" in description else ()
        if changes and "repeat" in description:
            raise ValueError("An answer takes either 'repeat' or 'set', not both.")
        effect = description.get("effect", bool(changes))
        if not isinstance(effect, bool):
            raise ValueError("An answer's 'effect' must be true or false.")
        if changes and not effect:
            raise ValueError("An answer with 'set' changes the real answer, so its 'effect' cannot be false.")
        return cls(
            status=_whole(description, "status", 200, 599),
            headers=headers,
            body=body,
            repeat=_whole(description, "repeat", 1, _MOST_REPEATS),
            changes=changes,
            takes_effect=effect,
            method=_expression(description, "method"),
            path=_expression(description, "path", re.IGNORECASE),
            request_body=_expression(description, "request_body"),
        )

    @classmethod
    def read(cls, file: str) -> Self:
        """The answer that `file` describes. Raises ValueError, in one sentence, where it describes none.

        A member `fault` is left out of account: the text that names the file says to which requests it belongs.
        """
        path = Path(file)
        try:
            if not path.is_file():
                raise ValueError(f"There is no file {file!r} with an answer.")
            with path.open("rb") as opened:
                content = opened.read(_LARGEST_FILE + 1)
        except (OSError, UnicodeError) as error:
            raise ValueError(f"The answer in {file!r} cannot be read: {error}.") from None
        if len(content) > _LARGEST_FILE:
            raise ValueError(f"The answer in {file!r} is larger than 16 MiB; use 'repeat' for a large body.")
        description = decode_object(content)
        if description is None:
            raise ValueError(f"The file {file!r} does not contain one JSON object.")
        description.pop("fault", None)
        try:
            return cls.parse(description)
        except ValueError as error:
            raise ValueError(f"{file!r}: {error}") from None


def _body(description: Mapping[str, Json]) -> bytes:
    if "body_base64" in description:
        text = description["body_base64"]
        try:
            if not isinstance(text, str):
                raise ValueError
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise ValueError("An answer's 'body_base64' must be a text in Base64.") from None
    if "body" not in description:
        return b""
    body = description["body"]
    return body.encode("utf-8", "replace") if isinstance(body, str) else encode(body)


def _headers(given: Json) -> dict[str, str]:
    if not isinstance(given, Mapping):
        raise ValueError("An answer's 'headers' must be an object of texts.")
    headers = {}
    for name, value in given.items():
        if not isinstance(value, str) or not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
            raise ValueError(f"An answer's header {name!r} must be a name and a text without line ends.")
        headers[name] = value.encode("utf-8", "replace").decode()
    return headers


def _merged(headers: Mapping[str, str], over: Mapping[str, str]) -> dict[str, str]:
    """Both; names are compared whatever their case, and `over` wins."""
    names = {name.lower() for name in over}
    return {name: value for name, value in headers.items() if name.lower() not in names} | dict(over)


def _whole(description: Mapping[str, Json], name: str, least: int, most: int) -> int | None:
    if name not in description:
        return None
    number = description[name]
    if isinstance(number, bool) or not isinstance(number, int) or not least <= number <= most:
        raise ValueError(f"An answer's {name!r} must be a whole number from {least} to {most}.")
    return number


def _expression(description: Mapping[str, Json], name: str, flags: int = 0) -> re.Pattern[str] | None:
    if name not in description:
        return None
    text = description[name]
    try:
        if not isinstance(text, str):
            raise ValueError
        return re.compile(text, flags)
    except (re.error, ValueError, RecursionError, OverflowError):
        raise ValueError(f"An answer's {name!r} must be a regular expression, not {json.dumps(text)[:80]}.") from None
