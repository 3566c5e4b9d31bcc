"""The time: code asks and waits by a `Clock`, so that tests can run in virtual time; dates are written for people."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MARGIN = timedelta(minutes=5)


class Clock(Protocol):
    """The time of day, time that passes, and waiting."""

    def now(self) -> datetime:
        """The current instant, timezone-aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds since an arbitrary start, which never go back: only differences have a meaning."""

    async def sleep(self, seconds: float) -> None:
        """Wait `seconds`; can be cancelled at any moment."""


class SystemClock:
    """The clock of this computer."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        import asyncio

        await asyncio.sleep(seconds)


def spell_day(instant: datetime) -> str:
    """`22 May 2027 (UTC)`: the day in UTC, the zone in which Microsoft Entra counts a client secret's lifetime."""
    return f"{_day(instant.astimezone(UTC))} (UTC)"


def spell_instant(instant: datetime) -> str:
    """`22 May 2027, 09:14 UTC`."""
    utc = instant.astimezone(UTC)
    return f"{_day(utc)}, {utc:%H:%M} UTC"


def days_until(instant: datetime, now: datetime) -> int:
    """How many days of the calendar (UTC) lie between the day of `now` and that of `instant`; negative when it is
    past."""
    return (instant.astimezone(UTC).date() - now.astimezone(UTC).date()).days


def spell_expiry(instant: datetime, now: datetime) -> str:
    """When what expires at `instant` does, seen from `now`: `in 12 days`, `today`, `expired today`, `expired 3 days
    ago`."""
    days = days_until(instant, now)
    count = f"{abs(days)} day" if abs(days) == 1 else f"{abs(days)} days"
    if instant > now:
        return f"in {count}" if days else "today"
    return f"expired {count} ago" if days else "expired today"


def _day(utc: datetime) -> str:
    return f"{utc.day} {_MONTHS[utc.month - 1]} {utc.year}"


def secret_expiry(now: datetime, days: int) -> datetime:
    """When a client secret made at `now` expires: after `days` less five minutes, without fractions of a second.

    Microsoft Entra measures the longest lifetime it allows by its own clock, and this computer's can be a little ahead.
    """
    return (now + timedelta(days=days) - _MARGIN).replace(microsecond=0)
