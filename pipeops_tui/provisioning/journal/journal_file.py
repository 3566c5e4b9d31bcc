"""One journal on disk: entries are appended and flushed to the device (fsync); one process at a time holds the file.
The state of the run is kept in step with it: every entry changes both."""

from __future__ import annotations

import asyncio
import errno
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from pipeops_tui.core.private_files import open_private
from pipeops_tui.core.problem import Problem, Section
from pipeops_tui.provisioning.journal.codec import (
    SUFFIX,
    Journal,
    JournalUnavailable,
    complete_lines,
    to_line,
    upgraded,
)
from pipeops_tui.provisioning.journal.entries import Begun, Entry, Intended, Renewing
from pipeops_tui.provisioning.journal.replay import apply
from pipeops_tui.provisioning.journal.run_state import RunState

LOCK_SUFFIX = ".lock"
_FRESH_SUFFIX = ".new"
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)


class JournalFile:
    """A `Journal`. The file is created with the first entry, which names it, so a run that never begins leaves none."""

    def __init__(self, directory: Path, path: Path | None = None) -> None:
        """In `directory`, which is created (0700) when it is missing; `path` is that of a journal to go on with."""
        self._directory = directory
        self._path = path
        self._new = path is None
        self._descriptor: int | None = None
        self._lock: FileLock | None = None
        self._closed = False
        self._turn = threading.Lock()

    @property
    def path(self) -> Path | None:
        """Where the file is; None before the first entry."""
        return self._path

    async def append(self, entry: Entry) -> None:
        """As `Journal.append`; a thread waits for the device."""
        await asyncio.to_thread(self._append, entry)

    def open(self) -> None:
        """Take up an existing journal now; raises `JournalUnavailable` as well when another process holds it. A new one
        is opened by its first entry."""
        with self._turn, explained(self._directory):
            if self._path is not None:
                self._open(self._path)

    def close(self) -> None:
        with self._turn:
            self._closed = True
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None
            if self._lock is not None:
                self._lock.release()
                self._lock = None

    def _append(self, entry: Entry) -> None:
        with self._turn, explained(self._directory):
            if self._closed:
                raise JournalUnavailable(_problem(self._directory, "The journal has been closed."))
            self._path = path = self._path or self._path_for(entry)
            descriptor = self._open(path)
            if isinstance(entry, Renewing):
                descriptor = self._upgrade(path)
            self._write(descriptor, to_line(entry).encode())

    def _path_for(self, entry: Entry) -> Path:
        if not isinstance(entry, Begun):
            raise TypeError("a journal begins with its plan")
        return self._directory / f"{entry.run_id}{SUFFIX}"

    def _open(self, path: Path) -> int:
        """The descriptor, with the lock held; a line that a crash left half-written is cut off."""
        if self._descriptor is not None:
            return self._descriptor
        make_private(self._directory)
        lock = lock_for(path)
        try:
            lock.acquire()
        except Timeout:
            raise JournalUnavailable(_in_use()) from None
        try:
            new = os.O_CREAT | os.O_EXCL if self._new else 0
            self._descriptor = open_private(path, os.O_RDWR | os.O_APPEND | new)
            self._new = False
            os.ftruncate(self._descriptor, len(complete_lines(path.read_bytes())))
            _sync_directory(self._directory)
        except BaseException:
            lock.release()
            raise
        self._lock = lock
        return self._descriptor

    def _upgrade(self, path: Path) -> int:
        """Give the journal the present version, whose entries older programs do not know, in one step; the descriptor
        of the file that then has its name."""
        text = path.read_bytes()
        if (newer := upgraded(text)) != text:
            fresh = path.with_suffix(_FRESH_SUFFIX)
            fresh.unlink(missing_ok=True)
            descriptor = open_private(fresh, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_EXCL)
            try:
                self._write(descriptor, newer)
                fresh.rename(path)
                _sync_directory(self._directory)
            except BaseException:
                os.close(descriptor)
                raise
            if self._descriptor is not None:
                os.close(self._descriptor)
            self._descriptor = descriptor
        if self._descriptor is None:
            raise RuntimeError("the journal is not open")
        return self._descriptor

    def _write(self, descriptor: int, line: bytes) -> None:
        """Append the whole `line`, or nothing of it when that fails."""
        before = os.fstat(descriptor).st_size
        try:
            written = os.write(descriptor, line)
            if written < len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, before)
            raise


def lock_for(path: Path) -> FileLock:
    """The lock of the journal at `path`; acquiring it never waits. The system releases it when the process dies."""
    return FileLock(path.with_suffix(LOCK_SUFFIX), timeout=0, mode=0o600, thread_local=False)


def make_private(directory: Path) -> None:
    """Create `directory` with mode 0700 whatever the umask, or remove the access of others."""
    is_new = not directory.exists()
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if is_new or directory.stat().st_mode & 0o077:
        directory.chmod(0o700)


def _sync_directory(directory: Path) -> None:
    """Flush the directory entry of a new file, which fsync of the file does not."""
    if os.name != "posix":
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def explained(directory: Path) -> Iterator[None]:
    """Raise an `OSError` from inside as `JournalUnavailable`, with the reason for the user."""
    try:
        yield
    except OSError as error:
        full = error.errno in _NO_SPACE
        why = "The disk is full." if full else f"The operating system reports: {error.strerror or error}."
        raise JournalUnavailable(_problem(directory, why)) from error


def _problem(directory: Path, why: str) -> Problem:
    return Problem(
        title="The journal cannot be written",
        what=f"In the journal, a file in {directory}, pipeops-tui notes what it creates. It could not be written.",
        why=f"{why} Without the journal, what is interrupted cannot be continued or undone later.",
        remedy="Free some space or allow writing there and try again, or continue without a journal.",
        link=Section.RUN,
    )


def _in_use() -> Problem:
    return Problem(
        title="This connection is open in another pipeops-tui",
        what="Another pipeops-tui on this computer is working on it now.",
        remedy="Finish it there, or close that pipeops-tui and try again.",
        link=Section.RUN,
    )


def unusable(reason: str) -> Problem:
    """The problem of a journal that was readable at the survey and is not any more."""
    return Problem(
        title="This connection cannot be continued",
        what=f"The file that remembers it has changed: {reason}.",
        remedy="Start pipeops-tui again to see what can be used of it.",
        link=Section.RUN,
    )


class JournaledState:
    """The state of a run together with its journal. An intent is on disk before its request is sent; a result that
    could not be written is kept until it can be."""

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
        """Release the journal, so that another process can open it."""
        if self._journal is not None:
            self._journal.close()

    async def _intend(self, entry: Intended) -> None:
        await self._write()
        if self._journal is not None:
            await self._journal.append(entry)
        self.state = apply(self.state, entry)

    async def _write(self) -> None:
        while self._journal is not None and self._unwritten:
            # Taken out first: a cancelled append still reaches the disk, and `Begun` must not be written twice.
            entry = self._unwritten.pop(0)
            try:
                await self._journal.append(entry)
            except JournalUnavailable:
                self._unwritten.insert(0, entry)
                raise
        if self._journal is None:
            self._unwritten.clear()
