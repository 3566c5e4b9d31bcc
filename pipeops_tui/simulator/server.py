"""The HTTPS server around the simulated Azure: sockets, certificates, a thread of its own. Uses aiohttp."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import socket
import ssl
import threading
from asyncio.sslproto import SSLProtocol
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import TypeVar

from aiohttp import web

from pipeops_tui.simulator.certificates import make_tls, remove_ca
from pipeops_tui.simulator.config import SCENARIOS, SimulatorConfig, SimulatorError
from pipeops_tui.simulator.faults import FaultPlan, parse_fault
from pipeops_tui.simulator.http_handler import HttpHandler
from pipeops_tui.simulator.scenarios.catalog import build, faults_of, hides_graph
from pipeops_tui.simulator.simulated_azure import SimulatedAzure
from pipeops_tui.simulator.world.world import Endpoints, HelpfulOwner

_HOST = "localhost"
_LARGEST_BODY = 4 * 1024 * 1024
"""Bytes; ARM refuses larger requests as well (Microsoft Learn, "Azure subscription and service limits")."""
_TLS_BUFFER = 16 * 1024
"""Bytes that asyncio keeps for each TLS connection, open or closing; its own 256 KiB are 250 MiB for 1,000 of them. One
TLS record is not larger (RFC 8446, section 5.1)."""
_TRIES = 20
_BUSY = frozenset({errno.EADDRINUSE, errno.EACCES})
_T = TypeVar("_T")


class Server:
    """A simulated Azure that serves from its own thread until `stop`."""

    def __init__(self, config: SimulatorConfig) -> None:
        """Raises SimulatorError, in one sentence, when it cannot start."""
        self.azure = _azure(config)
        self._sockets, self.port = _bind(config.port)
        self._graph_sockets: list[socket.socket] = []
        try:
            context, self.ca_file = make_tls(config.ca_out)
            self._graph_sockets, graph_port = _bind_beside(self.port, fixed=config.port != 0)
        except SimulatorError:
            for listening in (*self._sockets, *self._graph_sockets):
                listening.close()
            raise
        self._keep_ca = config.ca_out is not None
        base, graph = f"https://{_HOST}:{self.port}", f"https://{_HOST}:{graph_port}"
        self._refusing: list[socket.socket] = []
        shown = self._refusing_address() if hides_graph(config.scenario) else graph
        self.azure.world.endpoints = Endpoints(base, base, shown)
        self._handler = HttpHandler(self.azure, config.latency_ms / 1000)
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        ready: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, args=(context, ready), name="simulated-azure", daemon=True)
        self._thread.start()
        ready.result()

    def call(self, function: Callable[[SimulatedAzure], _T]) -> _T:
        """Runs `function` in the server's thread, the only one that uses the world, and returns its result."""

        async def run() -> _T:
            return function(self.azure)

        if not self._thread.is_alive():
            return function(self.azure)
        return asyncio.run_coroutine_threadsafe(run(), self._loop).result()

    def stop(self) -> None:
        """Closes every connection, ends the thread and removes a temporary CA file. Can be called more than once."""
        if not self._thread.is_alive():
            return
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()
        for refusing in self._refusing:
            refusing.close()
        if not self._keep_ca:
            remove_ca(self.ca_file)

    def _refusing_address(self) -> str:
        """An address where connections are refused: its port is bound, but not listened on."""
        refusing = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        refusing.bind(("127.0.0.1", 0))
        self._refusing.append(refusing)
        return f"https://{_HOST}:{refusing.getsockname()[1]}"

    def _run(self, context: ssl.SSLContext, ready: Future[None]) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve(context, ready))
        except Exception as error:
            if ready.done():
                raise
            ready.set_exception(error)
        finally:
            self._loop.close()

    async def _serve(self, context: ssl.SSLContext, ready: Future[None]) -> None:
        # Failed handshakes and handlers must not write into the terminal of the program that runs this server.
        self._loop.set_exception_handler(lambda _loop, _context: None)
        SSLProtocol.max_size = _TLS_BUFFER
        logging.getLogger("aiohttp").addHandler(logging.NullHandler())
        runners = [
            await self._start(self._sockets, self._handler.handle, context),
            await self._start(self._graph_sockets, self._handler.handle_at_graph, context),
        ]
        ready.set_result(None)
        await self._stopping.wait()
        for runner in runners:
            await runner.cleanup()

    async def _start(
        self,
        sockets: list[socket.socket],
        handle: Callable[[web.Request], Awaitable[web.StreamResponse]],
        context: ssl.SSLContext,
    ) -> web.AppRunner:
        application = web.Application(client_max_size=_LARGEST_BODY)
        application.router.add_route("*", "/{path:.*}", handle)
        application.on_response_prepare.append(self._handler.prepare)
        runner = web.AppRunner(application, access_log=None, handle_signals=False, shutdown_timeout=0.1)
        await runner.setup()
        for listening in sockets:
            await web.SockSite(runner, listening, ssl_context=context, backlog=512).start()
        return runner


def _azure(config: SimulatorConfig) -> SimulatedAzure:
    if config.scenario not in SCENARIOS:
        raise SimulatorError(f"There is no scenario {config.scenario!r}; known are {', '.join(SCENARIOS)}.")
    plan = FaultPlan(config.seed)
    for text in (*faults_of(config.scenario), *config.faults):
        try:
            plan.add(parse_fault(text))
        except ValueError as error:
            raise SimulatorError(str(error)) from None
    world = build(config.scenario, config.seed)
    world.sign_ins.approve_at_once = config.auto_approve_device_codes
    world.owner = None if config.owner_assigns_after_s is None else HelpfulOwner(config.owner_assigns_after_s)
    return SimulatedAzure(world, plan)


def _bind(port: int) -> tuple[list[socket.socket], int]:
    """Listening sockets on both loopback addresses, on one port (`port` 0: any that is free on both)."""
    if not 0 <= port <= 65_535:
        raise SimulatorError(f"Port {port} is not between 0 and 65535.")
    for _ in range(_TRIES):
        first = _listen(socket.AF_INET, "127.0.0.1", port)
        number = int(first.getsockname()[1])
        try:
            second = _listen(socket.AF_INET6, "::1", number)
        except _NoIpv6Error:
            return [first], number
        except SimulatorError:
            first.close()
            if port:
                raise
        else:
            return [first, second], number
    raise SimulatorError("No port is free on both 127.0.0.1 and ::1.")


def _bind_beside(port: int, *, fixed: bool) -> tuple[list[socket.socket], int]:
    """Sockets for a second address: the port after `port` where that was `fixed` and the next is free, else any.

    The second number never begins with the digits of the first, because the Azure CLI takes an address that begins
    like Resource Manager's for Resource Manager.
    """
    if fixed and port < 65_535:
        with contextlib.suppress(SimulatorError):
            return _bind(port + 1)
    for _ in range(_TRIES):
        sockets, number = _bind(0)
        if not str(number).startswith(str(port)):
            return sockets, number
        for listening in sockets:
            listening.close()
    raise SimulatorError("No port is free for Microsoft Graph.")


class _NoIpv6Error(Exception):
    """This machine has no IPv6 loopback; 127.0.0.1 alone is enough."""


def _listen(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    try:
        listening = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise _NoIpv6Error from error
    with contextlib.ExitStack() as on_failure:
        on_failure.callback(listening.close)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family is socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        try:
            listening.bind((host, port))
        except OSError as error:
            if family is socket.AF_INET6 and error.errno not in _BUSY:
                raise _NoIpv6Error from error
            raise SimulatorError(f"Port {port} cannot be used on {host}: {error.strerror}.") from error
        listening.listen(512)
        listening.setblocking(False)
        on_failure.pop_all()
    return listening
