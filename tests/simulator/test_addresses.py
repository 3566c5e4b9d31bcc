"""Microsoft Graph has an address of its own, and each service takes only tokens that are for it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing, suppress

import httpx
import pytest

from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from tests.simulator.client import Client, claims_of, code_of


@pytest.fixture(scope="module")
def client(azure: RunningSimulator) -> Iterator[Client]:
    with Client(azure) as client:
        yield client.as_owner()


def asked(client: Client, address: str, path: str, token: str) -> httpx.Response:
    return client.http.get(f"{address}{path}", headers={"Authorization": f"Bearer {token}"})


def test_each_service_refuses_the_tokens_of_the_other(client: Client) -> None:
    arm, graph = client.azure.base_url, str(client.azure.announcement["graph"])
    assert asked(client, graph, "/v1.0/organization", client.bearer("graph")).status_code == 200
    refused = asked(client, graph, "/v1.0/organization", client.bearer("arm"))
    assert (refused.status_code, code_of(refused)) == (401, "InvalidAuthenticationToken")
    assert "Invalid audience." in refused.json()["error"]["message"]
    subscriptions = "/subscriptions?api-version=2022-12-01"
    assert asked(client, arm, subscriptions, client.bearer("arm")).status_code == 200
    refused = asked(client, arm, subscriptions, client.bearer("graph"))
    assert (refused.status_code, code_of(refused)) == (401, "InvalidAuthenticationTokenAudience")


@pytest.mark.parametrize("path", ["/subscriptions?api-version=2022-12-01", "/devicelogin", "/_simulator/state"])
def test_graphs_address_serves_nothing_else(client: Client, path: str) -> None:
    answer = asked(client, str(client.azure.announcement["graph"]), path, client.bearer("graph"))
    assert (answer.status_code, code_of(answer)) == (400, "BadRequest")
    assert "Invalid version" in answer.json()["error"]["message"]


def test_a_token_for_the_address_is_a_token_for_graph(client: Client) -> None:
    graph = str(client.azure.announcement["graph"])
    owner = client.azure.announcement["owner"]
    assert isinstance(owner, dict)
    token = client.token_of(owner["client_id"], owner["client_secret"], f"{graph}/.default").json()["access_token"]
    assert claims_of(token)["aud"] == graph
    body = asked(client, graph, "/v1.0/applications?$top=1", token).json()
    assert body["@odata.context"].startswith(f"{graph}/v1.0/$metadata#")
    assert body["@odata.nextLink"].startswith(f"{graph}/v1.0/applications?")


def free_port() -> int:
    """A port that is free, and so is the next."""
    while True:
        with closing(socket.socket()) as free, closing(socket.socket()) as following:
            free.bind(("127.0.0.1", 0))
            port = int(free.getsockname()[1])
            with suppress(OSError, OverflowError):
                following.bind(("127.0.0.1", port + 1))
                return port


def test_a_fixed_port_has_graph_beside_it_or_elsewhere_when_that_is_taken() -> None:
    port = free_port()
    with start_simulator(SimulatorConfig(port=port)) as azure:
        assert azure.announcement["graph"] == f"https://localhost:{port + 1}"
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", port + 1))
        taken.listen()
        with start_simulator(SimulatorConfig(port=port)) as azure:
            graph = str(azure.announcement["graph"])
            assert graph != f"https://localhost:{port + 1}"
            assert not graph.startswith(azure.base_url)


def test_a_token_for_the_address_of_resource_manager_is_for_resource_manager(client: Client) -> None:
    owner = client.azure.announcement["owner"]
    assert isinstance(owner, dict)
    scope = f"{client.azure.base_url}/.default"
    token = client.token_of(owner["client_id"], owner["client_secret"], scope).json()["access_token"]
    assert asked(client, client.azure.base_url, "/tenants?api-version=2022-12-01", token).status_code == 200
    assert asked(client, str(client.azure.announcement["graph"]), "/v1.0/organization", token).status_code == 401
