"""Wheel, sdist and SBOM: the same sources give the same bytes."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.release.lock import CONSTRAINTS, PROGRAM
from tests.release.tools import LOCK, ROOT, ToolError, run, tool, uv

_THIS_PYTHON = ("--python", sys.executable)


def build_packages(folder: Path) -> tuple[Path, Path, Path]:
    """Build the wheel, the sdist and the SBOM of the locked set into the new folder `folder`. Raises `ToolError`."""
    wheel, sdist = build_distributions(folder)
    sbom = folder / f"{wheel.stem}.cdx.json"
    with tempfile.TemporaryDirectory() as temporary:
        write_sbom(install_locked(Path(temporary) / "locked"), sbom)
    return wheel, sdist, sbom


def build_distributions(folder: Path) -> tuple[Path, Path]:
    """Build the wheel and the sdist into `folder`, which must not hold any yet. Raises `ToolError`."""
    if folder.exists() and any(folder.iterdir()):
        raise ToolError(f"{folder} is not empty")
    uv("build", ROOT, "--build-constraints", LOCK / CONSTRAINTS, *_THIS_PYTHON, "--out-dir", folder.absolute())
    return next(folder.glob("*.whl")), next(folder.glob("*.tar.gz"))


def install_locked(environment: Path) -> Path:
    """Make a virtual environment with the locked packages of the program, hashes checked, without the program itself.

    Returns its Python.
    """
    uv("venv", *_THIS_PYTHON, environment)
    python = environment / "bin" / "python"
    uv("pip", "install", "--python", python, "--require-hashes", "-r", LOCK / PROGRAM)
    return python


def write_sbom(python: Path, file: Path) -> None:
    """Describe what is installed beside `python` in the form of CycloneDX, without time or random numbers."""
    form = ("--pyproject", ROOT / "pyproject.toml", "--mc-type", "application")
    command = (tool("cyclonedx-py"), "environment", *form, "--output-reproducible", "--output-file", file, python)
    run(*command, env={"SOURCE_DATE_EPOCH": ""})  # it would be written into the document
