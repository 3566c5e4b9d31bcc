"""Reads what was pasted, a long text without stopping the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final, TypeVar

from textual.screen import Screen
from textual.worker import Worker

T = TypeVar("T")
READ_AT_ONCE: Final = 50_000
"""Characters of a paste; they take about 0.1 s."""


def read_pasted(screen: Screen[Any], read: Callable[[], T], take: Callable[[T], None], *, size: int) -> None:
    """Give what `read` returns to `take`: now, or for a text of more than `READ_AT_ONCE` characters from a thread. Of
    several that are being read only the last is taken."""
    if size <= READ_AT_ONCE:
        take(read())
        return

    async def read_and_take() -> None:
        take(await asyncio.to_thread(read))

    _worker: Worker[None] = screen.run_worker(read_and_take(), group="read", exclusive=True, exit_on_error=False)
