"""The simulated Azure: Microsoft Entra ID, Azure Resource Manager and Microsoft Graph on loopback, over TLS.

How to use it:

    from pipeops_tui.simulator import SimulatorConfig, start_simulator

    with start_simulator(SimulatorConfig(scenario="happy", seed=7)) as azure:
        azure.base_url        # "https://localhost:PORT": authority and resource manager; Graph answers here too
        azure.announcement["graph"]   # the address that serves Microsoft Graph alone, without /v1.0
        azure.ca_file         # PEM to trust
        azure.announcement    # what `pipeops-tui simulate` prints: tenant, subscription, owner's credential
        azure.state()         # everything that exists
        azure.add_fault("createApplication:503-html")     # also .clear_faults(), .requests(), .advance_clock(60)
        azure.add_fault("putResourceGroup:answer", {"status": 302})     # any answer: see given_answers
        azure.approve_device_code("CODE")

It imports no other part of the package. Importing it loads neither aiohttp nor the services: names of scenarios and
texts of faults are checked while the command line is read.

    config, prepared, running
                        how one is asked for, started and stopped
    server, http_handler, wire, request_history
                        HTTPS around it, and what was asked
    operations, routing every operation it serves, and which one a request means
    faults, fault_answers, given_answers
                        what can go wrong on any request, how each service says so, and answers described by hand
    simulated_azure, control
                        the whole of it as one object; the control endpoints `/_simulator/*`
    entra/ arm/ graph/  the three services, as they look on the wire
    world/              what exists and the rules it follows: no HTTP
    scenarios/          the worlds it can start with
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeops_tui.simulator.config import SCENARIOS, SimulatorConfig, SimulatorError
from pipeops_tui.simulator.prepared import PreparedConnection, PreparedSecret
from pipeops_tui.simulator.running import RunningSimulator, run_simulate, start_simulator

if TYPE_CHECKING:
    from pipeops_tui.simulator.faults import Fault

__all__ = [
    "PreparedConnection",
    "PreparedSecret",
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

    Raises ValueError, in one sentence, for any other text.
    """
    from pipeops_tui.simulator import faults

    return faults.parse_fault(text)
