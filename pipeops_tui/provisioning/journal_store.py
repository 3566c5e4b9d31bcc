"""The journals of all runs, in one directory: what can be continued, what can be undone, and what cannot be trusted."""

from __future__ import annotations

import asyncio
import os
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from filelock import Timeout

from pipeops_tui.clock import Clock
from pipeops_tui.provisioning.entries import Closed, Outcome
from pipeops_tui.provisioning.journal import (
    CorruptJournalError,
    ForeignJournalError,
    Journal,
    JournalUnavailable,
    complete_lines,
    read_state,
)
from pipeops_tui.provisioning.journal_file import (
    LOCK_SUFFIX,
    SUFFIX,
    JournalFile,
    explained,
    lock_for,
    make_private,
    unusable,
)
from pipeops_tui.provisioning.state import RunState

KEPT_FOR: Final = timedelta(days=30)
"""How long a finished run can still be undone from here: as long as the directory keeps a deleted application."""
_SET_ASIDE = ".set-aside"
_LARGEST = 1_000_000
"""Bytes; a journal of a run that was resumed a hundred times stays far below."""
_USUAL = 64_000
"""Bytes; more than a run writes that nobody interrupts."""


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """A run of an earlier process, as its journal tells it."""

    path: Path
    state: RunState


@dataclass(frozen=True, slots=True)
class Survey:
    """What the journals tell, newest first."""

    unfinished: tuple[RecordedRun, ...] = ()
    """To be continued, undone or forgotten."""
    undoable: tuple[RecordedRun, ...] = ()
    """Finished not long ago."""
    in_use: tuple[RecordedRun, ...] = ()
    """Another process is working on them: only to be shown."""
    set_aside: tuple[str, ...] = ()
    """A sentence for each file that cannot be used."""


class JournalStore:
    """Journals in one directory. Nothing is read or written before it is asked for."""

    def __init__(self, directory: Path, clock: Clock) -> None:
        self._directory = directory
        self._clock = clock

    @property
    def directory(self) -> Path:
        """Where the journals lie; need not exist yet."""
        return self._directory

    def new(self) -> Journal:
        """The journal of a new run; its file is created with the first entry."""
        return JournalFile(self._directory)

    async def rehearse(self) -> None:
        """Find out whether a journal can be written; leaves nothing behind but the directory.

        Raises `JournalUnavailable` when the disk is full or the directory cannot be written.
        """
        await asyncio.to_thread(self._rehearse)

    async def survey(self, resource_manager: str) -> Survey:
        """The runs of the cloud at `resource_manager`. Files that cannot be used are set aside, those that nobody
        needs any more are deleted. Never raises."""
        return await asyncio.to_thread(self._survey, resource_manager)

    async def reopen(self, recorded: RecordedRun) -> tuple[RunState, Journal]:
        """Take up a run again, alone: its state as it is now, and its journal.

        Raises `JournalUnavailable` when another process works on it, or when it cannot be read or written.
        """
        return await asyncio.to_thread(self._reopen, recorded)

    async def forget(self, recorded: RecordedRun) -> None:
        """Never offer this run again; nothing in Azure changes. Raises as `reopen` does."""
        _, journal = await self.reopen(recorded)
        try:
            await journal.append(Closed(self._clock.now(), Outcome.FORGOTTEN))
        finally:
            journal.close()

    def _rehearse(self) -> None:
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
                in_use += _glimpse(path)
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
        """The run that `path` tells of; None, and the file deleted, when nobody needs it any more."""
        if path.is_symlink() or path.stat().st_size > _LARGEST:
            raise ForeignJournalError("it was not written by pipeops-tui")
        state = read_state(complete_lines(path.read_bytes()))
        if state is None or self._is_over(state):
            path.unlink()
            _drop_lock(path)
            return None
        return RecordedRun(path, state)

    def _is_over(self, state: RunState) -> bool:
        old = self._clock.now() - state.begun > KEPT_FOR
        return state.outcome is not None or state.empty or (old and not state.unfinished)


def _glimpse(path: Path) -> list[RecordedRun]:
    """The run that another process is writing at `path`, as far as it has come; empty when that cannot be read."""
    try:
        state = None if path.is_symlink() else read_state(path.read_bytes()[:_LARGEST])
    except (CorruptJournalError, ForeignJournalError, OSError):
        return []
    return [] if state is None else [RecordedRun(path, state)]


def _set_aside(path: Path, error: CorruptJournalError | ForeignJournalError) -> str:
    """Put `path` out of the way; the sentence for the person. What another version wrote stays for that version."""
    if isinstance(error, ForeignJournalError) and error.from_other_version:
        return f"The journal {path.name} was left alone: {error}."
    try:
        aside = path.rename(path.with_name(path.name + _SET_ASIDE))
        _drop_lock(path)
    except OSError:
        return f"The journal {path.name} cannot be used: {error}."
    return f"The journal {path.name} was set aside as {aside.name}: {error}."


def _drop_lock(path: Path) -> None:
    """Remove the lock of a journal that is no longer there: whoever gets hold of it finds nothing to write."""
    path.with_suffix(LOCK_SUFFIX).unlink(missing_ok=True)


def _same_cloud(one: str, other: str) -> bool:
    return one.rstrip("/").lower() == other.rstrip("/").lower()
