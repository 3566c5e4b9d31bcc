"""The journal's text: what is written comes back, and nothing that was not written is believed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeops_tui.model import Plan
from pipeops_tui.provisioning.entries import (
    Amended,
    Begun,
    Closed,
    Delivered,
    Entry,
    Gone,
    Intended,
    Made,
    Outcome,
    Removing,
    Subject,
)
from pipeops_tui.provisioning.journal import (
    CorruptJournalError,
    ForeignJournalError,
    complete_lines,
    read_state,
    to_line,
)
from pipeops_tui.provisioning.replay import apply, begin, replay
from pipeops_tui.provisioning.state import RunState
from tests.provisioning.bench import PLAN, MemoryJournal, new_run, resumed
from tests.provisioning.world import RESOURCE_MANAGER, World
from tests.virtual_time import START, VirtualClock

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
)
entries: st.SearchStrategy[Entry] = st.one_of(
    st.builds(Intended, instants, subjects, guids, st.booleans(), st.lists(guids, max_size=3).map(tuple)),
    st.builds(Made, instants, subjects, guids, guids, guids, st.none() | instants),
    st.builds(Removing, instants, subjects, guids),
    st.builds(Gone, instants, subjects, guids),
    st.builds(Delivered, instants, guids),
    st.builds(Closed, instants, st.sampled_from(Outcome)),
    st.builds(Amended, instants, texts, texts, texts, st.lists(st.tuples(texts, texts), max_size=3).map(tuple)),
)
journals = st.tuples(st.builds(Begun, instants, guids, texts, plans), st.lists(entries, max_size=15))


def written(begun: Begun, rest: list[Entry]) -> bytes:
    return "".join(map(to_line, [begun, *rest])).encode()


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


@pytest.mark.parametrize("version", [0, 3, "1", None])
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
    ],
)
def test_an_id_that_is_no_guid_makes_the_journal_corrupt(entry: Entry) -> None:
    with pytest.raises(CorruptJournalError):
        read_state(written(BEGUN, [entry]))


def test_a_plan_twice_makes_the_journal_corrupt() -> None:
    with pytest.raises(CorruptJournalError):
        read_state(to_line(BEGUN).encode() * 2)


@given(st.lists(entries, max_size=15))
def test_a_deleted_application_takes_its_principal_and_secrets_along(rest: list[Entry]) -> None:
    state = begin(BEGUN)
    for entry in rest:
        state = apply(state, entry)
    state = apply(state, Gone(START, Subject.APPLICATION, state.application.name))
    assert (state.application.perhaps, state.principal.perhaps, state.secrets, state.client_id) == (
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
    state = read_state(written(replace(BEGUN, at=at), []))
    assert state is not None
    assert state.begun == at
