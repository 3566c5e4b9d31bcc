"""`pipeops-tui simulate`: the simulated Azure alone, for other clients."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeops_tui.cli.arguments import SentenceParser, check_world
from pipeops_tui.simulator import SimulatorConfig, run_simulate, scenario_names

_DESCRIPTION = """\
Serve a simulated Azure (Entra ID, Resource Manager, Microsoft Graph) on https://localhost until
stopped. Prints one JSON line with its addresses, its CA file and an owner's credentials."""


def simulate(argv: Sequence[str]) -> int:
    """Parse `argv`, serve until SIGINT or SIGTERM, and return the exit code (2 when it could not start)."""
    parser = simulate_parser()
    given = parser.parse_args(argv)
    if not 0 <= given.port <= 65535:
        parser.error(f"--port: {given.port} is not between 0 and 65535")
    if not 0 <= given.latency_ms <= 60_000:
        parser.error(f"--latency-ms: {given.latency_ms} is not between 0 and 60000")
    check_world(parser, given.scenario, given.fault)
    return run_simulate(
        SimulatorConfig(
            scenario=given.scenario,
            port=given.port,
            latency_ms=given.latency_ms,
            seed=given.seed,
            faults=tuple(given.fault),
            ca_out=given.ca_out,
        )
    )


def simulate_parser() -> SentenceParser:
    """What the command takes."""
    parser = SentenceParser("pipeops-tui simulate", _DESCRIPTION, _scenarios())
    parser.add_argument("--scenario", default="happy", metavar="SCENARIO", help="the world to serve (default: happy)")
    parser.add_argument("--port", type=int, default=0, metavar="N", help="port to listen on (default: a free one)")
    parser.add_argument("--latency-ms", type=int, default=0, metavar="N", help="answer every request this much later")
    parser.add_argument(
        "--seed", type=int, default=0, metavar="N", help="same seed, same requests: same ids, same answers"
    )
    parser.add_argument(
        "--fault", action="append", default=[], metavar="FAULT", help="OPERATION[@N|@*|@pP]:KIND[=ARG], repeatable"
    )
    parser.add_argument("--ca-out", type=Path, metavar="FILE", help="write the CA certificate here and leave it there")
    return parser


def _scenarios() -> str:
    """The scenarios with one line each, for --help."""
    known = scenario_names()
    width = max(map(len, known))
    return "\n".join(["scenarios:", *(f"  {name:<{width}}  {line}" for name, line in known.items())])
