"""`python -m tests.conformity DIR`: prints a table; exit code 0 when every recording of the folder agrees."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from pipeops_tui.simulator import SimulatorError
from tests.conformity.compare import Comparison, compare
from tests.conformity.recordings import Recording, read
from tests.conformity.situations import situation_for
from tests.conformity.stage import Stage

_AGREES, _DIFFERS, _USAGE = 0, 1, 2


def comparisons(recordings: list[Recording]) -> Iterator[Comparison]:
    """Compares each recording, with one simulated Azure for each scenario that is needed."""
    with ExitStack() as exits:
        stages: dict[str, Stage] = {}
        for recording in recordings:
            situation = situation_for(recording)
            if situation is None:
                yield Comparison(recording.name, ("no situation is prepared for this recording",))
                continue
            try:
                if situation.scenario not in stages:
                    stages[situation.scenario] = exits.enter_context(Stage(situation.scenario))
                yield compare(stages[situation.scenario], recording, situation)
            except SimulatorError as error:
                yield Comparison(recording.name, (str(error),))


def main(arguments: list[str]) -> int:
    """Compares a folder; returns 0 when all agree, 1 when some differ, 2 when there are no recordings."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformity", description=__doc__)
    parser.add_argument(
        "folder", type=Path, metavar="DIR", help="recorded exchanges, one JSON file each, or files with several forms"
    )
    parser.add_argument("--reasons", action="store_true", help="also list every difference that is tolerated, and why")
    options = parser.parse_args(arguments)
    try:
        recordings = read(options.folder)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return _USAGE
    if not recordings:
        print(f"There are no recordings in {options.folder}.", file=sys.stderr)
        return _USAGE
    judged = []
    width = max(len(recording.name) for recording in recordings)
    print(f"{'exchange':{width}}  verdict  differences")
    for one in comparisons(recordings):
        judged.append(one)
        _show(one, width, reasons=options.reasons)
    agreeing = sum(one.agrees for one in judged)
    print(f"\n{agreeing} of {len(judged)} agree.")
    return _AGREES if agreeing == len(judged) else _DIFFERS


def _show(one: Comparison, width: int, *, reasons: bool) -> None:
    note = f"none that counts, {len(one.tolerated)} tolerated" if one.tolerated else "none"
    lines = one.differences or (note,)
    print(f"{one.name:{width}}  {'agrees ' if one.agrees else 'DIFFERS'}  {lines[0]}")
    for line in lines[1:]:
        print(f"{'':{width}}           {line}")
    for difference, reason in one.tolerated if reasons else ():
        print(f"{'':{width}}           ~ {difference}\n{'':{width}}             because {reason}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
