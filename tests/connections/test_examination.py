"""Whose a client secret is: pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeops_tui.connections.examination import secrets_of
from pipeops_tui.core.marks import run_tag, secret_key_id
from pipeops_tui.core.model import Application, PasswordKey
from pipeops_tui.provisioning import Origin, RecordedRun, peek
from tests.connections.journals import client_id, run_id, write_journal

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
DESCRIPTION = "PipeOps secret"


def key(key_id: str, days: int = 100, description: str = DESCRIPTION) -> PasswordKey:
    return PasswordKey(key_id, description, NOW - timedelta(days=1), NOW + timedelta(days=days), "abc")


def application(*keys: PasswordKey, tags: tuple[str, ...] = ()) -> Application:
    return Application(run_id(1001), client_id(1), "PipeOps", tags=tags, secrets=keys)


def recorded(folder: Path, origin: Origin = Origin.CREATED, *, older: bool = False, key_id: str = "") -> RecordedRun:
    """The journal of run 1 with one secret; `key_id` instead of the one that a run derives."""
    path = write_journal(folder, 1, NOW + timedelta(days=100))
    if key_id:
        path.write_text(path.read_text().replace(secret_key_id(run_id(1), 0), key_id))
    (run,) = peek(folder).runs
    return replace(run, state=replace(run.state, origin=origin, older=older))


OWN, RANDOM = secret_key_id(run_id(1), 0), run_id(4711)
TAGGED = ("pipeops-tui", run_tag(run_id(1)))


@pytest.mark.parametrize(
    ("tags", "key_id", "origin", "older", "ours"),
    [
        (TAGGED, OWN, Origin.CREATED, False, True),
        (TAGGED, secret_key_id(run_id(1), 255), Origin.CREATED, False, True),
        (TAGGED, secret_key_id(run_id(1), 256), Origin.CREATED, False, False),
        ((), OWN, Origin.CREATED, False, False),
        (("pipeops-tui",), OWN, Origin.CREATED, False, False),
        ((run_tag(run_id(2)),), OWN, Origin.CREATED, False, False),
        ((), OWN, Origin.ADOPTED, False, True),
        (TAGGED, RANDOM, Origin.CREATED, False, False),
        (TAGGED, RANDOM, Origin.CREATED, True, True),
        ((), RANDOM, Origin.CREATED, True, False),
    ],
)
def test_a_secret_is_ours_by_the_tag_and_its_key_id(
    tags: tuple[str, ...], key_id: str, origin: Origin, older: bool, ours: bool, tmp_path: Path
) -> None:
    journal = recorded(tmp_path, origin, older=older, key_id="" if key_id == OWN else key_id)
    (secret,) = secrets_of(application(key(key_id), tags=tags), journal)
    assert secret.ours is ours


def test_an_older_versions_secret_has_the_description_that_its_journal_gives(tmp_path: Path) -> None:
    journal = recorded(tmp_path, older=True, key_id=RANDOM)
    (secret,) = secrets_of(application(key(RANDOM, description="another"), tags=TAGGED), journal)
    assert secret.ours is False


def test_without_a_journal_the_tag_and_the_key_id_decide() -> None:
    found = secrets_of(application(key(RANDOM), key(OWN), tags=TAGGED), None)
    assert {secret.key_id: secret.ours for secret in found} == {OWN: True, RANDOM: False}
    assert {secret.hint for secret in found} == {"abc"}


def test_the_newest_secret_comes_last() -> None:
    old = replace(key(OWN), start=NOW - timedelta(days=90))
    undated = replace(key(RANDOM), start=None, end=None)
    found = secrets_of(application(key(run_id(9)), old, undated), None)
    assert [secret.key_id for secret in found] == [RANDOM, OWN, run_id(9)]
