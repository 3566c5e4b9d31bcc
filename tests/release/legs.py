"""Installs and tries the program with the newest and the lowest packages that it allows, and on other Pythons.

Each leg has a virtual environment of its own, which is deleted afterwards: install, `--help`, the demo journey in a
terminal, and the tests of one room. The locked packages on this Python are not among them: `.ci/run` gives those the
whole suite.
"""

from __future__ import annotations

import re
import shutil
import sys
import time
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.release.lock import CONSTRAINTS
from tests.release.tools import LOCK, ROOT, ToolError, run, uv

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
TESTS = (
    "tests/journeys/test_in_a_terminal.py::test_from_start_to_the_five_values_and_out",
    "tests/checks",
)
_SECONDS = 150.0
"""The longest that one step of a leg takes."""
_UNREACHABLE = re.compile("failed to fetch|error sending request|network connectivity|dns error", re.IGNORECASE)
_FOLDER = ROOT / ".legs"


@dataclass(frozen=True, slots=True)
class Leg:
    """One set of packages on one Python."""

    name: str
    python: Path
    choice: Sequence[str] = ()
    """How uv chooses packages; empty for the locked ones."""
    must_pass: bool = True


def known_legs(*, prereleases: bool = False) -> list[Leg]:
    """The legs that this machine can go; with `prereleases` those of Textual as well."""
    here = Path(sys.executable)
    newest = ["--upgrade", "--prerelease", "if-necessary-or-explicit"]
    legs = [
        Leg("lowest packages", here, ("--resolution", "lowest-direct")),
        Leg("newest packages", here, newest, must_pass=False),
    ]
    if prereleases:
        legs.append(Leg("newest packages, Textual's pre-releases", here, ("--prerelease", "allow"), must_pass=False))
    running = f"{sys.version_info.major}.{sys.version_info.minor}"
    for version in PYTHONS:
        if version != running and (python := find_python(version)):
            legs.append(Leg(f"Python {version}", python))
    return legs


def find_python(version: str) -> Path | None:
    """A Python of this version ("3.12") on PATH or among pyenv's; None where there is none that starts."""
    on_path = shutil.which(f"python{version}")
    of_pyenv = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python3"), reverse=True)
    for python in [*([Path(on_path)] if on_path else []), *of_pyenv]:
        try:
            shown = run(python, "-c", "import sys, venv; print('%d.%d' % sys.version_info[:2])", seconds=20).stdout
        except ToolError:
            continue
        if shown.strip() == version:
            return python
    return None


def try_legs(*, prereleases: bool = False) -> bool:
    """Go all legs and print a line for each; whether all that must pass have passed."""
    good = True
    legs = known_legs(prereleases=prereleases)
    missing = [version for version in PYTHONS if find_python(version) is None]
    for leg in legs:
        began = time.monotonic()
        try:
            outcome = f"passed ({_go(leg)})"
        except ToolError as error:
            failed = not _UNREACHABLE.search(str(error))
            outcome = f"{'FAILED' if failed else 'could not be tried'}: {error}"
            good = good and not (failed and leg.must_pass)
        print(f"{leg.name}: {outcome}, {time.monotonic() - began:.0f} s", flush=True)
    if missing:
        print(f"not on this machine: Python {', '.join(missing)}", flush=True)
    return good


def _go(leg: Leg) -> str:
    """Install and try; the last line of pytest. Raises `ToolError`."""
    shutil.rmtree(_FOLDER, ignore_errors=True)
    try:
        versions = LOCK / CONSTRAINTS
        if leg.choice:
            versions = _FOLDER / CONSTRAINTS
            _FOLDER.mkdir()
            uv("pip", "compile", "pyproject.toml", "--python", leg.python, *leg.choice, "-o", versions)
        environment = _FOLDER / "environment"
        uv("venv", "--python", leg.python, environment)
        python = environment / "bin" / "python"
        uv("pip", "install", "--python", python, "-c", versions, ".", *_test_tools())
        run(environment / "bin" / "pipeops-tui", "--help", seconds=_SECONDS)
        done = run(python, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:randomly", *TESTS, seconds=_SECONDS)
        return done.stdout.strip().splitlines()[-1].strip("= ")
    finally:
        shutil.rmtree(_FOLDER, ignore_errors=True)


def _test_tools() -> list[str]:
    """What the tests need beside the program, without the program's own packages that they pin for pictures."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    own = {re.split(r"[<>=\[]", one)[0] for one in project["dependencies"]}
    return [one for one in project["optional-dependencies"]["test"] if one.partition("==")[0] not in own]
