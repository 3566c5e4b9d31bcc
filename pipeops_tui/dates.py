"""Dates as people read them: spelled out, in English whatever the locale, and always with their time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MARGIN = timedelta(minutes=5)


def spell_day(instant: datetime) -> str:
    """`22 May 2027 (UTC)`: the day in UTC, the zone in which Microsoft Entra counts a client secret's lifetime."""
    return f"{_day(instant.astimezone(UTC))} (UTC)"


def spell_instant(instant: datetime) -> str:
    """`22 May 2027, 09:14 UTC`."""
    utc = instant.astimezone(UTC)
    return f"{_day(utc)}, {utc:%H:%M} UTC"


def _day(utc: datetime) -> str:
    return f"{utc.day} {_MONTHS[utc.month - 1]} {utc.year}"


def secret_expiry(now: datetime, days: int) -> datetime:
    """When a client secret made at `now` expires: after `days`, less five minutes, to the second.

    A directory counts its longest lifetime by its own clock, and this one may be ahead by a little.
    """
    return (now + timedelta(days=days) - _MARGIN).replace(microsecond=0)
