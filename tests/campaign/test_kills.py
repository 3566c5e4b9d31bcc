"""The bounded part of the kill campaign."""

from __future__ import annotations

import pytest

from tests.campaign.kills import deaths, run_campaign


@pytest.mark.timeout(900)
def test_killed_at_five_points_it_can_be_continued_or_undone() -> None:
    tally = run_campaign(5, seed=5)
    assert tally.clean, tally.table()
    assert tally.after_continue
    assert tally.undone


def test_the_five_points_are_of_all_sorts() -> None:
    chosen = deaths(5)
    assert {death.carried_out for death in chosen} == {True, False}
    assert {death.undoes for death in chosen} == {True, False}
    assert len({death.boundary for death in chosen}) == 5
