"""The yardstick: what an interface made with Textual costs when it does nothing."""

from __future__ import annotations

import sys

from textual.app import App, ComposeResult
from textual.widgets import Button, Footer, Header, OptionList, Static

READY = "The bare application is ready"


class Bare(App[None]):
    """Header, Footer, a Static and an OptionList."""

    BINDINGS = [("ctrl+q", "quit", "Quit")]

    def compose(self) -> ComposeResult:
        """The four widgets."""
        yield Header()
        yield Static(READY)
        yield OptionList(*(f"Option {number}" for number in range(20)))
        yield Footer()


class BareWithButton(Bare):
    """The same with a second widget that can have the focus, so that Tab has somewhere to go."""

    def compose(self) -> ComposeResult:
        """The four widgets and a button."""
        yield from super().compose()
        yield Button("Continue")


if __name__ == "__main__":
    (BareWithButton if "--button" in sys.argv else Bare)().run()
