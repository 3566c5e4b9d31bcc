"""Holds a secret text that only an explicit call of `reveal` gives out."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Final, NoReturn, final

MASK: Final = "●●●●●●●●●●●●"
_PR_SET_DUMPABLE: Final = 4


@final
class Secret:
    """Holds one secret text, and refuses to be shown, pickled, copied, compared by value or subclassed.

    The value is held by a closure, not in an attribute, so that tracebacks with locals, `vars`, `inspect.getmembers`
    and pretty printers find a function there and no text. Read it with `reveal`; drop it with `forget`.
    """

    __slots__ = ("__read", "__weakref__")

    def __init__(self, value: str) -> None:
        """Take `value`; raises `ValueError` (which does not quote it) when it is empty."""
        if not value:
            raise ValueError("a secret cannot be empty")
        self.__read: Callable[[], str] | None = lambda: value

    def reveal(self) -> str:
        """The text itself. Raises `LookupError` after `forget`."""
        if self.__read is None:
            raise LookupError("the secret has been forgotten")
        return self.__read()

    def forget(self) -> None:
        """Drop the text; it cannot be had again."""
        self.__read = None

    @property
    def forgotten(self) -> bool:
        """Whether `forget` was called."""
        return self.__read is None

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a Secret cannot be pickled or copied")

    def __copy__(self) -> NoReturn:
        raise TypeError("a Secret cannot be copied")

    def __deepcopy__(self, memo: object) -> NoReturn:
        raise TypeError("a Secret cannot be copied")

    def __init_subclass__(cls) -> NoReturn:
        raise TypeError("Secret cannot be subclassed")


def forbid_core_dumps() -> None:
    """Keep a crash of this process from writing its memory to disk, where the platform lets it decide
    (`RLIMIT_CORE`, setrlimit(2)). Linux does not apply that limit where cores are piped to a program such as
    systemd-coredump (core(5)), so there the process is also made undumpable (`PR_SET_DUMPABLE`, prctl(2))."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with suppress(ImportError, OSError, AttributeError):
            import ctypes

            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
