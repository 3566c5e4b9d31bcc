"""What leaves the application: frames and characters for the terminal, pages for a browser, texts for the clipboard."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from textual.app import App
from textual.driver import Driver
from textual.screen import Screen

from pipeops_tui.clock import Clock
from pipeops_tui.keys_first import ImportGate

if TYPE_CHECKING:
    from pipeops_tui.clipboard import Clipboard
    from pipeops_tui.model import DeviceCode


class OutwardApp(App[None]):
    """An application that says what came of each of these."""

    def __init__(self, clock: Clock, *, open_url: Callable[[str], object] | None, clipboard: Clipboard | None) -> None:
        """`open_url` (the system's browser by default) may block a moment; `clipboard` is the system's by default."""
        super().__init__()
        self._clock = clock
        self._open_in_browser = open_url or _open_browser
        self._copier = clipboard
        self.import_gate = ImportGate()
        """To be closed when a key has come; the next frame opens it."""

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        super()._display(screen, renderable)
        self.import_gate.open()

    def get_driver_class(self) -> type[Driver]:
        """Textual's own for this platform, or the one that tells of Escape sooner."""
        driver = super().get_driver_class()
        if sys.platform == "win32":
            return driver
        from pipeops_tui.widgets.escape_key import with_prompt_escape

        return with_prompt_escape(driver)

    def action_visit(self, url: str) -> None:
        """Open an address that was clicked."""
        self.visit(url)

    def visit(self, url: str) -> None:
        """Open `url` in a browser, off the event loop; the address is said, because a browser may not come up."""
        self.notify(f"Opening in your browser: {url}", markup=False)
        self.run_worker(lambda: self._open_in_browser(url), thread=True, exit_on_error=False, group="browser")

    @property
    def copier(self) -> Clipboard:
        """The clipboard, for what must not pass through Textual's own; loaded when it is first needed."""
        if self._copier is None:
            from pipeops_tui.clipboard import Clipboard

            self._copier = Clipboard(self.to_terminal, clock=self._clock)
        return self._copier

    def copy(self, text: str, name: str) -> None:
        """Put `text`, which is no secret, on the clipboard, and say what came of it."""

        async def work() -> None:
            copied = await self.copier.copy(text)
            self.notify(f"{name}: {copied.outcome}. {copied.hint}".rstrip(), markup=False)

        self.run_worker(work(), exit_on_error=False, group="copy")

    def copy_code(self, code: DeviceCode) -> None:
        """Copy a device code, or the address where there is none, and open the page."""
        self.copy(code.user_code or code.verification_uri, "Code" if code.user_code else "Address")
        self.visit(code.verification_uri)

    def to_terminal(self, text: str) -> None:
        """Send characters to the terminal as they are."""
        # Not `copy_to_clipboard`, which would keep the text in the application.
        if self._driver is not None:
            self._driver.write(text)


def _open_browser(url: str) -> None:
    import webbrowser

    webbrowser.open(url)
