"""When the client secret expires: after a usual number of days or any other, never more than the directory allows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Label, Static

from pipeops_tui.core import names
from pipeops_tui.core.clock import secret_expiry, spell_instant
from pipeops_tui.ui.widgets.fields import TextEntry
from pipeops_tui.ui.widgets.pills import Pill, Pills

USUAL = (90, 180, 365, 545, 730)
RECOMMENDED = 180
_OTHER = 0


class ExpiryChoice(Vertical):
    """Pills, an entry for any other number of days, and the date that follows from it."""

    DEFAULT_CSS = """
    ExpiryChoice {
        height: auto;
        & > Label { color: $text-muted; }
        & > Horizontal { height: 1; }
        & TextEntry { width: 7; margin-right: 1; display: none; }
        & .expiry-choice--remark { width: 1fr; color: $text-muted; }
        &.-other TextEntry { display: block; }
        &.-wrong .expiry-choice--remark { color: $text-error; }
    }
    """

    @dataclass
    class Changed(Message):
        """Another lifetime was given; `error` says why it is not allowed."""

        error: str

    def __init__(self, days: int, now: Callable[[], datetime], *, id: str | None = None) -> None:
        """`now` gives the present instant, from which the expiry is counted."""
        super().__init__(id=id)
        self._now = now
        self._longest: int | None = None
        self._pills = Pills(tuple(self._choices()), days if days in USUAL else _OTHER, id="expiry-pills")
        self._entry = TextEntry(str(days), id="expiry-days")
        self._remark = Static(classes="expiry-choice--remark", markup=False)

    def compose(self) -> ComposeResult:
        """Label, pills, and below them entry and date."""
        yield Label("Client secret expires after (days)")
        yield self._pills
        with Horizontal():
            yield self._entry
            yield self._remark

    def on_mount(self) -> None:
        """Say the date."""
        self._show()

    def _choices(self) -> Iterable[Pill]:
        longest = self._longest
        for days in USUAL:
            allowed = longest is None or days <= longest
            remark = " recommended" if days == RECOMMENDED and allowed else ""
            remark = " at most" if days == longest else remark
            yield Pill(days, f"{days}{remark}", enabled=allowed)
        yield Pill(_OTHER, "other")

    @property
    def days(self) -> int:
        """The lifetime; only meaningful while there is no `error`."""
        text = self._text
        return int(text) if not names.secret_days_error(text) else 0

    @property
    def error(self) -> str:
        """Why the lifetime is not allowed; empty when it is."""
        error = names.secret_days_error(self._text)
        if not error and self._longest is not None and self.days > self._longest:
            return f"Your organization allows at most {self._longest} days."
        return error

    @property
    def _text(self) -> str:
        return str(self._pills.value) if self._pills.value else self._entry.value.strip()

    def cap(self, longest: int | None) -> None:
        """The directory allows no more than `longest` days; what was given before is shortened to that."""
        self._longest = longest
        self._pills.pills = tuple(self._choices())
        if longest is not None and self.days > longest:
            self._entry.value = str(longest)
            self._pills.value = longest if longest in USUAL else _OTHER
        self._show()

    @on(Pills.Taken)
    def _taken(self, event: Pills.Taken) -> None:
        event.stop()
        self._show()
        if event.value == _OTHER:
            self.call_after_refresh(self._entry.focus)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._show()

    def _show(self) -> None:
        error = self.error
        self.set_class(self._pills.value == _OTHER, "-other")
        self.set_class(bool(error), "-wrong")
        expires = "" if error else f"expires {spell_instant(secret_expiry(self._now(), self.days))}"
        self._remark.update(f"✗ {error}" if error else expires)
        self.post_message(self.Changed(error))
