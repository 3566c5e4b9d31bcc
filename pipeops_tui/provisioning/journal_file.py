"""One journal on disk: appended to, flushed through to the device, and held by one process at a time."""

from __future__ import annotations

import asyncio
import errno
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from pipeops_tui.problem import Problem, Section
from pipeops_tui.provisioning.entries import Begun, Entry
from pipeops_tui.provisioning.journal import JournalUnavailable, complete_lines, to_line

SUFFIX = ".journal"
LOCK_SUFFIX = ".lock"
# Not on Windows, where a state directory has no symbolic links of strangers to follow either.
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
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
        """Where it lies; None before the first entry."""
        return self._path

    async def append(self, entry: Entry) -> None:
        """As `Journal.append`; the waiting for the device happens in a thread."""
        await asyncio.to_thread(self._append, entry)

    def open(self) -> None:
        """Take up an existing journal now; raises `JournalUnavailable` as well when another process holds it."""
        with self._turn, explained(self._directory):
            self._open()

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
                raise JournalUnavailable(_problem(self._directory, "It has been closed."))
            if self._path is None:
                self._path = self._name_for(entry)
            self._write(self._open(), to_line(entry).encode())

    def _name_for(self, entry: Entry) -> Path:
        if not isinstance(entry, Begun):
            raise TypeError("a journal begins with its plan")
        return self._directory / f"{entry.run_id}{SUFFIX}"

    def _open(self) -> int:
        """The descriptor, with the lock held; a line torn by a crash is cut off."""
        if self._descriptor is not None:
            return self._descriptor
        assert self._path is not None  # noqa: S101 - named by the first entry
        make_private(self._directory)
        lock = lock_for(self._path)
        try:
            lock.acquire()
        except Timeout:
            raise JournalUnavailable(_in_use()) from None
        try:
            new = os.O_CREAT | os.O_EXCL if self._new else 0
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_APPEND | new | _NO_FOLLOW, 0o600)
            self._new = False
            os.ftruncate(self._descriptor, len(complete_lines(self._path.read_bytes())))
            _sync_directory(self._directory)
        except BaseException:
            lock.release()
            raise
        self._lock = lock
        return self._descriptor

    def _write(self, descriptor: int, line: bytes) -> None:
        """All of `line`, or nothing of it."""
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
    """The lock of the journal at `path`; acquiring it never waits. A killed process lets go of it."""
    return FileLock(path.with_suffix(LOCK_SUFFIX), timeout=0, mode=0o600, thread_local=False)


def make_private(directory: Path) -> None:
    """Create `directory` for this user alone, or close it to others."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if directory.stat().st_mode & 0o077:
        directory.chmod(0o700)


def _sync_directory(directory: Path) -> None:
    """Make a new file's name as durable as its content."""
    if os.name != "posix":
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def explained(directory: Path) -> Iterator[None]:
    """Turns what the operating system refuses into `JournalUnavailable`."""
    try:
        yield
    except OSError as error:
        full = error.errno in _NO_SPACE
        why = "The disk is full." if full else f"The system says: {error.strerror or error}."
        raise JournalUnavailable(_problem(directory, why)) from error


def _problem(directory: Path, why: str) -> Problem:
    return Problem(
        title="The journal cannot be written",
        what=f"What this run creates could not be written down in {directory}.",
        why=f"{why} Without a journal, a run that is interrupted cannot be finished or undone the next time.",
        remedy="Make room or allow writing there and retry, or go on without a journal.",
        link=Section.RUN,
    )


def _in_use() -> Problem:
    return Problem(
        title="This run is open somewhere else",
        what="Another pipeops-tui is working on it at this moment.",
        remedy="Finish it there, or close that one and try again.",
        link=Section.RUN,
    )


def unusable(reason: str) -> Problem:
    """A journal that could be read a moment ago, and cannot be trusted now."""
    return Problem(
        title="This run cannot be taken up again",
        what=f"Its journal has changed: {reason}.",
        remedy="Start the program again to see what can be used of it.",
        link=Section.RUN,
    )
