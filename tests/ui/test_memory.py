"""An application is gone after its test: a process of many tests must not grow."""

from __future__ import annotations

import gc
import weakref

from pipeops_tui.core.wizard import Step
from pipeops_tui.ui.app import PipeOpsApp
from tests.ui.memory import at

_APPLICATIONS: list[weakref.ref[PipeOpsApp]] = []


async def test_an_application_can_be_collected_after_its_test() -> None:
    async with at(Step.CREDENTIALS) as stage:
        _APPLICATIONS.append(weakref.ref(stage.app))


def test_and_then_it_is_gone() -> None:
    """Of the test before, where that ran in this process."""
    gc.collect()
    assert [one() for one in _APPLICATIONS if one() is not None] == []
