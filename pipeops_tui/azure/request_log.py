"""Writes the request log of `--log-file`: one line a request, from every HTTP stack, never a body or a token.

It sees every answer, so it also measures how far this computer's clock is off.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TextIO
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

from pipeops_tui.core.clock import Clock
from pipeops_tui.core.plain_text import plain
from pipeops_tui.core.private_files import open_log

_SHOWN_QUERY = frozenset({"api-version", "$filter", "$select", "$top", "$count", "$expand", "$orderby"})
"""Query parameters whose values are harmless; every other value (codes, skip tokens, signatures) is masked."""

CORRELATION_HEADERS = ("x-ms-correlation-request-id", "client-request-id")
REQUEST_HEADERS = ("x-ms-request-id", "request-id")


class RequestLogFile:
    """Appends to one file, or to nothing. Safe to call from any thread."""

    def __init__(self, path: Path | None, clock: Clock) -> None:
        """Open `path` for appending, readable by its owner only. Raises as `open_log` does."""
        self._clock = clock
        self._lock = threading.Lock()
        self.clock_skew: float | None = None
        """Seconds this computer's clock is ahead of the newest answer's `Date` header."""
        self._file: TextIO | None = None
        if path is not None:
            self._file = open(open_log(path), "a", encoding="utf-8")  # noqa: PTH123, SIM115 - see `close`

    def started(self) -> float:
        """The instant a request starts, to be given back to `record`."""
        return self._clock.monotonic()

    def record(self, started: float, method: str, url: str, outcome: int | str, headers: Mapping[str, str]) -> None:
        """Write one line. `outcome` is the HTTP status, or the name of what came instead of an answer.

        A disk that is full must not break the request that was made: the log ends silently then.
        """
        date = http_date(first_header(headers, ("date",)))
        if date is not None:
            self.clock_skew = (self._clock.now() - date).total_seconds()
        milliseconds = round((self._clock.monotonic() - started) * 1000)
        fields = [
            self._clock.now().isoformat(timespec="milliseconds"),
            method,
            shown_url(url),
            str(outcome),
            f"{milliseconds} ms",
            f"correlation={first_header(headers, CORRELATION_HEADERS) or '-'}",
            f"request={first_header(headers, REQUEST_HEADERS) or '-'}",
        ]
        with self._lock:
            if self._file is None:
                return
            try:
                self._file.write(" ".join(map(plain, fields)) + "\n")
                self._file.flush()
            except OSError:
                self._file = None

    def close(self) -> None:
        """Close the file; later records are dropped."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None


def shown_url(url: str) -> str:
    """`url` as it can be written to a log: no user info or fragment, query values masked unless known as harmless."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    netloc = f"{host}:{parts.port}" if parts.port else host
    query = "&".join(
        f"{quote(key, safe='$')}={quote(value, safe='') if key.lower() in _SHOWN_QUERY else '***'}"
        for key, value in parse_qsl(parts.query, keep_blank_values=True)
    )
    return urlunsplit((parts.scheme, netloc, parts.path, query, ""))


def http_date(text: str) -> datetime | None:
    """An HTTP date (RFC 9110, 5.6.7) as an aware datetime; None when it is none."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError, TypeError, IndexError):  # which one depends on what is wrong with it
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def first_header(headers: Mapping[str, str], names: tuple[str, ...]) -> str:
    """The first of `names` (lower case) that `headers` holds, whatever the spelling; empty when none does."""
    lowered = {key.lower(): value for key, value in headers.items()}
    return next((lowered[name] for name in names if lowered.get(name)), "")
