"""Copies the five values, and reports the outcome as far as it is known."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from pipeops_tui.clipboard import CLEAR_AFTER_SECONDS, Clipboard, Copied, CopyOutcome
from pipeops_tui.core.clock import spell_instant
from pipeops_tui.core.model import Credentials
from pipeops_tui.core.secret import Secret
from pipeops_tui.ui.base.run_driver import RunDriver
from pipeops_tui.ui.base.step_screen import StepScreen
from pipeops_tui.ui.dialogs.confirm import LeaveDialog, Leaving
from pipeops_tui.ui.steps.credentials.pipeops_form import (
    ALL,
    THE_NAME,
    FormProgress,
    block_of,
    clipboard_note,
    value_of,
    what_happened,
    what_helps,
    what_next,
)
from pipeops_tui.ui.widgets.credential_rows import LABELS, NAME, CopyMark, CredentialRows
from pipeops_tui.ui.widgets.status_line import StatusLine

NOT_CLEARED = "The clipboard could not be cleared. Copy something else to replace the secret."


class CredentialCopying:
    """Connects the rows, the clipboard and the status line. Keeps no value: each is fetched when it is needed."""

    def __init__(
        self,
        rows: CredentialRows,
        status: StatusLine,
        copier: Callable[[], Clipboard],
        credentials: Callable[[], Credentials | None],
        name: Callable[[], str],
        delivered: Callable[[bool], None],
        changed: Callable[[], None],
    ) -> None:
        """`name` is what PipeOps' form can call the account, or empty. `delivered` is called when the person has the
        secret, with whether it can be cleared from a clipboard again; `changed` when something must be drawn again."""
        self._rows = rows
        self._status = status
        self._copier = copier
        self._credentials = credentials
        self._name = name
        self._delivered = delivered
        self._changed = changed
        self._turn = asyncio.Lock()
        self.progress = FormProgress()
        self._clipboard_note = ""
        """What happens to a copied secret in the clipboard; empty when it holds none."""
        self._secret_copied: CopyOutcome | None = None
        """How that secret was copied."""
        self._hint = ""

    @property
    def note(self) -> str:
        """A hint about the last copy, then about a secret in the clipboard."""
        return f"{self._hint} {self._clipboard_note}".strip()

    def fill(self) -> None:
        """Show the values, the secret hidden and with all its visible time."""
        credentials = self._credentials()
        if credentials is None:
            return
        values = (value_of(credentials, index) for index in range(len(LABELS)))
        self._rows.set_name(self._name())
        self._rows.set_values(tuple(value if isinstance(value, str) else "" for value in values))
        self._rows.secret.hold(credentials.client_secret)
        if credentials.expires is not None:
            self._rows.secret.expiry = f"expires {spell_instant(credentials.expires)}"
        self.show_marks()

    def show_marks(self) -> None:
        """Bring the marks at the end of the rows up to date."""
        for row, mark in zip(self._rows.rows, self.progress.marks, strict=True):
            row.mark = mark
        self._rows.set_next(self.progress.next)
        self._changed()

    # Copying: one after the other, in the order of the keys

    async def copy_next(self) -> None:
        """Copy what the next box of the form wants; after the last one, the first."""
        async with self._turn:
            await self._copy_one(self.progress.next or 0)

    async def copy_one(self, index: int) -> None:
        """Copy the value at `index`."""
        async with self._turn:
            await self._copy_one(index)

    async def _copy_one(self, index: int) -> None:
        credentials = self._credentials()
        if credentials is not None:
            copied = await self._copy(value_of(credentials, index), LABELS[index])
            self.progress.note(index, copied.outcome)
            self._say(index, copied, what_next(self.progress.next))

    async def copy_name(self) -> None:
        """Copy the name for the form's first box. It is none of the five: what comes next stays."""
        async with self._turn:
            copied = await self._copy(self._name(), THE_NAME)
            if copied.outcome is not CopyOutcome.FAILED:
                self._rows.name_row.mark = CopyMark.COPIED if copied.outcome is CopyOutcome.COPIED else CopyMark.SENT
            self._say(NAME, copied, what_next(self.progress.next))

    async def copy_all(self) -> None:
        """Copy everything as `Label: value` lines."""
        async with self._turn:
            credentials = self._credentials()
            if credentials is not None:
                block = block_of(credentials)
                copied = await self._copy(block, ALL)
                block.forget()
                self.progress.note_all(copied.outcome)
                self._say(None, copied, "")

    async def _copy(self, value: str | Secret, name: str) -> Copied:
        self._status.running(f"Copying {name}")
        copied = await self._copier().copy(value)
        if isinstance(value, Secret) and copied.outcome is not CopyOutcome.FAILED:
            self._clipboard_note, self._secret_copied = clipboard_note(copied.outcome), copied.outcome
            self._delivered(copied.outcome is CopyOutcome.COPIED)
        elif copied.outcome is CopyOutcome.COPIED is self._secret_copied:  # it has replaced the secret
            self._clipboard_note, self._secret_copied = "", None
        return copied

    def _say(self, index: int | None, copied: Copied, then: str) -> None:
        """The outcome comes first: a narrow line cuts what comes next, which the rows show as well."""
        self._hint = what_helps(index, copied)
        self.show_marks()
        name = {None: ALL, NAME: THE_NAME}.get(index) or LABELS[index or 0]
        happened = what_happened(name, copied)
        match copied.outcome:
            case CopyOutcome.COPIED:
                self._status.done(f"{happened} {then}".rstrip())
            case CopyOutcome.SENT:
                self._status.warn(happened)  # too long for what comes next, which the rows show
            case CopyOutcome.FAILED:
                self._status.failed(happened)

    async def clear_later(self) -> None:
        """Clear the clipboard when its time is over, if it still holds the secret."""
        cleared = await self._copier().clear_later()
        if not cleared and await self._copier().holds_ours():
            self._status.failed(NOT_CLEARED)
            return
        if cleared:
            self._status.done(f"Clipboard cleared, {CLEAR_AFTER_SECONDS:.0f} seconds after the copy.")
        if self._secret_copied is CopyOutcome.COPIED:
            self._clipboard_note, self._secret_copied = "", None
            self._changed()

    def shown(self) -> None:
        """The person has seen the secret on the screen."""
        self.progress.note_shown()
        self._delivered(False)
        self.show_marks()


async def may_leave(screen: StepScreen, driver: RunDriver, progress: FormProgress, *, always: bool) -> bool:
    """Whether the screen can be left now; asks the person one question. Call it in a worker.

    It asks where something would be lost or a copy of the secret would stay behind, and with `always` in any case.
    """
    copier = screen.services.copier
    held = await copier.holds_ours()
    losses = list(_losses(screen, driver, progress))
    if not (losses or held or always):
        return True
    leaving = await screen.app.push_screen_wait(LeaveDialog(losses, clipboard_holds_secret=held))
    if leaving not in (Leaving.LEAVE, Leaving.CLEAR):
        return False
    if leaving is Leaving.CLEAR and not await copier.clear_if_ours() and await copier.holds_ours():
        screen.status.failed(NOT_CLEARED)
        return False
    if driver.working and driver.drives:
        await driver.stop()
    return True


def _losses(screen: StepScreen, driver: RunDriver, progress: FormProgress) -> Iterable[tuple[str, str]]:
    """What would be lost by leaving now: a question and a sentence each, the worst first."""
    journey = screen.journey
    run = journey.run
    if run is not None and run.credentials is not None and not journey.delivered:
        resumable = run.journaled and journey.settings.demo is None
        later = "If you leave, you can create a new one after the next start."
        yield (
            "Leave without the client secret?",
            "You have neither copied nor revealed it, and Azure never shows it again. "
            + (later if resumable else "Press n here to create a new one."),
        )
    elif not progress.complete:
        yield (
            "Leave before all five values are copied?",
            "Not all five values were copied yet. The client secret cannot be shown again later.",
        )
    if driver.working and driver.drives:
        removing = run is not None and run.state.retiring
        doing = "the old client secret is being removed" if removing else "a client secret is being created"
        yield (
            f"Leave while {doing}?",
            "The running request is finished, then nothing else starts.",
        )
