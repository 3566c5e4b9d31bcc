"""Memory and CPU of a process and its children, from Linux's /proc."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Usage:
    """MiB of resident memory, now and at its peak; seconds of CPU, user and system."""

    resident: float
    peak: float
    cpu: float


def usage_of(pid: int) -> Usage:
    """What `pid` and its living children use. Raises `OSError` where it has ended, or there is no /proc."""
    status = (_PROC / str(pid) / "status").read_text()
    own = Usage(_mib(status, "VmRSS"), _mib(status, "VmHWM"), _cpu(pid))
    children = [usage_of(child) for child in _children(pid)]
    return Usage(
        own.resident + sum(child.resident for child in children),
        own.peak + sum(child.peak for child in children),
        own.cpu + sum(child.cpu for child in children),
    )


def _mib(status: str, field: str) -> float:
    found = re.search(rf"^{field}:\s+(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def _cpu(pid: int) -> float:
    # The second field is the program's name in brackets and may hold anything.
    fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in (_PROC / str(pid) / "task").iterdir():
        found += map(int, (task / "children").read_text().split())
    return found
