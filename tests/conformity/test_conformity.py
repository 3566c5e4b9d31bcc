"""The comparison itself: it accepts what is the same, and finds every difference that counts."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conformity.__main__ import main
from tests.conformity.compare import compare
from tests.conformity.recordings import read
from tests.conformity.situations import situation_for
from tests.conformity.stage import Stage

Change = Callable[[dict[str, Any]], None]
_CORRELATION = "0123456789abcdef0123456789abcdef"
GROUP: dict[str, Any] = {
    "source": {"evidence": "recorded-cassette"},
    "api": "arm",
    "method": "GET",
    "path_template": "/subscriptions/{subscriptionId}/resourcegroups/{rg}",
    "query": {"api-version": "2021-04-01"},
    "request_headers_of_note": {"X-Ms-Correlation-Request-Id": _CORRELATION},
    "status": 200,
    "response_headers_of_note": {
        "Cache-Control": "no-cache",
        "Content-Type": "application/json; charset=utf-8",
        "X-Ms-Correlation-Request-Id": _CORRELATION,
        "X-Ms-Ratelimit-Remaining-Subscription-Reads": "11999",
    },
    "response_body": {
        "id": "/subscriptions/9c6e1f4e-7a53-4f38-9a64-0a1a3f0d5e11/resourceGroups/example",
        "name": "example",
        "type": "Microsoft.Resources/resourceGroups",
        "location": "westeurope",
        "tags": {"anything": "goes"},
        "properties": {"provisioningState": "Succeeded"},
    },
}
CHANGES: dict[str, tuple[Change, str]] = {
    "another status": (lambda r: r.update(status=203), "status: 203 expected, 200 found"),
    "a key more": (lambda r: r["response_body"].update(eTag="1"), "eTag: is missing"),
    "a key less": (lambda r: r["response_body"].pop("name"), "name: is not expected"),
    "another order": (lambda r: r["response_body"].update(name=r["response_body"].pop("name")), "body: order id, type"),
    "another type": (lambda r: r["response_body"].update(name=1), "name: number expected, text found"),
    "null": (lambda r: r["response_body"].update(name=None), "name: null expected, text found"),
    "another state": (lambda r: r["response_body"]["properties"].update(provisioningState="Ready"), "'Ready' expected"),
    "another form": (lambda r: r["response_body"].update(name="2026-01-01T00:00:00Z"), "name: time in whole seconds"),
    "another kind of id": (
        lambda r: r["response_body"].update(id="/subscriptions/x/providers/Y/z/n"),
        "id: id /subscr",
    ),
    "another header": (lambda r: header(r, "Cache-Control", "no-store"), "header:cache-control: no-store expected"),
    "a header more": (lambda r: header(r, "X-Ms-New", "1"), "header:x-ms-new: is missing"),
    "no content type": (lambda r: r["response_headers_of_note"].pop("Content-Type"), "header:content-type: is not exp"),
    "a text for a number": (lambda r: header(r, "X-Ms-Ratelimit-Remaining-Tenant-Reads", "9"), "tenant-reads: is miss"),
    "an id that was repeated": (lambda r: header(r, "X-Ms-Request-Id", _CORRELATION), "was the same as"),
}


def header(recording: dict[str, Any], name: str, value: str) -> None:
    recording["response_headers_of_note"][name] = value


def written(folder: Path, recording: dict[str, Any]) -> Path:
    (folder / "exchange.json").write_text(json.dumps(recording))
    return folder


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with Stage() as stage:
        yield stage


def differences(stage: Stage, folder: Path, recording: dict[str, Any]) -> tuple[str, ...]:
    (read_back,) = read(written(folder, recording))
    situation = situation_for(read_back)
    assert situation is not None
    return compare(stage, read_back, situation).differences


def test_what_is_the_same_agrees(stage: Stage, tmp_path: Path) -> None:
    assert differences(stage, tmp_path, GROUP) == ()


@pytest.mark.parametrize("name", CHANGES)
def test_whatever_differs_is_noticed(stage: Stage, tmp_path: Path, name: str) -> None:
    change, said = CHANGES[name]
    recording = copy.deepcopy(GROUP)
    change(recording)
    assert any(said in difference for difference in differences(stage, tmp_path, recording))


def test_the_program_says_what_it_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(written(tmp_path, GROUP))]) == 0
    assert "1 of 1 agree." in capsys.readouterr().out
    assert main([str(written(tmp_path, GROUP | {"status": 500}))]) == 1
    assert "DIFFERS  status: 500 expected, 200 found" in capsys.readouterr().out


def test_a_situation_nobody_prepared_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    unknown = GROUP | {"path_template": "/subscriptions/{subscriptionId}/nothing/{known}"}
    assert main([str(written(tmp_path, unknown))]) == 1
    assert "no situation is prepared for this recording" in capsys.readouterr().out


@pytest.mark.parametrize("content", [None, "{}", "not JSON"])
def test_a_folder_without_recordings_is_refused(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "exchange.json").write_text(content)
    assert main([str(tmp_path)]) == 2
