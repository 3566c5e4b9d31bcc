"""The terminal of a walk: input goes in as events, output goes nowhere, and every frame's cost is measured."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Mapping
from typing import Any

from textual import events
from textual.app import App
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Size
from textual.message import Message

from tests.campaign.walks_meter import FrameMeter
from tests.support.inside import driver_of, is_closing, paint_now, resize_is_due

_TURNS = 3
"""How often everything must have come to rest, and been painted, before a walk goes on."""


class RestSelector(selectors.DefaultSelector):
    """Tells when the event loop has nothing to do but wait, instead of letting tests sleep until it probably has."""

    def __init__(self) -> None:
        super().__init__()
        self.meter = FrameMeter()
        self.rests = 0
        """How often there was nothing to do but wait."""
        self._waiter: asyncio.Future[None] | None = None

    def close(self) -> None:
        """With the event loop."""
        self.meter.close()
        super().close()

    async def rest(self) -> None:
        """Return once everything that can happen without waiting has happened."""
        self._waiter = asyncio.get_running_loop().create_future()
        await self._waiter

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """As the selector does, but a walk that waits for rest goes on at once."""
        if timeout is not None and timeout <= 0:
            return super().select(timeout)
        self.rests += 1
        if self._waiter is not None:
            waiter, self._waiter = self._waiter, None
            if not waiter.done():
                waiter.set_result(None)
            return super().select(0)
        self.meter.end()
        ready = super().select(timeout)
        self.meter.begin()
        return ready


class WalkTerminal(HeadlessDriver):
    """A terminal that exists for Textual: it is painted on, and can be suspended."""

    @property
    def is_headless(self) -> bool:
        return False

    @property
    def can_suspend(self) -> bool:
        return True

    def feed(self, *arrived: Message) -> None:
        """Input arrives, all of it at once."""
        for message in arrived:
            self.process_message(message)

    def resize(self, size: Size) -> None:
        """The window has another size."""
        self._size = size
        self.feed(events.Resize(size, size))


def new_loop(selector: RestSelector) -> Callable[[], asyncio.AbstractEventLoop]:
    """What makes event loops that wait in `selector`, for `asyncio.Runner`."""
    return lambda: asyncio.SelectorEventLoop(selector)


class Window:
    """One application in its terminal."""

    def __init__(self, app: App[None], selector: RestSelector) -> None:
        self.app = app
        self.selector = selector
        self.unhandled: list[BaseException] = []
        asyncio.get_running_loop().set_exception_handler(self._unhandled)

    def _unhandled(self, _loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
        error = context.get("exception")
        self.unhandled.append(error if isinstance(error, BaseException) else RuntimeError(context["message"]))

    @property
    def terminal(self) -> WalkTerminal:
        """The driver, typed."""
        driver = driver_of(self.app)
        assert isinstance(driver, WalkTerminal)
        return driver

    @property
    def closed(self) -> bool:
        """Whether the application has ended or is about to."""
        return is_closing(self.app) or not self.app.is_running

    async def settle(self) -> None:
        """Let everything happen that needs no waiting, and paint it."""
        for _ in range(_TURNS):
            await self.selector.rest()
            if self.closed:
                return
            paint_now(self.app.screen)

    async def resize(self, size: Size) -> None:
        """The window gets another size, and the screens learn of it, which Textual puts off by a timer."""
        self.selector.meter.begin()
        self.terminal.resize(size)
        await self.settle()
        while resize_is_due(self.app) and not self.closed:
            await asyncio.sleep(0.005)
        await self.settle()

    async def answers(self, *arrived: Message) -> None:
        """Input arrives and is answered."""
        self.selector.meter.begin()
        self.terminal.feed(*arrived)
        await self.settle()
