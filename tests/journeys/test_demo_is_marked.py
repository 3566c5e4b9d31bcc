"""Whoever sees a screen or the receipt of a demo sees that it is one; a real run carries no such mark."""

from __future__ import annotations

import re

import pytest

from pipeops_tui.core.settings import Settings
from pipeops_tui.core.wizard import STEPS, Step
from pipeops_tui.simulator import RunningSimulator
from tests.support.person import person_at


@pytest.mark.parametrize("width", [60, 100])
async def test_every_screen_and_the_receipt_of_a_demo_say_so(azure: RunningSimulator, width: int) -> None:
    async with person_at(azure, size=(width, 30)) as person:
        for step in STEPS[:-1]:
            screen = await person.walks_to(step)
            assert re.match(r"\s*pipeops-tui  DEMO ", screen), screen
        screen = await person.accepts_everything()
        assert re.match(r"\s*pipeops-tui  DEMO ", screen)
        screen = await person.sees("These values are made up: this is a demo", "Real values go into")
        assert "Azure is ready for PipeOps" not in screen
    assert "Made up by the demo. PipeOps cannot use these values:" in person.app.receipt


async def test_a_real_run_is_not_marked(azure: RunningSimulator) -> None:
    async with person_at(azure, settings=Settings(resource_manager=azure.base_url)) as person:
        await person.walks_to(Step.CREATE)
        screen = await person.accepts_everything()
        assert "DEMO" not in screen
        await person.sees("Azure is ready for PipeOps", "^.*Paste these into")
    assert "ade up" not in person.app.receipt
