"""Requests that are too large, malformed, slow or wrong never crash the server or slow other clients."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from itertools import product

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeops_tui.simulator import RunningSimulator
from pipeops_tui.simulator.operations import TABLE, ApiOperation, ApiService
from tests.simulator.client import Client

METADATA = "/metadata/endpoints?api-version=2022-09-01"
DEEP = b'{"properties":' + b"[" * 5_000 + b"]" * 5_000 + b"}"
BODIES = (
    b"",
    b"null",
    b"[]",
    b'"text"',
    b"{",
    b"\xff\xfe",
    b"{}",
    b'{"properties":5,"location":7,"tags":[1],"displayName":{"a":1},"passwordCredential":[]}',
    b'{"properties":{"roleDefinitionId":5,"principalId":{},"principalType":[]}}',
    b'{"location":"westeurope","tags":{"a":{"b":1}},"displayName":"\\ud800","ids":"x","keyId":{}}',
    b'{"displayName":1e999,"appId":"x","query":[],"resourceDetails":[]}',
    b'{"appId":7,"passwordCredential":{"endDateTime":"tomorrow","keyId":"no"},"passwordCredentials":[1]}',
    b"grant_type=client_credentials&client_id=%ff&client_secret=%00&scope=%2F.default",
    b"grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=x&client_id=x",
    b"grant_type=refresh_token&refresh_token=1.x.y&client_id=04b07795-8ddb-461a-bbee-02f9e1bf7b46&claims={",
    DEEP,
)


@pytest.fixture(scope="module")
def client(azure: RunningSimulator) -> Iterator[Client]:
    with Client(azure) as one:
        yield one.as_user()


def port_of(azure: RunningSimulator) -> int:
    return int(azure.base_url.rpartition(":")[2])


def path_of(row: ApiOperation, client: Client) -> str:
    """A path that fits a row of the table, naming things that do not exist where it can."""
    path = row.path.replace("{scope}", client.scope).replace("{sub}", client.subscription)
    path = (
        path.replace("{tenant}", client.tenant)
        .replace("{group}", "data-rg")
        .replace("{namespace}", "Microsoft.Compute")
    )
    for kind in ("applications", "servicePrincipals"):
        path = path.replace(f"{{key:{kind}}}", f"/{kind}(appId='x')")
    for place in ("assignment", "role", "job", "location", "type", "resource", "user", "item"):
        path = path.replace(f"{{{place}}}", "%E2%82%AC'x")
    return path


WORDS = (
    "displayName",
    "eq",
    "'a'",
    "(",
    ")",
    "and",
    "or",
    "not",
    "in",
    ",",
    "tags/any",
    "t",
    ":",
    "startswith",
    "null",
)
SERVED = [row for row in TABLE if row.service is not ApiService.CONTROL]


def ask(client: Client, row: ApiOperation, body: bytes) -> httpx.Response:
    path = path_of(row, client)
    if row.service is ApiService.ARM:
        return client.arm(row.method, path, "2022-04-01", content=body)
    if row.service is ApiService.GRAPH:
        return client.graph(row.method, path.removeprefix("/v1.0"), content=body)
    return client.http.request(
        row.method, path, content=body, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )


@pytest.mark.parametrize("row", SERVED, ids=lambda row: f"{row.name}-{row.method}")
def test_no_body_breaks_any_operation(client: Client, row: ApiOperation) -> None:
    bodies = BODIES if row.method in ("POST", "PUT", "PATCH") else BODIES[:1]
    statuses = [ask(client, row, body).status_code for body in bodies]
    assert max(statuses) < 500


@pytest.mark.parametrize("path", ["/_simulator/faults", "/_simulator/clock", "/_simulator/device-login"])
def test_no_body_breaks_the_control(client: Client, path: str) -> None:
    for kind, status in (("application/json", 400), ("text/plain", 415)):
        headers = {"Content-Type": kind}
        assert {client.http.post(path, content=body, headers=headers).status_code for body in BODIES} == {status}


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "INVENTED"])
def test_no_method_or_path_breaks_it(client: Client, method: str) -> None:
    paths = ("/", "//", "/%00", "/v1.0/%F0%9F%98%80", "/subscriptions/%2F/x", "/v1.0/applications('a')", "/a" * 500)
    versions = ("", "?api-version=", "?api-version=2022-04-01", "?$filter='", "?$skiptoken=x&api-version=2021-04-01")
    for path, query in product(paths, versions):
        assert client.http.request(method, path + query).status_code < 500


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60))
def test_no_filter_breaks_it(client: Client, text: str) -> None:
    assert client.graph("GET", "/applications", params={"$filter": text}).status_code in (200, 400)
    groups = client.arm("GET", f"{client.scope}/resourcegroups", "2021-04-01", params={"$filter": text})
    assert groups.status_code in (200, 400)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(st.sampled_from(WORDS), max_size=25))
def test_no_filter_made_of_real_words_breaks_it(client: Client, parts: list[str]) -> None:
    assert client.graph("GET", "/applications", params={"$filter": " ".join(parts)}).status_code in (200, 400)


def test_a_body_that_is_too_large_is_refused(client: Client) -> None:
    try:
        answer = client.group("x", tags={"a": "x" * 5_000_000})
    except httpx.TransportError:
        pass  # The server may close while the body is still under way.
    else:
        assert answer.status_code == 413
    assert client.http.get(METADATA).status_code == 200


def test_bytes_that_are_no_http_are_refused(client: Client, azure: RunningSimulator) -> None:
    context = ssl.create_default_context(cafile=str(azure.ca_file))
    for nonsense in (b"\x00\x01\x02", b"GET /\xff HTTP/9.9", b"GET / HTTP/1.1\r\nContent-Length: x"):
        with (
            socket.create_connection(("127.0.0.1", port_of(azure)), timeout=5) as raw,
            context.wrap_socket(raw, server_hostname="localhost") as secure,
        ):
            secure.sendall(nonsense + b"\r\n\r\n")
            assert secure.recv(4096).startswith(b"HTTP/1.")
    with socket.create_connection(("127.0.0.1", port_of(azure)), timeout=5) as raw:
        raw.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        raw.shutdown(socket.SHUT_WR)
        assert not raw.recv(4096).startswith(b"HTTP/1.1 2")
    assert client.http.get(METADATA).status_code == 200


def test_slow_clients_do_not_slow_others(client: Client, azure: RunningSimulator) -> None:
    context = ssl.create_default_context(cafile=str(azure.ca_file))
    slow = []
    for start in (
        b"",
        b"GET / HT",
        b"POST /common/oauth2/v2.0/token HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\nx",
    ):
        raw = socket.create_connection(("127.0.0.1", port_of(azure)), timeout=5)
        slow.append(raw)
        if start:
            slow.append(context.wrap_socket(raw, server_hostname="localhost"))
            slow[-1].sendall(start)
    try:
        began = time.monotonic()
        for _ in range(20):
            assert client.http.get(METADATA).status_code == 200
        assert time.monotonic() - began < 2
    finally:
        for connection in slow:
            connection.close()
