"""The bounded part of the answers campaign."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.campaign.answers import run_campaign


@pytest.mark.timeout(900)
async def test_forty_wrong_answers_end_in_success_or_can_be_continued_and_undone(tmp_path: Path) -> None:
    results = tmp_path / "results"
    tally = await run_campaign(range(40), seed=3, file=results)
    assert tally.clean, tally.table()
    assert tally.runs == 40
    assert await run_campaign(range(40), seed=3, file=results) == tally  # nothing is run again
