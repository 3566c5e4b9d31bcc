"""Opens files that only their owner can read, and nothing in their place: no link, device, named pipe or folder.

What lies where a log or a journal belongs can be anyone's: a link leads what is written elsewhere, and a named pipe
holds up who opens it.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

PRIVATE = 0o600
_OTHERS = 0o077
# Windows has neither; other users cannot put anything into a person's folders there.
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)


def open_private(path: Path, flags: int) -> int:
    """A descriptor of the regular file at `path`, with mode 0600 whatever the umask and whatever it was before.

    `flags` are those of open(2). Raises `OSError` with a reason in words: also where it is no regular file or another
    user's, and where its mode cannot be changed.
    """
    descriptor = _open_checked(path, flags)
    try:
        if os.name == "posix" and stat.S_IMODE(os.fstat(descriptor).st_mode) != PRIVATE:
            os.fchmod(descriptor, PRIVATE)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _open_checked(path: Path, flags: int) -> int:
    """A descriptor of the regular file at `path`, which is this user's."""
    try:
        descriptor = os.open(path, flags | _NO_FOLLOW | _NO_WAIT, PRIVATE)
    except OSError as error:
        if error.errno == errno.ELOOP and path.is_symlink():
            raise _refused("it is a link") from None
        if error.errno == errno.ENXIO:
            raise _refused("it is not a regular file") from None
        raise
    try:
        _check(descriptor)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def open_log(path: Path) -> int:
    """A descriptor to append to the log at `path`, which is created when it is missing; `os.devnull` can be one too.
    Raises as `open_private` does."""
    if str(path) == os.devnull:
        return os.open(path, os.O_WRONLY)
    return open_private(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)


def read_private(path: Path, longest: int) -> bytes:
    """The first `longest` bytes of a file. Raises as `open_private` does."""
    with open(open_private(path, os.O_RDONLY), "rb") as file:
        return file.read(longest)


def read_unchanged(path: Path, longest: int) -> bytes:
    """As `read_private`, but the mode of the file stays as it is."""
    with open(_open_checked(path, os.O_RDONLY), "rb") as file:
        return file.read(longest)


def _check(descriptor: int) -> None:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise _refused("it is not a regular file")
    if os.name == "posix" and status.st_uid != os.geteuid():
        raise _refused("it belongs to another user")


def _refused(reason: str) -> OSError:
    return OSError(errno.EPERM, reason)
