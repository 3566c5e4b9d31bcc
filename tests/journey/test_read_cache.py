"""One cache of reads: each question is asked once, shared by all who wait, and asked again when it must be."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from pipeops_tui.checks import ALL_CHECKS, SECOND_FACTOR, Topic
from pipeops_tui.core.model import CheckOutcome, Region, ResourceGroup, Subscription
from pipeops_tui.core.ports import AccessPort, DirectoryPort, GroupPort, Reads, SubscriptionPort, topic_of
from pipeops_tui.journey.lookups import ReadCache, TimedAnswer
from tests.checks.test_checks import spec
from tests.checks.world import GROUP, NEW, REGION, SUBSCRIPTION, TENANT, refusal, world
from tests.support.clocks import VirtualClock
from tests.support.unfaked import UnfakedSession

OK, UNKNOWN = CheckOutcome.OK, CheckOutcome.UNKNOWN


class Answering(UnfakedSession):
    """Regions are answered, or refused, when the test says so."""

    def __init__(self) -> None:
        self.answers: list[asyncio.Future[Sequence[Region]]] = []

    async def regions(self, subscription: Subscription) -> Sequence[Region]:
        answer: asyncio.Future[Sequence[Region]] = asyncio.get_running_loop().create_future()
        self.answers.append(answer)
        return await answer


async def turns(count: int = 5) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


def regions_of(cache: ReadCache) -> asyncio.Task[TimedAnswer[Sequence[Region]]]:
    return asyncio.create_task(cache.ask(SubscriptionPort.regions, SUBSCRIPTION))


def shared(session: Reads) -> ReadCache:
    return ReadCache(session, VirtualClock())


async def test_all_who_ask_share_one_answer_and_know_how_long_it_took() -> None:
    clock, session = VirtualClock(), Answering()
    cache = ReadCache(session, clock)
    waiting = [regions_of(cache) for _ in range(3)]
    check = asyncio.create_task(_regions(cache.reads))
    await turns()
    clock.advance(2.5)
    session.answers[0].set_result([REGION])
    assert {(answer.value[0], answer.seconds) for answer in [await one for one in waiting]} == {(REGION, 2.5)}
    assert await check == [REGION]
    assert (await cache.ask(SubscriptionPort.regions, SUBSCRIPTION)).seconds == 2.5
    assert len(session.answers) == 1


async def _regions(reads: Reads) -> Sequence[Region]:
    return await reads.regions(SUBSCRIPTION)


async def test_giving_up_waiting_does_not_stop_the_question() -> None:
    session = Answering()
    cache = shared(session)
    impatient, patient = regions_of(cache), regions_of(cache)
    await turns()
    impatient.cancel()
    await turns()
    session.answers[0].set_result([REGION])
    assert (await patient).value == [REGION]


async def test_a_failure_reaches_all_who_wait_and_asking_again_asks_azure_again() -> None:
    session = Answering()
    cache = shared(session)
    waiting = [regions_of(cache) for _ in range(2)]
    await turns()
    session.answers[0].set_exception(refusal())
    for one in waiting:
        with pytest.raises(type(refusal())):
            await one
    again = regions_of(cache)
    await turns()
    session.answers[1].set_result([REGION])
    assert (await again).value == [REGION]


async def test_one_question_is_known_by_its_arguments_however_they_are_written() -> None:
    there = world()
    cache = shared(there)
    for name in ("data-rg", "Data-RG"):
        assert (await cache.ask(GroupPort.resource_group, SUBSCRIPTION, name)).value == GROUP
    await cache.ask(AccessPort.permissions, SUBSCRIPTION)
    await cache.ask(AccessPort.permissions, SUBSCRIPTION, "")
    await cache.ask(AccessPort.permissions, SUBSCRIPTION, group_name="")
    assert there.asked == ["resource_group", "permissions"]
    for tags in ([("team", "a")], [("team", "A")]):
        await cache.reads.policy_findings(SUBSCRIPTION, "x", "westeurope", tags)
    assert there.asked[2:] == ["policy_findings", "policy_findings"], "values of tags differ in case"


async def test_what_is_not_marked_as_a_read_is_not_cached() -> None:
    cache = shared(world())

    async def unmarked(reads: Reads) -> ResourceGroup:
        return GROUP

    with pytest.raises(TypeError, match="not marked"):
        await cache.ask(unmarked)


async def test_checks_ask_each_question_once() -> None:
    there = world(providers=[])
    cache = shared(there)
    specs = [one for one in ALL_CHECKS if one.ready(NEW)]
    await asyncio.gather(*(one.run(cache.reads, NEW) for one in specs))
    await asyncio.gather(*(one.run(cache.reads, NEW) for one in specs))
    assert len(there.asked) == len(set(there.asked))
    assert cache.reads.account is there.account
    await cache.close()


async def test_checks_share_a_refusal_too_until_a_screen_asks_something() -> None:
    there = world(permissions=refusal())
    cache = shared(there)
    for key in ("create-group", "assign-roles"):
        assert (await spec(key).run(cache.reads, NEW)).outcome is UNKNOWN
    assert there.asked == ["permissions"]
    del there.answers["permissions"]
    await cache.ask(DirectoryPort.secret_policy, TENANT)
    assert (await spec("create-group").run(cache.reads, NEW)).outcome is OK


async def test_a_new_sign_in_asks_again_what_was_refused_and_what_the_token_says() -> None:
    there = world(permissions=refusal())
    cache = shared(there)
    specs = [spec(key) for key in ("create-group", SECOND_FACTOR, "client-secrets")]
    for one in specs:
        await one.run(cache.reads, NEW)
    there.asked.clear()
    cache.forget_sign_in()
    for one in specs:
        await one.run(cache.reads, NEW)
    assert sorted(there.asked) == ["permissions", "token_facts"]


async def test_forgetting_a_topic_asks_its_questions_again_and_no_others() -> None:
    there = world(providers=[])
    cache = shared(there)
    specs = [one for one in ALL_CHECKS if one.ready(NEW)]
    await asyncio.gather(*(one.run(cache.reads, NEW) for one in specs))
    asked = set(there.asked)
    for topic in Topic:
        there.asked.clear()
        cache.forget(topic)
        await asyncio.gather(*(one.run(cache.reads, NEW) for one in specs))
        assert {topic_of(getattr(Reads, name.partition("/")[0])) for name in there.asked} <= {topic}
        asked -= set(there.asked)
    assert not asked, "every question belongs to a topic"
    await cache.close()


async def test_closing_stops_what_is_under_way_also_when_its_topic_was_forgotten_meanwhile() -> None:
    session = Answering()
    cache = shared(session)
    waiting = regions_of(cache)
    await turns()
    cache.forget(Topic.REGIONS)
    await cache.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert session.answers[0].cancelled()


async def test_a_fake_says_what_it_does_not_fake() -> None:
    with pytest.raises(AttributeError, match="Answering does not fake 'secret_policy'"):
        await shared(Answering()).ask(DirectoryPort.secret_policy, TENANT)
