"""Obstacles of coming steps are found as soon as what they depend on is chosen."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from pipeops_tui.lookahead import Blocked, LookAhead
from pipeops_tui.model import Doubt, Write
from pipeops_tui.wizard import Choices, Step
from tests.provisioning.world import World
from tests.screens.memory import CONTRIBUTOR, PAY_AS_YOU_GO, WEST_EUROPE, HandClock, MemorySession

CHOICES = Choices(subscription=PAY_AS_YOU_GO, group_name="PipeOpsRG", region=WEST_EUROPE)


def session() -> MemorySession:
    return MemorySession(World(HandClock()))  # type: ignore[arg-type]  # a clock like any other


async def look(reads: MemorySession, choices: Choices) -> list[Blocked]:
    """Everything that was told."""
    told: list[Blocked] = []
    ahead = LookAhead()
    ahead.look(reads, choices, told.append)
    assert ahead._task is not None
    await ahead._task
    return told


async def test_nothing_blocked_is_told_as_nothing() -> None:
    assert (await look(session(), CHOICES))[-1] == {}


async def test_what_is_handed_over_blocks_nothing() -> None:
    reads = session()
    reads.permissions_ = CONTRIBUTOR
    assert (await look(reads, replace(CHOICES, owner_assigns=True)))[-1] == {}


async def test_what_blocks_is_told_with_its_step() -> None:
    reads = session()
    reads.permissions_ = CONTRIBUTOR
    assert (await look(reads, CHOICES))[-1] == {Step.ACCESS: "You may assign roles"}


async def test_what_is_tried_anyway_blocks_nothing() -> None:
    reads = session()
    reads.owned = 250
    assert (await look(reads, CHOICES))[-1] == {Step.TENANT: "Your applications in the directory"}
    dared = replace(CHOICES, doubts=(Doubt("P11", Write.APPLICATION),))
    assert (await look(reads, dared))[-1] == {}


async def test_before_anything_is_chosen_nothing_about_it_is_asked() -> None:
    reads = session()
    reads.permissions_ = CONTRIBUTOR
    told = await look(reads, Choices())
    assert Step.ACCESS not in (told[-1] if told else {})


async def test_another_look_gives_up_the_one_before() -> None:
    ahead, first, second = LookAhead(), list[Blocked](), list[Blocked]()
    ahead.look(session(), CHOICES, first.append)
    ahead.look(session(), CHOICES, second.append)
    assert ahead._task is not None
    await ahead._task
    assert first == []
    assert second
    ahead.stop()
    ahead.stop()


async def test_a_look_that_fails_disturbs_nobody() -> None:
    class Broken(MemorySession):
        async def permissions(self, *_: object) -> object:  # type: ignore[override]
            raise RuntimeError("not made for this")

    problems: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: problems.append(context))
    ahead = LookAhead()
    ahead.look(Broken(World(HandClock())), CHOICES, lambda blocked: None)  # type: ignore[arg-type]
    assert ahead._task is not None
    await asyncio.wait([ahead._task])
    del ahead
    assert problems == []
