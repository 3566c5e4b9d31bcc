"""The one line that somebody else has to run, while the run waits for it."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static

from pipeops_tui.dates import spell_instant
from pipeops_tui.provisioning.owner_step import OwnerStep

_REAL = "You may quit meanwhile: the next start goes on from here."
_SIMULATED = "In this demo a simulated Owner gives the access within 20 s; l looks at once."


class OwnerLine(Static):
    """Shows the line for the Owner; hidden while nobody is waited for."""

    COMPONENT_CLASSES = {"owner-line--command"}
    DEFAULT_CSS = """
    OwnerLine {
        display: none; height: auto; margin-top: 1;
        & > .owner-line--command { color: $text-primary; }
    }
    """

    def __init__(self, *, simulated: bool = False, id: str | None = None) -> None:
        """`simulated` says that the Owner is as simulated as the Azure, and acts by themselves."""
        super().__init__(id=id)
        self._after = _SIMULATED if simulated else _REAL
        self.step: OwnerStep | None = None

    def show(self, step: OwnerStep | None) -> bool:
        """Show `step`, or hide; whether anything has changed."""
        if step == self.step:
            return False
        self.step = step
        self.display = step is not None
        if step is not None:
            style = self.get_component_rich_style("owner-line--command", partial=True)
            self.update(
                Text.assemble(
                    "An Owner of the subscription runs this one line; m copies it with a message.\n",
                    (step.command, style),
                    f"\nWaiting since {spell_instant(step.since)}. {self._after}",
                )
            )
        return True
