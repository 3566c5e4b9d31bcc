"""Creating for real, against an Azure 150 ms away; and what a journey asks it."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence

from tests.bench.environment import clean
from tests.bench.figures import Options, Part, Result, Row, at_most
from tests.bench.journey import whole_journey
from tests.bench.program import Program
from tests.bench.programs import azure_cli, pipeops
from tests.bench.simulated import Asked, SimulatedAzure
from tests.bench.spread import median

LATENCY_MS = 150
ROUND_TRIPS = 6
"""Application, principal, assignment, secret, token, group: each needs the one before."""

CREATE = Row(f"Create to proved, Azure {LATENCY_MS} ms away", f"1.2 × {ROUND_TRIPS} round trips")
AZ = Row("The same against `az group create` + `az ad sp create-for-rbac`", "half of az")
REQUESTS = Row("Requests in a journey", "nothing is read twice unless it may have changed")


def _measure(options: Options) -> Iterator[Result]:
    runs = options.repetitions(5, 1)
    with SimulatedAzure(options, latency_ms=LATENCY_MS) as azure:
        ours, journeys = [], []
        for _ in range(runs):
            before = len(azure.requests())
            ours.append(_create_to_proved(options, azure))
            journeys.append(azure.requests()[before:])
        value, limit = median(ours), 1.2 * ROUND_TRIPS * LATENCY_MS / 1000
        samples = {"s": [round(seconds, 3) for seconds in ours]}
        yield at_most(CREATE, value, limit, f"{value:.2f} s, limit {limit:.2f} s", samples)
        yield _requests(journeys)
        yield _against_az(value, [] if (az := azure_cli()) is None else _az_seconds(options, azure, az, runs))


def _create_to_proved(options: Options, azure: SimulatedAzure) -> float:
    argv = pipeops("--resource-manager", azure.url, "--ca-file", azure.ca_file, "--auth", "device-code")
    # A run that was not closed is offered again at the next start: each program gets a state of its own.
    env = clean(options) | {"XDG_STATE_HOME": tempfile.mkdtemp(prefix="state-", dir=options.folder)}
    with Program(argv, env=env) as program:
        creation = whole_journey(program, azure.approve)
    return creation.proved - creation.confirmed


def _requests(journeys: Sequence[Sequence[Asked]]) -> Result:
    repeated = [_read_twice(journey) for journey in journeys]
    counts = [len(journey) for journey in journeys]
    worst = max(repeated, key=len)
    again = f"; twice: {', '.join(worst)}" if worst else ", none of them a repeated read"
    return Result(
        REQUESTS,
        f"{median(counts):.0f}{again}",
        met=not worst,
        values={"requests": median(counts), "read_twice": len(worst)},
        samples={"requests": counts},
    )


def _read_twice(journey: Sequence[Asked]) -> list[str]:
    """Operations whose answer was known already: the same person had got it, and nothing was written since.

    What was missing or failed may be asked again. Requests to Entra ID are not looked at: each is for another token.
    """
    known: set[tuple[str, str, str, str | None]] = set()
    again = []
    for asked in journey:
        if asked.method in ("PUT", "PATCH", "DELETE") or asked.operation in ("addPassword", "createApplication"):
            known.clear()
        elif asked.method == "GET" and asked.status < 300 and asked.caller is not None:
            read = (asked.operation, asked.path, asked.query, asked.caller)
            if read in known:
                again.append(f"{asked.operation} {asked.path.rpartition('/')[2]}")
            known.add(read)
    return again


def _against_az(ours: float, theirs: Sequence[float]) -> Result:
    if not theirs:
        return Result(AZ, "az is not installed here")
    value = median(theirs)
    return at_most(
        AZ,
        ours / value,
        0.5,
        f"{ours / value:.2f} × (az {value:.2f} s, without a test sign-in)",
        {"az_s": [round(seconds, 3) for seconds in theirs]},
    )


def _az_seconds(options: Options, azure: SimulatedAzure, az: str, runs: int) -> list[float]:
    env = clean(options) | {
        "REQUESTS_CA_BUNDLE": azure.ca_file,
        "AZURE_CORE_INSTANCE_DISCOVERY": "false",
        "AZURE_CORE_COLLECT_TELEMETRY": "no",
        "AZURE_CORE_ENCRYPT_TOKEN_CACHE": "false",
        "NO_PROXY": "localhost",
    }

    def run(*arguments: str) -> None:
        done = subprocess.run([az, *arguments], env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if done.returncode:
            raise RuntimeError(f"az {arguments[0]} ended with {done.returncode}: {done.stderr.strip()}")

    run("cloud", "register", "--name", "simulated", "--cloud-config", json.dumps(_cloud(azure)))
    run("cloud", "set", "--name", "simulated")
    secret = azure.client_secret
    run("login", "--service-principal", "-u", azure.client_id, "-p", secret, "--tenant", azure.tenant_id)
    times = []
    for _ in range(runs + 1):
        name = f"bench-{uuid.uuid4()}"
        scope = f"/subscriptions/{azure.subscription_id}/resourceGroups/{name}"
        began = time.perf_counter()
        run("group", "create", "--name", name, "--location", "westeurope")
        run("ad", "sp", "create-for-rbac", "--name", name, "--role", "Contributor", "--scopes", scope)
        times.append(time.perf_counter() - began)
    return times[1:]


def _cloud(azure: SimulatedAzure) -> dict[str, object]:
    return {
        "endpoints": {
            "activeDirectory": azure.url,
            "resourceManager": azure.url,
            "management": "https://management.core.windows.net/",
            "activeDirectoryResourceId": "https://management.core.windows.net/",
            "activeDirectoryGraphResourceId": "https://graph.windows.net/",
            "microsoftGraphResourceId": azure.graph,
        }
    }


PART = Part("create", (CREATE, AZ, REQUESTS), _measure)
