"""What makes a picture of the application the same bytes every time: a still clock, a seeded Azure, a plain machine."""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import UTC, datetime

from pipeops_tui.simulator import RunningSimulator, SimulatorConfig
from pipeops_tui.simulator.simulated_azure import SimulatedAzure
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


def move_to_today(azure: RunningSimulator) -> None:
    """Move the whole world, and what has happened in it, to `TODAY`, so that its dates are the same every day."""

    def move(simulated: SimulatedAzure) -> None:
        world = simulated.world
        seconds = TODAY.timestamp() - world.now().utc.timestamp()
        world.clock.advance(seconds)
        directory = world.directory
        tenants = list(directory.tenants)
        deleted = [record for tenant in tenants for record in directory.deleted_items(tenant)]
        for record in (*directory.applications.values(), *deleted):
            record.created += seconds
            if record.deleted_at is not None:
                record.deleted_at += seconds
            for password in record.passwords:
                password.start += seconds
                password.end += seconds

    azure.call(move)


def still_clock() -> RealTimeClock:
    """The clock of pictures: it always shows `TODAY`."""
    return RealTimeClock(TODAY, still=True)
