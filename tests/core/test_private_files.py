"""Files that only their owner can read, and what lies in their place."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeops_tui.core.private_files import open_log, open_private, read_private


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o777], ids="umask {:03o}".format)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """Each umask that could make a file too open, or one that cannot be opened again."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_log_is_private_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    os.close(open_log(tmp_path / "log"))
    assert mode(tmp_path / "log") == 0o600


@pytest.mark.parametrize("before", [0o644, 0o666, 0o640, 0o000, 0o4755])
def test_a_log_that_others_could_read_is_made_private_and_kept(tmp_path: Path, before: int) -> None:
    log = tmp_path / "log"
    log.write_text("old\n")
    log.chmod(before)
    descriptor = open_log(log)
    os.write(descriptor, b"new\n")
    os.close(descriptor)
    assert mode(log) == 0o600
    assert log.read_text() == "old\nnew\n"


def a_link(path: Path) -> None:
    target = path.with_name("target")
    target.write_text("mine")
    target.chmod(0o644)
    path.symlink_to(target)


def a_dangling_link(path: Path) -> None:
    path.symlink_to(path.with_name("target"))


def a_ring_of_links(path: Path) -> None:
    path.symlink_to(path)


def a_named_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_folder(path: Path) -> None:
    path.mkdir()


def a_device(path: Path) -> None:
    os.mknod(path, 0o600 | stat.S_IFCHR, os.makedev(1, 5))  # /dev/zero


OTHERS = [a_link, a_dangling_link, a_ring_of_links, a_named_pipe, a_folder]


@pytest.mark.parametrize("make", OTHERS)
@pytest.mark.parametrize("flags", [os.O_RDONLY, os.O_RDWR | os.O_APPEND, os.O_WRONLY | os.O_APPEND | os.O_CREAT])
def test_nothing_else_is_opened_or_changed(tmp_path: Path, make: type, flags: int) -> None:
    path = tmp_path / "log"
    make(path)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(OSError, match=r"link|regular|directory"):
        open_private(path, flags)
    assert sorted(tmp_path.iterdir()) == before
    if make is a_link:
        assert mode(tmp_path / "target") == 0o644
        assert (tmp_path / "target").read_text() == "mine"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make devices and give files away")
def test_a_device_and_a_file_of_another_user_are_refused(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.write_text("")
    os.chown(theirs, 12345, 12345)
    with pytest.raises(OSError, match="belongs to another user"):
        open_log(theirs)
    assert mode(theirs) == 0o644 & ~_umask()


def _umask() -> int:
    before = os.umask(0)
    os.umask(before)
    return before


def test_the_null_device_is_a_log_that_keeps_nothing() -> None:
    os.write(descriptor := open_log(Path(os.devnull)), b"x")
    os.close(descriptor)


def test_no_descriptor_is_left_open_when_it_is_refused(tmp_path: Path) -> None:
    a_folder(tmp_path / "log")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        with pytest.raises(OSError, match="regular"):
            read_private(tmp_path / "log", 10)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_file_is_read_to_a_limit(tmp_path: Path) -> None:
    (tmp_path / "journal").write_bytes(b"123456")
    assert read_private(tmp_path / "journal", 4) == b"1234"
