"""The list of sign-in methods: which of them work here, and which is preselected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeops_tui.ui.widgets.choice_list import Choice, ChoiceList

if TYPE_CHECKING:
    from pipeops_tui.core.model import SignInMethod, SignInOption

_NOT_AVAILABLE = "not available"


class MethodList(ChoiceList):
    """Selects the best method until the person has moved the selection."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._methods: tuple[SignInOption, ...] = ()

    def show(self, methods: Sequence[SignInOption], preset: SignInMethod | None) -> None:
        """Show `methods`; `preset` is the one asked for or used before."""
        self._methods = tuple(methods)
        self.choices = tuple(_choice(method) for method in methods)
        if not self.touched:
            self.selected_key = _best(methods, preset)

    def remark_on(self, asked_for: SignInMethod | None) -> str:
        """Why the method asked for on the command line does not work here; empty when it does."""
        way = next((way for way in self._methods if way.method is asked_for), None)
        if asked_for is None or (way is not None and way.available):
            return ""
        return f"--auth {asked_for} does not work here" + (f": {way.detail}" if way else "")


def _best(ways: Sequence[SignInOption], preset: SignInMethod | None) -> str | None:
    """The method asked for or used before, else the recommended one, else the first that works."""
    available = [way for way in ways if way.available]
    wanted = [way for way in available if way.method is preset] + [way for way in available if way.recommended]
    return next((way.method for way in (*wanted, *available)), None)


def _choice(way: SignInOption) -> Choice:
    """A method as a choice: one that does not work here says so beside its title, and why below."""
    if way.available:
        return Choice(way.method, way.title, way.detail, badge="recommended" if way.recommended else "")
    prefix, _, why = way.detail.partition(": ")
    reason = why if prefix.startswith("not ") else way.detail
    return Choice(way.method, way.title, reason, enabled=False, badge=_NOT_AVAILABLE)
