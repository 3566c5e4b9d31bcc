"""A simulated Azure from outside: start, control endpoints, faults."""

from __future__ import annotations

import json
import os
import socket
import ssl
from pathlib import Path
from typing import Any

import httpx
import pytest

from pipeops_tui.simulator import (
    RunningSimulator,
    SimulatorConfig,
    SimulatorError,
    parse_fault,
    scenario_names,
    start_simulator,
)

METADATA = "/metadata/endpoints?api-version=2022-09-01"


def client(azure: RunningSimulator) -> httpx.Client:
    context = ssl.create_default_context(cafile=str(azure.ca_file))
    return httpx.Client(base_url=azure.base_url, verify=context, timeout=10)


def owner_token(
    azure: RunningSimulator, http: httpx.Client, scope: str = "https://management.azure.com/.default"
) -> str:
    owner: Any = azure.announcement["owner"]
    form = {"grant_type": "client_credentials", "scope": scope, **owner}
    answer = http.post(f"/{azure.announcement['tenant_id']}/oauth2/v2.0/token", data=form)
    assert answer.status_code == 200
    return str(answer.json()["access_token"])


def test_the_metadata_is_one_object_that_names_the_simulator(azure: RunningSimulator) -> None:
    with client(azure) as http:
        cloud = http.get(METADATA).json()
    assert cloud["resourceManager"] == f"{azure.base_url}/"
    assert cloud["authentication"]["loginEndpoint"] == azure.base_url
    assert cloud["microsoftGraphResourceId"] == f"{azure.announcement['graph']}/" != f"{azure.base_url}/"


def test_both_loopback_addresses_answer_and_only_they(azure: RunningSimulator) -> None:
    port = int(azure.base_url.rpartition(":")[2])
    for host in ("127.0.0.1", "::1"):
        with socket.create_connection((host, port), timeout=5):
            pass
    listening = {line.split()[3] for line in _listening() if line.split()[3].endswith(f":{port}")}
    assert listening <= {f"127.0.0.1:{port}", f"[::1]:{port}"}


def _listening() -> list[str]:
    """The rows of /proc/net/tcp* that listen, as `ss -ltn` would show them."""
    rows = []
    for name, family in (("tcp", socket.AF_INET), ("tcp6", socket.AF_INET6)):
        for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] != "0A":
                continue
            address, port = fields[1].split(":")
            words = [bytes.fromhex(address[i : i + 8])[::-1] for i in range(0, len(address), 8)]
            host = socket.inet_ntop(family, b"".join(words))
            shown = f"[{host}]" if family is socket.AF_INET6 else host
            rows.append(f"LISTEN 0 0 {shown}:{int(port, 16)}")
    return rows


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "LOCALHOST:1"}, 200),
        ({"Host": "[::1]:443"}, 200),
        ({"Host": "127.0.0.1"}, 200),
        ({"Host": "attacker.example"}, 403),
        ({"Host": "attacker.example:443"}, 403),
        ({"Host": "localhost.attacker.example"}, 403),
        ({"Host": "me@localhost"}, 403),
        ({"Host": ""}, 403),
        ({"Host": "localhost:1", "Origin": "https://localhost:1"}, 200),
        ({"Origin": "https://attacker.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "localhost:1", "Origin": "https://localhost:2"}, 403),
        ({"Host": "localhost:1", "Origin": "http://localhost:1"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Type": ""}, 415),
        ({"Content-Type": "Application/JSON; charset=utf-8"}, 200),
    ],
    ids=str,
)
def test_what_a_web_page_can_send_controls_nothing(
    azure: RunningSimulator, headers: dict[str, str], status: int
) -> None:
    with client(azure) as http:
        sent = {"Content-Type": "application/json"} | headers
        before = azure.faults()
        answer = http.post("/_simulator/faults", content=b'{"fault": "getMe@9:500"}', headers=sent)
        assert answer.status_code == status
        assert (azure.faults() == before) is (status != 200)
        if status == 403:
            for name in ("state", "requests", "operations"):
                assert http.get(f"/_simulator/{name}", headers=headers).status_code == 403
            assert http.delete("/_simulator/faults", headers=headers).status_code == 403
            assert answer.json()["error"].endswith(".")
    azure.clear_faults()


def test_control_needs_no_token_and_is_not_logged(azure: RunningSimulator) -> None:
    with client(azure) as http:
        before = http.get("/_simulator/requests").json()
        state = http.get("/_simulator/state").json()
        names = http.get("/_simulator/operations").json()
        assert http.get("/_simulator/nothing").status_code == 404
        assert http.get("/_simulator/requests").json() == before
    assert len(state["subscriptions"]) == 14
    assert {"createApplication", "putRoleAssignment", "addPassword", "getResourceGroup"} <= set(names)


def test_the_log_says_who_asked_for_what(azure: RunningSimulator) -> None:
    with client(azure) as http:
        token = owner_token(azure, http)
        http.get("/subscriptions?api-version=2022-12-01", headers={"Authorization": f"Bearer {token}"})
    owner: Any = azure.announcement["owner"]
    last = azure.requests()[-1]
    assert last["operation"] == "listSubscriptions"
    assert last["path"] == "/subscriptions"
    assert last["query"] == "api-version=2022-12-01"
    assert last["status"] == 200
    assert last["caller"] == owner["client_id"]
    assert set(last) == {"n", "time", "operation", "method", "path", "query", "status", "fault", "caller"}


def test_the_clock_moves_by_request(azure: RunningSimulator) -> None:
    with start_simulator(SimulatorConfig()) as own, client(own) as http:
        first = http.post("/_simulator/clock", json={"advance_s": 0}).json()["now"]
        later = http.post("/_simulator/clock", json={"advance_s": 86_400}).json()["now"]
        assert 86_400 <= later - first < 86_460
        assert http.post("/_simulator/clock", json={"advance_s": "soon"}).status_code == 400


class TestDeviceLogin:
    def begin(self, http: httpx.Client) -> dict[str, Any]:
        form = {"client_id": "04b07795-8ddb-461a-bbee-02f9e1bf7b46", "scope": "https://management.azure.com/.default"}
        code: dict[str, Any] = http.post("/organizations/oauth2/v2.0/devicecode", data=form).json()
        return code

    def poll(self, http: httpx.Client, code: dict[str, Any]) -> httpx.Response:
        form = {
            "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
            "client_id": "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
            "device_code": code["device_code"],
        }
        return http.post("/organizations/oauth2/v2.0/token", data=form)

    def test_it_waits_for_approval_and_is_redeemed_once(self) -> None:
        with start_simulator(SimulatorConfig()) as own, client(own) as http:
            code = self.begin(http)
            assert len(code["user_code"]) == 9
            assert self.poll(http, code).json()["error"] == "authorization_pending"
            approved = http.post("/_simulator/device-login", json={"user_code": code["user_code"].lower()})
            assert approved.status_code == 200
            assert self.poll(http, code).status_code == 200
            assert self.poll(http, code).json()["error"] == "bad_verification_code"

    def test_it_can_be_declined_and_expires(self) -> None:
        with start_simulator(SimulatorConfig()) as own, client(own) as http:
            declined, late = self.begin(http), self.begin(http)
            http.post("/_simulator/device-login", json={"user_code": declined["user_code"], "decline": True})
            assert self.poll(http, declined).json()["error"] == "authorization_declined"
            own.advance_clock(900)
            assert self.poll(http, late).json()["error"] == "expired_token"
            assert http.post("/_simulator/device-login", json={"user_code": late["user_code"]}).status_code == 400

    def test_the_page_takes_the_code_too(self) -> None:
        with start_simulator(SimulatorConfig()) as own, client(own) as http:
            code = self.begin(http)
            assert "user_code" in http.get("/devicelogin").text
            assert http.post("/devicelogin", data={"user_code": code["user_code"]}).status_code == 200
            assert self.poll(http, code).status_code == 200


class TestFaults:
    def test_each_kind_does_what_it_says(self) -> None:
        with start_simulator(SimulatorConfig()) as own, client(own) as http:
            headers = {"Authorization": f"Bearer {owner_token(own, http)}"}
            url = "/subscriptions?api-version=2022-12-01"

            def struck(kind: str) -> httpx.Response:
                own.add_fault(f"listSubscriptions:{kind}")
                return http.get(url, headers=headers)

            assert struck("429=7").headers["Retry-After"] == "7"
            assert struck("500").status_code == 500
            page = struck("503-html")
            assert (page.status_code, page.headers["Content-Type"]) == (503, "text/html")
            challenge = struck("401-claims")
            assert challenge.status_code == 401
            assert 'error="insufficient_claims"' in challenge.headers["WWW-Authenticate"]
            with pytest.raises(json.JSONDecodeError):
                struck("garbage").json()
            for kind in ("drop-request", "drop-response", "reset", "truncate"):
                with pytest.raises(httpx.TransportError):
                    struck(kind)
            assert http.get(url, headers=headers).status_code == 200
            faults = [entry["fault"] for entry in own.requests() if entry["fault"]]
            assert len(faults) == 9

    def test_drop_response_happens_and_drop_request_does_not(self) -> None:
        with start_simulator(SimulatorConfig()) as own, client(own) as http:
            token = owner_token(own, http)
            base = f"/subscriptions/{own.announcement['subscription_id']}/resourcegroups"
            for kind, name in (("drop-request", "lost"), ("drop-response", "kept")):
                own.add_fault(f"putResourceGroup:{kind}")
                with pytest.raises(httpx.TransportError):
                    http.put(
                        f"{base}/{name}?api-version=2021-04-01",
                        headers={"Authorization": f"Bearer {token}"},
                        json={"location": "westeurope"},
                    )
            names = [group["name"] for group in own.state()["resource_groups"]]
            assert "kept" in names
            assert "lost" not in names

    def test_they_are_counted_from_now_and_cleared(self) -> None:
        with start_simulator(SimulatorConfig()) as own, client(own) as http:
            assert http.post("/_simulator/faults", json={"fault": "getMetadataEndpoints@2:500"}).status_code == 200
            assert [http.get(METADATA).status_code for _ in range(3)] == [200, 500, 200]
            own.add_fault("*@*:500")
            assert http.get(METADATA).status_code == 500
            http.delete("/_simulator/faults")
            assert http.get(METADATA).status_code == 200
            assert http.post("/_simulator/faults", json={"fault": "nonsense"}).status_code == 400

    def test_random_ones_repeat_from_the_seed(self) -> None:
        def statuses(seed: int) -> list[int]:
            config = SimulatorConfig(seed=seed, faults=("*@p0.5:500",))
            with start_simulator(config) as own, client(own) as http:
                return [http.get(METADATA).status_code for _ in range(20)]

        assert statuses(3) == statuses(3) != statuses(4)

    @pytest.mark.parametrize(
        "text",
        ["", "createApplication", "nothing:500", "*:explode", "*@0:500", "*@p2:500", "*:delay", "*:delay=x", "*:500=3"],
    )
    def test_a_text_that_names_none_is_refused_in_one_sentence(self, text: str) -> None:
        with pytest.raises(ValueError, match=r"^Fault .*[^.]\.$"):
            parse_fault(text)


class TestStarting:
    def test_a_busy_port_is_one_sentence(self, azure: RunningSimulator) -> None:
        port = int(azure.base_url.rpartition(":")[2])
        with pytest.raises(SimulatorError, match=rf"^Port {port} .*\.$"):
            start_simulator(SimulatorConfig(port=port))

    def test_an_unknown_scenario_or_fault_is_one_sentence(self) -> None:
        with pytest.raises(SimulatorError, match="no scenario 'nowhere'"):
            start_simulator(SimulatorConfig(scenario="nowhere"))
        with pytest.raises(SimulatorError, match="unknown operation"):
            start_simulator(SimulatorConfig(faults=("nothing:500",)))

    def test_an_unwritable_ca_path_is_one_sentence(self, tmp_path: Path) -> None:
        with pytest.raises(SimulatorError, match="cannot be written"):
            start_simulator(SimulatorConfig(ca_out=tmp_path / "missing" / "ca.pem"))

    def test_the_ca_file_follows_no_link_and_waits_for_no_pipe(self, tmp_path: Path) -> None:
        precious, link, pipe = tmp_path / "precious", tmp_path / "link", tmp_path / "pipe"
        precious.write_text("mine")
        link.symlink_to(precious)
        os.mkfifo(pipe)
        dangling = tmp_path / "dangling"
        dangling.symlink_to(tmp_path / "nothing")
        for target in (link, dangling, pipe, Path("/dev/null"), tmp_path, Path("a\x00b")):
            with pytest.raises(SimulatorError, match=r"^The CA certificate .*\.$"):
                start_simulator(SimulatorConfig(ca_out=target))
        assert precious.read_text() == "mine"
        assert not (tmp_path / "nothing").exists()
        with start_simulator(SimulatorConfig(ca_out=precious)) as running:
            assert "mine" not in running.ca_file.read_text()

    def test_the_ca_file_goes_unless_it_was_asked_for(self, tmp_path: Path) -> None:
        asked = tmp_path / "ca.pem"
        with start_simulator(SimulatorConfig(ca_out=asked)) as kept, start_simulator(SimulatorConfig()) as temporary:
            assert kept.ca_file == asked
            gone = temporary.ca_file
            assert gone.exists()
        assert asked.exists()
        assert not gone.parent.exists()

    def test_the_same_seed_gives_the_same_ids(self) -> None:
        with start_simulator(SimulatorConfig(seed=5)) as one, start_simulator(SimulatorConfig(seed=5)) as two:
            assert one.announcement["owner"] == two.announcement["owner"]
            assert [s["id"] for s in one.state()["subscriptions"]] == [s["id"] for s in two.state()["subscriptions"]]

    def test_every_scenario_has_one_line(self) -> None:
        assert all(line.endswith(".") and "\n" not in line for line in scenario_names().values())
