"""Between the socket and the simulated Azure: latency, faults on the wire, the log, the headers aiohttp would add."""

from __future__ import annotations

import asyncio
import socket
import struct
from urllib.parse import unquote

from aiohttp import web

from pipeops_tui.simulator.azure import Azure
from pipeops_tui.simulator.entra.tokens import read_access_token
from pipeops_tui.simulator.faults import Fault, FaultKind
from pipeops_tui.simulator.log import Entry
from pipeops_tui.simulator.operations import Service
from pipeops_tui.simulator.routing import Match, service_of
from pipeops_tui.simulator.wire import JSON_TYPE, Reply, Request, encode
from pipeops_tui.simulator.world.clock import http_date

_SLOWEST_BODY = 30.0
"""Seconds a client may take to send its body."""
_NEVER_ANSWERED = 0


class Front:
    """Turns aiohttp requests into plain ones and plain replies into bytes, and breaks connections where asked to."""

    def __init__(self, azure: Azure, latency: float) -> None:
        self._azure = azure
        self._latency = latency

    async def handle(self, incoming: web.Request) -> web.StreamResponse:
        """Answers one request. A fault may close the connection instead."""
        try:
            async with asyncio.timeout(_SLOWEST_BODY):
                body = await incoming.read()
        except web.HTTPRequestEntityTooLarge:
            return _response(_too_large())
        except TimeoutError:
            return _response(Reply(408))
        request = Request(
            method=incoming.method,
            path=unquote(incoming.rel_url.raw_path),
            query=dict(incoming.rel_url.query),
            headers={name.lower(): value for name, value in incoming.headers.items()},
            body=body,
        )
        match = self._azure.match(request)
        if service_of(request.path) is Service.CONTROL:
            return _response(self._azure.answer(request, match))
        if self._latency:
            await asyncio.sleep(self._latency)
        return await self._serve(incoming, request, match)

    async def prepare(self, incoming: web.Request, response: web.StreamResponse) -> None:
        """The last touch on the headers: the world's date, no mention of the server's software."""
        response.headers["Date"] = http_date(self._azure.world.now())
        response.headers.popall("Server", None)

    async def _serve(self, incoming: web.Request, request: Request, match: Match | None) -> web.StreamResponse:
        number, arrived = self._azure.log.next_number(), self._azure.world.now()
        operation = match.operation.name if match else "unknown"
        fault = self._azure.faults.strike(operation)
        if fault is not None and fault.kind is FaultKind.DELAY:
            await asyncio.sleep(fault.argument or 0)
        reply = self._reply(request, match, fault)
        entry = Entry(
            n=number,
            time=arrived,
            operation=operation,
            method=request.method,
            path=request.path,
            query=incoming.rel_url.raw_query_string,
            status=reply.status if reply else _NEVER_ANSWERED,
            fault=str(fault) if fault else None,
            caller=self._caller(request),
        )
        self._azure.log.add(entry)
        if reply is None:
            return _break(incoming, reset=fault is not None and fault.kind is FaultKind.RESET)
        if fault is not None and fault.kind is FaultKind.TRUNCATE:
            return await _send_half(incoming, reply)
        return _response(reply)

    def _reply(self, request: Request, match: Match | None, fault: Fault | None) -> Reply | None:
        """The answer, or None where none is sent."""
        if fault is not None and not fault.kind.takes_effect:
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
    return response


async def _send_half(incoming: web.Request, reply: Reply) -> web.StreamResponse:
    """Announces the whole length, sends half of it and closes."""
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
