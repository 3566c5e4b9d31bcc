"""Many clients at once, with one connection each.

HTTP is written by hand, because a client library needs more processor time than the server.
"""

from __future__ import annotations

import asyncio
import json
import re
import ssl
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, Self
from urllib.parse import urlencode, urlsplit

_LENGTH = re.compile(rb"^content-length: *(\d+)", re.IGNORECASE | re.MULTILINE)
_LOCATION = re.compile(rb"^location: *(\S+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, the JSON body (None if empty) and the Location header."""

    status: int
    body: Any
    location: str


class Asking(Protocol):
    """Sends one request; `form` goes out URL-encoded, `body` as JSON."""

    def __call__(
        self,
        method: str,
        path: str,
        token: str = "",
        body: Mapping[str, object] | None = None,
        *,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Awaitable[Answer]: ...


class Connection:
    """One connection that is kept open. One request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, base_url: str, tls: ssl.SSLContext) -> Self:
        """Connects. Raises OSError."""
        reader, writer = await asyncio.open_connection("localhost", urlsplit(base_url).port, ssl=tls)
        return cls(reader, writer)

    def close(self) -> None:
        """Closes without waiting."""
        self._writer.close()

    async def ask(
        self,
        method: str,
        path: str,
        token: str = "",
        body: Mapping[str, object] | None = None,
        *,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """See `Asking`. Raises asyncio.IncompleteReadError when the connection ends before the answer does."""
        content, kind = encoded(body, form)
        lines = {"Host": "localhost", "Content-Type": kind, "Content-Length": str(len(content)), **(headers or {})}
        if token:
            lines["Authorization"] = f"Bearer {token}"
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self._writer.write(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + content)
        return await self._answer(method)

    async def _answer(self, method: str) -> Answer:
        head = await self._reader.readuntil(b"\r\n\r\n")
        content = b""
        if method != "HEAD":
            if length := _LENGTH.search(head):
                content = await self._reader.readexactly(int(length[1]))
            elif b"\r\nTransfer-Encoding: chunked\r\n" in head:
                content = await self._chunks()
        location = _LOCATION.search(head)
        return Answer(
            int(head.split(b" ", 2)[1]),
            json.loads(content) if content else None,
            location[1].decode() if location else "",
        )

    async def _chunks(self) -> bytes:
        content = b""
        while size := int(await self._reader.readline(), 16):
            content += (await self._reader.readexactly(size + 2))[:-2]
        await self._reader.readline()
        return content


def encoded(body: Mapping[str, object] | None, form: Mapping[str, str] | None) -> tuple[bytes, str]:
    """The bytes of a request's body and their content type."""
    if form is not None:
        return urlencode(form).encode(), "application/x-www-form-urlencoded"
    return (b"" if body is None else json.dumps(body).encode()), "application/json"
