"""What does not answer holds nothing up: a resolver at the end of the program, metadata on the first screen."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from pipeops_tui.azure import AzureConnector, session_factory
from pipeops_tui.azure.background import abandon_name_lookups
from pipeops_tui.core.clock import SystemClock
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.simulator import RunningSimulator
from tests.azure.conftest import connector_for

FAR = "management.private.example"


@pytest.fixture
def silent_resolver(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Name lookups of `FAR` that are not answered before the test ends; the event says that one has begun."""
    begun, released, look_up = threading.Event(), threading.Event(), socket.getaddrinfo

    def getaddrinfo(host: object, *rest: object, **options: object) -> object:
        if host not in (FAR, FAR.encode()):
            return look_up(host, *rest, **options)  # type: ignore[arg-type]
        begun.set()
        released.wait(60)
        raise socket.gaierror(socket.EAI_AGAIN, "no answer")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.delenv("HTTPS_PROXY", raising=False)
    yield begun
    released.set()


def connector_to(resource_manager: str) -> AzureConnector:
    return AzureConnector(
        cloud="AzureCloud",
        resource_manager=resource_manager,
        ca_file=None,
        client_id=None,
        tenant=None,
        log_file=None,
        clock=SystemClock(),
    )


def test_a_resolver_that_does_not_answer_does_not_hold_up_the_end(silent_resolver: threading.Event) -> None:
    seconds: list[float] = []

    async def quits_while_it_looks_up() -> None:
        connector = connector_to(f"https://{FAR}")
        preparing = asyncio.create_task(connector.prepare())
        await asyncio.to_thread(silent_resolver.wait, 60)
        began = time.perf_counter()
        await connector.close()
        await asyncio.gather(preparing, return_exceptions=True)
        seconds.append(began)

    def run() -> None:
        asyncio.run(quits_while_it_looks_up())
        seconds.append(time.perf_counter())

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(30)
    assert not thread.is_alive(), "the event loop waits for the lookup"
    assert seconds[1] - seconds[0] < 5


def test_what_is_written_is_still_waited_for() -> None:
    """An entry of the journal is on its way to the disk when the program ends."""
    go_on, written = threading.Event(), threading.Event()

    def write() -> None:
        go_on.wait(30)
        written.set()

    async def ends_while_it_writes() -> None:
        abandon_name_lookups()
        asyncio.get_running_loop().run_in_executor(None, write)
        threading.Timer(0.2, go_on.set).start()

    asyncio.run(ends_while_it_writes())
    assert written.is_set()


async def test_lookups_in_threads_of_their_own_answer_and_fail_as_before() -> None:
    abandon_name_lookups()
    loop = asyncio.get_running_loop()
    assert await loop.getaddrinfo("127.0.0.1", 443)
    with pytest.raises(socket.gaierror):
        await loop.getaddrinfo("127.0.0.1", "no such service")


@pytest.mark.parametrize("fault", ["delay=60", "500", "429=15"])
async def test_metadata_are_not_waited_for_longer_than_a_person_waits(
    azure: RunningSimulator, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """All tries together: every one of them would stall as long."""
    monkeypatch.setattr(session_factory, "METADATA_SECONDS", 2.0)
    azure.add_fault(f"getMetadataEndpoints@*:{fault}")
    connector = connector_for(azure)
    started = time.perf_counter()
    with pytest.raises(CloudError) as caught:
        await connector.prepare()
    assert time.perf_counter() - started < 15
    await connector.close()
    kinds = {"delay=60": FailureKind.LOST_ANSWER, "500": FailureKind.SERVER, "429=15": FailureKind.THROTTLED}
    assert caught.value.kind is kinds[fault]


def test_metadata_have_twenty_seconds() -> None:
    assert session_factory.METADATA_SECONDS == 20
