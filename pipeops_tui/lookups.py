"""Every question to Azure, asked once and shared by all who wait for its answer.

A question is a coroutine under a key. Whoever asks for a key that is under way waits for the same answer; an answer is
kept; a failure is not, so that asking again asks Azure again. Giving up waiting does not stop the question.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from pipeops_tui.checks.reads import SharedReads, Topic
from pipeops_tui.clock import Clock
from pipeops_tui.model import (
    Application,
    Directory,
    Permission,
    Provider,
    Region,
    ResourceGroup,
    SecretPolicy,
    Subscription,
    SubscriptionPage,
)
from pipeops_tui.ports import Session

T = TypeVar("T")
Key = tuple[Topic, *tuple[str, ...]]
"""What a question is about. One topic may hold several questions: then the second part tells them apart."""


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What Azure said, and how many seconds it took."""

    value: T
    seconds: float


class Questions:
    """The cache itself: one task per key, failures dropped."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tasks: dict[Key, asyncio.Task[Answer[Any]]] = {}

    def begin(self, key: Key, ask: Callable[[], Coroutine[Any, Any, T]]) -> asyncio.Task[Answer[T]]:
        """The task that answers `key`, started with `ask` unless it is under way or answered."""
        task = self._tasks.get(key)
        if task is None:
            task = asyncio.create_task(self._timed(ask), name=f"lookup {key}")
            self._tasks[key] = task
            task.add_done_callback(lambda done: self._drop_failure(key, done))
        return cast("asyncio.Task[Answer[T]]", task)

    async def ask(self, key: Key, ask: Callable[[], Coroutine[Any, Any, T]]) -> Answer[T]:
        """The answer to `key`. Raises what `ask` raises."""
        return await asyncio.shield(self.begin(key, ask))

    def forget(self, topics: Collection[Topic]) -> None:
        """Ask anew the next time about keys of these topics, because the answers may have changed."""
        for key in [key for key in self._tasks if key[0] in topics]:
            del self._tasks[key]

    async def close(self) -> None:
        """Stop everything that is under way."""
        tasks = list(self._tasks.values())
        self._tasks.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _timed(self, ask: Callable[[], Coroutine[Any, Any, T]]) -> Answer[T]:
        started = self._clock.monotonic()
        value = await ask()
        return Answer(value, self._clock.monotonic() - started)

    def _drop_failure(self, key: Key, done: asyncio.Task[Answer[Any]]) -> None:
        # Reading the exception also keeps asyncio from reporting a prefetch that failed unseen.
        if (done.cancelled() or done.exception() is not None) and self._tasks.get(key) is done:
            del self._tasks[key]


class SubscriptionFeed:
    """The pages of `Session.subscriptions`, asked once; every reader gets all of them, from the first on."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock
        self._pages: list[SubscriptionPage] = []
        self._readers: list[asyncio.Queue[SubscriptionPage | None]] = []
        self._task: asyncio.Task[None] | None = None
        self.seconds = 0.0
        """How long the whole list took; 0 until it is complete."""

    def begin(self) -> asyncio.Task[None]:
        """Start asking, unless it is under way or done; after a failure, start over."""
        if self._task is None or (self._task.done() and not self.seconds):
            self._pages.clear()
            self._task = asyncio.create_task(self._read(), name="subscriptions")
            self._task.add_done_callback(self._end)
        return self._task

    async def pages(self) -> AsyncIterator[SubscriptionPage]:
        """All pages so far and to come. Raises `CloudError` when the list could not be read."""
        task = self.begin()
        queue: asyncio.Queue[SubscriptionPage | None] = asyncio.Queue()
        for page in self._pages:
            queue.put_nowait(page)
        if task.done():
            queue.put_nowait(None)
        self._readers.append(queue)
        try:
            while (next_page := await queue.get()) is not None:
                yield next_page
        finally:
            self._readers.remove(queue)
        await task

    def forget(self) -> None:
        """Ask anew the next time, because the answers may have changed; a listing under way goes on."""
        if self._task is not None and self._task.done():
            self._task, self.seconds = None, 0.0

    def replace(self, page: SubscriptionPage) -> None:
        """A tenant that was locked has answered after all: later readers get its new page."""
        self._pages = [page if old.tenant.tenant_id == page.tenant.tenant_id else old for old in self._pages]

    async def close(self) -> None:
        """Stop asking."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _read(self) -> None:
        started = self._clock.monotonic()
        async for page in self._session.subscriptions():
            self._pages.append(page)
            for queue in self._readers:
                queue.put_nowait(page)
        # Never zero, which means "not complete": a clock at rest would say so.
        self.seconds = max(self._clock.monotonic() - started, 1e-9)

    def _end(self, task: asyncio.Task[None]) -> None:
        # Reading the exception also keeps asyncio from reporting a prefetch that failed unseen.
        if not task.cancelled():
            task.exception()
        for queue in self._readers:
            queue.put_nowait(None)


class Lookups:
    """What the screens ask about one signed-in account."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._questions = Questions(clock)
        self.reads = SharedReads(session)
        """The same questions for checks, so that nothing is asked twice whoever asks."""
        self._prefetches: set[asyncio.Task[Answer[Any]]] = set()
        self.subscriptions = SubscriptionFeed(session, clock)

    async def regions(self, subscription: Subscription) -> Answer[Sequence[Region]]:
        """See `Session.regions`."""
        return await self._ask((Topic.REGIONS, subscription.subscription_id), lambda: self.reads.regions(subscription))

    async def groups(self, subscription: Subscription) -> Answer[Sequence[ResourceGroup]]:
        """See `Session.resource_groups`."""
        return await self._ask(
            (Topic.GROUPS, subscription.subscription_id), lambda: self._session.resource_groups(subscription)
        )

    async def group(self, subscription: Subscription, name: str) -> Answer[ResourceGroup | None]:
        """See `Session.resource_group`. Azure ignores case in names, and so does this."""
        key = (Topic.GROUP, subscription.subscription_id, name.lower())
        return await self._ask(key, lambda: self.reads.resource_group(subscription, name))

    async def providers(self, subscription: Subscription) -> Answer[Sequence[Provider]]:
        """See `Session.providers`."""
        return await self._ask(
            (Topic.PROVIDERS, subscription.subscription_id), lambda: self.reads.providers(subscription)
        )

    async def permissions(self, subscription: Subscription, group_name: str = "") -> Answer[Sequence[Permission]]:
        """See `Session.permissions`."""
        key = (Topic.RIGHTS, subscription.subscription_id, group_name.lower())
        return await self._ask(key, lambda: self.reads.permissions(subscription, group_name))

    async def directory(self, tenant_id: str) -> Answer[Directory]:
        """See `Session.directory`."""
        return await self._ask((Topic.DIRECTORY, "who", tenant_id), lambda: self.reads.directory(tenant_id))

    async def applications_named(self, tenant_id: str, display_name: str) -> Answer[Sequence[Application]]:
        """See `Session.applications_named`."""
        key = (Topic.APPLICATIONS, tenant_id, display_name)
        return await self._ask(key, lambda: self.reads.applications_named(tenant_id, display_name))

    async def secret_policy(self, tenant_id: str) -> Answer[SecretPolicy]:
        """See `Session.secret_policy`."""
        return await self._ask((Topic.DIRECTORY, "secrets", tenant_id), lambda: self.reads.secret_policy(tenant_id))

    def prefetch(self, *questions: Coroutine[Any, Any, Answer[Any]]) -> None:
        """Ask some of the questions above before anyone waits for them; a failure shows when someone does."""
        for question in questions:
            task = asyncio.create_task(question)
            self._prefetches.add(task)
            task.add_done_callback(self._prefetched)

    def forget(self, *topics: Topic) -> None:
        """Ask anew about whole topics, because the answers may have changed; all others stay answered."""
        self._questions.forget(topics)
        self.reads.forget(topics)

    async def close(self) -> None:
        """Stop everything that is under way."""
        await asyncio.gather(self.subscriptions.close(), self._questions.close(), self.reads.close())
        await asyncio.gather(*self._prefetches, return_exceptions=True)

    def _prefetched(self, task: asyncio.Task[Answer[Any]]) -> None:
        self._prefetches.discard(task)
        if not task.cancelled():
            task.exception()

    async def _ask(self, key: Key, ask: Callable[[], Coroutine[Any, Any, T]]) -> Answer[T]:
        self.reads.forget_failures()
        return await self._questions.ask(key, ask)
