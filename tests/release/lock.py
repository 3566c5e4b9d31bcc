"""The lock: exact versions and hashes of all packages, for every supported platform and Python.

- `.lock/constraints.txt`: versions alone, for the commands of README.md.
- `.lock/requirements.txt`: everything with hashes: the program, its tests, linters and release tools.
- `.lock/program.txt`: the same for the program alone: what the one file and the SBOM contain.

The hashes are those of all files of a version that the index offers, so they hold on platforms that were never seen.
"""

from __future__ import annotations

import re
from pathlib import Path

from tests.release.tools import LOCK, uv

CONSTRAINTS = "constraints.txt"
REQUIREMENTS = "requirements.txt"
PROGRAM = "program.txt"
_FORM = ("--universal", "--python-version", "3.11", "--no-header", "--no-annotate", "--no-emit-index-url")


def write_lock(folder: Path = LOCK, *, upgrade: bool = False) -> None:
    """Write the three files. Versions that are locked stay where the project still allows them, unless `upgrade`.

    Raises `ToolError` where uv is missing, or the index cannot be reached.
    """
    folder.mkdir(exist_ok=True)
    requirements = folder / REQUIREMENTS
    newer = ["--upgrade"] if upgrade else []
    uv("pip", "compile", "pyproject.toml", "--all-extras", *_FORM, "--generate-hashes", *newer, "-o", requirements)
    text = requirements.read_text(encoding="utf-8")
    (folder / CONSTRAINTS).write_text(_without_hashes(text), encoding="utf-8")
    program = folder / PROGRAM
    program.unlink(missing_ok=True)
    uv("pip", "compile", "pyproject.toml", *_FORM, "--generate-hashes", "-c", requirements, "-o", program)


def _without_hashes(text: str) -> str:
    """`name==version ; marker` a line."""
    return "".join(f"{line}\n" for line in re.findall(r"^([^\s#-].*?)(?: \\)?$", text, re.MULTILINE))
