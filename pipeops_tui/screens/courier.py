"""Brings the five values from the run to the clipboard and to the eye, and says truthfully what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from pipeops_tui.clipboard import CLEAR_AFTER_SECONDS, Clipboard, Copied, Outcome
from pipeops_tui.dates import spell_instant
from pipeops_tui.model import Credentials
from pipeops_tui.screens.handover import (
    ALL,
    Handover,
    block_of,
    value_of,
    what_happened,
    what_helps,
    what_lingers,
    what_next,
)
from pipeops_tui.secret import Secret
from pipeops_tui.widgets.credential_rows import LABELS, CredentialRows
from pipeops_tui.widgets.status_line import StatusLine

_USED_UP = "Shown for its 30 s: 4 copies it, n makes a new one."


class Courier:
    """Between the rows, the clipboard and the status line. Keeps no value: each is fetched when it is needed."""

    def __init__(
        self,
        rows: CredentialRows,
        status: StatusLine,
        copier: Callable[[], Clipboard],
        credentials: Callable[[], Credentials | None],
        handed_over: Callable[[bool], None],
        changed: Callable[[], None],
    ) -> None:
        """`handed_over` hears that the person has the secret, and whether it can be cleared from a clipboard again;
        `changed` hears that something is to be drawn anew."""
        self._rows = rows
        self._status = status
        self._copier = copier
        self._credentials = credentials
        self._handed_over = handed_over
        self._changed = changed
        self._turn = asyncio.Lock()
        self.handover = Handover()
        self.lingers = ""
        """What to know about a copied secret; empty when there is nothing."""
        self._lasting: Outcome | None = None
        """How the secret that `lingers` is about was copied."""
        self._advice = ""

    @property
    def note(self) -> str:
        """What to know beyond the status line: about the last copy, then about a secret that lingers."""
        return f"{self._advice} {self.lingers}".strip()

    def fill(self) -> None:
        """Show the values, the secret hidden and with all its visible time."""
        credentials = self._credentials()
        if credentials is None:
            return
        values = (value_of(credentials, index) for index in range(len(LABELS)))
        self._rows.set_values(tuple(value if isinstance(value, str) else "" for value in values))
        self._rows.secret.hold(credentials.client_secret)
        if credentials.expires is not None:
            self._rows.secret.expiry = f"expires {spell_instant(credentials.expires)}"
        self.show_marks()

    def show_marks(self) -> None:
        """Bring the marks at the end of the rows up to date."""
        for row, mark in zip(self._rows.rows, self.handover.marks, strict=True):
            row.mark = mark
        self._rows.set_next(self.handover.next)
        self._changed()

    # Copying: one after the other, in the order of the keys

    async def copy_next(self) -> None:
        """Copy what the next box of the form wants; after the last one, the first."""
        async with self._turn:
            await self._copy_one(self.handover.next or 0)

    async def copy_one(self, index: int) -> None:
        """Copy the value at `index`."""
        async with self._turn:
            await self._copy_one(index)

    async def _copy_one(self, index: int) -> None:
        credentials = self._credentials()
        if credentials is not None:
            copied = await self._copy(value_of(credentials, index), LABELS[index])
            self.handover.note(index, copied.outcome)
            self._say(index, copied, what_next(self.handover.next))

    async def copy_all(self) -> None:
        """Copy everything as `Label: value` lines."""
        async with self._turn:
            credentials = self._credentials()
            if credentials is not None:
                block = block_of(credentials)
                copied = await self._copy(block, ALL)
                block.forget()
                self.handover.note_all(copied.outcome)
                self._say(None, copied, "")

    async def _copy(self, value: str | Secret, name: str) -> Copied:
        self._status.running(f"Copying {name}")
        copied = await self._copier().copy(value)
        if isinstance(value, Secret) and copied.outcome is not Outcome.FAILED:
            self.lingers, self._lasting = what_lingers(copied.outcome), copied.outcome
            self._handed_over(copied.outcome is Outcome.COPIED)
        elif copied.outcome is Outcome.COPIED is self._lasting:  # it has taken the secret's place
            self.lingers, self._lasting = "", None
        return copied

    def _say(self, index: int | None, copied: Copied, then: str) -> None:
        """The outcome comes first: a narrow line cuts what comes next, which the rows show as well."""
        self._advice = what_helps(index, copied)
        self.show_marks()
        happened = what_happened(ALL if index is None else LABELS[index], copied)
        match copied.outcome:
            case Outcome.COPIED:
                self._status.done(f"{happened} {then}".rstrip())
            case Outcome.SENT:
                self._status.warn(f"{happened} {then}".rstrip())
            case Outcome.FAILED:
                self._status.failed(happened)

    async def clear_later(self) -> None:
        """Clear the clipboard when its time is over, if it still holds the secret."""
        cleared = await self._copier().clear_later()
        if not cleared and await self._copier().holds_ours():
            self._status.failed("The clipboard could not be cleared: copy something else.")
            return
        if cleared:
            self._status.done(f"Clipboard cleared, {CLEAR_AFTER_SECONDS:.0f} s after the copy.")
        if self._lasting is Outcome.COPIED:
            self.lingers, self._lasting = "", None
            self._changed()

    # Revealing

    def reveal(self) -> bool:
        """Show the secret; False, with the reason in the status line, when that is not possible."""
        field = self._rows.secret
        if field.reveal():
            self.handover.note_shown()
            self._handed_over(False)
            self.show_marks()
            self._status.say("Select it with Shift-drag (Option-drag on a Mac).")
            return True
        if not field.seconds_left:
            self._status.warn(_USED_UP)
        elif not field.fits:
            around = field.app.size.width - field.size.width
            self._status.warn(f"It needs {field.length + around} columns: widen the terminal, or press 4.")
        return False

    def concealed(self, seconds_left: int) -> None:
        """It has been hidden, by whatever; some of its time was spent."""
        if seconds_left:
            self._status.say(f"Hidden; r goes on with the {seconds_left} s left.")
        else:
            self._status.warn(_USED_UP)

    def conceal(self) -> None:
        """Hide the secret at once, and stop its clock."""
        self._rows.secret.conceal()
