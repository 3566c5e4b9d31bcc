"""Campaigns: many runs under adverse conditions, and a table of what came of them.

python -m tests.campaign faults|kills|walks [--runs N] [--seed N]
python -m tests.campaign walks [--jobs N] [--first N] [--results FILE] [--only N]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from pathlib import Path

from tests.campaign import faults, kills, walks
from tests.campaign.tally import Tally
from tests.campaign.walks_tally import WalkTally


def main(arguments: list[str]) -> int:
    """Run one campaign and print its table; 0 when every run ended as it must."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaign")
    parser.add_argument("campaign", choices=("faults", "kills", "walks"))
    parser.add_argument(
        "--runs", type=int, help="how many; default: 1000 of faults, every boundary of kills, 500 walks"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--scenario",
        action="append",
        help="with faults: worlds to spread them over (default: happy and upsert-refused)",
    )
    of_walks = parser.add_argument_group("walks")
    of_walks.add_argument("--jobs", type=int, metavar="N", help="processes (default: one a processor)")
    of_walks.add_argument("--first", type=int, default=0, metavar="N", help="number of the first (default: 0)")
    of_walks.add_argument("--only", type=int, metavar="N", help="repeat the walk of this number")
    of_walks.add_argument(
        "--results", type=Path, metavar="FILE", help="keep each result here; a campaign cut short goes on from there"
    )
    given = parser.parse_args(arguments)
    began = time.monotonic()
    tally = _run(given)
    print(tally.table())
    print(f"{time.monotonic() - began:.0f} s, seed {given.seed}")
    return 0 if tally.clean else 1


def _run(given: argparse.Namespace) -> Tally | WalkTally:
    match given.campaign:
        case "faults":
            scenarios = given.scenario or ["happy", "upsert-refused"]
            return asyncio.run(faults.run_campaign(given.runs or 1000, given.seed, scenarios))
        case "kills":
            return kills.run_campaign(kills.deaths(given.runs), given.seed)
    numbers = range(given.first, given.first + (given.runs or 500)) if given.only is None else [given.only]
    return walks.run_in_processes(numbers, given.seed, given.jobs or os.cpu_count() or 1, given.results)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
