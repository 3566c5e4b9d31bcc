"""All three HTTP stacks: the same proxy rules, the same failures, deadlines that are real."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from azure.core.rest import HttpRequest

from pipeops_tui.azure_cloud.background import in_background
from pipeops_tui.azure_cloud.failures import Failures
from pipeops_tui.azure_cloud.network import Network
from pipeops_tui.azure_cloud.problems.evidence import Context, Operation, Service
from pipeops_tui.azure_cloud.request_log import RequestLog
from pipeops_tui.azure_cloud.transports import Transports
from pipeops_tui.clock import SystemClock
from pipeops_tui.ports import Workspace
from pipeops_tui.problem import CloudError, FailureKind
from pipeops_tui.simulator import RunningSimulator

STACKS = ["requests", "aiohttp", "httpx"]
CONTEXT = Context(Operation.LIST_TENANTS)


class RefusingProxy:
    """Answers every CONNECT with 407 and remembers where to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.address = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked.append((await reader.readline()).decode().split(" ")[1])
        while await reader.readline() not in (b"\r\n", b""):
            pass
        writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()


@pytest_asyncio.fixture(loop_scope="session")
async def proxy(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RefusingProxy]:
    running = RefusingProxy()
    server = await asyncio.start_server(running.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    running.address = f"http://someone:pa55word@127.0.0.1:{port}"
    monkeypatch.setenv("HTTPS_PROXY", running.address)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    yield running
    server.close()
    await server.wait_closed()


async def get(stack: str, url: str, ca_file: Path) -> int:
    """The status that one stack gets from `url`."""
    network = await in_background(lambda: Network.build(ca_file), name="build-tls")
    transports = Transports(network, RequestLog(None, SystemClock()))
    try:
        match stack:
            case "requests":
                blocking = transports.for_credentials(url)
                return int(
                    (await in_background(lambda: blocking.send(HttpRequest("GET", url)), name="get")).status_code
                )
            case "aiohttp":
                return int((await transports.for_azure_core(url).send(HttpRequest("GET", url))).status_code)
        return (await transports.for_graph(url).get(url)).status_code
    finally:
        await transports.close()


@pytest.mark.parametrize("stack", STACKS)
async def test_a_proxy_that_refuses_is_named_and_its_password_is_not(
    stack: str, proxy: RefusingProxy, azure: RunningSimulator
) -> None:
    failures = Failures(SystemClock())
    with pytest.raises(CloudError) as caught:
        await failures.perform(CONTEXT, Service.GRAPH, get(stack, "https://management.private.example/", azure.ca_file))

    assert proxy.asked == ["management.private.example:443"]
    assert caught.value.kind is FailureKind.UNREACHABLE
    assert caught.value.problem.title == "The proxy refuses"
    assert "pa55word" not in caught.value.problem.as_text()


@pytest.mark.parametrize("stack", STACKS)
async def test_loopback_never_goes_through_a_proxy(stack: str, proxy: RefusingProxy, azure: RunningSimulator) -> None:
    url = f"{azure.base_url}/metadata/endpoints?api-version=2022-09-01"
    assert await get(stack, url, azure.ca_file) == 200
    assert proxy.asked == []


@pytest.mark.parametrize("stack", STACKS)
async def test_no_stack_follows_a_redirect_or_asks_twice(stack: str, azure: RunningSimulator) -> None:
    since = len(azure.requests())
    azure.add_fault("getMetadataEndpoints:503-html")
    assert await get(stack, f"{azure.base_url}/metadata/endpoints?api-version=2022-09-01", azure.ca_file) == 503
    assert len(azure.requests()) == since + 1


async def test_a_request_in_flight_can_be_cancelled_at_once(workspace: Workspace, azure: RunningSimulator) -> None:
    for operation, call in (
        ("getResourceGroup", lambda: workspace.get_group("none")),
        ("listApplications", lambda: workspace.applications_tagged("none")),
    ):
        await call()
        since = len(azure.requests())
        azure.add_fault(f"{operation}:delay=20")
        asking = asyncio.create_task(call())
        await asyncio.sleep(0.05)
        started = time.perf_counter()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert time.perf_counter() - started < 1
        assert not await call()
        assert len(azure.requests()) >= since + 1


async def test_a_deadline_is_real(azure: RunningSimulator) -> None:
    azure.add_fault("getMetadataEndpoints:delay=20")
    url = f"{azure.base_url}/metadata/endpoints?api-version=2022-09-01"
    started = time.perf_counter()
    with pytest.raises(CloudError) as caught:
        await Failures(SystemClock()).perform(
            CONTEXT, Service.RESOURCE_MANAGER, get("aiohttp", url, azure.ca_file), deadline=0.5
        )
    assert time.perf_counter() - started < 10
    assert caught.value.kind is FailureKind.LOST_ANSWER
    assert dict(caught.value.problem.details)["Cause"] == "no answer in time"
