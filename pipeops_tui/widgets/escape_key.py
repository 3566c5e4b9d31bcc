"""The Escape key of terminals that send it as the byte with which every other special key begins.

Textual 8.2 waits 100 ms for what may follow that byte, whatever came before. Here half of that is enough where it came
alone: a terminal writes a whole key at once, which no connection takes apart unless packets get lost on the way.
"""

from __future__ import annotations

import os
import select
import time
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from textual import constants
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Key
from textual.message import Message

ESCAPE = "\x1b"
_ROUND_SECONDS = 0.1
"""How often the end is looked for while nothing comes."""
_WAIT_SECONDS = 0.05


class Parser(Protocol):
    """What is used of Textual's parser."""

    def feed(self, data: str) -> Iterable[Message]:
        """The keys and reports in `data`."""

    def tick(self) -> Iterable[Message]:
        """What is certain by now."""


class Keyboard:
    """Reads what a terminal sends, and tells keys and reports."""

    def __init__(
        self,
        parser: Parser,
        read: Callable[[], bytes],
        readable: Callable[[float], bool],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`readable` waits so many seconds for something to `read`. ESCDELAY (milliseconds) is heeded where set."""
        self._parser = parser
        self._read = read
        self._readable = readable
        self._monotonic = monotonic
        self._decode = getincrementaldecoder("utf-8")().decode
        self._last_read = -1.0
        self._wait = constants.ESCAPE_DELAY if "ESCDELAY" in os.environ else _WAIT_SECONDS

    def round(self) -> Iterator[Message]:
        """What comes within a tenth of a second."""
        if self._readable(_ROUND_SECONDS):
            text = self._decode(self._read())
            now = self._monotonic()
            silent, self._last_read = now - self._last_read >= self._wait, now
            # Not in the middle of a paste or of another key, whose end the parser waits for.
            if text == ESCAPE and silent and not self._readable(self._wait):
                yield Key("escape", ESCAPE)
                return
            if text:
                yield from self._parser.feed(text)
        yield from self._parser.tick()


class EscapeDriver(LinuxDriver):
    """Textual's driver for Unix with another loop over what the terminal sends."""

    def run_input_thread(self) -> None:
        """Until the application ends. With another Textual, whose parser is not the known one, its own loop."""
        try:
            from textual._xterm_parser import XTermParser

            parser: Parser = XTermParser(self._debug)
        except (ImportError, TypeError):
            super().run_input_thread()
            return
        keyboard = Keyboard(
            parser,
            self._read,
            lambda seconds: bool(select.select([self.fileno], [], [], seconds)[0]),
        )
        while not self.exit_event.is_set():
            for message in keyboard.round():
                self.process_message(message)

    def _read(self) -> bytes:
        data = os.read(self.fileno, 4096)
        if not data:  # a terminal that has hung up has this at once, again and again, while the program ends
            self.exit_event.wait(_ROUND_SECONDS)
        return data


def with_prompt_escape(driver: type[Driver]) -> type[Driver]:
    """`driver`, or `EscapeDriver` in the place of Textual's own."""
    return EscapeDriver if driver is LinuxDriver else driver
