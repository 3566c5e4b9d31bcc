"""Every private name of Textual that is used in this program, each with its reason. The bound `textual<9` and
tests/ui/test_textual_internals.py tell when one of them changes; nothing else in `ui` uses any.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import sys
import time
from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import RenderableType
from rich.segment import Segment, Segments
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.driver import Driver
from textual.events import Key, Resize
from textual.message import Message
from textual.messages import InBandWindowResize

from pipeops_tui.ui.base.terminal_bytes import PASTE_END, TerminalBytes
from pipeops_tui.ui.base.terminal_glyphs import of_the_terminal, terminal_encoding

if sys.platform == "win32":  # pragma: no cover - there the console gives characters, not bytes
    TerminalDriver: type[Driver] | None = None
else:
    from textual.drivers.linux_driver import LinuxDriver

    class TerminalDriver(LinuxDriver):
        """Textual's driver, which no byte from the terminal ends.

        Textual 8.2 decodes strictly and lets its parser raise, in a thread whose end is the end of the application
        (https://github.com/Textualize/textual/issues/6456, https://github.com/Textualize/textual/issues/6668).
        """

        _RENEW_SECONDS = 1.0
        """How often at most the modes are set again for reports in an old form: some terminals know no other."""

        def __init__(self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: Any = None) -> None:
            super().__init__(app, debug=debug, mouse=mouse, size=size)
            self._glyphs = of_the_terminal()
            self._input = TerminalInput(terminal_encoding(os.environ))
            self._renewed = 0.0

        def write(self, data: str) -> None:
            """Write `data`, in characters that the terminal's encoding has."""
            super().write(self._glyphs.plain(data))

        def run_input_thread(self) -> None:
            """Read bytes and pass on what they mean, until the application ends, as Textual's own does."""
            with selectors.SelectSelector() as selector:
                selector.register(self.fileno, selectors.EVENT_READ)
                while not self.exit_event.is_set():
                    if not selector.select(0.1):
                        self._pass_on(self._input.rested(time.monotonic()))
                        continue
                    try:
                        data = os.read(self.fileno, 4096)
                    except OSError:
                        data = b""
                    if not data:  # the terminal is gone, which a signal tells
                        break
                    self._pass_on(self._input.messages(data, time.monotonic()))
                    if self._input.saw_old_report:
                        self._renew_at_times()

        def _pass_on(self, messages: Iterator[Message]) -> None:
            for message in messages:
                self.process_message(message)

        def process_message(self, message: Message) -> None:
            """Pass `message` on, but for sizes in the input: the system tells them (SIGWINCH), and a forged one could
            be of any size."""
            if not isinstance(message, Resize | InBandWindowResize):
                super().process_message(message)

        def renew_modes(self, *, focus: bool) -> None:
            """Set the modes for mouse and pastes again, which a terminal that was rebuilt has lost; with `focus` also
            that for reports of the focus. Not after such a report: tmux answers that mode with one."""
            if self._writer_thread is not None:
                self._enable_mouse_support()
                self._enable_bracketed_paste()
                if focus:
                    self.write("\x1b[?1004h")

        def _renew_at_times(self) -> None:
            self._input.saw_old_report = False
            if time.monotonic() - self._renewed >= self._RENEW_SECONDS:
                self._renewed = time.monotonic()
                self.renew_modes(focus=True)


class TerminalInput:
    """Turns bytes from a terminal into Textual's messages. Whatever the bytes are, it raises nothing."""

    UNFINISHED_PASTE_SECONDS = 5.0
    """After so long without a byte a paste that was begun counts as ended: until then no key would have an effect."""

    def __init__(self, encoding: str = "utf-8") -> None:
        self._bytes = TerminalBytes(encoding)
        self._parser = XTermParser()
        self._last = 0.0
        self.saw_old_report = False
        """Whether a mouse report came in a form that is not asked for; for the reader to set back."""

    def messages(self, data: bytes, now: float) -> Iterator[Message]:
        """What `data` means, which came at `now` (seconds)."""
        self._last = now
        text = self._bytes.text(data)
        self.saw_old_report |= self._bytes.saw_old_report
        yield from self._parsed(text)

    def rested(self, now: float) -> Iterator[Message]:
        """What is meant by nothing having come for a moment: that an escape character was the Escape key."""
        if self._bytes.pasting and now - self._last >= self.UNFINISHED_PASTE_SECONDS:
            yield from self._parsed(self._bytes.text(PASTE_END))
        self._bytes.rested()
        yield from self._guarded(self._parser.tick())

    def _parsed(self, text: str) -> Iterator[Message]:
        # One by one, so that only the sequence is lost that Textual's parser cannot bear: with numbers that are no
        # characters ("ESC [ 1114112 u"), with no number ("ESC [ 97 ; 1:3 u"), or whatever else.
        for character in text:
            yield from self._guarded(self._parser.feed(character))
            self._parser.mouse_pixels = False  # set by a size in the input, which is ignored

    def _guarded(self, parsed: Iterable[Message]) -> Iterator[Message]:
        try:
            yield from (message for message in parsed if not _is_half_a_character(message))
        except Exception:
            self._parser = XTermParser()


def _is_half_a_character(message: Message) -> bool:
    """Whether it is a key with a surrogate, which no text can hold ("ESC [ 55296 u")."""
    return isinstance(message, Key) and any("\ud800" <= part <= "\udfff" for part in message.character or "")


class SecretSafeApp(App[None]):
    """An application that keeps secrets out of crash reports and out of Textual's own clipboard."""

    crashed = False
    """Whether an error has ended it, in whatever thread."""

    def get_driver_class(self) -> type[Driver]:
        """Textual's choice; where that is the driver of Linux and macOS, ours."""
        chosen = super().get_driver_class()
        return TerminalDriver if TerminalDriver is not None and issubclass(TerminalDriver, chosen) else chosen

    def conceal_secrets(self) -> None:
        """Hide every secret in sight; called before a crash is reported."""

    def crash_sentence(self, error: BaseException | None) -> str:
        """What to print after a crash: one line, without any value."""
        return f"{self.TITLE} stopped."

    def panic(self, *renderables: RenderableType) -> None:
        """End after an error outside the application's own code, such as Textual's threads, with our sentence."""
        self._fatal_error()

    def _fatal_error(self) -> None:
        # Textual prints a traceback with the values of local variables, and those might be secret.
        self.crashed = True
        with contextlib.suppress(Exception):
            self.conceal_secrets()
        self._exit_renderables.append(Segments([Segment(f"{self.crash_sentence(self._exception)}\n")]))
        self._close_messages_no_wait()

    def renew_terminal_modes(self, *, focus: bool) -> None:
        """Set the terminal's modes for mouse, pastes and (with `focus`) focus again, because it may have lost them."""
        if TerminalDriver is not None and isinstance(self._driver, TerminalDriver):
            self._driver.renew_modes(focus=focus)

    def forget_cut_text(self) -> None:
        """Empty what cutting and copying in entries has kept."""
        # `copy_to_clipboard("")` would clear the terminal's clipboard too, which may hold what the person wants there.
        self._clipboard = ""

    def to_terminal(self, text: str) -> None:
        """Send characters to the terminal as they are: OSC 52, and blanks over a secret when no frame follows."""
        # `copy_to_clipboard` would keep the text in the application, and adds no wrapping for tmux and screen.
        if self._driver is not None:
            self._driver.write(text)
