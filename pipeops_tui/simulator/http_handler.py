"""HTTP around the simulated Azure: latency, faults of the connection, the request history, the headers aiohttp adds."""

from __future__ import annotations

import asyncio
import socket
import struct
import zlib
from urllib.parse import unquote

from aiohttp import web

from pipeops_tui.simulator.control import RecordedRequest
from pipeops_tui.simulator.entra.tokens import read_access_token
from pipeops_tui.simulator.faults import Fault, FaultKind
from pipeops_tui.simulator.operations import ApiService
from pipeops_tui.simulator.routing import Match, normal_path, service_asked
from pipeops_tui.simulator.simulated_azure import SimulatedAzure
from pipeops_tui.simulator.wire import JSON_TYPE, Reply, Request, encode
from pipeops_tui.simulator.world.clock import http_date

_SLOWEST_BODY = 30.0
"""Seconds a client has to send its body."""
_NO_ANSWER = 0
_GIVEN = web.ResponseKey("given-headers", frozenset)
"""The names, in lower case, of the headers that `prepare` leaves alone."""
_PIECE = 64 * 1024
"""Bytes that are sent at once of a body that is repeated."""
_GZIP = 31
"""zlib's `wbits` for the gzip format."""


class HttpHandler:
    """Turns aiohttp requests into `wire.Request` and `wire.Reply` into bytes; breaks connections where a fault asks."""

    def __init__(self, azure: SimulatedAzure, latency: float) -> None:
        self._azure = azure
        self._latency = latency

    async def handle(self, incoming: web.Request) -> web.StreamResponse:
        """Answers one request, or closes the connection without an answer where a fault says so."""
        return await self._handle(incoming, at_graph=False)

    async def handle_at_graph(self, incoming: web.Request) -> web.StreamResponse:
        """As `handle`, for a request to the address of Microsoft Graph."""
        return await self._handle(incoming, at_graph=True)

    async def _handle(self, incoming: web.Request, *, at_graph: bool) -> web.StreamResponse:
        try:
            async with asyncio.timeout(_SLOWEST_BODY):
                body = await incoming.read()
        except web.HTTPRequestEntityTooLarge:
            return _response(_too_large())
        except TimeoutError:
            return _response(Reply(408))
        request = Request(
            method=incoming.method,
            path=normal_path(unquote(incoming.rel_url.raw_path)),
            query=dict(incoming.rel_url.query),
            headers={name.lower(): value for name, value in incoming.headers.items()},
            body=body,
            raw_query=unquote(incoming.rel_url.raw_query_string),
            at_graph=at_graph,
        )
        match = self._azure.match(request)
        if service_asked(request) is ApiService.CONTROL:
            return _response(self._azure.answer(request, match))
        if self._latency:
            await asyncio.sleep(self._latency)
        return await self._serve(incoming, request, match)

    async def prepare(self, incoming: web.Request, response: web.StreamResponse) -> None:
        """Sets the world's date and removes the header that names the server's software."""
        given = response.get(_GIVEN, frozenset())
        if "date" not in given:
            response.headers["Date"] = http_date(self._azure.world.now())
        if "server" not in given:
            response.headers.popall("Server", None)

    async def _serve(self, incoming: web.Request, request: Request, match: Match | None) -> web.StreamResponse:
        number, arrived = self._azure.history.next_number(), self._azure.world.now()
        operation = match.operation.name if match else "unknown"
        fault = self._azure.faults.next_fault(operation, request)
        if fault is not None and fault.kind is FaultKind.DELAY:
            await asyncio.sleep(fault.argument or 0)
        reply = self._reply(request, match, fault)
        entry = RecordedRequest(
            n=number,
            time=arrived,
            operation=operation,
            method=request.method,
            path=request.path,
            query=incoming.rel_url.raw_query_string,
            status=reply.status if reply else _NO_ANSWER,
            fault=str(fault) if fault else None,
            caller=self._caller(request),
        )
        self._azure.history.add(entry)
        if reply is None:
            return _break(incoming, reset=fault is not None and fault.kind is FaultKind.RESET)
        if fault is not None and fault.kind is FaultKind.TRUNCATE:
            return await _send_half(incoming, reply)
        return _response(reply) if reply.repeat is None else await _send_repeated(incoming, reply)

    def _reply(self, request: Request, match: Match | None, fault: Fault | None) -> Reply | None:
        """The answer, or None where none is sent."""
        if fault is not None and fault.answer is not None:
            return fault.answer.reply(self._azure.answer(request, match) if fault.takes_effect else None)
        if fault is not None and not fault.takes_effect:
            if fault.kind in (FaultKind.DROP_REQUEST, FaultKind.RESET):
                return None
            return self._azure.failure(request, match, fault)
        reply = self._azure.answer(request, match)
        if fault is not None and fault.kind is FaultKind.GARBAGE:
            return self._azure.garbled(reply)
        if fault is not None and fault.kind is FaultKind.DROP_RESPONSE:
            return None
        return reply

    def _caller(self, request: Request) -> str | None:
        scheme, _, text = request.headers.get("authorization", "").partition(" ")
        token = read_access_token(self._azure.world, text) if scheme.lower() == "bearer" else None
        return token.caller.name if token else None


def _headers(reply: Reply) -> list[tuple[str, str]]:
    return [*reply.headers.items(), *(("Set-Cookie", cookie) for cookie in reply.cookies)]


def _response(reply: Reply) -> web.Response:
    response = web.Response(status=reply.status, body=reply.body or None, headers=_headers(reply))
    if reply.chunked and reply.body:
        response.enable_chunked_encoding()
    _keep_given(response, reply)
    return response


def _keep_given(response: web.StreamResponse, reply: Reply) -> None:
    """Notes which headers `prepare` leaves alone."""
    if reply.as_it_is:
        response[_GIVEN] = frozenset(name.lower() for name in reply.headers)


async def _send_repeated(incoming: web.Request, reply: Reply) -> web.StreamResponse:
    """Streams the body as often as `reply.repeat` says, in pieces, until the client goes away."""
    response = web.StreamResponse(status=reply.status, headers=_headers(reply))
    _keep_given(response, reply)
    await response.prepare(incoming)
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    packer = zlib.compressobj(wbits=_GZIP) if encoding == "gzip" else None
    a_piece = max(1, _PIECE // max(1, len(reply.body)))
    left = (reply.repeat or 0) if reply.body else 0
    piece = reply.body * min(a_piece, left)
    try:
        while left > 0:
            if left < a_piece:
                piece = reply.body * left
            left -= a_piece
            packed = piece if packer is None else packer.compress(piece)
            if packed:
                await response.write(packed)
            await asyncio.sleep(0)
        if packer is not None:
            await response.write(packer.flush())
        await response.write_eof()
    except ConnectionError:
        return _break(incoming, reset=False)
    return response


async def _send_half(incoming: web.Request, reply: Reply) -> web.StreamResponse:
    """Sends a Content-Length for the whole body, then half of the body, and closes the connection."""
    response = web.StreamResponse(status=reply.status, headers=_headers(reply))
    response.content_length = len(reply.body)
    response.force_close()
    await response.prepare(incoming)
    await response.write(reply.body[: len(reply.body) // 2])
    return _break(incoming, reset=False)


def _break(incoming: web.Request, *, reset: bool) -> web.StreamResponse:
    """Ends the connection without another byte; `reset` sends TCP RST."""
    transport = incoming.transport
    if transport is not None:
        if reset:
            raw = transport.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort() if reset else transport.close()
    # The connection is gone; what is returned here is never sent.
    return web.Response()


def _too_large() -> Reply:
    error = {"code": "RequestContentTooLarge", "message": "The request content size exceeds the maximum size of 4 MB."}
    return Reply(413, encode({"error": error}), {"Content-Type": JSON_TYPE, "Connection": "close"})
