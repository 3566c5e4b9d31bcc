"""The status: one line on what is running, or on its result and how long it took."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from math import ceil
from typing import TYPE_CHECKING

from rich.text import Text
from textual.reactive import reactive
from textual.timer import Timer
from textual.widget import Widget

from pipeops_tui.ui.widgets.showing import show_time

if TYPE_CHECKING:
    from pipeops_tui.core.retry import Wait


class Mood(StrEnum):
    """What kind of status it is; the value is its glyph."""

    IDLE = " "
    RUNNING = "●"
    DONE = "✓"
    WARNING = "!"
    FAILED = "✗"
    STOPPED = "–"


SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_FRAME_SECONDS = 0.1
_SECONDS_SHOWN_AFTER = 1.0


@dataclass(frozen=True, slots=True)
class Status:
    """One state of the line. `started` is `Clock.monotonic()`; `seconds` is how long it took, once over."""

    mood: Mood
    text: str
    started: float | None = None
    seconds: float | None = None


class StatusLine(Widget):
    """Glyph, words, time. It ticks only while something runs, and spins only where animations are wanted."""

    COMPONENT_CLASSES = {f"status-line--{mood.name.lower()}" for mood in Mood}
    DEFAULT_CSS = """
    StatusLine {
        height: 1;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        color: $text-muted;
        & > .status-line--running { color: $text-primary; }
        & > .status-line--done { color: $text-success; }
        & > .status-line--warning { color: $text-warning; }
        & > .status-line--failed { color: $text-error; }
    }
    """

    status: reactive[Status] = reactive(Status(Mood.IDLE, ""))
    waits: reactive[tuple[Wait, ...]] = reactive(())
    """Reads that wait before they are retried: shown instead of what is running, but not instead of a warning."""

    def __init__(self, monotonic: Callable[[], float], *, id: str | None = None) -> None:
        """`monotonic` is the clock's; pictures in virtual time are thus always the same."""
        super().__init__(id=id)
        self._monotonic = monotonic
        self._timer: Timer | None = None

    def running(self, text: str) -> None:
        """Say that something has begun; seconds are counted from now, unless the same text is running already."""
        if not (self.status.mood is Mood.RUNNING and self.status.text == text):
            self.status = Status(Mood.RUNNING, text, started=self._monotonic())

    def done(self, text: str, seconds: float | None = None) -> None:
        """Say that it succeeded."""
        self.status = Status(Mood.DONE, text, seconds=seconds)

    def warn(self, text: str) -> None:
        """Show a warning."""
        self.status = Status(Mood.WARNING, text)

    def failed(self, text: str) -> None:
        """Say that it failed."""
        self.status = Status(Mood.FAILED, text)

    def stopped(self, text: str) -> None:
        """Say that it was stopped, as the person wanted."""
        self.status = Status(Mood.STOPPED, text)

    def say(self, text: str) -> None:
        """Show a remark without a glyph; an empty text clears the line."""
        self.status = Status(Mood.IDLE, text)

    def watch_status(self) -> None:
        """Tick while something runs."""
        self._tick()

    def watch_waits(self) -> None:
        """Tick while something waits."""
        self._tick()

    def _tick(self) -> None:
        running = self.status.mood is Mood.RUNNING or bool(self.waits)
        if running and self._timer is None:
            frame = _FRAME_SECONDS if self.app.animation_level != "none" else _SECONDS_SHOWN_AFTER
            self._timer = self.set_interval(frame, partial(show_time, self))
        elif not running and self._timer is not None:
            self._timer.stop()
            self._timer = None

    def render(self) -> Text:
        """The line with the time as it is now."""
        if self.waits and self.status.mood not in (Mood.WARNING, Mood.FAILED):
            return self._waiting(self.waits)
        status = self.status
        elapsed = 0.0 if status.started is None else max(0.0, self._monotonic() - status.started)
        glyph: str = status.mood
        if status.mood is Mood.RUNNING and self.app.animation_level != "none":
            glyph = SPINNER[int(elapsed / _FRAME_SECONDS) % len(SPINNER)]
        style = self.get_component_rich_style(f"status-line--{status.mood.name.lower()}", partial=True)
        line = Text.assemble((f"{glyph} ", style), status.text, no_wrap=True, overflow="ellipsis")
        if status.mood is Mood.RUNNING and elapsed >= _SECONDS_SHOWN_AFTER:
            line.append(f", {elapsed:.0f} s")
        elif status.seconds is not None and status.seconds >= _SECONDS_SHOWN_AFTER:
            line.append(f", {spell_seconds(status.seconds)}")
        return line

    def _waiting(self, waits: tuple[Wait, ...]) -> Text:
        """The longest pause, counting down."""
        wait = max(waits, key=lambda one: one.until)
        left = max(0.0, wait.until - self._monotonic())
        style = self.get_component_rich_style("status-line--warning", partial=True)
        text = f"{wait.reason}. Retrying in {ceil(left)} s"
        if wait.tries > 1:
            text += f" (try {wait.tries + 1})"
        return Text.assemble(("! ", style), text, no_wrap=True, overflow="ellipsis")


def spell_seconds(seconds: float) -> str:
    """`0.8 s`, `12 s`, `2 min 5 s`: as exact as a person wants it."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60} s"
