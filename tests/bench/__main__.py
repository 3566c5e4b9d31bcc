"""Measure, print the table as Markdown, and write everything as JSON.

    python -m tests.bench                              # all of it: some ten minutes on two cores
    python -m tests.bench --quick                      # few repetitions: to see that it works
    python -m tests.bench --only launch,keys --runs 30
    python -m tests.bench --json bench.json
    python -m tests.bench --readme                     # the table goes into README.md as well

Exit code 0 when every row was measured, whether its target was met or not; 1 when one could not be; 2 for a wrong
argument. Ratios hold on a busy machine, absolute times do not.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import (
    commands,
    create,
    demo,
    filtering,
    keys,
    launch,
    memory,
    one_file,
    readme,
    regions,
    simulator,
    warm_up,
)
from tests.bench.environment import byte_compile
from tests.bench.figures import Options, Part, Result, as_json, as_markdown
from tests.bench.machine import this_machine

PARTS = (
    commands.PART,
    launch.PART,
    warm_up.PART,
    keys.PART,
    filtering.PART,
    regions.PART,
    demo.PART,
    create.PART,
    memory.PART,
    simulator.PART,
    one_file.PART,
)


def main(argv: Sequence[str] | None = None, *, folder: Path | None = None) -> int:
    """Run the parts that `argv` asks for. What programs write goes to `folder`, by default a temporary one."""
    parser = _parser()
    given = parser.parse_args(argv)
    if given.readme and (given.only or given.quick):
        parser.error("--readme takes the whole benchmark, without --only and --quick")
    chosen = [part for part in PARTS if not given.only or part.name in given.only]
    machine = this_machine()
    results: list[Result] = []
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="pipeops-tui-bench-") as temporary:
        options = Options(folder or Path(temporary), given.runs, given.quick)
        byte_compile(options)
        for part in chosen:
            sys.stderr.write(f"{part.name} …\n")
            results += _measured(part, options)
    sys.stdout.write(f"{as_markdown(results)}\n\nMeasured on {machine}.\n")
    if given.readme:
        readme.write(as_markdown(results), str(machine))
    if given.json is not None:
        document = {
            "machine": machine.as_json(),
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "seconds": round(time.monotonic() - began),
            "quick": given.quick,
            "figures": as_json(results),
        }
        given.json.write_text(json.dumps(document, indent=1) + "\n")
    return 1 if any(result.failed for result in results) else 0


def _measured(part: Part, options: Options) -> list[Result]:
    """A result for every row of `part`, in the order of its rows."""
    found: dict[str, Result] = {}
    why = "no result"
    try:
        for result in part.measure(options):
            found[result.row.name] = result
    except Exception as error:
        # One part that cannot be measured must not cost the others.
        why = f"{type(error).__name__}: {error}"
        sys.stderr.write(f"{part.name}: {why}\n")
    reason = why.partition("\n")[0].partition("; the screen is:")[0]
    return [found.get(row.name) or Result(row, f"could not be measured: {reason}", failed=True) for row in part.rows]


def _parser() -> argparse.ArgumentParser:
    names = [part.name for part in PARTS]
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="few repetitions and short loads")
    parser.add_argument("--runs", type=_positive, metavar="N", help="repetitions of everything that is repeated")
    parser.add_argument("--only", type=_names, metavar="NAMES", help=f"some of {', '.join(names)}, joined by commas")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write machine, figures and samples here")
    parser.add_argument("--readme", action="store_true", help="put the table and the machine into README.md")
    return parser


def _names(text: str) -> list[str]:
    known = [part.name for part in PARTS]
    names = text.split(",")
    if unknown := [name for name in names if name not in known]:
        raise argparse.ArgumentTypeError(f"there is no {unknown[0]!r}; choose from {', '.join(known)}")
    return names


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
