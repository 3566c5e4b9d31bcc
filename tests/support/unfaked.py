"""The base of the tests' fakes of a session: a fake defines the reads that its tests are about, and no others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeops_tui.core.ports import Session

    _Anything: Any = object

    # To mypy, a class with a base of type Any has every attribute; what a fake does define is checked against the port.
    class UnfakedSession(Session, _Anything):  # type: ignore[misc]
        """See below."""

else:

    class UnfakedSession:
        """A session of which nothing is faked yet."""

        def __getattr__(self, name: str) -> object:
            raise AttributeError(f"{type(self).__name__} does not fake {name!r}: define it where a test needs it")
