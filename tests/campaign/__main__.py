"""Campaigns: many runs under adverse conditions, and a table of what came of them.

python -m tests.campaign faults|kills [--runs N] [--seed N]
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time

from tests.campaign.faults import run_campaign


def main(arguments: list[str]) -> int:
    """Run one campaign and print its table; 0 when every run ended as it must."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaign")
    parser.add_argument("campaign", choices=("faults",))
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--scenario", action="append", help="scenario of the simulated Azure; can be repeated")
    given = parser.parse_args(arguments)
    began = time.monotonic()
    tally = asyncio.run(run_campaign(given.runs, given.seed, given.scenario or ["happy"]))
    print(tally.table())
    print(f"{time.monotonic() - began:.0f} s, seed {given.seed}")
    return 0 if tally.clean else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
