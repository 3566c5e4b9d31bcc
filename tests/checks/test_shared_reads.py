"""Many checks, one question each."""

from __future__ import annotations

import asyncio

import pytest

from pipeops_tui.checks import ALL_CHECKS, SharedReads, Topic
from pipeops_tui.model import CheckOutcome, SecretPolicy
from tests.checks.test_checks import spec
from tests.checks.world import NEW, TENANT, World, refusal, world

OK, UNKNOWN = CheckOutcome.OK, CheckOutcome.UNKNOWN


async def test_shared_reads_ask_each_question_once() -> None:
    there = world(providers=[])
    shared = SharedReads(there)
    specs = [one for one in ALL_CHECKS if one.ready(NEW)]
    await asyncio.gather(*(one.run(shared, NEW) for one in specs))
    await asyncio.gather(*(one.run(shared, NEW) for one in specs))
    assert len(there.asked) == len(set(there.asked))
    assert shared.account is there.account
    await shared.close()


async def test_shared_reads_share_a_refusal_too_and_a_new_one_asks_again() -> None:
    there = world(permissions=refusal())
    shared = SharedReads(there)
    keys = ("P1-group", "P1-roles")
    outcomes = [(await spec(key).run(shared, NEW)).outcome for key in keys]
    assert outcomes == [UNKNOWN, UNKNOWN]
    assert there.asked == ["permissions"]
    del there.answers["permissions"]
    assert (await spec("P1-group").run(SharedReads(there), NEW)).outcome is OK


async def test_forgetting_a_topic_asks_its_questions_anew_and_no_others() -> None:
    there = world(providers=[])
    shared = SharedReads(there)
    specs = [one for one in ALL_CHECKS if one.ready(NEW)]
    await asyncio.gather(*(one.run(shared, NEW) for one in specs))
    asked = set(there.asked)
    for topic in Topic:
        there.asked.clear()
        shared.forget({topic})
        await asyncio.gather(*(one.run(shared, NEW) for one in specs))
        asked -= set(there.asked)
        assert len(there.asked) < len(specs), topic
    assert not asked, "every question belongs to a topic"
    await shared.close()


async def test_a_question_whose_topic_was_forgotten_meanwhile_is_ended_with_the_others() -> None:
    class Silent(World):
        async def secret_policy(self, tenant_id: str) -> SecretPolicy:
            await asyncio.Event().wait()
            raise AssertionError

    shared = SharedReads(Silent())
    waiting = asyncio.create_task(shared.secret_policy(TENANT))
    await asyncio.sleep(0)
    shared.forget({Topic.DIRECTORY})
    await shared.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_giving_up_on_a_shared_question_does_not_end_it_for_others() -> None:
    gate = asyncio.Event()

    class Slow(World):
        async def secret_policy(self, tenant_id: str) -> SecretPolicy:
            await gate.wait()
            return await super().secret_policy(tenant_id)

    shared = SharedReads(Slow())
    first = asyncio.create_task(shared.secret_policy(TENANT))
    second = asyncio.create_task(shared.secret_policy(TENANT))
    await asyncio.sleep(0)
    first.cancel()
    gate.set()
    assert await second == SecretPolicy()
    await shared.close()
