"""A line that can show a secret for 30 seconds in total, and never holds its text otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from rich.text import Text
from textual.message import Message
from textual.reactive import reactive
from textual.selection import Selection
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from pipeops_tui.core.secret import Secret

SECONDS_VISIBLE = 30.0
_TICK_SECONDS = 0.2


class VisibleTime:
    """How long the secret can still be seen. Counts down only while open, and never goes up."""

    def __init__(self, monotonic: Callable[[], float], seconds: float = SECONDS_VISIBLE) -> None:
        self._monotonic = monotonic
        self._left = seconds
        self._opened_at: float | None = None

    @property
    def left(self) -> float:
        """Seconds that can still be seen."""
        spent = 0.0 if self._opened_at is None else max(0.0, self._monotonic() - self._opened_at)
        return max(0.0, self._left - spent)

    def open(self) -> bool:
        """Begin to spend; False when nothing is left."""
        if self.left <= 0:
            return False
        if self._opened_at is None:
            self._opened_at = self._monotonic()
        return True

    def close(self) -> None:
        """Stop spending."""
        self._left, self._opened_at = self.left, None


class SecretField(Widget):
    """Draws its secret while revealed. Subclasses give the text around it.

    It is drawn one character a segment: caches of Textual and Rich keep the texts they have measured, and so never
    see more than one character of it. What it holds is no reactive and travels in no message, because those can be
    inspected.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES = {"secret-field--secret"}
    DEFAULT_CSS = """
    SecretField {
        height: 1;
        color: $text;
        & > .secret-field--secret { color: $text; text-style: bold; }
    }
    """

    @dataclass
    class Changed(Message):
        """It was shown or hidden, or a second of its time has passed."""

        visible: bool
        seconds_left: int

    visible_now: reactive[bool] = reactive(False)
    """Whether it can be read at this moment."""

    def __init__(self, monotonic: Callable[[], float], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._monotonic = monotonic
        self._secret: Secret | None = None
        self._visible_time = VisibleTime(monotonic)
        self._timer: Timer | None = None
        self._told = -1

    # The text around the secret

    def words(self, y: int) -> Text:
        """The text of line `y`; on the secret's line, while it is visible, the text before it."""
        return Text()

    @property
    def secret_line(self) -> int:
        """The line it is shown on."""
        return 0

    @property
    def secret_column(self) -> int:
        """The column it begins at."""
        return 0

    # Holding and showing

    def hold(self, secret: Secret) -> None:
        """Take another secret, hidden, with all its time."""
        self.conceal()
        self._secret = secret
        self._visible_time = VisibleTime(self._monotonic)
        self._tell()

    def drop(self) -> None:
        """Hide it and drop the reference."""
        self.conceal()
        self._secret = None

    @property
    def seconds_left(self) -> int:
        """Whole seconds of visible time, rounded up."""
        return int(-(-self._visible_time.left // 1))

    @property
    def untouched(self) -> bool:
        """Whether nothing of its time has been spent."""
        return self._visible_time.left >= SECONDS_VISIBLE

    @property
    def length(self) -> int:
        """Cells it needs."""
        if self._secret is None or self._secret.forgotten:
            return 0
        return sum(map(cell_len, self._secret.reveal()))

    @property
    def fits(self) -> bool:
        """Whether it can stand on one line here, whole."""
        return self.secret_column + self.length <= self.size.width

    def reveal(self) -> bool:
        """Show it; False when there is nothing to show, no time left, or no room for it on one line."""
        if not self.length or not self.fits or not self._visible_time.open():
            return False
        self.visible_now = True
        if self._timer is None:
            self._timer = self.set_interval(_TICK_SECONDS, self._tick)
        self._tell()
        return True

    def conceal(self) -> None:
        """Hide it and stop its clock; harmless when it is hidden."""
        self._visible_time.close()
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self.visible_now:
            self.visible_now = False
            self._tell()

    def wipe(self, write: Callable[[str], None]) -> None:
        """Hide it, and blank it on the terminal itself, to which `write` sends: for when no frame follows, because the
        terminal is given back. Not every terminal has an alternate screen that would go with the program."""
        if self.visible_now:
            line, column = self.region.y + self.secret_line + 1, self.region.x + self.secret_column + 1
            write(f"\x1b[{line};{column}H{' ' * self.length}")
        self.conceal()

    def on_resize(self) -> None:
        """Hide it rather than cut it."""
        if self.visible_now and not self.fits:
            self.conceal()

    def on_unmount(self) -> None:
        """Drop the secret."""
        self.drop()

    def _tick(self) -> None:
        if self._visible_time.left <= 0:
            self.conceal()
        elif self.seconds_left != self._told:
            self._tell()

    def _tell(self) -> None:
        self._told = self.seconds_left
        self.refresh()
        self.post_message(self.Changed(self.visible_now, self._told))

    # Drawing

    def render_line(self, y: int) -> Strip:
        """The words of the line; after them the secret, if this is its line and its time."""
        words, style, width = self.words(y), self.rich_style, self.size.width
        shown = self.visible_now and y == self.secret_line and self._secret is not None and self.length and self.fits
        if shown:
            words.truncate(self.secret_column)
            words.pad_right(self.secret_column - words.cell_len)
        segments = list(Segment.apply_style(words.render(self.app.console, end=""), style))
        if shown and self._secret is not None:
            bold = self.get_component_rich_style("secret-field--secret")
            segments += [Segment(character, bold) for character in self._secret.reveal()]
        return Strip(segments).adjust_cell_length(width, style)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Textual's own selection gets nothing."""
        return None
