"""The bounded part of the walks: twenty of them, five a test, so that two processors can share them."""

from __future__ import annotations

from functools import partial

import pytest
from textual.app import App
from textual.events import Callback

from tests.campaign.walks import run_in_processes
from tests.campaign.walks_meter import SpinGuard, SpinningError

pytestmark = pytest.mark.timeout(900)
"""A busy machine takes its time."""

_WALKS, _ACTIONS = 5, 50


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_random_walks_break_nothing_lose_nothing_and_stall_nowhere(seed: int) -> None:
    # In a process of its own, for a full garbage collection takes as long as there are objects of other tests; and what
    # stalls is walked again, for the processors are shared with other tests.
    tally = run_in_processes(range(_WALKS), seed, 1, length=_ACTIONS)
    assert tally.clean, tally.table()
    assert tally.walks == _WALKS
    assert tally.actions == _WALKS * _ACTIONS
    assert tally.slowest.frame.own > 0


def test_a_callback_that_runs_again_and_again_is_named() -> None:
    rests = [0]
    guard = SpinGuard(lambda: rests[0])
    app: App[None] = App()
    handed_on = Callback(partial(app.call_later, app.bell))  # type: ignore[arg-type]  # it returns something
    for rests[0] in (1, 2):
        for _ in range(SpinGuard.MOST):
            guard.count(handed_on)
    with pytest.raises(
        SpinningError, match=r"Callback \S*call_later of \S*bell ran more than 10,000 times without a rest"
    ):
        guard.count(handed_on)
