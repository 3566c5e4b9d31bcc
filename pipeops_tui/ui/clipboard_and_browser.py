"""The connections of an application to what is around it: the clipboard, the browser, the terminal and its keys."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.filter import LineFilter

from pipeops_tui.core import process
from pipeops_tui.core.clock import Clock
from pipeops_tui.core.plain_text import visible
from pipeops_tui.ui.base.terminal_glyphs import of_the_terminal
from pipeops_tui.ui.base.textual_internals import SecretSafeApp
from pipeops_tui.ui.widgets.key_names import shown_key

if TYPE_CHECKING:
    from pipeops_tui.clipboard import Clipboard
    from pipeops_tui.core.model import DeviceCode


_OUTCOMES = {"copied": "copied", "sent": "copied (could not be checked). Paste to make sure", "failed": "not copied"}
"""By `CopyOutcome`, whose module is loaded later."""
_NO_SHELL = "Ctrl+Z does nothing here: no shell could resume pipeops-tui."


class _VisibleOnly(LineFilter):
    """Takes out what has no width on screen and on which a terminal can act. The last guard: texts from elsewhere are
    plain before (`core.plain_text`)."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments, each as wide as before."""
        return [
            segment if (text := visible(segment.text)) == segment.text else Segment(text, segment.style)
            for segment in segments
        ]


_VISIBLE_ONLY = _VisibleOnly()


class ClipboardApp(SecretSafeApp):
    """An application that copies text and opens web pages, says what came of it, and keeps working where a terminal
    keeps keys for itself, was built again, or has few characters."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # For terminals that keep the usual keys for themselves (key_names.py).
        Binding("f9", "help", "What is this?", show=False),
        Binding("ctrl+o", "command_palette", "Palette", show=False, priority=True),
        Binding("ctrl+z", "suspend_process", "Suspend", show=False),
    ]

    def __init__(self, clock: Clock, *, open_url: Callable[[str], object] | None, clipboard: Clipboard | None) -> None:
        """`open_url` may block briefly. Both are the system's by default."""
        super().__init__()
        self._clock = clock
        self._open_in_browser = open_url or _open_browser
        self._copier = clipboard

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's own, after ours."""
        return [_VISIBLE_ONLY, *super().get_line_filters()]

    def action_visit(self, url: str) -> None:
        """Open an address that was clicked."""
        self.visit(url)

    def visit(self, url: str) -> None:
        """Open `url` in a browser, in a thread, and say whether one was found; the address is shown in any case."""

        def work() -> None:
            found = self._open_in_browser(url) is not False
            opened = "Opened in your browser:" if found else "There is no browser here. Open this page on any device:"
            self.notify(f"{opened} {url}", markup=False)

        self.run_worker(work, thread=True, exit_on_error=False, group="browser")

    @property
    def copier(self) -> Clipboard:
        """The clipboard, for what must not pass through Textual's own; loaded when it is first needed."""
        if self._copier is None:
            from pipeops_tui.clipboard import Clipboard

            self._copier = Clipboard(self.to_terminal, clock=self._clock)
        return self._copier

    def copy(self, text: str, name: str) -> None:
        """Copy `text`, which is not a secret, and say whether that worked; `name` is what the person calls it."""

        async def work() -> None:
            copied = await self.copier.copy(text)
            outcome = f"{_OUTCOMES[copied.outcome]}. {copied.hint}".rstrip()
            if copied.outcome != "copied" and "\n" in text and not self.screen.is_modal:
                self._show_text(text, name, outcome[0].upper() + outcome[1:])
            else:
                self.notify(f"{name} {outcome}", markup=False)

        self.run_worker(work(), exit_on_error=False, group="copy")

    def _show_text(self, text: str, name: str, outcome: str) -> None:
        """Show a text of several lines that may not have arrived in the clipboard. A dialog shows what it copies."""
        from pipeops_tui.ui.dialogs.text_dialog import TextDialog

        self.push_screen(TextDialog(text, name, outcome, lambda: self.copy(text, name)))

    def copy_code(self, code: DeviceCode) -> None:
        """Copy a device code, or the address where there is none, and open the page."""
        self.copy(code.user_code or code.verification_uri, "Code" if code.user_code else "Address")
        self.visit(code.verification_uri)

    # The terminal

    @property
    def has_few_colors(self) -> bool:
        """Whether neighbouring colours may look the same, so that edges and letters must tell things apart."""
        return self.no_color or self.console.color_system in ("standard", "256", "windows")

    def get_key_display(self, binding: Binding) -> str:
        """How a key is called in the key line: one that arrives, in characters that can be drawn."""
        return of_the_terminal().key(shown_key(super().get_key_display(binding), os.environ))

    def action_suspend_process(self) -> None:
        """Give the terminal to the shell until it resumes this program; not where no shell could."""
        if process.can_be_resumed():
            super().action_suspend_process()
        else:
            self.notify(_NO_SHELL, severity="warning", markup=False)

    def before_suspending(self) -> None:
        """Hide a secret, and tell those who want to know: Textual does where the application itself suspends."""
        self.conceal_secrets()
        self.app_suspend_signal.publish(self)

    def on_resize(self) -> None:
        """Set the terminal's modes again: a terminal that is attached again mostly has another size."""
        self.renew_terminal_modes(focus=True)

    def on_app_focus(self) -> None:
        """Set the terminal's modes again: a window that was built again gets the focus first."""
        self.renew_terminal_modes(focus=False)


def _open_browser(url: str) -> bool:
    """False where there is none, or only one that would draw on this terminal."""
    import webbrowser

    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return False
    # The standard library's class for browsers that draw in the terminal, as lynx does.
    return type(browser) is not webbrowser.GenericBrowser and webbrowser.open(url)
