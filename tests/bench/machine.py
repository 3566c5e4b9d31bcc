"""What the figures were measured on."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Machine:
    """Processor, cores, versions, and how busy the machine was with other work when the benchmark began."""

    cpu: str
    cores: int
    system: str
    python: str
    textual: str
    load: float
    """Runnable processes on average over the last minute."""

    def __str__(self) -> str:
        return (
            f"{self.cpu}, {self.cores} cores, {self.system}, Python {self.python}, Textual {self.textual}, "
            f"load before {self.load:.1f}"
        )

    def as_json(self) -> dict[str, object]:
        """All of it by name."""
        return asdict(self)


def this_machine() -> Machine:
    """The one this runs on."""
    return Machine(
        cpu=_cpu(),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        textual=importlib.metadata.version("textual"),
        load=round(os.getloadavg()[0], 2),
    )


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
