"""The end of a retry budget: keep waiting, or stop."""

from __future__ import annotations

from textual.app import App

from pipeops_tui.provisioning.events import Patience
from pipeops_tui.provisioning.run import Run
from pipeops_tui.screens.dialogs.confirm import ConfirmDialog


class PatienceDialog(ConfirmDialog):
    """False stops; anything else waits on."""

    def __init__(self, patience: Patience) -> None:
        row = patience.row
        super().__init__(
            "Azure takes unusually long",
            (
                f"{row.title}: {row.reason or row.detail}.",
                f"Waited {max(1, round(patience.waited / 60))} min so far. Waiting longer often helps.",
            ),
            yes="Keep waiting",
            no="Stop",
        )

    @classmethod
    def ask(cls, app: App[object], run: Run, patience: Patience) -> None:
        """Ask once for everything that is paused."""
        if not any(isinstance(screen, cls) for screen in app.screen_stack):
            app.push_screen(cls(patience), lambda go_on: run.stop() if go_on is False else run.keep_waiting())
