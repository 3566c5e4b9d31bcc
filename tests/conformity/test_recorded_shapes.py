"""The recorded forms that are kept here: the simulated Azure answers in every one of them."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.conformity.__main__ import main
from tests.conformity.compare import Comparison, compare
from tests.conformity.recordings import Recording, read
from tests.conformity.situations import situation_for
from tests.conformity.stage import Stage

FILE = Path(__file__).parent / "recorded_shapes.json"
RECORDINGS = read(FILE)
FORMS: list[dict[str, Any]] = json.loads(FILE.read_text("utf-8"))
Judge = Callable[[Recording], Comparison]


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    """Compares a recording, with one simulated Azure for each scenario."""
    with ExitStack() as exits:
        stages: dict[str, Stage] = {}

        def judge(recording: Recording) -> Comparison:
            situation = situation_for(recording)
            assert situation is not None, "no situation fits"
            if situation.scenario not in stages:
                stages[situation.scenario] = exits.enter_context(Stage(situation.scenario))
            return compare(stages[situation.scenario], recording, situation)

        yield judge


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda recording: recording.name)
def test_every_recorded_form_agrees(judge: Judge, recording: Recording) -> None:
    assert judge(recording).differences == ()


def changed(folder: Path, name: str, change: Callable[[dict[str, Any]], None]) -> Recording:
    """One recorded form with a change, read back."""
    form = copy.deepcopy(next(form for form in FORMS if form["name"] == name))
    change(form)
    file = folder / "forms.json"
    file.write_text(json.dumps([form]))
    (recording,) = read(file)
    return recording


_LOCK, _CLUSTER = "arm_put_lock_201", "arm_get_managedcluster_404_resourcenotfound_2024"
CHANGES: dict[str, tuple[str, Callable[[dict[str, Any]], None], str]] = {
    "a key more": (_LOCK, lambda f: f["body"]["keys"].append(["etag", "string"]), "etag: is missing"),
    "a key less": (_LOCK, lambda f: f["body"]["keys"].pop(), "name: is not expected"),
    "another order": (_LOCK, lambda f: f["body"]["keys"].reverse(), "body: order name, type, id, properties"),
    "another kind": (_LOCK, lambda f: f["body"]["keys"].__setitem__(3, ["name", "number"]), "name: number expected"),
    "a header more": (_LOCK, lambda f: f["headers"].append("x-ms-new"), "header:x-ms-new: is missing"),
    "another status": (_LOCK, lambda f: f.update(status=200), "status: 200 expected, 201 found"),
    "another type": (_LOCK, lambda f: f.update(content_type="text/plain"), "header:content-type: text/plain expected"),
    "another code": (_CLUSTER, lambda f: f.update(error_code="NotFound"), "error.code: 'NotFound' expected"),
    "other words": (_CLUSTER, lambda f: f.update(error_words="Gone."), "error.message: message like 'Gone.'"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_whatever_differs_is_noticed(judge: Judge, tmp_path: Path, name: str) -> None:
    of, change, said = CHANGES[name]
    found = judge(changed(tmp_path, of, change)).differences
    assert any(said in difference for difference in found), found


def test_the_program_reads_a_file_of_forms(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(FILE)]) == 0
    assert f"{len(FORMS)} of {len(FORMS)} agree." in capsys.readouterr().out
