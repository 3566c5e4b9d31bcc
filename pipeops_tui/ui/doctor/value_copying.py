"""Copies the five values one after the other, in the order of PipeOps' form."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual.app import App

from pipeops_tui.doctor.five_values import FiveValues, ValueName
from pipeops_tui.ui.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from pipeops_tui.clipboard import Clipboard

_HAPPENED = {"copied": "copied", "sent": "copied (could not be checked)", "failed": "not copied"}
"""By `CopyOutcome`, whose module is loaded later."""
_CLEARED = ", cleared in 60 seconds"


class ValueCopying:
    """A client secret that can be read back is taken out of the clipboard after a minute."""

    def __init__(self, app: App[Any], copier: Callable[[], Clipboard], status: StatusLine) -> None:
        self._app = app
        self._copier = copier
        self._status = status

    async def copy(self, values: FiveValues, name: ValueName) -> None:
        """Copy one of the values, and say what came of it and which box of the form is next."""
        value = values.secret if name is ValueName.SECRET else values.text(name)
        if not value:
            self._status.warn(f"There is no {name} to copy.")
            return
        copied = await self._copier().copy(value)
        said = f"{name} {_HAPPENED[copied.outcome]}"
        if copied.hint:  # longer than the status line
            self._app.notify(copied.hint, title=said, severity="warning", markup=False)
        if copied.outcome == "failed":
            self._status.failed(f"{said}.")
            return
        if name is ValueName.SECRET and copied.outcome == "copied":
            said += _CLEARED
            # Of the application: it goes on when the screen is left.
            self._app.run_worker(self._clear_later(), group="clear-secret", exclusive=True, exit_on_error=False)
        following = next_in_form(name)
        # At 80 columns nothing of it is cut.
        self._status.done(f"{said}. Next: {following or 'Connect Account'}.")

    async def _clear_later(self) -> None:
        await self._copier().clear_later()


def next_in_form(name: ValueName) -> ValueName | None:
    """The box of PipeOps' form below that of `name`; None below the last."""
    names = tuple(ValueName)
    return next(iter(names[names.index(name) + 1 :]), None)
