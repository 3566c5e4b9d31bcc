"""Loading in threads without anybody noticing at the keys. Pure."""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Iterator

_SWITCH_SECONDS = 0.0005
"""How long a loading thread may keep the interpreter to itself; Python's default is ten times as much."""


@contextlib.contextmanager
def keys_first() -> Iterator[None]:
    """Inside, the event loop soon gets its turn beside threads that import, and garbage rests: a full collection over
    that many new objects is the longest pause there is, and what was imported never becomes garbage (`gc.freeze`)."""
    collecting, interval = gc.isenabled(), sys.getswitchinterval()
    gc.disable()
    sys.setswitchinterval(_SWITCH_SECONDS)
    try:
        yield
    finally:
        gc.freeze()
        if collecting:
            gc.enable()
        sys.setswitchinterval(interval)
