"""What the journals of this computer say about connections, and that they stay as they are."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from filelock import FileLock

from pipeops_tui.connections.connection import ConnectionState, FoundBy
from pipeops_tui.connections.journaled import JournaledConnections, journaled_connections
from pipeops_tui.connections.state_words import state_words
from pipeops_tui.provisioning import JournalStore
from pipeops_tui.provisioning.journal.entries import RunOutcome
from tests.connections.journals import client_id, named, write_journal
from tests.support.clocks import VirtualClock

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)


def day(days: float) -> datetime:
    return NOW + timedelta(days=days)


def states(found: JournaledConnections) -> list[str]:
    return [one.state for one in found.connections]


@pytest.mark.parametrize(
    ("expiries", "state", "words"),
    [
        ((day(100),), ConnectionState.NOT_CHECKED, "not checked, expires in 100 days"),
        ((day(12),), ConnectionState.EXPIRES_SOON, "expires in 12 days"),
        ((day(30),), ConnectionState.EXPIRES_SOON, "expires in 30 days"),
        ((day(31),), ConnectionState.NOT_CHECKED, "not checked, expires in 31 days"),
        ((day(0.2),), ConnectionState.EXPIRES_SOON, "expires today"),
        ((day(1),), ConnectionState.EXPIRES_SOON, "expires in 1 day"),
        ((day(-0.2),), ConnectionState.EXPIRED, "expired today"),
        ((day(-3),), ConnectionState.EXPIRED, "expired 3 days ago"),
        ((NOW,), ConnectionState.EXPIRED, "expired today"),
        (
            (day(20), day(200)),
            ConnectionState.TWO_SECRETS,
            "2 client secrets, the old one until 20 December 2026 (UTC)",
        ),
        ((day(-20), day(200)), ConnectionState.NOT_CHECKED, "not checked, expires in 200 days"),
        ((day(-20), day(10)), ConnectionState.EXPIRES_SOON, "expires in 10 days"),
        ((day(20), None), ConnectionState.UNFINISHED, "unfinished"),
        ((), ConnectionState.UNFINISHED, "unfinished"),
    ],
)
def test_the_state_is_what_the_dates_of_the_secrets_say(
    expiries: tuple[datetime | None, ...], state: ConnectionState, words: str, tmp_path: Path
) -> None:
    write_journal(tmp_path, 1, *expiries)
    (found,) = journaled_connections(tmp_path, NOW).connections
    assert found.state is state
    assert state_words(found, NOW) == words
    assert found.found_by is FoundBy.JOURNAL
    assert found.client_id == client_id(1)


def test_a_secret_that_was_never_copied_leaves_the_run_unfinished(tmp_path: Path) -> None:
    write_journal(tmp_path, 1, day(-3), delivered=False)
    assert states(journaled_connections(tmp_path, NOW)) == [ConnectionState.UNFINISHED]


def test_how_soon_can_be_chosen(tmp_path: Path) -> None:
    write_journal(tmp_path, 1, day(45))
    assert states(journaled_connections(tmp_path, NOW, timedelta(days=60))) == [ConnectionState.EXPIRES_SOON]
    assert states(journaled_connections(tmp_path, NOW, timedelta(days=40))) == [ConnectionState.NOT_CHECKED]


def test_every_cloud_is_listed_and_unfinished_ones_come_first(tmp_path: Path) -> None:
    write_journal(tmp_path, 1, day(100), plan=named("first"), begun=day(-90))
    write_journal(tmp_path, 2, plan=named("interrupted"), begun=day(-80))
    write_journal(tmp_path, 3, day(90), plan=named("elsewhere"), resource_manager="https://rm.example", begun=day(-1))
    found = journaled_connections(tmp_path, NOW)
    assert [one.application_name for one in found.connections] == ["interrupted", "elsewhere", "first"]
    assert found.complaints == ()


@pytest.mark.parametrize("outcome", list(RunOutcome))
def test_what_was_undone_or_forgotten_is_not_listed(outcome: RunOutcome, tmp_path: Path) -> None:
    write_journal(tmp_path, 1, day(100), outcome=outcome)
    assert journaled_connections(tmp_path, NOW) == JournaledConnections()


def snapshot(folder: Path) -> dict[str, tuple[bytes, int, int]]:
    return {
        path.name: (path.read_bytes(), path.stat().st_mode, path.stat().st_mtime_ns)
        for path in folder.iterdir()
        if path.is_file()
    }


async def test_nothing_is_locked_renamed_deleted_or_changed(tmp_path: Path) -> None:
    good = write_journal(tmp_path, 1, day(100))
    good.chmod(0o644)
    write_journal(tmp_path, 2, day(-300), begun=day(-480))  # a survey would delete it
    write_journal(tmp_path, 3, day(50), outcome=RunOutcome.UNDONE)
    torn = write_journal(tmp_path, 4, day(50))
    with torn.open("ab") as file:
        file.write(b'{"kind": "gone", "at"')
    (tmp_path / "broken.journal").write_text('{"kind": "begun", "format": "pipeops-tui run", "version": 1}\n')
    (tmp_path / "foreign.journal").write_text("hello\n")
    (tmp_path / "future.journal").write_text('{"format": "pipeops-tui run", "version": 99}\n')
    (tmp_path / "huge.journal").write_bytes(bytes(1_000_001))
    os.mkfifo(tmp_path / "pipe.journal")
    (tmp_path / "link.journal").symlink_to(good)
    before = snapshot(tmp_path)
    with FileLock(good.with_suffix(".lock")):
        lock = {good.with_suffix(".lock").name}
        found = journaled_connections(tmp_path, NOW)
        store = await JournalStore(tmp_path, VirtualClock()).peek()
        assert set(snapshot(tmp_path)) - lock == set(before) - lock
    assert {name: value for name, value in snapshot(tmp_path).items() if name in before} == before
    assert {one.client_id for one in found.connections} == {client_id(1), client_id(2), client_id(4)}
    assert len(store.runs) == 4
    assert len(found.complaints) == 6
    for name in ("broken", "foreign", "future", "huge", "pipe", "link"):
        (sentence,) = (one for one in found.complaints if f"{name}.journal" in one)
        assert sentence.endswith(".")
        assert sentence.isprintable()


def test_a_missing_directory_is_empty_and_is_not_created(tmp_path: Path) -> None:
    assert journaled_connections(tmp_path / "no", NOW) == JournaledConnections()
    assert not (tmp_path / "no").exists()


def test_a_file_in_place_of_the_directory_is_told(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    (sentence,) = journaled_connections(tmp_path / "state", NOW).complaints
    assert "cannot be read" in sentence


def test_ids_edited_by_hand_make_the_journal_unusable(tmp_path: Path) -> None:
    path = write_journal(tmp_path, 1, day(100))
    path.write_text(path.read_text().replace(client_id(1), "../../me"))
    found = journaled_connections(tmp_path, NOW)
    assert found.connections == ()
    assert "cannot be read" in found.complaints[0]


def test_a_hostile_name_is_shown_and_not_acted_on(tmp_path: Path) -> None:
    write_journal(tmp_path, 1, day(100), plan=named("\x1b]52;c;eA==\x07"))
    (found,) = journaled_connections(tmp_path, NOW).connections
    assert found.application_name.isprintable()


def test_a_clock_that_is_behind_is_told(tmp_path: Path) -> None:
    write_journal(tmp_path, 1, day(100), begun=day(20))
    found = journaled_connections(tmp_path, NOW)
    assert "This computer's clock shows 30 November 2026" in found.complaints[0]
    assert len(found.connections) == 1
