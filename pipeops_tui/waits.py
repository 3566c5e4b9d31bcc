"""Reads that wait before they are tried again, so that whoever waits for them can see why and for how long. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Wait:
    """One pause. `until` is `Clock.monotonic()`; `tries` how often the read has been sent so far."""

    reason: str
    until: float
    tries: int


Listener = Callable[[tuple[Wait, ...]], None]


class Waits:
    """The pauses of one session, oldest first. Belongs to one event loop."""

    def __init__(self) -> None:
        self._current: tuple[Wait, ...] = ()
        self._listener: Listener = _nobody

    def watch(self, listener: Listener) -> None:
        """Tell `listener`, in place of the one before, of every change from now on, and at once of how things stand."""
        self._listener = listener
        listener(self._current)

    @contextmanager
    def waiting(self, wait: Wait) -> Iterator[None]:
        """`wait` is current inside, however that ends."""
        self._change((*self._current, wait))
        try:
            yield
        finally:
            self._change(tuple(one for one in self._current if one is not wait))

    def _change(self, current: tuple[Wait, ...]) -> None:
        self._current = current
        self._listener(current)


def _nobody(waits: tuple[Wait, ...]) -> None:
    """Before anyone watches."""
