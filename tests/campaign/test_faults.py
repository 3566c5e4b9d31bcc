"""The bounded part of the fault campaign."""

from __future__ import annotations

import pytest

from tests.campaign import faults_lines
from tests.campaign.faults import run_campaign

pytestmark = pytest.mark.timeout(900)
"""A busy machine takes its time."""


async def test_fifty_runs_end_in_success_or_can_be_continued_and_undone() -> None:
    tally = await run_campaign(50, seed=11, scenarios=["happy", "upsert-refused"])
    assert tally.clean, tally.table()
    assert tally.runs == 50


@pytest.mark.parametrize("mode", faults_lines.MODES)
def test_without_a_screen_too(mode: str) -> None:
    tally = faults_lines.run_campaign(50, seed=11, modes=[mode])
    assert tally.clean, tally.table()
    assert tally.runs == 50
    assert tally.after_continue
    assert tally.undone
