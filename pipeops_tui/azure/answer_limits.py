"""Caps what one answer may cost this computer: bytes received, bytes after decompression, JSON values, pages of a list.

All three HTTP stacks read their answers through `AnswerBody`. A proxy's page or a gzip bomb then ends as a problem with
the host's name, and not as gigabytes of memory.
"""

from __future__ import annotations

import zlib
from typing import Final

MEBIBYTE: Final = 1 << 20

RESOURCE_MANAGER_BYTES: Final = 8 * MEBIBYTE
"""Holds a list of 4,000 role assignments, the most a subscription can have, which is not divided into pages (Microsoft
Learn, "Azure RBAC limits")."""
GRAPH_BYTES: Final = 4 * MEBIBYTE
SIGN_IN_BYTES: Final = MEBIBYTE

_MOST_VALUES: Final = 500_000
"""JSON values in one answer. Parsed, a value of three bytes takes two hundred."""
_MOST_PAGES: Final = 1000
_LIST_BYTES: Final = 2 * RESOURCE_MANAGER_BYTES
"""Of all pages of one list together; 10,000 subscriptions take half of it."""

ACCEPTED_ENCODING: Final = "gzip"
"""What every request offers to take; `AnswerBody` knows no other compression but zlib's."""

_KNOWN_ENCODINGS: Final = frozenset({"gzip", "x-gzip", "deflate"})
_GZIP_OR_ZLIB: Final = 32 + zlib.MAX_WBITS


class UnusableAnswerError(Exception):
    """An answer came whose body cannot be used, whatever its status says."""


class AnswerTooLargeError(UnusableAnswerError):
    """An answer, or a list of several, is larger than any that Azure gives."""


class MalformedAnswerError(UnusableAnswerError):
    """An answer is JSON, but not of the form that Microsoft documents."""


class AnswerBody:
    """Collects the body of one answer, decompressed, and stops at the cap. Raises `UnusableAnswerError`."""

    def __init__(self, most_bytes: int, encoding: str) -> None:
        """`encoding` is the answer's `Content-Encoding`; empty for none."""
        self._most = most_bytes
        self._received = 0
        self._data = bytearray()
        encoding = encoding.strip().casefold()
        if encoding not in ("", "identity") and encoding not in _KNOWN_ENCODINGS:
            raise UnusableAnswerError("the answer is compressed in a way that was not asked for")
        self._inflater = zlib.decompressobj(_GZIP_OR_ZLIB) if encoding in _KNOWN_ENCODINGS else None

    def add(self, chunk: bytes) -> None:
        """Take the next bytes as they were received."""
        self._received += len(chunk)
        if self._received > self._most:
            raise _too_large(self._most)
        if self._inflater is None:
            self._data += chunk
        else:
            self._inflate(chunk)

    def whole(self) -> bytes:
        """The body, once everything was received."""
        if self._inflater is not None and self._received and not self._inflater.eof:
            raise UnusableAnswerError("the compressed answer ends too early")
        if self._data.count(b",") + self._data.count(b"{") + self._data.count(b"[") > _MOST_VALUES:
            raise AnswerTooLargeError(f"the answer has more than {_MOST_VALUES:,} values")
        return bytes(self._data)

    def _inflate(self, data: bytes) -> None:
        while data:
            assert self._inflater is not None  # noqa: S101 - the caller has looked
            if self._inflater.eof:  # gzip may consist of several members (RFC 1952, 2.2)
                self._inflater = zlib.decompressobj(_GZIP_OR_ZLIB)
            try:
                # One byte more than fits shows that it does not end there.
                self._data += self._inflater.decompress(data, self._most - len(self._data) + 1)
            except zlib.error:
                raise UnusableAnswerError("the compressed answer is damaged") from None
            if len(self._data) > self._most:
                raise _too_large(self._most)
            data = self._inflater.unused_data or self._inflater.unconsumed_tail


class ListLimit:
    """Follows the pages of one list and stops at one that comes again, and at more than there can be."""

    def __init__(self) -> None:
        self._asked: set[str] = set()
        self._bytes = 0

    def count(self, link: str, size: int) -> None:
        """Take the page at `link`, of `size` bytes. Raises `AnswerTooLargeError`."""
        if link in self._asked:
            raise AnswerTooLargeError("a list leads back to a page that was read already")
        self._asked.add(link)
        self._bytes += size
        if len(self._asked) > _MOST_PAGES or self._bytes > _LIST_BYTES:
            raise AnswerTooLargeError(f"a list has more than {_MOST_PAGES:,} pages or {_LIST_BYTES // MEBIBYTE} MiB")


def _too_large(most: int) -> AnswerTooLargeError:
    return AnswerTooLargeError(f"the answer is larger than {most // MEBIBYTE} MiB")
