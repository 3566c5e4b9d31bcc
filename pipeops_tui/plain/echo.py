"""Lets a terminal not show what is typed, e.g. a client secret."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def without_echo(descriptor: int) -> Iterator[bool]:
    """Inside, the terminal at `descriptor` shows nothing of what is typed but line ends; gives False where it cannot be
    told so. What is no terminal shows nothing anyway."""
    if not os.isatty(descriptor):
        yield True
        return
    try:
        import termios
    except ImportError:  # Windows
        yield False
        return
    try:
        before = termios.tcgetattr(descriptor)
        silent = [*before]
        silent[3] = (before[3] & ~termios.ECHO) | termios.ECHONL
        termios.tcsetattr(descriptor, termios.TCSADRAIN, silent)
    except termios.error:
        yield False
        return
    try:
        yield True
    finally:
        with suppress(termios.error):  # the terminal is gone
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
