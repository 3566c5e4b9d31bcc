"""Campaigns: many runs under adverse conditions, and a table of what came of them.

python -m tests.campaign faults|answers|kills|walks|enter|noise [--runs N] [--seed N]
python -m tests.campaign kills [--journey create|renew|remove|lines] [--runs N]
python -m tests.campaign faults [--journey create|lines] [--runs N]
python -m tests.campaign answers [--first N] [--results FILE] [--only N]
python -m tests.campaign mutants [--first N] [--runs N] [--results FILE] [--named TEXT]
python -m tests.campaign walks [--jobs N] [--first N] [--results FILE] [--only N]
python -m tests.campaign starts [--runs N] [--results FILE] [--jobs N]
python -m tests.campaign noise [--runs N] [--results FILE] [--scenario PLACE]...
python -m tests.campaign enter [--first N] [--results FILE] [--only N]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from pathlib import Path

from tests.campaign import answers, enters, faults, faults_lines, kills, kills_lines, noise, starts, walks
from tests.campaign.enters import EnterTally
from tests.campaign.kills_connections import connection_deaths
from tests.campaign.mutants import campaign as mutants
from tests.campaign.mutants.campaign import MutantTally
from tests.campaign.noise import NoiseTally
from tests.campaign.starts import StartTally
from tests.campaign.tally import Tally
from tests.campaign.walks_tally import WalkTally


def main(arguments: list[str]) -> int:
    """Run one campaign and print its table; 0 when every run ended as it must."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaign")
    parser.add_argument(
        "campaign", choices=("faults", "answers", "kills", "walks", "enter", "noise", "starts", "mutants")
    )
    parser.add_argument(
        "--runs",
        type=int,
        help="how many; default: 1000 of faults and answers, every boundary of kills, 500 walks, 1000 enter, "
        "20 seeds of noise, 500 starts, all mutants",
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--scenario",
        action="append",
        help="with faults: worlds to spread them over (default: happy and upsert-refused)",
    )
    parser.add_argument(
        "--journey",
        choices=("create", "renew", "remove", "lines"),
        default="create",
        help="with kills, and with faults create or lines: plain mode and create --yes",
    )
    of_walks = parser.add_argument_group("answers, walks, enter and mutants")
    of_walks.add_argument(
        "--jobs",
        type=int,
        metavar="N",
        help="processes of walks (default: one a processor), or busy ones beside starts (default: two a processor)",
    )
    of_walks.add_argument("--first", type=int, default=0, metavar="N", help="number of the first (default: 0)")
    of_walks.add_argument("--only", type=int, metavar="N", help="repeat the run of this number")
    of_walks.add_argument(
        "--results", type=Path, metavar="FILE", help="keep each result here; a campaign cut short goes on from there"
    )
    parser.add_argument("--named", default="", metavar="TEXT", help="with mutants: those with TEXT in their names")
    given = parser.parse_args(arguments)
    began = time.monotonic()
    tally = _run(given)
    print(tally.table())
    print(f"{time.monotonic() - began:.0f} s, seed {given.seed}")
    return 0 if tally.clean else 1


def _run(
    given: argparse.Namespace,
) -> Tally | WalkTally | EnterTally | NoiseTally | StartTally | MutantTally:
    match given.campaign:
        case "faults":
            if given.journey == "lines":
                return faults_lines.run_campaign(given.runs or 1000, given.seed)
            scenarios = given.scenario or ["happy", "upsert-refused"]
            return asyncio.run(faults.run_campaign(given.runs or 1000, given.seed, scenarios))
        case "kills":
            if given.journey == "lines":
                return kills_lines.run_campaign(kills_lines.lines_deaths(given.runs), given.seed)
            creates = given.journey == "create"
            deaths = kills.deaths(given.runs) if creates else connection_deaths(given.journey, given.runs)
            return kills.run_campaign(deaths, given.seed)
        case "noise":
            seeds = range(given.first, given.first + (given.runs or 20))
            return noise.run_campaign(seeds, places=given.scenario or (), file=given.results, tell=True)
    default = 500 if given.campaign in ("walks", "starts") else 1000
    numbers = range(given.first, given.first + (given.runs or default)) if given.only is None else [given.only]
    if given.campaign == "mutants":
        return mutants.run_campaign(numbers, given.results, given.named)
    if given.campaign == "answers":
        tally = asyncio.run(answers.run_campaign(numbers, given.seed, given.results))
        print(f"{answers.peak_memory():.0f} MiB at most")
        return tally
    if given.campaign == "starts":
        return starts.run_campaign(numbers, given.seed, given.results, load=given.jobs or 2 * (os.cpu_count() or 1))
    if given.campaign == "enter":
        return enters.run_campaign(numbers, given.seed, given.results)
    return walks.run_in_processes(numbers, given.seed, given.jobs or os.cpu_count() or 1, given.results)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
