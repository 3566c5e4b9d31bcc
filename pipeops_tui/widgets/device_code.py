"""The device code: the page to open, the code in big letters, and how long it is good for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.timer import Timer
from textual.widgets import Static

from pipeops_tui.clock import Clock
from pipeops_tui.widgets.big_text import BigText

if TYPE_CHECKING:
    from pipeops_tui.model import DeviceCode

_PATIENCE_SECONDS = 60
_BROWSER_HINT = (
    "No answer from the browser yet. If it cannot reach this computer, or shows an error, press Escape and take the "
    "device code."
)
_HINT = (
    "Does the page say “You don't have access to this” (53003)? Then your organization blocks device codes: "
    "press Escape and pick another way."
)


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
            "Open this page on any device:" if typed else "If no browser has come up, open this page on this computer:"
        )
        self._before_code.display = self._big.display = typed
        self._address.update(code.verification_uri)
        self._big.text = code.user_code
        self._tick()
        if self._timer is None:
            self._timer = self.set_interval(1, self._tick)

    def clear(self) -> None:
        """Forget the code."""
        self.code = None
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _tick(self) -> None:
        if self.code is None:
            return
        left = int((self.code.expires_at - self._clock.now()).total_seconds())
        good_for = f"good for {left // 60} min {left % 60:02} s"
        if self.code.user_code:
            said = f"{self.code.user_code} · {good_for if left > 0 else 'expired: press n for a new one'}"
        else:
            said = good_for if left > 0 else "expired"
        self._small.update(said)
        waited = self._clock.monotonic() - self._shown_at
        hint = _HINT if self.code.user_code else _BROWSER_HINT
        self._hint.update(hint if waited >= _PATIENCE_SECONDS else "")
