"""Journals on disk: private, durable, held by one process, and never trusted further than they deserve."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from pipeops_tui.provisioning.journal.codec import Journal, JournalUnavailable, to_line
from pipeops_tui.provisioning.journal.entries import Closed, Delivered, Entry, Intended, Made, RunOutcome, Subject
from pipeops_tui.provisioning.journal.journal_store import KEPT_FOR, JournalStore, Survey
from pipeops_tui.provisioning.run import Run
from tests.provisioning.bench import PLAN, Watcher, assert_one_of_everything, new_ids, new_run
from tests.provisioning.test_journal import BEGUN, RUN_ID
from tests.provisioning.world import RESOURCE_MANAGER, World
from tests.support.clocks import START, VirtualClock

KEY_ID = "0b4f0f54-5b2c-4f0b-8f4c-0d8b3a5b9c01"
APPLICATION_ID = "b0f3c1de-7a55-4f0c-8f38-3f6f1c2a9e44"
STARTED = Intended(START, Subject.GROUP, "PipeOpsRG")
DELIVERED = (
    Made(START, Subject.APPLICATION, "name", APPLICATION_ID, APPLICATION_ID),
    Made(START, Subject.SECRET, KEY_ID, KEY_ID),
    Delivered(START, KEY_ID),
)


@pytest.fixture
def store(tmp_path: Path) -> JournalStore:
    return JournalStore(tmp_path / "state" / "runs", VirtualClock())


def put(store: JournalStore, text: bytes, name: str = f"{RUN_ID}.journal") -> Path:
    store.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = store.directory / name
    path.write_bytes(text)
    return path


def text_of(*entries: Entry) -> bytes:
    return "".join(to_line(entry) for entry in (BEGUN, *entries)).encode()


async def test_a_journal_is_for_its_user_alone(store: JournalStore) -> None:
    journal = store.new()
    await journal.append(BEGUN)
    path = store.directory / f"{RUN_ID}.journal"
    assert path.stat().st_mode & 0o777 == 0o600
    assert store.directory.stat().st_mode & 0o777 == 0o700
    assert path.read_bytes() == to_line(BEGUN).encode()
    journal.close()


async def test_an_open_directory_is_closed_to_others(store: JournalStore) -> None:
    store.directory.mkdir(parents=True)
    store.directory.chmod(0o755)
    journal = store.new()
    await journal.append(BEGUN)
    assert store.directory.stat().st_mode & 0o777 == 0o700
    journal.close()


async def test_journal_and_directory_are_private_whatever_the_umask(store: JournalStore) -> None:
    before = os.umask(0o777)
    try:
        store.directory.parent.mkdir(parents=True, exist_ok=True)
        store.directory.parent.chmod(0o700)
        journal = store.new()
        await journal.append(BEGUN)
    finally:
        os.umask(before)
    assert (store.directory / f"{RUN_ID}.journal").stat().st_mode & 0o777 == 0o600
    assert store.directory.stat().st_mode & 0o777 == 0o700
    journal.close()


async def test_a_journal_that_others_could_read_is_made_private(store: JournalStore) -> None:
    path = put(store, text_of(STARTED))
    path.chmod(0o644)
    assert len((await store.survey(RESOURCE_MANAGER)).unfinished) == 1
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to("nowhere")])
async def test_what_is_no_regular_file_is_set_aside_and_never_waited_for(
    store: JournalStore, make: Callable[[Path], None]
) -> None:
    store.directory.mkdir(parents=True)
    make(store.directory / "x.journal")
    (said,) = (await store.survey(RESOURCE_MANAGER)).set_aside
    assert "was not written by pipeops-tui" in said
    assert (await store.survey(RESOURCE_MANAGER)).set_aside == ()


async def test_a_pipe_put_in_place_of_a_journal_or_its_lock_is_not_waited_for(store: JournalStore) -> None:
    path = put(store, text_of(STARTED))
    (recorded,) = (await store.survey(RESOURCE_MANAGER)).unfinished
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(JournalUnavailable):
        await store.reopen(recorded)
    path.unlink()
    put(store, text_of(STARTED))
    path.with_suffix(".lock").unlink(missing_ok=True)
    os.mkfifo(path.with_suffix(".lock"))
    await store.survey(RESOURCE_MANAGER)


async def test_what_a_journal_says_is_shown_as_plain_text(store: JournalStore) -> None:
    text = text_of(STARTED).replace(b'"Contoso"', b'"A\\u001b[2JB\\u202e"')
    put(store, text.replace(b'"name":"PipeOpsRG"', b'"name":"R\\u001b]52;c;eA==\\u0007"'))
    (recorded,) = (await store.survey(RESOURCE_MANAGER)).unfinished
    assert recorded.state.plan.tenant_name == "A<U+001B>[2JB<U+202E>"
    assert recorded.state.group.name == "R<U+001B>]52;c;eA==<U+0007>"


async def test_the_name_of_a_file_does_not_act_on_the_terminal(store: JournalStore) -> None:
    put(store, b"{}\n", "\x1b]0;x\x07.journal")
    (said,) = (await store.survey(RESOURCE_MANAGER)).set_aside
    assert said.isprintable()


async def test_a_run_that_never_begins_leaves_no_file(store: JournalStore) -> None:
    store.new().close()
    assert not store.directory.exists()
    assert (await store.survey(RESOURCE_MANAGER)).unfinished == ()


async def test_an_unfinished_run_is_found_and_taken_up_alone(store: JournalStore) -> None:
    put(store, text_of(STARTED))
    survey = await store.survey(RESOURCE_MANAGER + "/")
    assert [run.state.run_id for run in survey.unfinished] == [RUN_ID]
    state, journal = await store.reopen(survey.unfinished[0])
    assert state.group.may_exist
    meanwhile = await store.survey(RESOURCE_MANAGER)
    assert (meanwhile.unfinished, meanwhile.in_use) == ((), survey.unfinished)
    with pytest.raises(JournalUnavailable, match="another pipeops-tui"):
        await store.reopen(survey.unfinished[0])
    journal.close()
    _, again = await store.reopen(survey.unfinished[0])
    again.close()


async def test_a_killed_process_lets_go_of_its_run(store: JournalStore) -> None:
    path = put(store, text_of(STARTED))
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time; from pathlib import Path\n"
            "from pipeops_tui.provisioning.journal.journal_file import JournalFile\n"
            "path = Path(sys.argv[1]); journal = JournalFile(path.parent, path); journal.open()\n"
            "print('held', flush=True); time.sleep(60)",
            str(path),
        ],
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert (await store.survey(RESOURCE_MANAGER)).unfinished == ()
    finally:
        holder.send_signal(signal.SIGKILL)
        holder.communicate()
    survey = await store.survey(RESOURCE_MANAGER)
    _, journal = await store.reopen(survey.unfinished[0])
    journal.close()


async def test_a_torn_line_is_cut_off_before_anything_is_added(store: JournalStore) -> None:
    path = put(store, text_of() + to_line(STARTED).encode()[:-5])
    survey = await store.survey(RESOURCE_MANAGER)
    assert survey.unfinished == ()  # nothing was ever sent
    path = put(store, text_of(STARTED) + b'{"kind": "ma')
    survey = await store.survey(RESOURCE_MANAGER)
    _, journal = await store.reopen(survey.unfinished[0])
    await journal.append(Closed(START, RunOutcome.FORGOTTEN))
    journal.close()
    assert path.read_bytes() == text_of(STARTED, Closed(START, RunOutcome.FORGOTTEN))


async def test_runs_of_another_cloud_are_not_offered(store: JournalStore) -> None:
    path = put(store, text_of(STARTED))
    survey = await store.survey("https://management.usgovcloudapi.net")
    assert survey == type(survey)()
    assert path.exists()


async def test_what_cannot_be_trusted_is_set_aside_once_with_a_sentence(store: JournalStore) -> None:
    put(store, text_of() + b"not json\n", "corrupt.journal")
    put(store, b"shopping list\n", "foreign.journal")
    put(store, b"x" * 2_000_000, "huge.journal")
    survey = await store.survey(RESOURCE_MANAGER)
    assert len(survey.set_aside) == 3
    assert all("was set aside" in sentence for sentence in survey.set_aside)
    assert (await store.survey(RESOURCE_MANAGER)).set_aside == ()
    assert {path.name for path in store.directory.iterdir()} == {
        *("corrupt.journal.set-aside", "foreign.journal.set-aside", "huge.journal.set-aside")
    }


async def test_what_a_newer_version_wrote_is_left_to_it(store: JournalStore) -> None:
    text = text_of(STARTED).replace(b'"version":3', b'"version":4')
    path = put(store, text)
    survey = await store.survey(RESOURCE_MANAGER)
    assert "another version" in survey.set_aside[0]
    assert path.read_bytes() == text


async def test_a_link_is_never_followed(store: JournalStore, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.write_bytes(text_of(STARTED))
    store.directory.mkdir(parents=True)
    (store.directory / "link.journal").symlink_to(target)
    survey = await store.survey(RESOURCE_MANAGER)
    assert survey.unfinished == ()
    assert "set aside" in survey.set_aside[0]
    assert target.read_bytes() == text_of(STARTED)


async def test_a_journal_that_has_become_a_link_is_not_written_to(store: JournalStore, tmp_path: Path) -> None:
    """Between the survey and the choice to continue."""
    path = put(store, text_of(STARTED))
    found = (await store.survey(RESOURCE_MANAGER)).unfinished[0]
    target = tmp_path / "elsewhere"
    target.write_bytes(text_of(STARTED) + b"half a line")
    path.unlink()
    path.symlink_to(target)
    with pytest.raises(JournalUnavailable):
        await store.reopen(found)
    assert target.read_bytes() == text_of(STARTED) + b"half a line"


async def test_a_new_journal_takes_no_place_that_is_taken(store: JournalStore, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    store.directory.mkdir(parents=True)
    (store.directory / f"{RUN_ID}.journal").symlink_to(target)
    with pytest.raises(JournalUnavailable):
        await store.new().append(BEGUN)
    assert not target.exists()
    (store.directory / f"{RUN_ID}.journal").unlink()
    path = put(store, text_of(STARTED))
    with pytest.raises(JournalUnavailable):
        await store.new().append(BEGUN)
    assert path.read_bytes() == text_of(STARTED)


async def test_an_entry_is_on_the_device_when_append_returns(
    store: JournalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each line, and the name of a new file in its directory."""
    really, flushed = os.fsync, list[tuple[bool, int]]()

    def watched(descriptor: int) -> None:
        about = os.fstat(descriptor)
        flushed.append((stat.S_ISDIR(about.st_mode), about.st_size))
        really(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    journal, written = store.new(), 0
    for entry in (BEGUN, STARTED, *DELIVERED):
        before = len(flushed)
        await journal.append(entry)
        written += len(to_line(entry).encode())
        assert flushed[-1] == (False, written)
        assert any(is_directory for is_directory, _ in flushed[before:]) is (entry is BEGUN)
    journal.close()


@pytest.mark.parametrize("days", [None, 180])
async def test_a_finished_run_is_remembered_for_a_month_after_its_secret_has_expired(
    tmp_path: Path, days: int | None
) -> None:
    """Or after its last entry, where that is not known."""
    clock = VirtualClock()
    store = JournalStore(tmp_path, clock)
    expires = None if days is None else START + timedelta(days=days)
    made = Made(START, Subject.SECRET, KEY_ID, KEY_ID, expires=expires)
    path = put(store, text_of(DELIVERED[0], made, DELIVERED[2]))
    clock.advance(((expires or START) + KEPT_FOR - clock.now()).total_seconds())
    survey = await store.survey(RESOURCE_MANAGER)
    assert (len(survey.unfinished), len(survey.undoable)) == (0, 1)
    clock.advance(1)
    assert (await store.survey(RESOURCE_MANAGER)).undoable == ()
    assert not path.exists()


async def test_an_unfinished_run_is_never_pruned(tmp_path: Path) -> None:
    clock = VirtualClock()
    store = JournalStore(tmp_path, clock)
    put(store, text_of(*DELIVERED[:2]))
    clock.advance(10 * KEPT_FOR.total_seconds())
    assert len((await store.survey(RESOURCE_MANAGER)).unfinished) == 1


async def test_a_forgotten_run_is_not_offered_again(store: JournalStore) -> None:
    path = put(store, text_of(STARTED))
    survey = await store.survey(RESOURCE_MANAGER)
    await store.forget(survey.unfinished[0])
    assert (await store.survey(RESOURCE_MANAGER)).unfinished == ()
    assert not path.exists()


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    """A disk on which no file grows beyond `size` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


async def test_a_full_disk_is_said_and_leaves_no_half_line(store: JournalStore) -> None:
    journal = store.new()
    await journal.append(BEGUN)
    path = store.directory / f"{RUN_ID}.journal"
    with file_size_limit(path.stat().st_size + 20):
        with pytest.raises(JournalUnavailable):
            await journal.append(STARTED)
        assert path.read_bytes() == text_of()
    await journal.append(STARTED)
    assert path.read_bytes() == text_of(STARTED)
    journal.close()


async def test_a_closed_journal_takes_nothing_more(store: JournalStore) -> None:
    journal = store.new()
    await journal.append(BEGUN)
    journal.close()
    with pytest.raises(JournalUnavailable):
        await journal.append(STARTED)
    assert (store.directory / f"{RUN_ID}.journal").read_bytes() == text_of()


@pytest.mark.parametrize("obstacle", ["file", "dangling"])
async def test_a_directory_that_cannot_be_made_is_said(tmp_path: Path, obstacle: str) -> None:
    parent = tmp_path / "state"
    if obstacle == "file":
        parent.write_text("in the way")
    else:
        parent.symlink_to(tmp_path / "nowhere" / "else")
        (tmp_path / "nowhere").write_text("in the way")
    store = JournalStore(parent / "runs", VirtualClock())
    with pytest.raises(JournalUnavailable) as caught:
        await store.new().append(BEGUN)
    assert "continue without a journal" in caught.value.problem.remedy


async def test_whether_a_journal_can_be_written_is_known_before_there_is_one(store: JournalStore) -> None:
    await store.check_writable()
    assert list(store.directory.iterdir()) == []
    with file_size_limit(1000), pytest.raises(JournalUnavailable) as caught:
        await store.check_writable()
    assert "continue without a journal" in caught.value.problem.remedy
    assert list(store.directory.iterdir()) == []


async def test_a_run_in_use_that_cannot_be_read_is_left_alone(store: JournalStore) -> None:
    path = put(store, text_of(STARTED))
    _, journal = await store.reopen((await store.survey(RESOURCE_MANAGER)).unfinished[0])
    path.write_bytes(b"shopping list\n")
    assert await store.survey(RESOURCE_MANAGER) == Survey()
    journal.close()


async def test_writing_does_not_hold_up_the_event_loop(store: JournalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    really = os.fsync

    def slow(descriptor: int) -> None:
        time.sleep(0.2)
        really(descriptor)

    monkeypatch.setattr(os, "fsync", slow)
    journal = store.new()
    longest = 0.0
    writing = asyncio.ensure_future(journal.append(BEGUN))
    while not writing.done():
        before = time.perf_counter()
        await asyncio.sleep(0.001)
        longest = max(longest, time.perf_counter() - before)
    journal.close()
    assert longest < 0.15


async def test_a_run_survives_its_process_on_disk(store: JournalStore) -> None:
    world = World(VirtualClock())
    journal = Patient(store.new(), world.clock)
    await new_run(world, journal).execute()  # and quits without a copy of the secret
    journal.close()
    survey = await store.survey(RESOURCE_MANAGER)
    state, again = await store.reopen(survey.unfinished[0])
    run = Run.resume(state, world, world.clock, new_ids("second process"), Patient(again, world.clock))
    watcher = Watcher(run)
    await run.execute()
    assert watcher.ended.failed is None
    assert_one_of_everything(world, run)
    assert run.plan == PLAN
    run.close()


class Patient:
    """A journal whose writing takes no virtual time."""

    def __init__(self, journal: Journal, clock: VirtualClock) -> None:
        self._journal = journal
        self._clock = clock

    async def append(self, entry: Entry) -> None:
        with self._clock.busy():
            await self._journal.append(entry)

    def close(self) -> None:
        self._journal.close()
