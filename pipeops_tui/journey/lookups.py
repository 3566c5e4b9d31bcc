"""Every question to Azure, asked once and shared by all who wait for its answer."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar, cast

from pipeops_tui.core.clock import Clock
from pipeops_tui.core.model import Subscription, SubscriptionPage
from pipeops_tui.core.ports import DirectoryPort, GroupPort, Reads, Session, SubscriptionPort, Topic, topic_of

if TYPE_CHECKING:
    from pipeops_tui.checks.closed_regions import Closed

P = ParamSpec("P")
T = TypeVar("T")
_Method = Callable[..., Awaitable[Any]]
_Question = tuple[_Method, *tuple[object, ...]]
"""A method of a port, then its arguments in the form in which they are compared."""


@dataclass(frozen=True, slots=True)
class TimedAnswer(Generic[T]):
    """What Azure answered, and how many seconds that took."""

    value: T
    seconds: float


class ReadCache:
    """Asks each question of a session's reads once, also while its answer is under way.

    An answer is kept until its topic is forgotten. Giving up waiting does not stop a question, and neither does
    forgetting its topic; only `close` does.
    """

    def __init__(self, session: Reads, clock: Clock) -> None:
        self._session = session
        self._clock = clock
        self._asked: dict[_Question, asyncio.Task[TimedAnswer[Any]]] = {}
        self._under_way: set[asyncio.Task[TimedAnswer[Any]]] = set()
        # Any read of `Reads` can be asked through it, which a type checker cannot follow.
        self.reads = cast("Reads", _StandIn(session, self))
        """The session's reads as they are answered here. A failure is kept like an answer, so that checks that ask the
        same question do not each wait for it: until its topic or `forget_failures` drops it, or `ask` is called."""

    async def ask(
        self, method: Callable[Concatenate[Reads, P], Awaitable[T]], /, *args: P.args, **kwargs: P.kwargs
    ) -> TimedAnswer[T]:
        """The answer to a read, e.g. `ask(DirectoryPort.secret_policy, tenant_id)`. Raises `CloudError`.

        Never answers with a failure of before: all of those are dropped, because the person has gone on or tries again.
        """
        self.forget_failures()
        return cast("TimedAnswer[T]", await self.shared(method, args, kwargs))

    async def shared(self, method: _Method, args: Sequence[object], kwargs: Mapping[str, object]) -> TimedAnswer[Any]:
        """The answer to a read that may be under way, answered or failed already."""
        question = _question(method, args, kwargs)
        task = self._asked.get(question)
        if task is None:
            task = asyncio.create_task(self._timed(method, args, kwargs), name=f"read {method.__name__}")
            self._asked[question] = task
            self._under_way.add(task)
            task.add_done_callback(self._end)
        return await asyncio.shield(task)

    def forget(self, *topics: Topic) -> None:
        """Ask again the next time about these topics, because the answers may have changed."""
        self._keep(lambda question, task: topic_of(question[0]) not in topics)

    def forget_failures(self) -> None:
        """Ask again the next time what could not be answered."""
        self._keep(lambda question, task: not _has_failed(task))

    def forget_sign_in(self) -> None:
        """After a new sign-in: ask again what the old one was refused, and what the sign-in itself says."""
        self.forget_failures()
        self.forget(Topic.SIGN_IN)

    async def close(self) -> None:
        """Stop everything that is under way."""
        tasks = list(self._under_way)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _keep(self, kept: Callable[[_Question, asyncio.Task[TimedAnswer[Any]]], bool]) -> None:
        self._asked = {question: task for question, task in self._asked.items() if kept(question, task)}

    async def _timed(self, method: _Method, args: Sequence[object], kwargs: Mapping[str, object]) -> TimedAnswer[Any]:
        started = self._clock.monotonic()
        value = await getattr(self._session, method.__name__)(*args, **kwargs)
        return TimedAnswer(value, self._clock.monotonic() - started)

    def _end(self, task: asyncio.Task[TimedAnswer[Any]]) -> None:
        self._under_way.discard(task)
        # Reading the exception keeps asyncio from reporting a failure that nothing waited for.
        if not task.cancelled():
            task.exception()


class _StandIn:
    """Takes the place of a session for what reads it: reads are answered by the cache, the rest by the session."""

    def __init__(self, session: Reads, cache: ReadCache) -> None:
        self._session = session
        self._cache = cache

    def __getattr__(self, name: str) -> Any:
        method: Any = getattr(Reads, name, None)
        return getattr(self._session, name) if topic_of(method) is None else partial(self._read, method)

    async def _read(self, method: _Method, /, *args: object, **kwargs: object) -> Any:
        return (await self._cache.shared(method, args, kwargs)).value


def _question(method: _Method, args: Sequence[object], kwargs: Mapping[str, object]) -> _Question:
    """Raises `TypeError` for a method that is not marked as a read, or that cannot take these arguments."""
    if topic_of(method) is None:
        raise TypeError(f"{method.__qualname__} is not marked as a read")
    bound = inspect.signature(method).bind(None, *args, **kwargs)
    bound.apply_defaults()
    _, *values = bound.arguments.values()
    return (method, *map(_compared, values))


def _compared(value: object) -> object:
    """`value` in the form in which it tells one question from another; see `ports.read`."""
    match value:
        case str():
            return value.casefold()
        case Subscription():
            return value.tenant_id, value.subscription_id
        case Sequence():
            return tuple(value)
    return value


def _has_failed(task: asyncio.Task[TimedAnswer[Any]]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)


class SubscriptionFeed:
    """The pages of `Session.subscriptions`, asked once; every reader gets all of them, beginning with the first."""

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
        """Ask again the next time, because the answers may have changed; a list under way goes on."""
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
        # Reading the exception keeps asyncio from reporting a failure that nothing waited for.
        if not task.cancelled():
            task.exception()
        for queue in self._readers:
            queue.put_nowait(None)


class Lookups(ReadCache):
    """What the screens ask about one signed-in account; other reads are asked by `ask` or `reads`."""

    def __init__(self, session: Session, clock: Clock) -> None:
        super().__init__(session, clock)
        self._prefetches: set[asyncio.Task[object]] = set()
        self.subscriptions = SubscriptionFeed(session, clock)
        self.regions = self._asking(SubscriptionPort.regions)
        self.groups = self._asking(GroupPort.resource_groups)
        self.group = self._asking(GroupPort.resource_group)
        self.directory = self._asking(DirectoryPort.directory)
        self.secret_policy = self._asking(DirectoryPort.secret_policy)

    async def closed_regions(self, subscription: Subscription) -> Closed:
        """Where PipeOps could create no server; see `checks.closed_regions`. Raises `CloudError`."""
        from pipeops_tui.checks.closed_regions import find_closed_regions

        return await find_closed_regions(self.reads, subscription)

    def prefetch(self, *questions: Coroutine[Any, Any, object]) -> None:
        """Ask before a screen needs the answers. A failure is not reported: the screen then asks again."""
        for question in questions:
            task: asyncio.Task[object] = asyncio.create_task(question)
            self._prefetches.add(task)
            task.add_done_callback(self._prefetched)

    async def close(self) -> None:
        await asyncio.gather(self.subscriptions.close(), super().close())
        await asyncio.gather(*self._prefetches, return_exceptions=True)

    def _asking(
        self, method: Callable[Concatenate[Reads, P], Awaitable[T]]
    ) -> Callable[P, Coroutine[Any, Any, TimedAnswer[T]]]:
        """`ask` for one read, to be called with the arguments of `method`."""
        return partial(self.ask, method)

    def _prefetched(self, task: asyncio.Task[object]) -> None:
        self._prefetches.discard(task)
        if not task.cancelled():
            task.exception()
