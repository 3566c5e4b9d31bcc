"""The world's clock, its moments, and the formats in which Azure writes times."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import overload

TICKS = 10_000_000
"""Ticks in a second. A tick is 100 nanoseconds, as in .NET, so a time keeps the seventh digit a client sent."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ISO = re.compile(r"(?P<second>[^.]*?)(?:\.(?P<fraction>\d{1,9}))?(?P<zone>Z|[+-]\d\d:?\d\d)?")


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """A point in time: ticks since 1970-01-01 UTC. Differences and what is added are seconds."""

    ticks: int

    @classmethod
    def of(cls, seconds: float) -> Moment:
        """The moment that many seconds after 1970."""
        return cls(round(seconds * TICKS))

    @property
    def seconds(self) -> float:
        """Seconds since 1970; the last digits are lost."""
        return self.ticks / TICKS

    def __int__(self) -> int:
        """Whole seconds since 1970."""
        return self.ticks // TICKS

    def __add__(self, seconds: float) -> Moment:
        return Moment(self.ticks + round(seconds * TICKS))

    @overload
    def __sub__(self, other: Moment) -> float: ...
    @overload
    def __sub__(self, other: float) -> Moment: ...
    def __sub__(self, other: Moment | float) -> Moment | float:
        if isinstance(other, Moment):
            return (self.ticks - other.ticks) / TICKS
        return self + -other

    @property
    def utc(self) -> datetime:
        """As a datetime, which has six digits."""
        return _EPOCH + timedelta(microseconds=self.ticks // 10)


class WorldClock:
    """The machine's time plus what `advance` has added."""

    def __init__(self) -> None:
        self._added = 0.0

    def now(self) -> Moment:
        """The current time of the world."""
        return Moment(time.time_ns() // 100) + self._added

    def advance(self, seconds: float) -> None:
        """Moves the world's time by `seconds`."""
        self._added += seconds


def whole(at: Moment) -> str:
    """`2023-08-23T12:43:55Z`, as Microsoft Graph writes stored times."""
    return at.utc.strftime("%Y-%m-%dT%H:%M:%SZ")


def precise(at: Moment) -> str:
    """`2023-08-23T12:44:00.9627354Z`: the seven fractional digits of .NET, as ARM writes times."""
    return f"{at.utc:%Y-%m-%dT%H:%M:%S}.{at.ticks % TICKS:07}Z"


def trimmed(at: Moment) -> str:
    """As `precise` without trailing zeros, as Microsoft Graph writes the time of an object it has just created."""
    text = precise(at)[:-1].rstrip("0").rstrip(".")
    return f"{text}Z"


def spaced(at: Moment) -> str:
    """`2021-01-20 17:49:04Z`, as Microsoft Entra writes the time of an error."""
    return at.utc.strftime("%Y-%m-%d %H:%M:%SZ")


def compact(at: Moment) -> str:
    """`20260423T161748Z`, as in `x-ms-routing-request-id`."""
    return at.utc.strftime("%Y%m%dT%H%M%SZ")


def http_date(at: Moment) -> str:
    """`Thu, 23 Apr 2026 16:17:47 GMT`, the Date header (RFC 9110)."""
    moment = at.utc
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[moment.weekday()]
    month = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[moment.month - 1]
    return f"{day}, {moment.day:02} {month} {moment.year} {moment:%H:%M:%S} GMT"


def parse(text: str) -> Moment | None:
    """The moment of an ISO 8601 time with an offset or `Z`, else None. A date alone is midnight UTC."""
    found = _ISO.fullmatch(text)
    try:
        second = datetime.fromisoformat(f"{found['second']}{found['zone'] or ''}") if found else None
    except ValueError:
        return None
    if second is None or found is None:
        return None
    past = (second.replace(tzinfo=second.tzinfo or UTC) - _EPOCH) // timedelta(seconds=1)
    fraction = (found["fraction"] or "").ljust(7, "0")[:7]
    return Moment(past * TICKS + int(fraction))
