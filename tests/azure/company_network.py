"""A company network: the only connection is a proxy, which opens TLS and re-signs it with an authority of its own."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeAlias

import trustme

from pipeops_tui.simulator import RunningSimulator
from pipeops_tui.simulator.world.world import Endpoints
from tests.azure.loose_authority import LooseAuthority

LOGIN, MANAGEMENT, GRAPH = "login.private.example", "management.private.example", "graph.private.example"
_PAGE = b"<html><body>Blocked by the company's policy</body></html>"


Authority: TypeAlias = trustme.CA | LooseAuthority


class CompanyNetwork:
    """Leads to `azure`, whose three services have names of their own here; remembers who asked for which."""

    def __init__(self, azure: RunningSimulator, authority: Authority) -> None:
        self.asked: list[str] = []
        """Hosts of CONNECT requests, in order."""
        self.blocked: set[str] = set()
        self.port = 0
        self._far_port = int(azure.base_url.rpartition(":")[2])
        self._far_tls = ssl.create_default_context(cafile=str(azure.ca_file))
        self._open: list[asyncio.StreamWriter] = []
        self._tls = _signed_by(authority)

    def change_authority(self, authority: Authority) -> None:
        """Sign with `authority` from now on; what is connected is cut off."""
        self._tls = _signed_by(authority)
        while self._open:
            self._open.pop().transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection to the proxy."""
        host = (await reader.readline()).decode().split(" ")[1].removesuffix(":443")
        while await reader.readline() not in (b"\r\n", b""):
            pass
        self.asked.append(host)
        if host in self.blocked:
            writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nConnection: close\r\n")
            writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(_PAGE), _PAGE))
            await writer.drain()
            writer.close()
            return
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await writer.drain()
        # A client that does not trust the company breaks the handshake off.
        with contextlib.suppress(OSError):
            await writer.start_tls(self._tls)
            self._open.append(writer)
            far_reader, far_writer = await asyncio.open_connection("localhost", self._far_port, ssl=self._far_tls)
            await asyncio.gather(_pass_on(reader, far_writer), _pass_on(far_reader, writer))


def _signed_by(authority: Authority) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(LOGIN, MANAGEMENT, GRAPH).configure_cert(context)
    return context


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def company_network(
    azure: RunningSimulator, ca_file: Path, authority: Authority | None = None
) -> AsyncIterator[CompanyNetwork]:
    """The network around `azure`, which then names its services as they are named here. The company's authority is
    written to `ca_file`."""
    authority = authority or trustme.CA(organization_name="A Company")
    authority.cert_pem.write_to_path(str(ca_file))
    names = Endpoints(f"https://{LOGIN}", f"https://{MANAGEMENT}", f"https://{GRAPH}")
    azure.call(lambda server: setattr(server.world, "endpoints", names))
    network = CompanyNetwork(azure, authority)
    server = await asyncio.start_server(network.serve, "127.0.0.1", 0)
    network.port = server.sockets[0].getsockname()[1]
    yield network
    server.close()
