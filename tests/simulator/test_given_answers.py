"""The fault `answer`: what is described is what the client gets, and nothing else changes."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from pipeops_tui.cli import main
from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, SimulatorError, start_simulator
from pipeops_tui.simulator.operations import TABLE, ApiService
from tests.simulator.test_control import METADATA, client, owner_token

SUBSCRIPTIONS = "/subscriptions?api-version=2022-12-01"


@pytest.fixture(scope="module")
def world() -> Iterator[RunningSimulator]:
    with start_simulator(SimulatorConfig()) as running:
        yield running


@pytest.fixture
def own(world: RunningSimulator) -> Iterator[RunningSimulator]:
    yield world
    world.clear_faults()


@pytest.fixture
def http(world: RunningSimulator) -> Iterator[httpx.Client]:
    with client(world) as one:
        yield one


@pytest.fixture
def signed_in(world: RunningSimulator, http: httpx.Client) -> dict[str, str]:
    return {"Authorization": f"Bearer {owner_token(world, http)}"}


class TestAnswers:
    def test_status_headers_and_a_json_body_are_sent_as_they_are(
        self, own: RunningSimulator, http: httpx.Client
    ) -> None:
        given = {"fault": "getMetadataEndpoints:answer", "status": 403, "headers": {"X-Odd": "1"}, "body": [1, None]}
        assert http.post("/_simulator/faults", json=given).json() == {"fault": "getMetadataEndpoints@1:answer"}
        answer = http.get(METADATA)
        assert (answer.status_code, answer.json(), answer.headers["X-Odd"]) == (403, [1, None], "1")
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
        assert http.get(METADATA).status_code == 200
        assert own.requests()[-2]["fault"] == "getMetadataEndpoints@1:answer"

    def test_a_text_is_sent_raw_and_bytes_are_sent_as_bytes(self, own: RunningSimulator, http: httpx.Client) -> None:
        page: dict[str, Any] = {
            "headers": {"content-type": "text/html", "Server": "proxy", "Date": "never"},
            "body": "<p>Sign in",
        }
        own.add_fault("getMetadataEndpoints:answer", page)
        answer = http.get(METADATA)
        assert (answer.status_code, answer.content) == (200, b"<p>Sign in")
        assert {name: answer.headers[name] for name in page["headers"]} == page["headers"]
        own.add_fault("getMetadataEndpoints:answer", {"body_base64": base64.b64encode(b"\xff\x00").decode()})
        assert http.get(METADATA).content == b"\xff\x00"

    @pytest.mark.parametrize("body", [{}, [], None, 0, False, ""])
    def test_every_empty_body_is_kept_apart(self, own: RunningSimulator, http: httpx.Client, body: Any) -> None:
        own.add_fault("getMetadataEndpoints:answer", {"body": body})
        assert http.get(METADATA).content == (b"" if body == "" else json.dumps(body).encode())

    def test_a_repeated_body_is_streamed_and_packed_where_the_headers_say_so(
        self, own: RunningSimulator, http: httpx.Client
    ) -> None:
        own.add_fault("getMetadataEndpoints:answer", {"body": "abc", "repeat": 100_000})
        answer = http.get(METADATA)
        assert "Content-Length" not in answer.headers
        assert answer.content == b"abc" * 100_000
        bomb: dict[str, Any] = {"body": "\x00" * 1024, "repeat": 10_240, "headers": {"Content-Encoding": "gzip"}}
        own.add_fault("getMetadataEndpoints:answer", bomb)
        with http.stream("GET", METADATA) as packed:
            raw = b"".join(packed.iter_raw())
        assert len(raw) < 20_000
        assert gzip.decompress(raw) == bytes(10 * 1024 * 1024)

    def test_a_client_that_leaves_ends_the_stream(self, own: RunningSimulator, http: httpx.Client) -> None:
        own.add_fault("getMetadataEndpoints:answer", {"body": "x" * 1024, "repeat": 1_000_000_000})
        with http.stream("GET", METADATA) as endless:
            next(endless.iter_raw())
        assert http.get(METADATA).status_code == 200

    @pytest.mark.parametrize("name", sorted({row.name for row in TABLE if row.service is not ApiService.CONTROL}))
    def test_every_operation_takes_one(self, own: RunningSimulator, name: str) -> None:
        own.add_fault(f"{name}:answer", {"status": 302, "headers": {"Location": "https://portal.example/"}})
        assert own.faults() == [f"{name}@1:answer"]

    def test_sign_in_arm_graph_and_what_is_not_served_are_answered(
        self, own: RunningSimulator, http: httpx.Client
    ) -> None:
        own.add_fault("*@*:answer", {"status": 418, "body": "no"})
        paths = ["/t/v2.0/.well-known/openid-configuration", SUBSCRIPTIONS, "/v1.0/me", "/nothing/here", METADATA]
        assert {http.get(path).status_code for path in paths} == {418}
        assert http.post("/t/oauth2/v2.0/token", data={"grant_type": "client_credentials"}).status_code == 418
        assert http.get("/_simulator/state").status_code == 200


class TestChanges:
    def test_values_are_put_in_and_taken_out(
        self, own: RunningSimulator, http: httpx.Client, signed_in: dict[str, str]
    ) -> None:
        locations = f"/subscriptions/{own.announcement['subscription_id']}/locations?api-version=2022-12-01"
        real = http.get(locations, headers=signed_in).json()["value"]
        changes: list[Any] = [
            ["value[0].displayName", "\x1b[2J"],
            ["value[1].-name", 0],
            ["value[*].metadata.geography", None],
            ["value[2]", {"odd": True}],
            ["@odata.nextLink", "https://elsewhere.example"],
            ['value[0]["a.b"]', 1],
            ['value[0][-"id"]', 0],
            ["value[999].displayName", "nowhere"],
            ["displayName.inner", "nowhere"],
        ]
        own.add_fault("listLocations:answer", {"set": changes})
        answer = http.get(locations, headers=signed_in).json()
        without = [item | {"metadata": item["metadata"] | {"geography": None}} for item in real]
        without[0] |= {"displayName": "\x1b[2J", "a.b": 1}
        del without[0]["id"], without[1]["name"]
        without[2] = {"odd": True}
        assert answer == {"value": without, "@odata.nextLink": "https://elsewhere.example"}

    def test_the_real_status_stays_unless_another_is_given(
        self, own: RunningSimulator, http: httpx.Client, signed_in: dict[str, str]
    ) -> None:
        own.add_fault("listSubscriptions:answer", {"set": [["value", []]], "status": 206, "headers": {"X-A": "b"}})
        answer = http.get(SUBSCRIPTIONS, headers=signed_in)
        assert (answer.status_code, answer.json()["value"], answer.headers["X-A"]) == (206, [], "b")
        own.add_fault("listSubscriptions:answer", {"set": [["error.code", "Odd"]]})
        refused = http.get(SUBSCRIPTIONS)
        assert (refused.status_code, refused.json()["error"]["code"]) == (401, "Odd")


class TestEffect:
    @pytest.mark.parametrize(("effect", "exists"), [(True, True), (False, False), (None, False)])
    def test_the_request_is_carried_out_only_where_that_is_said(
        self, own: RunningSimulator, http: httpx.Client, signed_in: dict[str, str], effect: bool | None, exists: bool
    ) -> None:
        said: dict[str, Any] = {} if effect is None else {"effect": effect}
        given: dict[str, Any] = {"status": 202, "body": {}} | said
        own.add_fault("putResourceGroup:answer", given)
        group = f"rg-{effect}"
        base = f"/subscriptions/{own.announcement['subscription_id']}/resourcegroups"
        answer = http.put(f"{base}/{group}?api-version=2021-04-01", headers=signed_in, json={"location": "westeurope"})
        assert (answer.status_code, answer.json()) == (202, {})
        assert (group in [item["name"] for item in own.state()["resource_groups"]]) is exists


class TestConditions:
    def test_only_requests_that_match_are_counted(self, own: RunningSimulator, http: httpx.Client) -> None:
        own.add_fault(
            "*@2:answer", {"status": 418, "method": "GET|PUT", "path": r"^/METADATA/endpoints\?api-version=2022"}
        )
        asked = [
            http.get(METADATA),
            http.get("/metadata/endpoints?api-version=2019-05-01"),
            http.head(METADATA),
            http.get(METADATA),
            http.get(METADATA),
        ]
        assert [answer.status_code for answer in asked].index(418) == 3
        assert asked[4].status_code == 200

    def test_the_body_can_be_a_condition(self, own: RunningSimulator, http: httpx.Client) -> None:
        own.add_fault("*@*:answer", {"status": 418, "request_body": r"scope=.*graph"})
        form = {"grant_type": "client_credentials", "client_id": "x", "client_secret": "y"}
        sent = [http.post("/t/oauth2/v2.0/token", data=form | {"scope": scope}) for scope in ("arm", "the-graph")]
        assert [answer.status_code == 418 for answer in sent] == [False, True]


REFUSED: list[dict[str, Any]] = [
    {"status": 99},
    {"status": 600},
    {"status": "200"},
    {"status": True},
    {"headers": []},
    {"headers": {"X": 1}},
    {"headers": {"X Y": "1"}},
    {"headers": {"X": "a\r\nInjected: b"}},
    {"body": 1, "body_base64": "AA=="},
    {"body": 1, "set": [["a", 1]]},
    {"body_base64": "not base64!"},
    {"body_base64": 5},
    {"repeat": 0},
    {"repeat": -1},
    {"repeat": 2.5},
    {"repeat": 2, "set": [["a", 1]]},
    {"set": []},
    {"set": "a"},
    {"set": [["a"]]},
    {"set": [[1, 2]]},
    {"set": ["ab"]},
    {"set": [["", 1]]},
    {"set": [["a..b", 1]]},
    {"set": [["a[x]", 1]]},
    {"set": [[".a", 1]]},
    {"set": [["a[0", 1]]},
    {"set": [["-a.b", 1]]},
    {"set": [["a", 1]], "effect": False},
    {"effect": "yes"},
    {"path": "("},
    {"path": 5},
    {"request_body": "["},
    {"method": None},
    {"colour": "red"},
]


@pytest.mark.parametrize("description", REFUSED, ids=str)
def test_what_cannot_be_sent_is_refused_in_one_sentence(
    own: RunningSimulator, http: httpx.Client, tmp_path: Path, capsys: pytest.CaptureFixture[str], description: Any
) -> None:
    answer = http.post("/_simulator/faults", json={"fault": "getMe:answer"} | description)
    assert answer.status_code == 400
    sentence = answer.json()["error"]
    assert sentence.endswith(".")
    assert "\n" not in sentence
    file = tmp_path / "answer.json"
    file.write_text(json.dumps(description))
    for command in (["simulate"], ["--demo"]):
        assert main([*command, "--fault", f"getMe:answer={file}"]) == 2
        assert sentence in capsys.readouterr().err
    assert own.faults() == []


@pytest.mark.parametrize("text", ["getMe:answer={file}", "getMe:answer"])
def test_a_control_request_reads_no_file(own: RunningSimulator, http: httpx.Client, tmp_path: Path, text: str) -> None:
    file = tmp_path / "answer.json"
    file.write_text('{"status": 418}')
    answer = http.post("/_simulator/faults", json={"fault": text.format(file=file)})
    assert answer.status_code == (400 if "file" in text else 200)


def test_only_an_answer_has_a_description(own: RunningSimulator, http: httpx.Client) -> None:
    assert http.post("/_simulator/faults", json={"fault": "getMe:500", "status": 500}).status_code == 400


class TestFiles:
    def test_the_command_line_reads_the_same_object(self, tmp_path: Path) -> None:
        file = tmp_path / "answer.json"
        file.write_text('{"fault": "getMe:answer", "status": 451, "body": "no"}')
        config = SimulatorConfig(faults=(f"getMetadataEndpoints@*:answer={file}",))
        with start_simulator(config) as running, client(running) as http:
            assert http.get(METADATA).status_code == 451

    @pytest.mark.parametrize("content", [None, "", "[]", "{", "null"])
    def test_a_file_without_one_is_one_sentence(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None
    ) -> None:
        file = tmp_path / "answer.json"
        if content is not None:
            file.write_text(content)
        assert main(["simulate", "--fault", f"getMe:answer={file}"]) == 2
        assert str(file) in capsys.readouterr().err

    @pytest.mark.parametrize("name", ["/dev/zero", "/", "\x00", "getMe"])
    def test_what_is_no_file_is_not_waited_for(self, name: str) -> None:
        with pytest.raises(SimulatorError, match="answer"):
            start_simulator(SimulatorConfig(faults=(f"getMe:answer={name}",)))

    def test_a_text_without_its_file_is_refused(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["--demo", "--fault", "getMe:answer"]) == 2
        assert "answer=FILE" in capsys.readouterr().err
