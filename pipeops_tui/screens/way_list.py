"""The ways to sign in as choices: which of them work here, which is taken when nobody says otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeops_tui.widgets.choice_list import Choice, ChoiceList

if TYPE_CHECKING:
    from pipeops_tui.model import SignInMethod, SignInWay

_NOT_OFFERED = "not offered"


class WayList(ChoiceList):
    """Keeps to what the person has moved to; until then the best way is the one selected."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._ways: tuple[SignInWay, ...] = ()

    def offer(self, ways: Sequence[SignInWay], preset: SignInMethod | None) -> None:
        """Show `ways`; `preset` is the one asked for or used before."""
        self._ways = tuple(ways)
        self.choices = tuple(_choice(way) for way in ways)
        if not self.touched:
            self.selected_key = _best(ways, preset)

    def remark_on(self, asked_for: SignInMethod | None) -> str:
        """Why the way asked for on the command line cannot be taken; empty when it can."""
        way = next((way for way in self._ways if way.method is asked_for), None)
        if asked_for is None or (way is not None and way.available):
            return ""
        return f"--auth {asked_for} does not work here" + (f": {way.detail}" if way else "")


def _best(ways: Sequence[SignInWay], preset: SignInMethod | None) -> str | None:
    """The way asked for or used before, else the recommended one, else the first that works."""
    available = [way for way in ways if way.available]
    wanted = [way for way in available if way.method is preset] + [way for way in available if way.recommended]
    return next((way.method for way in (*wanted, *available)), None)


def _choice(way: SignInWay) -> Choice:
    """A way as a choice: one that does not work here says so beside its title, and why below."""
    said, _, why = way.detail.partition(": ")
    if not way.available and said == _NOT_OFFERED:
        return Choice(way.method, way.title, why, enabled=False, badge=said)
    return Choice(way.method, way.title, way.detail, way.available, "recommended" if way.recommended else "")
