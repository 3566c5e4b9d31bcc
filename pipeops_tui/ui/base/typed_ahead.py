"""Order of keys: a key or a paste is answered when the one before it has had its effect and the screen in front is
ready. In a terminal that is too small to show anything, keys do nothing.

Textual forwards a key to the widget with the focus and takes the next one at once, while the first may still open
another screen. Here each key is followed by a message (`Passed`) through the same queues: when it has come back to the
application, or the key itself has, the key has had its effect. A new screen gets such a message behind everything that
makes it. Nothing is asked again and again; a message that is lost on the way, with a widget that was removed, costs a
second.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from textual.app import App
from textual.events import Key, Paste
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget

from pipeops_tui.ui.base.frame import is_covered
from pipeops_tui.ui.base.step_screen import StepScreen

Typed = Key | Paste
LONGEST_WAIT = 1.0
"""Seconds."""
_LEAVING = frozenset({"ctrl+c", "ctrl+q"})
_LEFT_OUT = "Keys pressed before this screen was ready were ignored. Please type again."


class Passed(Message):
    """Everything that was sent to a widget before this has been handled, by the widget and by all its parents."""


class TypedAhead:
    """Keys and pastes in the order in which they were typed."""

    def __init__(self, app: App[None], answer: Callable[[Typed], Awaitable[None]]) -> None:
        """`answer` is what the application does with an event. The application calls `passed` for each `Passed`, and
        `had_effect` for each key that has come back to it."""
        self._app = app
        self._answer = answer
        self._waiting: deque[Typed] = deque()
        self._screen: Screen[object] | None = None
        """The screen that the first of them has to wait for, or has waited for."""
        self._underway: Typed | None = None
        """What was answered last, until it has had its effect."""
        self._expected: Passed | None = None
        """What must come before the next is answered."""
        self._alarm: asyncio.TimerHandle | None = None

    async def take(self, event: Typed) -> None:
        """Answer `event` now or, in its turn, as soon as that is possible."""
        self._waiting.append(event)
        if self._expected is None:
            await self._answer_waiting()

    async def passed(self, message: Passed) -> None:
        """Go on, if it is `message` that was waited for."""
        if message is self._expected:
            await self._go_on()

    async def had_effect(self, event: Typed) -> None:
        """Go on, if it is `event` that was waited for: no widget on its way has stopped it."""
        if event is self._underway:
            await self._go_on()

    async def _go_on(self) -> None:
        self._underway = self._expected = None
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        await self._answer_waiting()

    async def _answer_waiting(self) -> None:
        while self._waiting and self._expected is None and self._app.screen_stack:
            screen = self._app.screen
            if self._screen is not None and not self._screen.is_attached:
                self._screen = None
                self._waiting.popleft()  # it was for a dialog that was gone before it was ready
            elif self._screen is not screen and not _is_ready(screen):
                self._screen = screen
                self._expect(screen)
            else:
                self._screen = None
                await self._answer_now(self._waiting.popleft(), screen)

    async def _answer_now(self, event: Typed, screen: Screen[object]) -> None:
        if is_covered(screen) and not _leaves(event):
            return  # no key acts unseen
        target = self._app.focused or screen
        await self._answer(event)
        if event.is_forwarded:  # else it is answered
            self._underway = event
            self._expect(target)

    def _expect(self, target: Widget) -> None:
        """Wait until everything that was sent to `target` before has been handled."""
        passed = Passed()
        if target.post_message(passed):  # else it is closing
            self._expected = passed
            self._alarm = asyncio.get_running_loop().call_later(
                LONGEST_WAIT, self._app.call_later, self._give_up, passed
            )

    async def _give_up(self, expected: Passed) -> None:
        """`expected` has not come within a second: leave out what waits for a screen, and say so."""
        if expected is not self._expected:
            return
        if self._screen is not None:
            kept = [event for event in self._waiting if _leaves(event)]
            if len(kept) < len(self._waiting):
                self._app.notify(_LEFT_OUT, severity="warning", markup=False)
            self._waiting = deque(kept)
        await self._go_on()


def _leaves(event: Typed) -> bool:
    return isinstance(event, Key) and event.key in _LEAVING


def _is_ready(screen: Screen[object]) -> bool:
    return screen.is_mounted and not (isinstance(screen, StepScreen) and screen.arriving)
