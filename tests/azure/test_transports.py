"""All three HTTP stacks: the same proxy rules, the same failures, deadlines that are real."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme
from azure.core.exceptions import HttpResponseError
from azure.core.rest import HttpRequest

from pipeops_tui.azure.background import in_background
from pipeops_tui.azure.errors.evidence import AzureOperation, AzureService, RequestContext
from pipeops_tui.azure.failures import Failures
from pipeops_tui.azure.network import Network
from pipeops_tui.azure.request_log import RequestLogFile
from pipeops_tui.azure.transports import Transports
from pipeops_tui.core.clock import SystemClock
from pipeops_tui.core.ports import Workspace
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.simulator import RunningSimulator
from tests.azure.test_sign_in import until

STACKS = ["requests", "aiohttp", "httpx"]
HOSTS = {AzureService.GRAPH: "management.private.example"}
CONTEXT = RequestContext(AzureOperation.LIST_TENANTS)
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Proxy:
    """Answers CONNECT with 407, or opens a tunnel to `beyond`; remembers where it was asked to go."""

    def __init__(self, beyond: int | None = None) -> None:
        self.asked: list[str] = []
        self._beyond = beyond

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked.append((await reader.readline()).decode().split(" ")[1])
        while await reader.readline() not in (b"\r\n", b""):
            pass
        if self._beyond is None:
            writer.write(
                b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )
            await writer.drain()
            writer.close()
            return
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._beyond)
        await asyncio.gather(_pass_on(reader, far_writer), _pass_on(far_reader, writer))


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def serving(handler: Handler, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """The port on which `handler` serves."""
    server = await asyncio.start_server(handler, "127.0.0.1", 0, ssl=context)
    yield server.sockets[0].getsockname()[1]
    server.close()


def use_proxy(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://someone:pa55word@127.0.0.1:{port}")
    for variable in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(variable, raising=False)


async def get(stack: str, url: str, ca_file: Path) -> int:
    """The status that one stack gets from `url`."""
    network = await in_background(lambda: Network.build(ca_file), name="build-tls")
    transports = Transports(network, RequestLogFile(None, SystemClock()))
    try:
        match stack:
            case "requests":
                blocking = transports.for_credentials(url)
                try:
                    answer = await in_background(lambda: blocking.send(HttpRequest("GET", url)), name="get")
                except HttpResponseError as error:
                    return error.status_code or 0
                return int(answer.status_code)
            case "aiohttp":
                return int((await transports.for_azure_core(url).send(HttpRequest("GET", url))).status_code)
        return (await transports.for_graph(url).get(url)).status_code
    finally:
        await transports.close()


@pytest.mark.parametrize("stack", STACKS)
async def test_a_proxy_that_refuses_is_named_and_its_password_is_not(
    stack: str, monkeypatch: pytest.MonkeyPatch, azure: RunningSimulator
) -> None:
    proxy = Proxy()
    async with serving(proxy.serve) as port:
        use_proxy(monkeypatch, port)
        with pytest.raises(CloudError) as caught:
            await Failures(SystemClock(), HOSTS).perform(
                CONTEXT, AzureService.GRAPH, get(stack, "https://management.private.example/", azure.ca_file)
            )

    assert proxy.asked == ["management.private.example:443"]
    assert caught.value.kind is FailureKind.UNREACHABLE
    assert caught.value.problem.title == "The proxy refuses"
    assert "management.private.example" in caught.value.problem.what
    assert "pa55word" not in caught.value.problem.as_text()


@pytest.mark.parametrize("stack", STACKS)
async def test_a_proxy_is_gone_through_and_tls_reaches_to_the_other_end(
    stack: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("management.private.example").configure_cert(context)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
        await writer.drain()
        writer.close()

    async with serving(answer, context) as beyond:
        proxy = Proxy(beyond)
        async with serving(proxy.serve) as port:
            use_proxy(monkeypatch, port)
            assert await get(stack, "https://management.private.example/", tmp_path / "ca.pem") == 200
    assert proxy.asked == ["management.private.example:443"]


@pytest.mark.parametrize("stack", STACKS)
async def test_loopback_never_goes_through_a_proxy(
    stack: str, monkeypatch: pytest.MonkeyPatch, azure: RunningSimulator
) -> None:
    proxy = Proxy()
    async with serving(proxy.serve) as port:
        use_proxy(monkeypatch, port)
        url = f"{azure.base_url}/metadata/endpoints?api-version=2022-09-01"
        assert await get(stack, url, azure.ca_file) == 200
    assert proxy.asked == []


@pytest.mark.parametrize("stack", STACKS)
async def test_an_excepted_host_is_asked_directly_and_named_when_it_is_not_there(
    stack: str, monkeypatch: pytest.MonkeyPatch, azure: RunningSimulator
) -> None:
    """Its name resolves to this machine, where nothing listens on HTTPS' port."""
    look_up = socket.getaddrinfo

    def getaddrinfo(host: str, *rest: Any, **options: Any) -> Any:
        return look_up("127.0.0.1" if host == "management.private.example" else host, *rest, **options)

    proxy = Proxy()
    async with serving(proxy.serve) as port:
        use_proxy(monkeypatch, port)
        monkeypatch.setenv("NO_PROXY", ".private.example")
        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        with pytest.raises(CloudError) as caught:
            await Failures(SystemClock(), HOSTS).perform(
                CONTEXT, AzureService.GRAPH, get(stack, "https://management.private.example/", azure.ca_file)
            )
    assert proxy.asked == []
    assert caught.value.problem.title == "No connection to management.private.example"


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
        await until(lambda: not azure.faults(), "the request on its way")
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
        await Failures(SystemClock(), HOSTS).perform(
            CONTEXT, AzureService.RESOURCE_MANAGER, get("aiohttp", url, azure.ca_file), deadline=0.5
        )
    assert time.perf_counter() - started < 10
    assert caught.value.kind is FailureKind.LOST_ANSWER
    assert dict(caught.value.problem.details)["Cause"] == "no answer in time"
