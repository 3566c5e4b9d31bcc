"""Loading in threads without anybody noticing at the keys. Pure."""

from __future__ import annotations

import contextlib
import gc
import sys
import threading
import time
from collections.abc import Iterator, Sequence

_SWITCH_SECONDS = 0.0005
"""How long a loading thread may keep the interpreter to itself; Python's default is ten times as much."""

_ANSWER_SECONDS = 0.025
"""How long an import waits for an answer to a key, which usually takes less than half of that."""


class ImportGate:
    """In `sys.meta_path` ahead of every other finder, which it leaves the finding to: a thread that imports waits here
    while a key is answered. Two threads would share the interpreter, and the answer would take twice as long."""

    def __init__(self, longest: float = _ANSWER_SECONDS) -> None:
        """`longest` is how many seconds an import waits at most."""
        self._longest = longest
        self._answered = threading.Event()
        self._answered.set()
        self._deadline = 0.0

    def close(self) -> None:
        """A key has come. To be called in the main thread, as is `open`."""
        self._deadline = time.monotonic() + self._longest
        self._answered.clear()

    def open(self) -> None:
        """It is answered."""
        self._answered.set()

    def find_spec(self, _name: str, _path: Sequence[str] | None, _target: object = None) -> None:
        """Find nothing, at the right time."""
        # The main thread would wait for itself. It may wait for a module that a thread is about to import, though:
        # hence the deadline, one for all the modules that are imported on the way.
        if not self._answered.is_set() and threading.current_thread() is not threading.main_thread():
            self._answered.wait(max(0.0, self._deadline - time.monotonic()))


@contextlib.contextmanager
def keys_first(gate: ImportGate | None = None) -> Iterator[None]:
    """Inside, the event loop soon gets its turn beside threads that import, which wait at `gate`, and garbage rests: a
    full collection over that many new objects is the longest pause there is, and what was imported never becomes
    garbage (`gc.freeze`)."""
    collecting, interval = gc.isenabled(), sys.getswitchinterval()
    gc.disable()
    sys.setswitchinterval(_SWITCH_SECONDS)
    # A new list both times: another thread may be going through the old one.
    if gate is not None:
        sys.meta_path = [gate, *sys.meta_path]
    try:
        yield
    finally:
        sys.meta_path = [finder for finder in sys.meta_path if finder is not gate]
        gc.freeze()
        if collecting:
            gc.enable()
        sys.setswitchinterval(interval)
