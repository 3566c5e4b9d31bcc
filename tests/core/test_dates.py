"""Dates are spelled out, with their zone, whatever the machine's locale and zone are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from pipeops_tui.core.clock import secret_expiry, spell_day, spell_instant


@pytest.mark.parametrize(
    ("instant", "day", "whole"),
    [
        (datetime(2027, 5, 22, 9, 4, tzinfo=UTC), "22 May 2027 (UTC)", "22 May 2027, 09:04 UTC"),
        (datetime(2026, 1, 1, tzinfo=UTC), "1 January 2026 (UTC)", "1 January 2026, 00:00 UTC"),
        (
            datetime(2027, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=2))),
            "31 December 2026 (UTC)",
            "31 December 2026, 22:30 UTC",
        ),
    ],
)
def test_spelled_out(instant: datetime, day: str, whole: str) -> None:
    assert spell_day(instant) == day
    assert spell_instant(instant) == whole


def test_days_are_added_whole() -> None:
    assert spell_instant(secret_expiry(datetime(2026, 11, 23, 9, 14, tzinfo=UTC), 180)) == "22 May 2027, 09:09 UTC"
