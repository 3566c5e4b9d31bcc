"""Every question asked once: shared by all who wait, kept when answered, asked again after a failure."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from pipeops_tui.checks import Topic
from pipeops_tui.lookups import Questions, SubscriptionFeed
from pipeops_tui.model import (
    Account,
    SignInMethod,
    Subscription,
    SubscriptionPage,
    SubscriptionState,
    Tenant,
)
from tests.virtual_time import VirtualClock

KEY = (Topic.REGIONS, "1b7e09cc")


class Question:
    """A question that is answered, or fails, when the test says so."""

    def __init__(self) -> None:
        self.asked = 0
        self.answers: list[asyncio.Future[str]] = []

    async def __call__(self) -> str:
        self.asked += 1
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.answers.append(answer)
        return await answer


async def turns(count: int = 5) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_all_who_ask_share_one_answer_and_its_time() -> None:
    clock, question = VirtualClock(), Question()
    questions = Questions(clock)
    waiting = [asyncio.create_task(questions.ask(KEY, question)) for _ in range(3)]
    await turns()
    clock.advance(2.5)
    question.answers[0].set_result("westeurope")
    answers = [await one for one in waiting]
    assert {(answer.value, answer.seconds) for answer in answers} == {("westeurope", 2.5)}
    assert (await questions.ask(KEY, question)).value == "westeurope"
    assert question.asked == 1


async def test_who_gives_up_waiting_does_not_stop_the_question() -> None:
    question = Question()
    questions = Questions(VirtualClock())
    impatient = asyncio.create_task(questions.ask(KEY, question))
    patient = asyncio.create_task(questions.ask(KEY, question))
    await turns()
    impatient.cancel()
    await turns()
    question.answers[0].set_result("answer")
    assert (await patient).value == "answer"


async def test_a_failure_reaches_all_who_wait_and_is_not_kept() -> None:
    question = Question()
    questions = Questions(VirtualClock())
    waiting = [asyncio.create_task(questions.ask(KEY, question)) for _ in range(2)]
    await turns()
    question.answers[0].set_exception(ConnectionError("no network"))
    for one in waiting:
        with pytest.raises(ConnectionError):
            await one
    again = asyncio.create_task(questions.ask(KEY, question))
    await turns()
    question.answers[1].set_result("answer")
    assert (await again).value == "answer"
    assert question.asked == 2


async def test_what_was_forgotten_is_asked_anew_and_the_rest_is_not() -> None:
    questions = Questions(VirtualClock())
    asked: list[str] = []

    async def answer(name: str) -> str:
        asked.append(name)
        return name

    for _ in range(2):
        await questions.ask((Topic.GROUPS, "a"), lambda: answer("groups"))
        await questions.ask((Topic.REGIONS, "a"), lambda: answer("regions"))
        questions.forget({Topic.GROUPS})
    assert asked == ["groups", "regions", "groups"]


async def test_closing_stops_what_is_under_way() -> None:
    question = Question()
    questions = Questions(VirtualClock())
    waiting = asyncio.create_task(questions.ask(KEY, question))
    await turns()
    await questions.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert question.answers[0].cancelled()


def page(name: str, pending: int = 0) -> SubscriptionPage:
    tenant = Tenant(name, name)
    one = Subscription(f"{name}-1", f"{name} one", name, name, SubscriptionState.ENABLED)
    return SubscriptionPage(tenant, (one,), pending)


class Listing:
    """The part of a session that lists subscriptions, a page at a time."""

    account = Account("you@contoso.com", "", "contoso", SignInMethod.DEVICE_CODE)

    def __init__(self, *pages: SubscriptionPage | Exception) -> None:
        self._pages = pages
        self.go_on = asyncio.Event()
        self.asked = 0

    async def subscriptions(self) -> AsyncIterator[SubscriptionPage]:
        self.asked += 1
        for number, one in enumerate(self._pages):
            if number:
                await self.go_on.wait()
            if isinstance(one, Exception):
                raise one
            yield one


async def names(feed: SubscriptionFeed) -> list[str]:
    return [one.tenant.display_name async for one in feed.pages()]


async def test_early_and_late_readers_get_every_page_of_one_listing() -> None:
    listing = Listing(page("contoso", 1), page("fabrikam"))
    feed = SubscriptionFeed(listing, VirtualClock())  # type: ignore[arg-type]
    feed.begin()
    early = asyncio.create_task(names(feed))
    await turns()
    late = asyncio.create_task(names(feed))
    await turns()
    listing.go_on.set()
    assert await early == await late == ["contoso", "fabrikam"]
    assert await names(feed) == ["contoso", "fabrikam"]
    assert listing.asked == 1
    assert feed.seconds > 0


async def test_a_listing_that_fails_tells_its_readers_and_starts_over() -> None:
    listing = Listing(page("contoso", 1), ConnectionError("gone"))
    listing.go_on.set()
    feed = SubscriptionFeed(listing, VirtualClock())  # type: ignore[arg-type]
    for attempt in (1, 2):
        with pytest.raises(ConnectionError):
            await names(feed)
        assert listing.asked == attempt
    assert feed.seconds == 0


async def test_a_tenant_that_was_unlocked_replaces_its_locked_page() -> None:
    listing = Listing(page("contoso"))
    feed = SubscriptionFeed(listing, VirtualClock())  # type: ignore[arg-type]
    await names(feed)
    unlocked = SubscriptionPage(Tenant("contoso", "Contoso unlocked"), (), 0)
    feed.replace(unlocked)
    assert await names(feed) == ["Contoso unlocked"]


async def test_a_reader_that_leaves_early_is_forgotten() -> None:
    listing = Listing(page("contoso", 1), page("fabrikam"))
    feed = SubscriptionFeed(listing, VirtualClock())  # type: ignore[arg-type]
    pages = feed.pages()
    await anext(pages)
    await pages.aclose()  # type: ignore[attr-defined]
    assert feed._readers == []
    await feed.close()
