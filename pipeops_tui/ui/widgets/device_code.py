"""The device code: the page to open, the code in big letters, and how long it is good for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.reactive import reactive
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Static

from pipeops_tui.core.clock import Clock
from pipeops_tui.ui.widgets.showing import is_in_front

if TYPE_CHECKING:
    from pipeops_tui.core.model import DeviceCode

# Each letter is five rows of pixels, written as one octal digit a row: 4 is the left pixel, 2 the middle, 1 the right.
_FONT = {
    "0": "75557", "1": "26227", "2": "71747", "3": "71717", "4": "55711", "5": "74717", "6": "74757", "7": "71122",
    "8": "75757", "9": "75717", "A": "25755", "B": "65656", "C": "34443", "D": "65556", "E": "74647", "F": "74644",
    "G": "34553", "H": "55755", "I": "72227", "J": "11152", "K": "55655", "L": "44447", "M": "57755", "N": "65555",
    "O": "25552", "P": "65644", "Q": "25563", "R": "65655", "S": "34216", "T": "72222", "U": "55557", "V": "55552",
    "W": "55775", "X": "55255", "Y": "55222", "Z": "71247", "-": "00700",
}  # fmt: skip
_HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
_PATIENCE_SECONDS = 60
_BROWSER_HINT = (
    "No answer from the browser yet. If it cannot reach this computer, or shows an error, press Escape and use a "
    "device code."
)
_HINT = (
    "Does the page say “You don't have access to this” (53003)? Then your organization blocks device codes: "
    "press Escape and choose another way."
)


class BigText(Widget):
    """Draws `text` in letters three lines high, to be typed on another screen. Characters it has no letter for are left
    out, so say it in small ones too."""

    DEFAULT_CSS = """
    BigText { height: 3; width: auto; color: $text-primary; }
    """

    text = reactive("", layout=True)

    def render(self) -> Text:
        """Three lines of half blocks."""
        return Text("\n".join(big_lines(self.text)), no_wrap=True)


def big_lines(text: str) -> list[str]:
    """`text` as three lines of half blocks, four cells a letter."""
    letters = [_FONT[character] for character in text.upper() if character in _FONT]
    return [
        " ".join("".join(_half(letter, top, pixel) for pixel in (4, 2, 1)) for letter in letters) for top in (0, 2, 4)
    ]


def _half(letter: str, top: int, pixel: int) -> str:
    upper = bool(int(letter[top]) & pixel)
    lower = top + 1 < len(letter) and bool(int(letter[top + 1]) & pixel)
    return _HALVES[upper, lower]


class DeviceCodeCard(Vertical):
    """Counts down by the clock's own time; `code` is None while there is nothing to show."""

    DEFAULT_CSS = """
    DeviceCodeCard {
        height: auto;
        & > Static { height: auto; }
        & > .device-code--label { color: $text-muted; }
        & > .device-code--address { color: $text-primary; text-style: bold; margin-bottom: 1; }
        & > BigText { margin: 0 0 1 0; }
        & > .device-code--small { color: $text-muted; margin-bottom: 1; }
        & > .device-code--hint { color: $text-warning; }
    }
    """

    def __init__(self, clock: Clock, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.code: DeviceCode | None = None
        self._clock = clock
        self._shown_at = 0.0
        self._timer: Timer | None = None
        self._before_address = Static(classes="device-code--label", markup=False)
        self._before_code = Static("and enter this code:", classes="device-code--label", markup=False)
        self._address = Static(classes="device-code--address", markup=False)
        self._big = BigText()
        self._small = Static(classes="device-code--small", markup=False)
        self._hint = Static(classes="device-code--hint", markup=False)

    def compose(self) -> ComposeResult:
        """Address, code, countdown, hint."""
        yield self._before_address
        yield self._address
        yield self._before_code
        yield self._big
        yield self._small
        yield self._hint

    def show(self, code: DeviceCode) -> None:
        """Show `code` with the address just as it came; without a code it is the page that the browser should show."""
        self.code = code
        self._shown_at = self._clock.monotonic()
        typed = bool(code.user_code)
        self._before_address.update(
            "Open this page on any device:" if typed else "If no browser opened, open this page on this computer:"
        )
        self._before_code.display = self._big.display = typed
        self._address.update(code.verification_uri)
        self._big.text = code.user_code
        self._tick()
        if self._timer is None:
            self._timer = self.set_interval(1, self._tick_in_sight)

    def clear(self) -> None:
        """Forget the code."""
        self.code = None
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _tick_in_sight(self) -> None:
        if is_in_front(self):
            self._tick()

    def _tick(self) -> None:
        if self.code is None:
            return
        left = int((self.code.expires_at - self._clock.now()).total_seconds())
        good_for = f"expires in {left // 60} min {left % 60:02} s"
        if self.code.user_code:
            words = f"{self.code.user_code} · {good_for if left > 0 else 'expired: press n for a new one'}"
        else:
            words = good_for if left > 0 else "expired"
        self._small.update(words)
        waited = self._clock.monotonic() - self._shown_at
        hint = _HINT if self.code.user_code else _BROWSER_HINT
        self._hint.update(hint if waited >= _PATIENCE_SECONDS else "")
