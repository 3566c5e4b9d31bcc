"""The bounded part of the campaign of Enters."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeops_tui.core.wizard import STEPS
from tests.campaign.enters import run_campaign

pytestmark = pytest.mark.timeout(900)
"""A busy machine takes its time."""

_RUNS = 20


def test_enter_goes_on_in_the_frame_in_which_a_step_becomes_ready(tmp_path: Path) -> None:
    file = tmp_path / "results"
    tally = run_campaign(range(_RUNS), 0, file)
    assert tally.clean, tally.table()
    assert [result.steps for result in tally.results] == [len(STEPS) - 1] * _RUNS
    assert run_campaign(range(_RUNS), 0, file).results == tally.results, "what was done is not done again"
