"""What a terminal sends, in the pieces in which it arrives: Escape is told soon, and no other key is taken for it."""

from __future__ import annotations

import os
import threading
from collections import deque
from dataclasses import dataclass

import pytest
from textual._xterm_parser import XTermParser
from textual.drivers.headless_driver import HeadlessDriver
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Key, Paste
from textual.message import Message

from pipeops_tui.widgets.escape_key import EscapeDriver, Keyboard, with_prompt_escape


@dataclass
class Line:
    """A connection that delivers pieces at their times; the time is that of whoever waits for them."""

    pieces: deque[tuple[float, bytes]]
    now: float = 1.0

    def readable(self, seconds: float) -> bool:
        end = self.now + seconds
        if self.pieces and self.pieces[0][0] <= end:
            self.now = max(self.now, self.pieces[0][0])
            return True
        self.now = end
        return False

    def read(self) -> bytes:
        return self.pieces.popleft()[1]


def told(*pieces: tuple[int, bytes], until: int = 2000) -> list[tuple[int, str]]:
    """When (in ms) which key, or which paste, was told of `pieces` at their times (in ms)."""
    line = Line(deque((1 + at / 1000, piece) for at, piece in pieces))
    keyboard = Keyboard(XTermParser(), line.read, line.readable, lambda: line.now)
    found = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("textual._parser.get_time", lambda: line.now)
        while line.now < 1 + until / 1000:
            found += [(round(1000 * (line.now - 1)), _name(message)) for message in keyboard.round()]
    return found


def _name(message: Message) -> str:
    if isinstance(message, Paste):
        return f"paste {message.text}"
    return message.key if isinstance(message, Key) else repr(message)


def test_escape_is_told_after_half_of_what_textual_waits() -> None:
    assert told((300, b"\x1b")) == [(350, "escape")]
    assert told((300, b"\x1b"), (500, b"\x1b"), (700, b"x")) == [(350, "escape"), (550, "escape"), (700, "x")]


@pytest.mark.parametrize("late", [1, 20, 49])
def test_a_key_that_a_connection_takes_apart_is_that_key(late: int) -> None:
    assert told((300, b"\x1b"), (300 + late, b"[A")) == [(300 + late, "up")]
    assert [key for _at, key in told((300, b"\x1b"), (300 + late, b"x"))] == ["alt+x"]


def test_whole_keys_are_told_at_once() -> None:
    assert told((10, b"\x1b[A"), (20, b"\x1b[27u"), (30, b"\x1bOP")) == [(10, "up"), (20, "escape"), (30, "f1")]


def test_a_character_in_two_pieces_is_one() -> None:
    assert told((20, b"\xe7\xb7"), (25, b"\x9a")) == [(25, "線")]


def test_the_end_of_a_paste_is_not_taken_for_escape_when_it_arrives_in_two_pieces() -> None:
    assert told((10, b"\x1b[200~one"), (50, b" two"), (60, b"\x1b"), (120, b"[201~"), (130, b"x")) == [
        (120, "paste one two"),
        (130, "x"),
    ]


def test_whoever_has_set_a_longer_delay_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESCDELAY", "400")
    monkeypatch.setattr("textual.constants.ESCAPE_DELAY", 0.4)
    assert told((300, b"\x1b"), (600, b"[A")) == [(600, "up")]


def test_only_textuals_own_driver_is_replaced() -> None:
    assert with_prompt_escape(LinuxDriver) is EscapeDriver
    assert with_prompt_escape(HeadlessDriver) is HeadlessDriver


def test_with_another_parser_textuals_own_loop_reads_the_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    monkeypatch.setattr("textual._xterm_parser.XTermParser", lambda: None)
    monkeypatch.setattr(LinuxDriver, "run_input_thread", lambda self: read.append("by Textual"))
    driver = object.__new__(EscapeDriver)
    driver._debug = False
    driver.run_input_thread()
    assert read == ["by Textual"]


class Ending(threading.Event):
    """Set when it has been looked at a thousand times; keeps what was waited for."""

    def __init__(self) -> None:
        super().__init__()
        self.looks = 0
        self.waits: list[float | None] = []

    def is_set(self) -> bool:
        self.looks += 1
        return self.looks > 1000 or super().is_set()

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout)
        self.set()
        return True


def test_a_terminal_that_has_hung_up_is_not_asked_all_the_time() -> None:
    reading, writing = os.pipe()
    os.close(writing)
    driver = object.__new__(EscapeDriver)
    driver._debug, driver.fileno = False, reading
    ending = driver.exit_event = Ending()
    driver.run_input_thread()
    os.close(reading)
    assert ending.waits == [0.1]
