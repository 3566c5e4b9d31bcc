"""The simulated Azure alone, under the load of many clients at once."""

from __future__ import annotations

import asyncio
import json
import re
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.bench.figures import Options, Part, Result, Row
from tests.bench.process import usage_of
from tests.bench.simulated import SimulatedAzure
from tests.bench.spread import median, milliseconds, percentile

CLIENTS = 200
LOAD = Row(f"Simulated Azure: {CLIENTS} clients at once", "")

_LENGTH = re.compile(rb"^content-length: *(\d+)", re.IGNORECASE | re.MULTILINE)


@dataclass(slots=True)
class _Tally:
    seconds: list[float] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)


def _measure(options: Options) -> Iterator[Result]:
    duration = 1.0 if options.quick else 10.0
    with SimulatedAzure(options) as azure:
        tally, took = asyncio.run(_load(azure, duration))
        memory = usage_of(azure.pid).peak
    rate = len(tally.seconds) / took
    middle, tail = median(tally.seconds) * 1000, percentile(tally.seconds, 95) * 1000
    yield Result(
        LOAD,
        f"{rate:,.0f} requests a second, median {middle:.0f} ms, 95th percentile {tail:.0f} ms, "
        f"{len(tally.refused)} refused, {memory:.0f} MiB",
        values={"requests_per_s": round(rate, 1), "refused": len(tally.refused), "peak_mib": round(memory, 1)},
        samples={"ms": milliseconds(tally.seconds[:: max(1, len(tally.seconds) // 1000)])},
    )


async def _load(azure: SimulatedAzure, duration: float) -> tuple[_Tally, float]:
    tokens = [azure.token(f"https://{host}/.default") for host in ("management.azure.com", "graph.microsoft.com")]
    tally = _Tally()
    until = time.perf_counter() + duration
    async with asyncio.TaskGroup() as clients:
        for _ in range(CLIENTS):
            clients.create_task(_client(azure, tokens[0], tokens[1], until, tally))
    return tally, duration + max(0.0, time.perf_counter() - until)


async def _client(azure: SimulatedAzure, arm: str, graph: str, until: float, tally: _Tally) -> None:
    """Create and read groups and applications on one connection, at least once and until time is up.

    Spoken by hand: a client library would need more of the second core than the server does.
    """
    reader, writer = await asyncio.open_connection("localhost", int(azure.url.rpartition(":")[2]), ssl=azure.tls)
    subscription = f"/subscriptions/{azure.subscription_id}"
    try:
        while True:
            name = f"load-{uuid.uuid4()}"
            group = f"{subscription}/resourcegroups/{name}?api-version=2021-04-01"
            for method, path, token, body in (
                ("GET", f"{subscription}?api-version=2022-12-01", arm, None),
                ("PUT", group, arm, {"location": "westeurope"}),
                ("GET", group, arm, None),
                ("POST", "/v1.0/applications", graph, {"displayName": name}),
                ("GET", "/v1.0/organization", graph, None),
            ):
                began = time.perf_counter()
                writer.write(_request(method, path, token, body))
                status = await _answer(reader)
                tally.seconds.append(time.perf_counter() - began)
                if status >= 300:
                    tally.refused.append(status)
            if time.perf_counter() >= until:
                return
    finally:
        writer.close()


def _request(method: str, path: str, token: str, body: dict[str, str] | None) -> bytes:
    content = b"" if body is None else json.dumps(body).encode()
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


async def _answer(reader: asyncio.StreamReader) -> int:
    """Read one answer to its end; its status."""
    head = await reader.readuntil(b"\r\n\r\n")
    if length := _LENGTH.search(head):
        await reader.readexactly(int(length[1]))
    elif b"\r\nTransfer-Encoding: chunked\r\n" in head:
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    return int(head.split(b" ", 2)[1])


PART = Part("simulator", (LOAD,), _measure)
