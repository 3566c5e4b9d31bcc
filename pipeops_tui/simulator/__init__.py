"""The simulated Azure: Microsoft Entra ID, Azure Resource Manager and Microsoft Graph on loopback, over TLS.

How to use it:

    from pipeops_tui.simulator import SimulatorConfig, start_simulator

    with start_simulator(SimulatorConfig(scenario="happy", seed=7)) as azure:
        azure.base_url        # "https://localhost:PORT": authority, resource manager and Graph (Graph adds /v1.0)
        azure.ca_file         # PEM to trust
        azure.announcement    # what `pipeops-tui simulate` prints: tenant, subscription, owner's credential
        azure.state()         # everything that exists
        azure.add_fault("createApplication:503-html")     # also .clear_faults(), .requests(), .advance_clock(60)
        azure.approve_device_code("CODE")

This module imports nothing heavy: names of scenarios and texts of faults can be checked before aiohttp is loaded.
It knows nothing of the rest of the package.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Self

from pipeops_tui.simulator.config import SimulatorConfig, SimulatorError
from pipeops_tui.simulator.scenarios.catalog import SCENARIOS

if TYPE_CHECKING:
    from pipeops_tui.simulator.faults import Fault
    from pipeops_tui.simulator.server import Server
    from pipeops_tui.simulator.wire import Document

__all__ = [
    "RunningSimulator",
    "SimulatorConfig",
    "SimulatorError",
    "parse_fault",
    "run_simulate",
    "scenario_names",
    "start_simulator",
]


def scenario_names() -> dict[str, str]:
    """The scenarios by name, each with one line that says what it is."""
    return dict(SCENARIOS)


def parse_fault(text: str) -> Fault:
    """The fault that a text of the form `OPERATION[@N|@*|@pP]:KIND[=ARG]` names.

    Raises ValueError, in one sentence, for a text that names none.
    """
    from pipeops_tui.simulator import faults

    return faults.parse_fault(text)


def start_simulator(config: SimulatorConfig) -> RunningSimulator:
    """Starts a simulated Azure in a thread of its own and returns when it serves.

    Raises SimulatorError, in one sentence, for a busy port, an unknown scenario or fault, an unwritable CA path.
    """
    from pipeops_tui.simulator.server import Server

    return RunningSimulator(Server(config), config)


def run_simulate(config: SimulatorConfig) -> int:
    """`pipeops-tui simulate`: announces itself on stdout and serves until SIGINT or SIGTERM; the exit code."""
    from pipeops_tui.simulator.command import run

    return run(config)


class RunningSimulator:
    """A simulated Azure that serves. Its methods can be called from any thread; also a context manager."""

    def __init__(self, server: Server, config: SimulatorConfig) -> None:
        self._server = server
        self._config = config
        self.base_url: str = f"https://localhost:{server.port}"
        self.ca_file: Path = server.ca_file

    @property
    def announcement(self) -> dict[str, object]:
        """The JSON line of `pipeops-tui simulate`."""
        import os

        world = self._server.azure.world
        return {
            "base_url": self.base_url,
            "authority": self.base_url,
            "resource_manager": world.endpoints.resource_manager,
            "graph": world.endpoints.graph,
            "ca_file": str(self.ca_file),
            "tenant_id": world.announced.tenant_id,
            "subscription_id": world.announced.subscription_id,
            "owner": {"client_id": world.announced.client_id, "client_secret": world.announced.client_secret},
            "scenario": self._config.scenario,
            "seed": self._config.seed,
            "pid": os.getpid(),
        }

    def state(self) -> dict[str, list[Document]]:
        """Everything that exists, as `GET /_simulator/state` answers it."""
        from pipeops_tui.simulator.state import snapshot

        return self._server.call(lambda azure: snapshot(azure.world))

    def requests(self) -> list[Document]:
        """The newest 10,000 requests, as `GET /_simulator/requests` answers them."""
        return self._server.call(lambda azure: azure.log.json())

    def add_fault(self, text: str) -> None:
        """Puts a fault in force. Raises ValueError for a text that names none."""
        fault = parse_fault(text)
        self._server.call(lambda azure: azure.faults.add(fault))

    def faults(self) -> list[str]:
        """The faults that may still strike; one set on the N-th request is gone when that has come."""
        return self._server.call(lambda azure: azure.faults.texts())

    def clear_faults(self) -> None:
        """Removes every fault."""
        self._server.call(lambda azure: azure.faults.clear())

    def advance_clock(self, seconds: float) -> None:
        """Moves the world's clock."""
        self._server.call(lambda azure: azure.world.clock.advance(seconds))

    def approve_device_code(self, user_code: str, *, decline: bool = False) -> bool:
        """Signs the default user in for a waiting device code, or declines it; False when no such code waits."""
        from pipeops_tui.simulator.world.sign_in import Verdict

        verdict = Verdict.DECLINED if decline else Verdict.APPROVED
        return self._server.call(lambda azure: azure.world.sign_ins.decide(user_code, verdict))

    def stop(self) -> None:
        """Stops serving; can be called more than once."""
        self._server.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()
