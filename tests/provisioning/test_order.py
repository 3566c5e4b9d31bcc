"""The order of operations: as early as their needs allow, and never earlier."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, replace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeops_tui.core.model import Write
from pipeops_tui.provisioning.creating import operations_for
from pipeops_tui.provisioning.dependencies import Needs, needs_of, run_in_order, sorted_by_needs
from pipeops_tui.provisioning.operations.operation import CreateOperation
from tests.provisioning.bench import PLAN
from tests.support.clocks import VirtualClock


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

    async def perform(operation: CreateOperation) -> bool:
        step = cast("Step", operation)
        began[step.key] = clock.monotonic()
        await clock.sleep(step.seconds)
        ended[step.key] = clock.monotonic()
        return step.succeeds

    operations = cast("list[CreateOperation]", steps)
    asyncio.run(run_in_order(operations, needs_of(operations), (), perform))
    by_key = {step.key: step for step in steps}
    for step in steps:
        needed = [by_key[key] for key in step.needs]
        if all(need.succeeds and need.key in ended for need in needed):
            assert began[step.key] == max((ended[need.key] for need in needed), default=0.0)
        else:
            assert step.key not in began


async def test_what_is_done_is_not_performed_again() -> None:
    performed: list[str] = []

    async def perform(operation: CreateOperation) -> bool:
        performed.append(operation.key)
        return True

    steps = [Step("first", (), 0, True), Step("second", ("first",), 0, True)]
    operations = cast("list[CreateOperation]", steps)
    await run_in_order(operations, needs_of(operations), ["first"], perform)
    assert performed == ["second"]


async def test_a_bug_in_one_step_ends_the_others_and_comes_out() -> None:
    clock = VirtualClock()
    cancelled: list[str] = []

    async def perform(operation: CreateOperation) -> bool:
        if operation.key == "bug":
            raise ZeroDivisionError
        try:
            await clock.sleep(random.Random(0).uniform(10, 20))
        except asyncio.CancelledError:
            cancelled.append(operation.key)
            raise
        return True

    steps = [Step("slow", (), 0, True), Step("bug", (), 0, True)]
    operations = cast("list[CreateOperation]", steps)
    with pytest.raises(ZeroDivisionError):
        await run_in_order(operations, needs_of(operations), (), perform)
    assert cancelled == ["slow"]


@given(graphs(), st.data())
def test_what_is_in_doubt_goes_first_and_alone(steps: list[Step], data: st.DataObject) -> None:
    operations = cast("list[CreateOperation]", steps)
    keys = [step.key for step in steps]
    first = data.draw(st.sets(st.sampled_from(keys))) if keys else set()
    needs = needs_of(operations, first)
    in_order = [operation.key for operation in sorted_by_needs(operations, needs)]
    assert sorted(in_order) == sorted(keys)
    for key in keys:
        assert set(next(step for step in steps if step.key == key).needs) <= needs[key]
    ancestors = {key: _ancestors(key, needs_of(operations)) for key in keys}
    for doubted in first:
        allowed = {doubted}.union(ancestors[doubted], first, *(ancestors[other] for other in first))
        assert set(in_order[: in_order.index(doubted) + 1]) <= allowed
        for other in set(keys) - allowed:
            assert doubted in needs[other]


def test_a_secret_in_doubt_waits_for_its_application_only() -> None:
    operations = operations_for(replace(PLAN, doubts=(Write.SECRET,)))
    needs = needs_of(operations, (Write.SECRET,))
    assert [operation.key for operation in sorted_by_needs(operations, needs)][:2] == ["application", "secret"]
    assert needs["group"] == {"application", "secret"}
    assert {"secret", "assignment"} <= needs["test-sign-in"]


def test_one_run_s_doubts_do_not_reach_the_next() -> None:
    operations = operations_for(PLAN)
    alone = needs_of(operations, (Write.SECRET,))
    needs_of(operations, tuple(Write))
    assert needs_of(operations, (Write.SECRET,)) == alone


def test_several_doubts_come_one_after_the_other() -> None:
    operations = operations_for(PLAN)
    needs = needs_of(operations, (Write.APPLICATION, Write.GROUP))
    assert needs["application"] == {"group"}
    assert needs["principal"] == {"group", "application"}


def _ancestors(key: str, needs: Needs) -> set[str]:
    return set(needs[key]).union(*(_ancestors(need, needs) for need in needs[key]))
