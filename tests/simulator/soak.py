"""`python -m tests.simulator.soak`: 100,000 requests against `pipeops-tui simulate`, and its memory.

Prints the resident memory of the simulator's process ten times; exit code 1 when the second half needs more than the
first by over `ALLOWANCE` MiB. The first half is the warm-up: everything that is kept has a limit, but it must be met.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import ssl
import subprocess
import sys
import time

from tests.bench.process import usage_of
from tests.simulator.crowd import Connection
from tests.simulator.visit import DELETION, REQUESTS, Credentials, visit

ALLOWANCE = 3.0
"""MiB. Among what is kept are the rate limits of about 4,000 principals that no longer exist."""
_CLIENTS = 8
_REPORTS = 10


async def _some(connection: Connection, who: Credentials, visits: int) -> None:
    async def pass_time() -> None:
        await connection.ask("POST", "/_simulator/clock", body={"advance_s": DELETION})

    for _ in range(visits):
        await visit(connection.ask, who, pass_time)


async def _soak(base_url: str, ca_file: str, who: Credentials, requests: int, pid: int) -> list[float]:
    tls = ssl.create_default_context(cafile=ca_file)
    connections = [await Connection.open(base_url, tls) for _ in range(_CLIENTS)]
    visits = -(-requests // (REQUESTS * _REPORTS * _CLIENTS))
    figures = []
    for report in range(1, _REPORTS + 1):
        began = time.perf_counter()
        async with asyncio.TaskGroup() as clients:
            for connection in connections:
                clients.create_task(_some(connection, who, visits))
        asked = visits * _CLIENTS * REQUESTS
        figures.append(usage_of(pid).resident)
        rate = asked / (time.perf_counter() - began)
        print(f"{report * asked:>9,} requests  {figures[-1]:7.1f} MiB  {rate:7,.0f} a second", flush=True)
    for connection in connections:
        connection.close()
    return figures


def main(arguments: list[str]) -> int:
    """0 when memory is flat, 1 when it is not."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulator.soak", description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000, metavar="N", help="how many, at least (%(default)s)")
    options = parser.parse_args(arguments)
    command = [sys.executable, "-m", "pipeops_tui", "simulate"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            announced = json.loads(process.stdout.readline())
            who = Credentials(announced["tenant_id"], announced["subscription_id"], **announced["owner"])
            soak = _soak(announced["base_url"], announced["ca_file"], who, options.requests, process.pid)
            figures = asyncio.run(soak)
        finally:
            process.terminate()
    grown = figures[-1] - figures[_REPORTS // 2 - 1]
    print(f"The second half needed {grown:+.1f} MiB.")
    return 0 if grown <= ALLOWANCE else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
