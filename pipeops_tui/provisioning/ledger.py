"""What the run knows, and its journal on disk, kept in step: the state is always the fold of what was recorded."""

from __future__ import annotations

import asyncio

from pipeops_tui.provisioning.entries import Entry, Intended
from pipeops_tui.provisioning.journal import Journal, JournalUnavailable
from pipeops_tui.provisioning.replay import apply
from pipeops_tui.provisioning.state import RunState


class Ledger:
    """Writes an intent before anything is sent for it; keeps what could not be written until it can."""

    def __init__(self, state: RunState, journal: Journal | None, unwritten: tuple[Entry, ...] = ()) -> None:
        """`unwritten` entries are part of `state` already, but not yet of `journal`."""
        self.state = state
        self._journal = journal
        self._unwritten = list(unwritten)
        self._turn = asyncio.Lock()

    @property
    def journaled(self) -> bool:
        """Whether there is a journal."""
        return self._journal is not None

    async def flush(self) -> None:
        """Write what is still unwritten; raises `JournalUnavailable` when that is not possible."""
        async with self._turn:
            await self._write()

    async def record(self, entry: Entry) -> None:
        """Take `entry` into the state and the journal.

        An intent that cannot be written raises `JournalUnavailable` and is forgotten, so nothing is sent for it. What
        has happened already is kept, and written as soon as the journal can be.
        """
        async with self._turn:
            if isinstance(entry, Intended):
                await self._intend(entry)
            else:
                self.state = apply(self.state, entry)
                self._unwritten.append(entry)
                try:
                    await self._write()
                except JournalUnavailable:
                    return  # `_unwritten` keeps it; the next intent says what is wrong

    def abandon(self) -> None:
        """Go on without a journal."""
        self.close()
        self._journal = None
        self._unwritten.clear()

    def close(self) -> None:
        """Let go of the journal; another process may take it up."""
        if self._journal is not None:
            self._journal.close()

    async def _intend(self, entry: Intended) -> None:
        await self._write()
        if self._journal is not None:
            await self._journal.append(entry)
        self.state = apply(self.state, entry)

    async def _write(self) -> None:
        while self._journal is not None and self._unwritten:
            # Taken out first: a cancelled append still reaches the disk, and `Begun` must not stand there twice.
            entry = self._unwritten.pop(0)
            try:
                await self._journal.append(entry)
            except JournalUnavailable:
                self._unwritten.insert(0, entry)
                raise
        if self._journal is None:
            self._unwritten.clear()
