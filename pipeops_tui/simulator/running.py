"""A simulated Azure that serves: started in this process, or as the command `pipeops-tui simulate`.

aiohttp and the services are imported when one starts, so that the program can be asked for its options without them.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Self, TypeVar

from pipeops_tui.simulator.config import SimulatorConfig, SimulatorError

if TYPE_CHECKING:
    from pipeops_tui.simulator.prepared import PreparedConnection
    from pipeops_tui.simulator.server import Server
    from pipeops_tui.simulator.simulated_azure import SimulatedAzure
    from pipeops_tui.simulator.wire import Document, Json

_T = TypeVar("_T")
_STOPPED, _CANNOT_START, _INTERRUPTED = 0, 2, 130
"""Exit codes of `pipeops-tui simulate`."""


class RunningSimulator:
    """A simulated Azure that serves. Its methods can be called from any thread. Also a context manager."""

    def __init__(self, server: Server, config: SimulatorConfig) -> None:
        self._server = server
        self._config = config
        self.base_url: str = f"https://localhost:{server.port}"
        self.graph: str = server.azure.world.endpoints.graph
        """Microsoft Graph's address, without a version."""
        self.ca_file: Path = server.ca_file

    @property
    def announcement(self) -> dict[str, object]:
        """The JSON line that `pipeops-tui simulate` prints."""
        world = self._server.azure.world
        return {
            "base_url": self.base_url,
            "authority": self.base_url,
            "resource_manager": world.endpoints.resource_manager,
            "graph": self.graph,
            "ca_file": str(self.ca_file),
            "tenant_id": world.announced.tenant_id,
            "subscription_id": world.announced.subscription_id,
            "owner": {"client_id": world.announced.client_id, "client_secret": world.announced.client_secret},
            "scenario": self._config.scenario,
            "seed": self._config.seed,
            "pid": os.getpid(),
            "managed_identity": {
                "endpoint": f"{self.base_url}/msi/token",
                "header": world.identity.header,
                "client_id": world.identity.client_id,
            },
        }

    def call(self, function: Callable[[SimulatedAzure], _T]) -> _T:
        """Runs `function` in the server's thread, where the world may be read and changed, and returns its result."""
        return self._server.call(function)

    def prepared(self) -> tuple[PreparedConnection, ...]:
        """The connections that a scenario began with; none in most of them."""
        return self.call(lambda azure: tuple(azure.world.prepared))

    def state(self) -> dict[str, list[Document]]:
        """Everything that exists, as `GET /_simulator/state` answers it."""
        from pipeops_tui.simulator.control import snapshot

        return self.call(lambda azure: snapshot(azure.world))

    def requests(self) -> list[Document]:
        """The newest 10,000 requests, as `GET /_simulator/requests` answers them."""
        return self.call(lambda azure: azure.history.json())

    def add_fault(self, text: str, answer: Mapping[str, Json] | None = None) -> None:
        """Adds a fault; requests are counted from now on. `answer` describes what `OPERATION:answer` sends.

        Raises ValueError, in one sentence, for a text that is not a fault and for a description that cannot be sent.
        """
        from pipeops_tui.simulator.faults import parse_fault

        fault = parse_fault(text, answer)
        self.call(lambda azure: azure.faults.add(fault))

    def faults(self) -> list[str]:
        """The faults that can still happen; one on the N-th request is gone after N requests."""
        return self.call(lambda azure: azure.faults.texts())

    def clear_faults(self) -> None:
        """Removes every fault."""
        self.call(lambda azure: azure.faults.clear())

    def advance_clock(self, seconds: float) -> None:
        """Moves the world's clock forward."""
        self.call(lambda azure: azure.world.clock.advance(seconds))

    def approve_device_code(self, user_code: str, *, decline: bool = False) -> bool:
        """Signs the default user in for a waiting device code, or declines it; False when no such code waits."""
        from pipeops_tui.simulator.world.sign_ins import SignInVerdict

        verdict = SignInVerdict.DECLINED if decline else SignInVerdict.APPROVED
        return self.call(lambda azure: azure.world.sign_ins.decide(user_code, verdict))

    def publish_key(self, issuer: str, key: Mapping[str, Json]) -> None:
        """Lets an issuer outside of Azure publish a signing key (a JSON Web Key with `kid`)."""
        self.call(lambda azure: azure.world.issuers.setdefault(issuer, {}).update({str(key["kid"]): dict(key)}))

    def stop(self) -> None:
        """Stops serving; can be called more than once."""
        self._server.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()


def start_simulator(config: SimulatorConfig) -> RunningSimulator:
    """Starts a simulated Azure in a thread of its own and returns when it serves.

    Raises SimulatorError, in one sentence, for a busy port, an unknown scenario or fault, an unwritable CA path.
    """
    from pipeops_tui.simulator.server import Server

    return RunningSimulator(Server(config), config)


def _announce(azure: RunningSimulator) -> None:
    """Prints the addresses. Raises SimulatorError where they cannot be printed, because the server is useless then."""
    try:
        if sys.stdout is None:  # the descriptor was closed
            raise OSError(errno.EBADF, "it is closed")
        sys.stdout.write(json.dumps(azure.announcement) + "\n")
        sys.stdout.flush()
    except OSError as error:
        raise SimulatorError(f"Standard output cannot be written: {error.strerror}.") from None


def run_simulate(config: SimulatorConfig) -> int:
    """Runs `pipeops-tui simulate`: prints one JSON line and serves until a signal. Returns the exit code.

    0 after SIGTERM, 130 after SIGINT; 2, with one sentence on stderr, when it cannot start.
    """
    stopped = threading.Event()
    received: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        received.append(number)
        stopped.set()

    previous = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with start_simulator(config) as azure:
            _announce(azure)
            stopped.wait()
    except SimulatorError as error:
        with contextlib.suppress(OSError):
            if sys.stderr is not None:
                sys.stderr.write(f"{error}\n")
        return _CANNOT_START
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    return _INTERRUPTED if received == [signal.SIGINT] else _STOPPED
