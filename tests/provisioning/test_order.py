"""The order of operations: as early as their needs allow, and never earlier."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeops_tui.provisioning.graph import run_in_order
from pipeops_tui.provisioning.operations.operation import Operation
from tests.virtual_time import VirtualClock


@dataclass(frozen=True)
class Step:
    """As much of an operation as its order depends on."""

    key: str
    needs: tuple[str, ...]
    seconds: float
    succeeds: bool


@st.composite
def graphs(draw: st.DrawFn) -> list[Step]:
    steps: list[Step] = []
    for number in range(draw(st.integers(0, 7))):
        needs = draw(st.lists(st.sampled_from([step.key for step in steps]), unique=True)) if steps else []
        seconds, succeeds = draw(st.integers(0, 5)), draw(st.sampled_from([True, True, True, False]))
        steps.append(Step(f"step {number}", tuple(needs), float(seconds), succeeds))
    return draw(st.permutations(steps))


@given(graphs())
def test_every_step_begins_the_moment_its_needs_are_done(steps: list[Step]) -> None:
    clock = VirtualClock()
    began: dict[str, float] = {}
    ended: dict[str, float] = {}

    async def perform(operation: Operation) -> bool:
        step = cast("Step", operation)
        began[step.key] = clock.monotonic()
        await clock.sleep(step.seconds)
        ended[step.key] = clock.monotonic()
        return step.succeeds

    asyncio.run(run_in_order(cast("list[Operation]", steps), (), perform))
    by_key = {step.key: step for step in steps}
    for step in steps:
        needed = [by_key[key] for key in step.needs]
        if all(need.succeeds and need.key in ended for need in needed):
            assert began[step.key] == max((ended[need.key] for need in needed), default=0.0)
        else:
            assert step.key not in began


async def test_what_is_done_is_not_performed_again() -> None:
    performed: list[str] = []

    async def perform(operation: Operation) -> bool:
        performed.append(operation.key)
        return True

    steps = [Step("first", (), 0, True), Step("second", ("first",), 0, True)]
    await run_in_order(cast("list[Operation]", steps), ["first"], perform)
    assert performed == ["second"]


async def test_a_bug_in_one_step_ends_the_others_and_comes_out() -> None:
    clock = VirtualClock()
    cancelled: list[str] = []

    async def perform(operation: Operation) -> bool:
        if operation.key == "bug":
            raise ZeroDivisionError
        try:
            await clock.sleep(random.Random(0).uniform(10, 20))
        except asyncio.CancelledError:
            cancelled.append(operation.key)
            raise
        return True

    steps = [Step("slow", (), 0, True), Step("bug", (), 0, True)]
    with pytest.raises(ZeroDivisionError):
        await run_in_order(cast("list[Operation]", steps), (), perform)
    assert cancelled == ["slow"]
