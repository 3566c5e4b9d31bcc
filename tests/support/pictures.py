"""What makes a picture of the application the same bytes every time: a still clock, a seeded Azure, a plain machine."""

from __future__ import annotations

import time
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from unittest.mock import patch

from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from pipeops_tui.simulator.world import clock
from tests.support.clocks import RealTimeClock

WORLD = SimulatorConfig(seed=7, auto_approve_device_codes=True)
TODAY = datetime(2026, 11, 23, 9, 14, tzinfo=UTC)

_MACHINE = {
    "SSH_CONNECTION": "over there",
    "PATH": "/nonexistent",
    "TERM": "xterm-256color",
    "COLORTERM": "truecolor",
    "TEXTUAL_ANIMATIONS": "none",
}
_UNSET = (
    *("NO_COLOR", "COLORFGBG", "TEXTUAL_THEME", "FORCE_COLOR", "TMUX", "STY", "BROWSER", "TERM_PROGRAM"),
    *("AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH"),
)


def make_plain(environ: MutableMapping[str, str]) -> None:
    """Let `environ` describe a machine reached over SSH, without Azure CLI, credentials or settings of colours."""
    for name in _UNSET:
        environ.pop(name, None)
    environ.update(_MACHINE)


@contextmanager
def azure_of_today(config: SimulatorConfig = WORLD) -> Iterator[RunningSimulator]:
    """A simulated Azure in whose world it is `TODAY`, so that its dates are the same every day."""
    ahead = round((TODAY.timestamp() - time.time()) * 1e9)
    with (
        patch.object(clock, "time", SimpleNamespace(time_ns=lambda: time.time_ns() + ahead)),
        start_simulator(config) as azure,
    ):
        yield azure


def still_clock() -> RealTimeClock:
    """The clock of pictures: it always shows `TODAY`."""
    return RealTimeClock(TODAY, still=True)
