"""The bounded part of the noise: one seed in each place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.campaign.noise import PLACES, run_campaign

pytestmark = pytest.mark.timeout(900)
"""A busy machine takes its time."""

_SIZE = 1536


@pytest.mark.parametrize("place", PLACES)
def test_noise_ends_nothing(place: str, tmp_path: Path) -> None:
    file = tmp_path / "results"
    tally = run_campaign([1], places=[place], size=_SIZE, file=file)
    assert tally.clean, tally.table()
    assert tally.results[0].read > _SIZE * 0.9
    assert run_campaign([1], places=[place], size=_SIZE, file=file).results == tally.results, "not done again"
