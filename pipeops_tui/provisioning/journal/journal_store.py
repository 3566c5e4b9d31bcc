"""The directory of all journals: find the runs that can be continued or undone, and set aside unusable files."""

from __future__ import annotations

import asyncio
import os
import stat
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from filelock import Timeout

from pipeops_tui.core.clock import Clock
from pipeops_tui.core.plain_text import PlainTexts
from pipeops_tui.core.private_files import read_private
from pipeops_tui.provisioning.journal.codec import (
    SUFFIX,
    CorruptJournalError,
    ForeignJournalError,
    Journal,
    JournalUnavailable,
    complete_lines,
    read_state,
)
from pipeops_tui.provisioning.journal.entries import Closed, RunOutcome
from pipeops_tui.provisioning.journal.journal_file import (
    LOCK_SUFFIX,
    JournalFile,
    explained,
    lock_for,
    make_private,
    unusable,
)
from pipeops_tui.provisioning.journal.peeking import LARGEST, Peek, RecordedRun, peek
from pipeops_tui.provisioning.journal.run_state import RunState

KEPT_FOR: Final = timedelta(days=30)
"""How long a run is remembered after its newest secret has expired: as long as the directory keeps a deleted
application."""
_SET_ASIDE = ".set-aside"
_USUAL = 64_000
"""Bytes; more than a run writes that is not interrupted."""


@dataclass(frozen=True, slots=True)
class Survey(PlainTexts):
    """The runs found in the journals, newest first."""

    unfinished: tuple[RecordedRun, ...] = ()
    """To be continued, undone or forgotten."""
    undoable: tuple[RecordedRun, ...] = ()
    """Finished not long ago."""
    in_use: tuple[RecordedRun, ...] = ()
    """Another process is working on them: they can only be shown."""
    set_aside: tuple[str, ...] = ()
    """A sentence for each file that cannot be used."""


class JournalStore:
    """Journals in one directory. Nothing is read or written before it is asked for."""

    def __init__(self, directory: Path, clock: Clock) -> None:
        self._directory = directory
        self._clock = clock

    @property
    def directory(self) -> Path:
        """The directory of the journals; need not exist yet."""
        return self._directory

    def new(self) -> Journal:
        """The journal of a new run; its file is created with the first entry."""
        return JournalFile(self._directory)

    async def check_writable(self) -> None:
        """Try to write a file of a journal's usual size; only the directory stays.

        Raises `JournalUnavailable` when the disk is full or the directory cannot be written.
        """
        await asyncio.to_thread(self._check_writable)

    async def survey(self, resource_manager: str) -> Survey:
        """The runs of the cloud at `resource_manager`. Files that cannot be used are set aside, those that are not
        needed any more are deleted. Never raises."""
        return await asyncio.to_thread(self._survey, resource_manager)

    async def peek(self) -> Peek:
        """The runs of every cloud; nothing is locked, set aside or deleted. Never raises."""
        return await asyncio.to_thread(peek, self._directory)

    async def reopen(self, recorded: RecordedRun) -> tuple[RunState, Journal]:
        """Open the journal of a run to continue it: its present state, and the journal, which no other process holds.

        Raises `JournalUnavailable` when another process works on it, or when it cannot be read or written.
        """
        return await asyncio.to_thread(self._reopen, recorded)

    async def forget(self, recorded: RecordedRun) -> None:
        """Never offer this run again; nothing in Azure changes. Raises as `reopen` does."""
        _, journal = await self.reopen(recorded)
        try:
            await journal.append(Closed(self._clock.now(), RunOutcome.FORGOTTEN))
        finally:
            journal.close()

    def _check_writable(self) -> None:
        with explained(self._directory):
            make_private(self._directory)
            with tempfile.TemporaryFile(dir=self._directory) as file:
                file.write(bytes(_USUAL))
                file.flush()
                os.fsync(file.fileno())

    def _reopen(self, recorded: RecordedRun) -> tuple[RunState, Journal]:
        journal = JournalFile(self._directory, recorded.path)
        journal.open()
        try:
            with explained(self._directory):
                state = read_state(recorded.path.read_bytes())
        except (CorruptJournalError, ForeignJournalError) as error:
            journal.close()
            raise JournalUnavailable(unusable(str(error))) from error
        except JournalUnavailable:
            journal.close()
            raise
        return state or recorded.state, journal

    def _survey(self, resource_manager: str) -> Survey:
        runs: list[RecordedRun] = []
        in_use: list[RecordedRun] = []
        complaints: list[str] = []
        try:
            paths = sorted(self._directory.glob(f"*{SUFFIX}"))
        except OSError as error:
            return Survey(set_aside=(f"The journals in {self._directory} cannot be read: {error.strerror}.",))
        for path in paths:
            try:
                with lock_for(path):
                    run = self._examine(path)
            except Timeout:
                in_use += _read_in_use(path)
            except FileNotFoundError:
                continue  # another process has just dealt with it
            except (CorruptJournalError, ForeignJournalError) as error:
                complaints.append(_set_aside(path, error))
            except OSError as error:
                complaints.append(f"The journal {path.name} cannot be read: {error.strerror or error}.")
            else:
                runs += [run] if run is not None else []

        def here(found: list[RecordedRun]) -> tuple[RecordedRun, ...]:
            mine = (run for run in found if _same_cloud(run.state.resource_manager, resource_manager))
            return tuple(sorted(mine, key=lambda run: run.state.begun, reverse=True))

        return Survey(
            unfinished=tuple(run for run in here(runs) if run.state.unfinished),
            undoable=tuple(run for run in here(runs) if not run.state.unfinished),
            in_use=here(in_use),
            set_aside=tuple(complaints),
        )

    def _examine(self, path: Path) -> RecordedRun | None:
        """The run in the journal at `path`; None, and the file deleted, when it is not needed any more."""
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
            raise ForeignJournalError("it was not written by pipeops-tui")
        state = read_state(complete_lines(read_private(path, LARGEST)))
        if state is None or self._is_over(state):
            path.unlink()
            _drop_lock(path)
            return None
        return RecordedRun(path, state)

    def _is_over(self, state: RunState) -> bool:
        if state.outcome is not None or state.empty or state.unfinished:
            return state.outcome is not None or state.empty
        return self._clock.now() - (state.newest_expiry or state.latest or state.begun) > KEPT_FOR


def _read_in_use(path: Path) -> list[RecordedRun]:
    """The run that another process is writing at `path`, as far as it has come; empty when that cannot be read."""
    try:
        state = read_state(read_private(path, LARGEST))
    except (CorruptJournalError, ForeignJournalError, OSError):
        return []
    return [] if state is None else [RecordedRun(path, state)]


def _set_aside(path: Path, error: CorruptJournalError | ForeignJournalError) -> str:
    """Rename the unusable file at `path`; returns a sentence for the user. What another version wrote stays."""
    if isinstance(error, ForeignJournalError) and error.from_other_version:
        return f"The journal {path.name} was not changed: {error}."
    try:
        aside = path.rename(path.with_name(path.name + _SET_ASIDE))
        _drop_lock(path)
    except OSError:
        return f"The journal {path.name} cannot be used: {error}."
    return f"The journal {path.name} was set aside as {aside.name}: {error}."


def _drop_lock(path: Path) -> None:
    """Remove the lock of a journal that no longer exists. A process that gets it finds no journal to write."""
    path.with_suffix(LOCK_SUFFIX).unlink(missing_ok=True)


def _same_cloud(one: str, other: str) -> bool:
    return one.rstrip("/").lower() == other.rstrip("/").lower()
