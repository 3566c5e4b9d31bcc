"""The bounded part of the walks: twenty of them, five a test, so that two processors can share them."""

from __future__ import annotations

import pytest

from tests.campaign.walks import run_campaign

_WALKS, _ACTIONS = 5, 50


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_random_walks_break_nothing_lose_nothing_and_stall_nowhere(seed: int) -> None:
    tally = run_campaign(_WALKS, seed, length=_ACTIONS)
    assert tally.clean, tally.table()
    assert tally.walks == _WALKS
    assert tally.actions == _WALKS * _ACTIONS
    assert tally.slowest.frame.own > 0
