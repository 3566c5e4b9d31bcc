"""The bounded part of the walks: twenty of them, five a test, so that two processors can share them."""

from __future__ import annotations

import pytest

from tests.campaign.walks import run_campaign

_WALKS, _ACTIONS = 5, 50


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_random_walks_break_nothing_and_lose_nothing(seed: int) -> None:
    """How long frames took is for the campaign in full to judge, on a machine that does nothing else."""
    tally = run_campaign(_WALKS, seed, length=_ACTIONS)
    assert (tally.crashes, tally.lost_inputs) == (0, 0), tally.table()
    assert tally.walks == _WALKS
    assert tally.actions == _WALKS * _ACTIONS
    assert tally.slowest_frame > 0
