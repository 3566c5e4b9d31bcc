"""The one file: its size, how fast it starts, and the whole demo from it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.bench.environment import clean
from tests.bench.figures import Options, Part, Result, Row, at_most
from tests.bench.journey import whole_journey
from tests.bench.program import Program
from tests.bench.programs import pipeops
from tests.bench.spread import interleaved, median, milliseconds
from tests.release.onefile import build_one_file
from tests.release.tools import ToolError

SIZE = Row("One file: size", "25 MB")
FIRST = Row("One file: the first `--version`, which unpacks it", "")
AGAIN = Row("One file: `--version` after that", "")
FIVE_VALUES = Row("One file: `--demo` from launch to five values", "")


def _measure(options: Options) -> Iterator[Result]:
    try:
        file = build_one_file(options.folder)
    except ToolError as error:
        why = str(error).partition("\n")[0]
        yield from (Result(row, f"not measured: {why}") for row in (SIZE, FIRST, AGAIN, FIVE_VALUES))
        return
    megabytes = file.stat().st_size / 1_000_000
    yield at_most(SIZE, megabytes, 25, f"{megabytes:.1f} MB", {})
    # The Python that this environment was made from: without any package.
    python = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    command = [str(python), "-I", str(file)]
    env = clean(options) | {"SHIV_ROOT": str(options.folder / "unpacked")}

    def seconds(argv: Sequence[str]) -> float:
        began = time.perf_counter()
        subprocess.run(argv, env=env, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        return time.perf_counter() - began

    yield Result(FIRST, f"{seconds([*command, '--version']):.1f} s")
    times = interleaved(
        options.repetitions(11, 1),
        {"file": lambda: seconds([*command, "--version"]), "installed": lambda: seconds(pipeops("--version"))},
    )
    file_ms, installed_ms = median(times["file"]) * 1000, median(times["installed"]) * 1000
    yield Result(
        AGAIN,
        f"{file_ms / installed_ms:.2f} × installed ({file_ms:.0f} ms)",
        samples={"ms": milliseconds(times["file"]), "installed_ms": milliseconds(times["installed"])},
    )

    def five_values(argv: Sequence[str]) -> float:
        with Program([*argv, "--demo"], env=env) as program:
            return whole_journey(program).credentials - program.started

    journeys = interleaved(
        options.repetitions(3, 1),
        {"file": lambda: five_values(command), "installed": lambda: five_values(pipeops())},
        warm=not options.quick,
    )
    from_file, installed = median(journeys["file"]), median(journeys["installed"])
    yield Result(FIVE_VALUES, f"{from_file / installed:.2f} × installed ({from_file:.1f} s)")


PART = Part("onefile", (SIZE, FIRST, AGAIN, FIVE_VALUES), _measure)
