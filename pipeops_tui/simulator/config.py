"""How a simulated Azure is asked for, and how it refuses. Imports nothing heavy: used while arguments are read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class SimulatorError(Exception):
    """The simulator could not start. The text is one sentence for the user."""


@dataclass(frozen=True, slots=True)
class SimulatorConfig:
    """What to simulate.

    `scenario` is a name of `scenario_names()`; `port` 0 lets the system choose; `latency_ms` is added to every answer;
    `seed` decides every id, secret and random fault; `faults` are texts for `parse_fault`; `ca_out` keeps the CA
    certificate (PEM) in that file instead of a temporary one; `auto_approve_device_codes` signs the default user in
    without anybody typing the code; `owner_assigns_after_s` has an Owner assign Contributor to a service principal for
    whose access somebody has waited for so long, None has nobody do that.
    """

    scenario: str = "happy"
    port: int = 0
    latency_ms: int = 0
    seed: int = 0
    faults: tuple[str, ...] = ()
    ca_out: Path | None = None
    auto_approve_device_codes: bool = False
    owner_assigns_after_s: float | None = None
