"""`typing` in the place of `typing_extensions`, while Textual and its driver are imported.

Textual 8.2 asks `typing_extensions` for names that `typing` has had since Python 3.11. Where packages are not
byte-compiled yet, as uv leaves them, compiling its 4,000 lines is a twentieth of the time to the first frame.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
import typing
from collections.abc import Iterator
from types import ModuleType

_NAME = "typing_extensions"


class _PlainTyping(ModuleType):
    """Has what `typing` has; asked for anything else it gives way to the real module."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):  # how importing finds out what kind of module this is
            raise AttributeError(name)
        if hasattr(typing, name):
            return getattr(typing, name)
        if sys.modules.get(_NAME) is self:
            del sys.modules[_NAME]
        return getattr(importlib.import_module(_NAME), name)


@contextlib.contextmanager
def plain_typing() -> Iterator[None]:
    """Inside, importing `typing_extensions` loads nothing; later imports get the real one. For one thread."""
    if _NAME in sys.modules:
        yield
        return
    stand_in = sys.modules[_NAME] = _PlainTyping(_NAME)
    try:
        yield
    finally:
        if sys.modules.get(_NAME) is stand_in:
            del sys.modules[_NAME]
