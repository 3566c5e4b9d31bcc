"""The world's clock: the machine's time plus what tests have added, and the ways Azure writes a time down."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class WorldClock:
    """Seconds since 1970-01-01 UTC. It only ever goes forward by itself or through `advance`."""

    def __init__(self) -> None:
        self._added = 0.0

    def now(self) -> float:
        """The current time of the world."""
        return time.time() + self._added

    def advance(self, seconds: float) -> None:
        """Moves the world's time by `seconds`."""
        self._added += seconds


def whole(at: float) -> str:
    """`2023-08-23T12:43:55Z`, as Microsoft Graph writes stored times."""
    return _utc(at).strftime("%Y-%m-%dT%H:%M:%SZ")


def precise(at: float) -> str:
    """`2023-08-23T12:44:00.9627354Z`: the seven fractional digits of .NET, as ARM writes times.

    Today's times in seconds have no seventh digit in a float, so it follows from the six others: equal times of the
    clock stay equal years apart.
    """
    moment = _utc(at)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + f"{moment.microsecond * 7 % 10}Z"


def trimmed(at: float) -> str:
    """As `precise` without trailing zeros, as Microsoft Graph writes the time of what it has just made."""
    text = precise(at)[:-1].rstrip("0").rstrip(".")
    return f"{text}Z"


def spaced(at: float) -> str:
    """`2021-01-20 17:49:04Z`, as Microsoft Entra writes the time of an error."""
    return _utc(at).strftime("%Y-%m-%d %H:%M:%SZ")


def compact(at: float) -> str:
    """`20260423T161748Z`, as in `x-ms-routing-request-id`."""
    return _utc(at).strftime("%Y%m%dT%H%M%SZ")


def http_date(at: float) -> str:
    """`Thu, 23 Apr 2026 16:17:47 GMT`, the Date header (RFC 9110)."""
    moment = _utc(at)
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[moment.weekday()]
    month = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[moment.month - 1]
    return f"{day}, {moment.day:02} {month} {moment.year} {moment:%H:%M:%S} GMT"


def parse(text: str) -> float | None:
    """Seconds since 1970 of an ISO 8601 time with an offset or `Z`, else None. A date alone is midnight UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()


def _utc(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
