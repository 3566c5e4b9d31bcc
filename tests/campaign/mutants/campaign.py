"""Runs mutants: each alone in a scratch copy of the project, against the tests that must notice it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.campaign.mutants import MUTANTS, Mutant

ROOT = Path(__file__).resolve().parents[3]
WANTED = 0.95
"""The share of mutants that must be noticed."""
_COPIED = ("pipeops_tui", "tests", "pyproject.toml", "README.md", ".github")
_LIMIT = 900.0
"""Seconds for the tests of one mutant; one that makes them hang has been noticed."""
_FAILED, _TOO_LONG = 1, "hangs"
_NOTICED = frozenset({"noticed", _TOO_LONG})


@dataclass(frozen=True, slots=True)
class MutantResult:
    """What came of one mutant."""

    name: str
    verdict: str
    """`noticed`, `hangs`, `survived`, or `broken`: the tests could not be run."""
    seconds: float


@dataclass(frozen=True, slots=True)
class MutantTally:
    """The results of a campaign."""

    results: Sequence[MutantResult]

    @property
    def clean(self) -> bool:
        """Whether enough mutants were noticed, and none was broken."""
        noticed = sum(result.verdict in _NOTICED for result in self.results)
        return noticed >= WANTED * len(self.results) and all(one.verdict != "broken" for one in self.results)

    def table(self) -> str:
        """The figures, and a line for each mutant that was not noticed."""
        missed = [result for result in self.results if result.verdict not in _NOTICED]
        noticed = len(self.results) - len(missed)
        share = f"{noticed} of {len(self.results)} noticed ({noticed / max(1, len(self.results)):.1%})"
        return "\n".join([share, *(f"  {result.verdict}: {result.name}" for result in missed)])


def full_name(mutant: Mutant) -> str:
    """The name under which its result is kept."""
    return f"{mutant.file}: {mutant.name}"


def run_campaign(numbers: Iterable[int], file: Path | None = None, only: str = "") -> MutantTally:
    """The mutants of these `numbers`, or those with `only` in their names. With `file` results are kept there, and
    what it holds already is not run again."""
    kept = _kept(file)
    chosen = [MUTANTS[number] for number in numbers if number < len(MUTANTS)]
    if only:
        chosen = [mutant for mutant in MUTANTS if only in full_name(mutant)]
    missing = [mutant for mutant in chosen if full_name(mutant) not in kept]
    if missing:
        with TemporaryDirectory(prefix="pipeops-tui-mutants-") as folder:
            scratch = Path(folder)
            _copy(scratch)
            for mutant in missing:
                result = _run(mutant, scratch)
                kept[result.name] = result
                print(f"{result.verdict:<9} {result.seconds:5.0f} s  {result.name}", flush=True)
                if file is not None:
                    with file.open("a", encoding="utf-8") as lines:
                        lines.write(f"{json.dumps(asdict(result))}\n")
    return MutantTally([kept[full_name(mutant)] for mutant in chosen])


def mutated(mutant: Mutant, text: str) -> str:
    """`text` with the mistake in it. Raises `ValueError` unless it fits exactly once."""
    if text.count(mutant.old) != 1:
        raise ValueError(f"{full_name(mutant)}: its text is found {text.count(mutant.old)} times")
    return text.replace(mutant.old, mutant.new)


def _run(mutant: Mutant, scratch: Path) -> MutantResult:
    file = scratch / "pipeops_tui" / mutant.file
    sound = file.read_text("utf-8")
    file.write_text(mutated(mutant, sound), "utf-8")
    began = time.monotonic()
    try:
        verdict = _verdict(mutant, scratch)
    finally:
        file.write_text(sound, "utf-8")
    return MutantResult(full_name(mutant), verdict, round(time.monotonic() - began, 1))


def _verdict(mutant: Mutant, scratch: Path) -> str:
    tests = [str(scratch / "tests" / test) for test in mutant.tests]
    options = ("-n", "0", "-q", "-x", "-p", "no:cacheprovider", "-p", "no:randomly", "--no-header")
    environment = {**os.environ, "PYTHONPATH": str(scratch), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "pytest", *options, *tests],
            cwd=scratch,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _TOO_LONG
    return "survived" if ended.returncode == 0 else "noticed" if ended.returncode == _FAILED else "broken"


def _copy(scratch: Path) -> None:
    for name in _COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, scratch / name, ignore=shutil.ignore_patterns("__pycache__", ".*_cache"))
        elif source.exists():
            shutil.copy2(source, scratch / name)


def _kept(file: Path | None) -> dict[str, MutantResult]:
    lines = file.read_text("utf-8").splitlines() if file is not None and file.exists() else []
    results = [MutantResult(**json.loads(line)) for line in lines if line.endswith("}")]
    return {result.name: result for result in results}
