"""Output that survives its terminal."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class _ToATerminal(io.FileIO):
    """What is written once the terminal is gone goes nowhere, instead of raising `OSError`."""

    def __init__(self, descriptor: int, on_loss: Callable[[], None]) -> None:
        super().__init__(descriptor, "w", closefd=False)
        self._on_loss = on_loss
        self._lost = False

    def write(self, data: ReadableBuffer, /) -> int:
        if not self._lost:
            try:
                return super().write(data)
            except OSError:
                self._lost = True
                self._on_loss()
        return memoryview(data).nbytes


def outlive_the_terminal(on_loss: Callable[[], None]) -> None:
    """From now on, writing to the standard streams never fails. The first write that is lost calls `on_loss`, in
    whichever thread that was; not for `sys.stdout`, which nobody uses before the end.

    To the end of the process, because Python flushes them last. Textual 8.2 writes to `sys.__stderr__`, in a thread
    that an `OSError` would end; its queue would then fill, and hold up whoever draws next. Not on Windows, where a
    console is no file to Python.
    """
    if os.name == "posix":
        sys.stdout = _outliving(sys.stdout, lambda: None)
        sys.stderr = sys.__stderr__ = _outliving(sys.stderr, on_loss)  # type: ignore[misc] # final to typeshed alone


def _outliving(stream: TextIO, on_loss: Callable[[], None]) -> io.TextIOWrapper:
    stream.flush()
    raw = io.BufferedWriter(_ToATerminal(stream.fileno(), on_loss))
    return io.TextIOWrapper(raw, encoding=stream.encoding, errors=stream.errors, line_buffering=True)
