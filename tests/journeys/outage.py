"""A network that can be lost in several ways, and time that can be skipped while it is."""

from __future__ import annotations

import asyncio
import itertools
import re
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from pipeops_tui.simulator import RunningSimulator
from pipeops_tui.simulator.world.world import Endpoints
from tests.support.person import Person

UNPLUGGED = "unplugged"
"""An Azure that was asked something, and then is not there any more. Other losses are faults of the simulated one."""

_SLICE = 3.0
"""Seconds skipped at a time: less than any deadline, so that what is due happens in its order."""


class Cable:
    """What the program reaches `azure` through. Pulled, every connection breaks and no new one comes about."""

    def __init__(self, azure: RunningSimulator) -> None:
        self._far = int(azure.base_url.rpartition(":")[2])
        self._near = 0
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def plug(self) -> str:
        """Let everything through; returns the address to use, which stays the same."""
        self._server = await asyncio.start_server(self._serve, "localhost", self._near, family=socket.AF_INET)
        self._near = int(self._server.sockets[0].getsockname()[1])
        return f"https://localhost:{self._near}"

    def pull(self) -> None:
        """Break everything."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        for writer in self._open:
            writer.transport.abort()

    async def is_dead(self) -> None:
        """Wait until nothing is passed on any more."""
        while self._open:
            await asyncio.sleep(0.01)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("localhost", self._far, family=socket.AF_INET)
        ends = {writer, far_writer}
        self._open |= ends
        await asyncio.gather(_pass_on(reader, far_writer), _pass_on(far_reader, writer), return_exceptions=True)
        self._open -= ends


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()


class Outage:
    """Losing the network, each time in the next of several ways, for the operations that matter at the moment."""

    def __init__(self, azure: RunningSimulator, cable: Cable, losses: Sequence[str]) -> None:
        self._azure = azure
        self._cable = cable
        self._losses = itertools.cycle(losses)
        self._loss = ""
        self._skipped = 0.0
        loop = asyncio.get_running_loop()
        self._time = loop.time
        # Deadlines are kept by the event loop, so it is its clock that is moved on.
        setattr(loop, "time", lambda: self._time() + self._skipped)  # noqa: B010 - mypy lets no method be assigned

    def begin(self, *operations: str) -> None:
        """From now on nobody gets an answer to these."""
        self._loss = next(self._losses)
        fault = "delay=86400" if self._loss == UNPLUGGED else self._loss
        for operation in operations:
            self._azure.add_fault(f"{operation}@*:{fault}")

    async def strike(self, person: Person, under_way: str) -> None:
        """See that the screen says what is under way; that is the moment to pull a cable."""
        if self.is_silent:
            await person.sees(under_way)
        if self._loss == UNPLUGGED:
            self._cable.pull()

    async def end(self) -> None:
        """The network is back."""
        self._azure.clear_faults()
        if self._loss == UNPLUGGED:
            await self._cable.plug()

    @property
    def is_silent(self) -> bool:
        """Whether a request is under way until something else happens."""
        return self._loss.startswith("delay") or self._loss == UNPLUGGED

    @property
    def hangs(self) -> bool:
        """Whether only a deadline ends the wait."""
        return self._loss.startswith("delay")

    async def outlasts(self, person: Person, *patterns: str) -> str:
        """Let time pass until all patterns stand on the screen, and return it."""
        found = [re.compile(pattern, re.MULTILINE) for pattern in patterns]

        def condition(screen: str) -> bool:
            self._skipped += _SLICE
            return all(pattern.search(screen) for pattern in found)

        return await person.waits_until(condition, f"{patterns}, however long it takes")


@asynccontextmanager
async def network_of(azure: RunningSimulator, losses: Sequence[str]) -> AsyncIterator[Outage]:
    """`azure` at the other end of a cable; its addresses are those of the near end."""
    cable = Cable(azure)
    azure.base_url = address = await cable.plug()
    azure.call(lambda server: setattr(server.world, "endpoints", Endpoints(address, address, address)))
    try:
        yield Outage(azure, cable, losses)
    finally:
        cable.pull()
        await cable.is_dead()
