"""What is typed when it cannot be seen: faster than screens come, it waits for the screen that it will meet; in a
terminal that is too small, it does nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable

from textual.app import App
from textual.events import Key, Paste
from textual.screen import Screen

from pipeops_tui.screens.step_screen import StepScreen
from pipeops_tui.widgets.too_small import is_covered

Typed = Key | Paste
_LEAVING = frozenset({"ctrl+c", "ctrl+q"})


class TypedAhead:
    """Keys and pastes in order, each answered once the screen in front is there."""

    def __init__(self, app: App[None], answer: Callable[[Typed], Awaitable[None]]) -> None:
        """`answer` is what the application does with an event."""
        self._app = app
        self._answer = answer
        self._waiting: deque[tuple[Screen[object] | None, Typed]] = deque()

    async def take(self, event: Typed) -> None:
        """Answer `event` now or, in its turn, as soon as that is possible."""
        self._waiting.append((self._app.screen if self._app.screen_stack else None, event))
        await self._answer_waiting()

    async def _answer_waiting(self) -> None:
        while self._waiting:
            meant_for, event = self._waiting[0]
            if meant_for is not None and not meant_for.is_attached:
                self._waiting.popleft()  # a dialog that was gone before it was there
                continue
            if self._app.screen_stack and not _is_there(screen := self._app.screen):
                # What a screen is sent now it gets after everything that makes it.
                screen.call_later(self._app.call_later, self._answer_waiting)
                return
            self._waiting.popleft()
            if not self._is_unseen(event):
                await self._answer(event)

    def _is_unseen(self, event: Typed) -> bool:
        if not self._app.screen_stack or not is_covered(self._app.screen):
            return False
        return not (isinstance(event, Key) and event.key in _LEAVING)


def _is_there(screen: Screen[object]) -> bool:
    return screen.is_mounted and not (isinstance(screen, StepScreen) and screen.arriving)
