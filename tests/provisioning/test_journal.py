"""The journal's text: what is written comes back, and nothing that was not written is believed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeops_tui.core.model import Plan, Write
from pipeops_tui.provisioning.journal.codec import (
    CorruptJournalError,
    ForeignJournalError,
    complete_lines,
    read_state,
    to_line,
)
from pipeops_tui.provisioning.journal.entries import (
    Amended,
    Begun,
    Closed,
    Delivered,
    Entry,
    Gone,
    Intended,
    Made,
    Removing,
    RunOutcome,
    Subject,
)
from pipeops_tui.provisioning.journal.replay import apply, begin, replay
from pipeops_tui.provisioning.journal.run_state import RunState
from tests.provisioning.bench import PLAN, MemoryJournal, new_run, resumed
from tests.provisioning.world import RESOURCE_MANAGER, World
from tests.support.clocks import START, VirtualClock

RUN_ID = "5e0c0f4e-94a7-4cf1-a3a4-0d3a2a3c7b11"
BEGUN = Begun(START, RUN_ID, RESOURCE_MANAGER, PLAN)

guids = st.uuids().map(str)
instants = st.datetimes(timezones=st.just(UTC))
subjects = st.sampled_from(Subject)
texts = st.text(max_size=30)
plans = st.builds(
    Plan,
    tenant_id=guids,
    tenant_name=texts,
    subscription_id=guids,
    subscription_name=texts,
    group_name=texts,
    group_is_new=st.booleans(),
    location=texts,
    location_display=texts,
    application_name=texts,
    secret_description=texts,
    secret_days=st.integers(1, 730),
    providers=st.lists(texts, max_size=3).map(tuple),
    group_tags=st.lists(st.tuples(texts, texts), max_size=3).map(tuple),
    doubts=st.lists(st.sampled_from(Write), unique=True).map(tuple),
    owner_assigns=st.booleans(),
)
entries: st.SearchStrategy[Entry] = st.one_of(
    st.builds(Intended, instants, subjects, guids, st.booleans(), st.lists(guids, max_size=3).map(tuple)),
    st.builds(Made, instants, subjects, guids, guids, guids, st.none() | instants),
    st.builds(Removing, instants, subjects, guids),
    st.builds(Gone, instants, subjects, guids),
    st.builds(Delivered, instants, guids),
    st.builds(Closed, instants, st.sampled_from(RunOutcome)),
    st.builds(Amended, instants, texts, texts, texts, st.lists(st.tuples(texts, texts), max_size=3).map(tuple)),
)
journals = st.tuples(st.builds(Begun, instants, guids, texts, plans), st.lists(entries, max_size=15))


def written(begun: Begun, rest: list[Entry]) -> bytes:
    return "".join(map(to_line, [begun, *rest])).encode()


@given(journals)
def test_every_entry_is_read_back_equal(journal: tuple[Begun, list[Entry]]) -> None:
    begun, rest = journal
    for entry in (begun, *rest):
        line = to_line(entry)
        assert line.endswith("\n")
        assert line.count("\n") == 1
        assert msgspec.json.decode(line, type=Entry) == entry


@given(journals)
def test_reading_gives_the_state_that_was_written(journal: tuple[Begun, list[Entry]]) -> None:
    begun, rest = journal
    assert read_state(written(begun, rest)) == replay([begun, *rest])


@given(journals, st.data())
def test_every_prefix_gives_the_state_of_its_whole_lines(
    journal: tuple[Begun, list[Entry]], data: st.DataObject
) -> None:
    begun, rest = journal
    text = written(begun, rest)
    prefix = text[: data.draw(st.integers(0, len(text)))]
    whole = prefix.count(b"\n")
    assert read_state(prefix) == replay([begun, *rest][:whole])


@settings(max_examples=300)
@given(journals, st.data())
def test_damage_is_found_or_harmless(journal: tuple[Begun, list[Entry]], data: st.DataObject) -> None:
    text = bytearray(written(*journal))
    for _ in range(data.draw(st.integers(1, 3))):
        text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.integers(0, 255))
    try:
        state = read_state(bytes(text))
    except (CorruptJournalError, ForeignJournalError):
        return
    assert state is None or isinstance(state, RunState)


@given(st.binary(max_size=300))
def test_any_other_file_is_foreign(text: bytes) -> None:
    if complete_lines(text):
        with pytest.raises(ForeignJournalError):
            read_state(text)
    else:
        assert read_state(text) is None


RECORDED = Path(__file__).parent / "recorded_journals"
"""Written by the program before it used msgspec, kept byte for byte."""


def test_a_recorded_run_whose_secret_was_delivered_is_read() -> None:
    state = read_state((RECORDED / "version_1_delivered.journal").read_bytes())
    assert state is not None
    assert (state.delivered, state.unfinished, state.undoing, state.outcome) == (True, False, False, None)
    assert state.plan.application_name == "PipeOps für „Contoso“"
    assert state.plan.group_tags == (("team", "Ä, b"),)
    assert state.providers == ("Microsoft.Compute",)
    assert state.client_id == "f728b4fa-4248-4e3a-8a5d-2f346baa9455"
    assert all(found.made for found in state.resources)
    secret = state.secrets[-1]
    assert (len(state.secrets), secret.live_key) == (1, "4cb0fc25-7888-4c27-8f84-15e5781bd2ef")
    assert secret.expires == datetime(2026, 10, 31, 7, 55, 1, tzinfo=UTC)


def test_a_recorded_run_that_was_undone_is_read() -> None:
    state = read_state((RECORDED / "version_1_undone.journal").read_bytes())
    assert state is not None
    assert (state.outcome, state.empty, state.unfinished) == (RunOutcome.UNDONE, True, False)


def test_a_recorded_run_that_waits_for_an_owner_is_read() -> None:
    state = read_state((RECORDED / "version_2_waiting_for_owner.journal").read_bytes())
    assert state is not None
    assert (state.awaits_owner, state.plan.owner_assigns, state.plan.doubts) == (True, True, (Write.SECRET,))
    assert state.grant.name == state.principal.id == "d4713d60-c8a7-4639-ab11-67b367a9c378"
    assert state.grant.at == datetime(2026, 5, 4, 8, 0, 0, 400_000, tzinfo=UTC)
    assert (state.plan.group_name, state.plan.location) == ("PipeOpsRG2", "northeurope")


@pytest.mark.parametrize("version", [0, 4, "1", None])
def test_another_version_is_not_guessed_at(version: object) -> None:
    line = json.loads(to_line(BEGUN)) | {"version": version}
    with pytest.raises(ForeignJournalError) as caught:
        read_state(json.dumps(line).encode() + b"\n")
    assert caught.value.from_other_version


@pytest.mark.parametrize(
    "change",
    [
        {"run_id": "../../etc"},
        {"at": "yesterday"},
        {"at": "2026-05-04T08:00:00"},
        {"plan": None},
        {"plan": {}},
        {"kind": "deleted"},
        {"kind": None},
    ],
)
def test_a_line_that_means_nothing_makes_the_journal_corrupt(change: dict[str, object]) -> None:
    line = json.loads(to_line(BEGUN)) | change
    with pytest.raises(CorruptJournalError):
        read_state(json.dumps(line).encode() + b"\n")


@pytest.mark.parametrize(
    "entry",
    [
        Made(START, Subject.APPLICATION, "name", id="x/../y", client_id=RUN_ID),
        Made(START, Subject.PRINCIPAL, "name", id=""),
        Made(START, Subject.ASSIGNMENT, "everything"),
        Intended(START, Subject.SECRET, "*"),
        Made(START, Subject.SECRET, RUN_ID, id=RUN_ID, expires=datetime(2027, 5, 4)),
    ],
)
def test_an_id_that_is_no_guid_makes_the_journal_corrupt(entry: Entry) -> None:
    with pytest.raises(CorruptJournalError):
        to_line(entry)  # what could not be read is not written either
    line = msgspec.json.encode(entry) + b"\n"
    with pytest.raises(CorruptJournalError):
        read_state(to_line(BEGUN).encode() + line)


@pytest.mark.parametrize("entries", range(1, 9))
async def test_what_could_not_be_written_as_an_intent_is_not_known_and_not_sent(entries: int) -> None:
    """The journal is full after so many entries."""
    world = World(VirtualClock())

    class Filling(MemoryJournal):
        async def append(self, entry: Entry) -> None:
            self.full = self.text.count(b"\n") >= entries
            await super().append(entry)

    journal = Filling()
    run = new_run(world, journal)
    await run.execute()
    told = read_state(journal.text)
    assert told is not None
    made = {"put_group": told.group, "upsert_application": told.application, "put_role_assignment": told.assignment}
    for request, record in made.items():
        assert record.may_exist or request not in world.requests
    for mine, written in zip(run.state.resources, told.resources, strict=True):
        assert written.may_exist or not mine.may_exist
    assert told.secrets or "add_password" not in world.requests


def test_a_plan_twice_makes_the_journal_corrupt() -> None:
    with pytest.raises(CorruptJournalError):
        read_state(to_line(BEGUN).encode() * 2)


@given(st.lists(entries, max_size=15))
def test_a_deleted_application_takes_its_principal_and_secrets_along(rest: list[Entry]) -> None:
    state = begin(BEGUN)
    for entry in rest:
        state = apply(state, entry)
    state = apply(state, Gone(START, Subject.APPLICATION, state.application.name))
    assert (state.application.may_exist, state.principal.may_exist, state.secrets, state.client_id) == (
        False,
        False,
        (),
        "",
    )


@given(st.lists(entries, max_size=15))
def test_a_unique_name_is_never_used_again_after_its_application_is_gone(rest: list[Entry]) -> None:
    state = begin(BEGUN)
    used: set[str] = set()
    for entry in rest:
        before, state = state, apply(state, entry)
        if isinstance(entry, Gone) and entry.subject is Subject.APPLICATION:
            used.add(before.unique_name)
        assert state.unique_name not in used


async def test_any_prefix_of_a_real_journal_can_be_continued() -> None:
    journal = MemoryJournal()
    await new_run(World(VirtualClock()), journal).execute()
    lines = journal.text.splitlines(keepends=True)
    for count in range(1, len(lines) + 1):
        world = World(VirtualClock(), seed=count)
        world.clock.advance(100_000)  # none of what the journal tells of is there any more
        run = resumed(world, world.clock, MemoryJournal(b"".join(lines[:count])))
        assert run is not None
        await run.execute()
        assert run.credentials is not None, f"after {count} lines"
        assert len(world.living) == 1


def test_instants_keep_their_microseconds() -> None:
    at = datetime(2026, 5, 4, 8, 0, 0, 1, tzinfo=UTC)
    state = read_state(written(msgspec.structs.replace(BEGUN, at=at), []))
    assert state is not None
    assert state.begun == at
