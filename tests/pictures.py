"""What makes a picture of the application the same bytes every time: a still clock, a seeded Azure, a plain machine."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from datetime import UTC, datetime

from pipeops_tui.simulator import SimulatorConfig

WORLD = SimulatorConfig(seed=7, auto_approve_device_codes=True)
TODAY = datetime(2026, 11, 23, 9, 14, tzinfo=UTC)

_MACHINE = {
    "SSH_CONNECTION": "over there",
    "PATH": "/nonexistent",
    "TERM": "xterm-256color",
    "TEXTUAL_ANIMATIONS": "none",
}
_UNSET = (
    *("NO_COLOR", "COLORFGBG", "TEXTUAL_THEME", "FORCE_COLOR", "TMUX", "STY", "BROWSER"),
    *("AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH"),
)


def make_plain(environ: MutableMapping[str, str]) -> None:
    """Let `environ` describe a machine reached over SSH, without Azure CLI, credentials or wishes about colours."""
    for name in _UNSET:
        environ.pop(name, None)
    environ.update(_MACHINE)


class StillClock:
    """Always the same instant, so that no picture tells how long it took; waiting takes real time."""

    def now(self) -> datetime:
        return TODAY

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
