"""Steps ahead are known to be blocked as soon as what their checks depend on is chosen."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from pipeops_tui.core.model import Doubt, Write
from pipeops_tui.core.wizard import Choices, Step
from pipeops_tui.journey.early_checks import Blocked, EarlyChecks
from tests.provisioning.world import World
from tests.support.clocks import VirtualClock
from tests.ui.memory import CONTRIBUTOR, PAY_AS_YOU_GO, WEST_EUROPE, MemorySession

CHOICES = Choices(subscription=PAY_AS_YOU_GO, group_name="PipeOpsRG", region=WEST_EUROPE)


def session() -> MemorySession:
    return MemorySession(World(VirtualClock(by_hand=True)))


async def blocked_by(reads: MemorySession, choices: Choices) -> list[Blocked]:
    """Every report, in order."""
    reported: list[Blocked] = []
    await EarlyChecks().start(reads, choices, reported.append)
    return reported


async def test_nothing_is_reported_when_nothing_is_blocked() -> None:
    assert (await blocked_by(session(), CHOICES))[-1] == {}


async def test_what_is_left_to_an_owner_blocks_nothing() -> None:
    reads = session()
    reads.permissions_ = CONTRIBUTOR
    assert (await blocked_by(reads, replace(CHOICES, owner_assigns=True)))[-1] == {}


async def test_what_blocks_is_reported_with_its_step() -> None:
    reads = session()
    reads.permissions_ = CONTRIBUTOR
    assert (await blocked_by(reads, CHOICES))[-1] == {Step.ACCESS: "Permission to assign roles"}


async def test_what_is_tried_anyway_blocks_nothing() -> None:
    reads = session()
    reads.owned = 250
    assert (await blocked_by(reads, CHOICES))[-1] == {Step.TENANT: "Applications you own"}
    tried_anyway = replace(CHOICES, doubts=(Doubt("owned-applications", Write.APPLICATION),))
    assert (await blocked_by(reads, tried_anyway))[-1] == {}


async def test_before_anything_is_chosen_nothing_about_it_is_asked() -> None:
    reads = session()
    reads.permissions_ = CONTRIBUTOR
    reported = await blocked_by(reads, Choices())
    assert Step.ACCESS not in (reported[-1] if reported else {})


async def test_starting_again_cancels_the_checks_before() -> None:
    checks, first, second = EarlyChecks(), list[Blocked](), list[Blocked]()
    checks.start(session(), CHOICES, first.append)
    await checks.start(session(), CHOICES, second.append)
    assert first == []
    assert second
    checks.stop()
    checks.stop()


async def test_a_failure_is_not_reported_by_asyncio() -> None:
    class Broken(MemorySession):
        async def permissions(self, *_: object) -> object:  # type: ignore[override]
            raise RuntimeError("not made for this")

    problems: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: problems.append(context))
    broken = Broken(World(VirtualClock(by_hand=True)))
    await asyncio.wait([EarlyChecks().start(broken, CHOICES, lambda blocked: None)])
    assert problems == []
