"""The bounded part of the starts with an unfinished run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.campaign.starts import run_campaign

pytestmark = pytest.mark.timeout(900)
"""A busy machine takes its time."""

_STARTS = 8


def test_the_first_screen_and_what_was_not_finished_are_drawn_whole(tmp_path: Path) -> None:
    file = tmp_path / "results"
    tally = run_campaign(range(_STARTS), 0, file, load=2)
    assert tally.clean, tally.table()
    assert len(tally.results) == _STARTS
    assert run_campaign(range(_STARTS), 0, file).results == tally.results, "what was done is not done again"
