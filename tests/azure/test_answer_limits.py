"""No answer costs the computer more than its cap: large, compressed, endless, or a list that leads back to itself."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import itertools
import json
import ssl
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trustme
from azure.core.rest import HttpRequest
from hypothesis import given
from hypothesis import strategies as st

from pipeops_tui.azure import answer_limits
from pipeops_tui.azure.answer_limits import (
    GRAPH_BYTES,
    MEBIBYTE,
    RESOURCE_MANAGER_BYTES,
    SIGN_IN_BYTES,
    AnswerBody,
    AnswerTooLargeError,
    ListLimit,
    UnusableAnswerError,
)
from pipeops_tui.azure.background import in_background
from pipeops_tui.azure.errors.evidence import AzureOperation, AzureService, RequestContext
from pipeops_tui.azure.failures import Failures
from pipeops_tui.azure.network import Network
from pipeops_tui.azure.request_log import RequestLogFile
from pipeops_tui.azure.transports import Transports
from pipeops_tui.core.clock import SystemClock
from pipeops_tui.core.problem import CloudError, FailureKind
from tests.azure.test_transports import STACKS

CAPS = {"requests": SIGN_IN_BYTES, "aiohttp": RESOURCE_MANAGER_BYTES, "httpx": GRAPH_BYTES}
READ = RequestContext(AzureOperation.LIST_GROUPS)
WRITE = RequestContext(AzureOperation.PUT_GROUP)
HOSTS = {AzureService.RESOURCE_MANAGER: "management.azure.com"}


def bomb(mebibytes: int) -> bytes:
    """Blanks in gzip: a thousandth of the size."""
    squeeze = zlib.compressobj(9, wbits=16 + zlib.MAX_WBITS)
    return b"".join(squeeze.compress(b" " * MEBIBYTE) for _ in range(mebibytes)) + squeeze.flush()


class Server:
    """Answers every request with a head and then the pieces; counts what it could send."""

    def __init__(self, head: bytes, pieces: Callable[[], Iterator[bytes]]) -> None:
        self.sent = 0
        self._head = head
        self._pieces = pieces

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(self._head)
            for piece in self._pieces():
                writer.write(piece)
                self.sent += len(piece)
                await writer.drain()
                await asyncio.sleep(0)  # `drain` alone lets nobody else have a turn while there is room
                if writer.is_closing():
                    break
        writer.close()


@asynccontextmanager
async def answering(
    head: bytes, pieces: Callable[[], Iterator[bytes]], tmp_path: Path
) -> AsyncIterator[tuple[str, Server]]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    server = Server(head, pieces)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=context)
    yield f"https://localhost:{listening.sockets[0].getsockname()[1]}/", server
    listening.close()


async def body_of(stack: str, url: str, ca_file: Path) -> bytes:
    """What one stack makes of the answer at `url`."""
    network = await in_background(lambda: Network.build(ca_file), name="build-tls")
    transports = Transports(network, RequestLogFile(None, SystemClock()))
    request = HttpRequest("GET", url)
    try:
        match stack:
            case "requests":
                blocking = transports.for_credentials(url)
                return bytes((await in_background(lambda: blocking.send(request), name="get")).content)
            case "aiohttp":
                return bytes((await transports.for_azure_core(url).send(request)).content)
        return (await transports.for_graph(url).get(url)).content
    finally:
        await transports.close()


async def refused(stack: str, url: str, tmp_path: Path, context: RequestContext = READ) -> CloudError:
    asked = body_of(stack, url, tmp_path / "ca.pem")
    with pytest.raises(CloudError) as caught:
        await Failures(SystemClock(), HOSTS).perform(context, AzureService.RESOURCE_MANAGER, asked)
    return caught.value


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize("stack", STACKS)
async def test_an_endless_answer_is_left_at_the_cap(stack: str, tmp_path: Path) -> None:
    endless = lambda: itertools.repeat(b" " * 65536)  # noqa: E731
    async with answering(HEAD + b"Connection: close\r\n\r\n", endless, tmp_path) as (url, server):
        error = await refused(stack, url, tmp_path)
    assert error.problem.title == "The answer was too large"
    assert "management.azure.com" in error.problem.what
    assert error.kind is FailureKind.UNREADABLE
    assert server.sent < CAPS[stack] + 16 * MEBIBYTE  # the sockets' buffers hold some


@pytest.mark.parametrize("stack", STACKS)
async def test_a_gzip_bomb_is_left_at_the_cap(stack: str, tmp_path: Path) -> None:
    packed = bomb(512)
    head = HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    async with answering(head, lambda: iter([packed]), tmp_path) as (url, _):
        tracemalloc.start()
        error = await refused(stack, url, tmp_path)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert error.problem.title == "The answer was too large"
    assert peak < 5 * CAPS[stack] + 16 * MEBIBYTE


@pytest.mark.parametrize("stack", STACKS)
async def test_headers_without_an_end_are_not_collected(stack: str, tmp_path: Path) -> None:
    names = (b"X-%d: %b\r\n" % (number, b"x" * 1000) for number in itertools.count())
    async with answering(b"HTTP/1.1 200 OK\r\n", lambda: names, tmp_path) as (url, server):
        error = await refused(stack, url, tmp_path)
    assert error.kind is FailureKind.LOST_ANSWER
    assert server.sent < 16 * MEBIBYTE


@pytest.mark.parametrize("stack", STACKS)
async def test_an_answer_of_millions_of_values_is_not_parsed(
    stack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_limits, "_MOST_VALUES", 1000)
    body = b"[" + b"[]," * 1000 + b"1]"
    head = HEAD + b"Content-Length: %d\r\n\r\n" % len(body)
    async with answering(head, lambda: iter([body]), tmp_path) as (url, _):
        assert (await refused(stack, url, tmp_path)).problem.title == "The answer was too large"


@pytest.mark.parametrize("stack", STACKS)
async def test_a_write_whose_answer_is_too_large_may_have_been_carried_out(stack: str, tmp_path: Path) -> None:
    packed = bomb(16)
    head = HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    async with answering(head, lambda: iter([packed]), tmp_path) as (url, _):
        error = await refused(stack, url, tmp_path, WRITE)
    assert error.kind is FailureKind.INCOMPLETE
    assert "not known whether the request was carried out" in error.problem.why


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("packing", ["identity", "gzip", "deflate", "x-gzip", "two members"])
async def test_what_fits_arrives_whole_however_it_is_packed(stack: str, packing: str, tmp_path: Path) -> None:
    body = json.dumps({"value": ["x" * 100_000] * 8}).encode()
    packed = {
        "identity": body,
        "deflate": zlib.compress(body),
        "two members": gzip.compress(body[:1000]) + gzip.compress(body[1000:]),
    }.get(packing, gzip.compress(body))
    encoding = {"two members": "gzip"}.get(packing, packing).encode()
    head = HEAD + b"Content-Encoding: %b\r\nContent-Length: %d\r\n\r\n" % (encoding, len(packed))
    async with answering(head, lambda: iter([packed]), tmp_path) as (url, _):
        assert await body_of(stack, url, tmp_path / "ca.pem") == body


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("encoding", [b"br", b"gzip, gzip", b"zstd", b"gzip"])
async def test_what_cannot_be_unpacked_is_an_answer_that_cannot_be_read(
    stack: str, encoding: bytes, tmp_path: Path
) -> None:
    body = b"\x0b\x02\x80{}\x03"
    head = HEAD + b"Content-Encoding: %b\r\nContent-Length: %d\r\n\r\n" % (encoding, len(body))
    async with answering(head, lambda: iter([body]), tmp_path) as (url, _):
        error = await refused(stack, url, tmp_path)
    assert (error.kind, error.problem.title) == (FailureKind.LOST_ANSWER, "No answer received")


@pytest.mark.parametrize("stack", STACKS)
async def test_an_answer_that_ends_too_early_was_lost(stack: str, tmp_path: Path) -> None:
    async with answering(HEAD + b"Content-Length: 100\r\n\r\n", lambda: iter([b"{}"]), tmp_path) as (url, _):
        assert (await refused(stack, url, tmp_path)).kind is FailureKind.LOST_ANSWER


@given(st.lists(st.binary(max_size=300), max_size=8), st.integers(1, 700), st.booleans())
def test_the_pieces_in_which_an_answer_comes_do_not_matter(pieces: list[bytes], size: int, packed: bool) -> None:
    whole = b"".join(pieces)
    sent = gzip.compress(whole) if packed else whole
    body = AnswerBody(MEBIBYTE, "gzip" if packed else "")
    for start in range(0, len(sent), size):
        body.add(sent[start : start + size])
    assert body.whole() == whole


def test_what_never_becomes_more_when_it_is_decompressed_is_capped_as_it_is_received() -> None:
    """Members of gzip that hold nothing could be sent for ever."""
    body, empty = AnswerBody(MEBIBYTE, "gzip"), gzip.compress(b"") * 1000
    for _ in range(MEBIBYTE // len(empty)):
        body.add(empty)
    with pytest.raises(AnswerTooLargeError):
        body.add(empty)


def test_a_compressed_answer_cut_short_is_unusable() -> None:
    body = AnswerBody(MEBIBYTE, "gzip")
    body.add(gzip.compress(b"x" * 1000)[:-9])
    with pytest.raises(UnusableAnswerError):
        body.whole()
    assert AnswerBody(MEBIBYTE, "gzip").whole() == b""


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_the_cap_itself_still_fits(encoding: str) -> None:
    for size, fits in ((MEBIBYTE, True), (MEBIBYTE + 1, False)):
        body = AnswerBody(MEBIBYTE, encoding)
        sent = gzip.compress(b" " * size) if encoding else b" " * size
        if fits:
            body.add(sent)
            assert len(body.whole()) == size
        else:
            with pytest.raises(AnswerTooLargeError):
                body.add(sent)


def test_a_list_ends_at_a_page_that_comes_again_and_at_more_pages_than_there_can_be() -> None:
    limit = ListLimit()
    limit.count("https://a/1", 100)
    limit.count("https://a/2", 100)
    with pytest.raises(AnswerTooLargeError):
        limit.count("https://a/1", 100)

    limit = ListLimit()
    for number in range(1000):
        limit.count(f"https://a/{number}", 100)
    with pytest.raises(AnswerTooLargeError):
        limit.count("https://a/1000", 100)

    limit = ListLimit()
    limit.count("https://a/1", 16 * MEBIBYTE)
    with pytest.raises(AnswerTooLargeError):
        limit.count("https://a/2", 1)
