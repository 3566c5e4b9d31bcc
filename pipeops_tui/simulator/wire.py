"""Requests and replies as plain values, so that the simulated services need neither aiohttp nor sockets."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

Json: TypeAlias = "Mapping[str, Json] | Sequence[Json] | str | int | float | bool | None"
JsonObject: TypeAlias = "dict[str, Json]"

Document: TypeAlias = "dict[str, Any]"
"""JSON for callers that know its shape, such as tests."""

JSON_TYPE = "application/json; charset=utf-8"
_DEEPEST = 64


def encode(value: Json) -> bytes:
    """Compact UTF-8 JSON, keys in the order given, as every Azure service writes it."""
    # Half of a surrogate pair can arrive as an escape, but cannot be encoded as UTF-8.
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")


def decode_object(body: bytes) -> JsonObject | None:
    """The JSON object in `body`, or None where there is none that could also be sent back.

    Refused are other values, NaN and infinities, and nesting deeper than ARM and Graph accept.
    """
    try:
        value = json.loads(body, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and _depth_within(value, _DEEPEST) else None


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON")


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refuse(text)


def _depth_within(value: Json, left: int) -> bool:
    if isinstance(value, (str, int, float)) or value is None:
        return True
    members = value.values() if isinstance(value, Mapping) else value
    return left > 0 and all(_depth_within(member, left - 1) for member in members)


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. `path` is percent-decoded; header names are lower case; query keys keep their case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""
    raw_query: str = ""
    at_graph: bool = False
    """Whether it came to the address of Microsoft Graph, where nothing else is served."""

    @property
    def target(self) -> str:
        """The path with the query, where there is one."""
        return f"{self.path}?{self.raw_query}" if self.raw_query else self.path

    def argument(self, name: str) -> str | None:
        """A query value by its case-insensitive name (`api-version`, `$filter`), or None."""
        wanted = name.lower()
        return next((value for key, value in self.query.items() if key.lower() == wanted), None)

    def form(self) -> dict[str, str]:
        """The body read as `application/x-www-form-urlencoded`; undecodable bytes become U+FFFD."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))


@dataclass(slots=True)
class Reply:
    """One HTTP answer. `chunked` bodies go out without Content-Length, as Microsoft Graph sends them.

    `cookies` are values of Set-Cookie, one header each. With `repeat` the body is sent that often, as a stream. What is
    `as_it_is` gets no header that its author did not write, as far as HTTP can do without.
    """

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    chunked: bool = False
    cookies: tuple[str, ...] = ()
    repeat: int | None = None
    as_it_is: bool = False

    @classmethod
    def of(cls, status: int, value: Json, content_type: str = JSON_TYPE) -> Reply:
        """A reply whose body is `value` as compact JSON."""
        return cls(status, encode(value), {"Content-Type": content_type})


class ServiceError(Exception):
    """Ends a request with an error; the service adds its own envelope.

    `status` is the HTTP status, `code` and `message` are the service's own, `details` and `additional_info` go into the
    envelope where the service has a place for them, `headers` are added to the reply.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        details: Sequence[Mapping[str, Json]] = (),
        additional_info: Sequence[Mapping[str, Json]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.details = tuple(details)
        self.additional_info = tuple(additional_info)
        self.headers = dict(headers or {})
