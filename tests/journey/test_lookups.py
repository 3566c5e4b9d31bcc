"""The list of subscriptions: asked once, a page at a time, for every reader."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from pipeops_tui.core.model import (
    Subscription,
    SubscriptionPage,
    SubscriptionState,
    Tenant,
)
from pipeops_tui.journey.lookups import SubscriptionFeed
from tests.support.clocks import VirtualClock
from tests.support.inside import readers_of
from tests.support.unfaked import UnfakedSession


async def turns(count: int = 5) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


def page(name: str, pending: int = 0) -> SubscriptionPage:
    tenant = Tenant(name, name)
    one = Subscription(f"{name}-1", f"{name} one", name, name, SubscriptionState.ENABLED)
    return SubscriptionPage(tenant, (one,), pending)


class Listing(UnfakedSession):
    """A session that lists subscriptions, a page at a time."""

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
    feed = SubscriptionFeed(listing, VirtualClock())
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
    feed = SubscriptionFeed(listing, VirtualClock())
    for attempt in (1, 2):
        with pytest.raises(ConnectionError):
            await names(feed)
        assert listing.asked == attempt
    assert feed.seconds == 0


async def test_a_tenant_that_was_unlocked_replaces_its_locked_page() -> None:
    listing = Listing(page("contoso"))
    feed = SubscriptionFeed(listing, VirtualClock())
    await names(feed)
    unlocked = SubscriptionPage(Tenant("contoso", "Contoso unlocked"), (), 0)
    feed.replace(unlocked)
    assert await names(feed) == ["Contoso unlocked"]


async def test_a_reader_that_leaves_early_is_forgotten() -> None:
    listing = Listing(page("contoso", 1), page("fabrikam"))
    feed = SubscriptionFeed(listing, VirtualClock())
    pages = feed.pages()
    await anext(pages)
    await pages.aclose()  # type: ignore[attr-defined]
    assert readers_of(feed) == 0
    await feed.close()
