"""The yardstick: what an interface made with Textual costs when it does nothing."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Footer, Header, OptionList, Static

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


if __name__ == "__main__":
    Bare().run()
