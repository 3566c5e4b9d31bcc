"""The newest requests, for tests and people who want to see what a client did."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from pipeops_tui.simulator.wire import Document
from pipeops_tui.simulator.world.clock import precise

KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One request. `status` is 0 where no answer was sent; `time` is the world's, seconds since 1970."""

    n: int
    time: float
    operation: str
    method: str
    path: str
    query: str
    status: int
    fault: str | None
    caller: str | None

    def json(self) -> Document:
        """As `/_simulator/requests` shows it."""
        return {
            "n": self.n,
            "time": precise(self.time),
            "operation": self.operation,
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "status": self.status,
            "fault": self.fault,
            "caller": self.caller,
        }


class RequestLog:
    """Keeps the newest ten thousand requests; control requests are not among them."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._count = 0

    def next_number(self) -> int:
        """Numbers a request when it arrives."""
        self._count += 1
        return self._count

    def add(self, entry: Entry) -> None:
        """Adds a request that has been answered, or has not."""
        self._entries.append(entry)

    def json(self) -> list[Document]:
        """All kept requests in the order they arrived."""
        return [entry.json() for entry in sorted(self._entries, key=lambda entry: entry.n)]
