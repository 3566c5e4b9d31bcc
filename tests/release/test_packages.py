"""Wheel, sdist, SBOM and man pages: whole, checked by the usual tools, and the same bytes each time."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.release.lock import PROGRAM
from tests.release.man import MAN, PARSERS, write_pages
from tests.release.packages import build_packages
from tests.release.test_lock import normalized, versions
from tests.release.tools import ROOT, ToolError, run, tool

pytestmark = [pytest.mark.release, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """Wheel, sdist and SBOM."""
    try:
        return build_packages(tmp_path_factory.mktemp("dist"))
    except ToolError as error:
        if "missing" in str(error):
            raise
        pytest.skip(f"no package index: {error}")


def digests(files: tuple[Path, ...]) -> list[str]:
    """The SHA-256 of each file."""
    return [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]


def test_built_twice_they_are_the_same(built: tuple[Path, Path, Path], tmp_path: Path) -> None:
    assert digests(build_packages(tmp_path / "again")) == digests(built)


def test_the_wheel_has_every_file_of_the_package_and_every_man_page(built: tuple[Path, Path, Path]) -> None:
    tracked = subprocess.run(["git", "ls-files", "pipeops_tui"], cwd=ROOT, capture_output=True, text=True, check=True)
    with zipfile.ZipFile(built[0]) as wheel:
        names = set(wheel.namelist())
    assert set(tracked.stdout.splitlines()) <= names
    assert {"pipeops_tui/py.typed", "pipeops_tui/simulator/data/locations.json"} <= names
    pages = {Path(name).name for name in names if ".data/data/share/man/man1/" in name}
    assert pages == {f"{make().prog.replace(' ', '-')}.1" for make in PARSERS}


def test_the_sdist_has_what_its_own_tests_need(built: tuple[Path, Path, Path]) -> None:
    with tarfile.open(built[1]) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert {"pyproject.toml", "README.md", "tests/conftest.py", ".ci/run", ".lock/constraints.txt"} <= names
    known = {"pipeops_tui", "tests", "screenshots", ".ci", ".github", ".lock", ".man"}
    files = {"pyproject.toml", "README.md", "PKG-INFO", ".gitignore"}
    assert {name.partition("/")[0] for name in names} <= known | files


def test_the_usual_tools_find_nothing(built: tuple[Path, Path, Path]) -> None:
    run(tool("check-wheel-contents"), built[0])
    run(tool("twine"), "check", "--strict", built[0], built[1])


def test_the_sbom_lists_the_locked_packages_and_nothing_that_changes(built: tuple[Path, Path, Path]) -> None:
    text = built[2].read_text(encoding="utf-8")
    sbom = json.loads(text)
    assert {normalized(one["name"]): one["version"] for one in sbom["components"]} == versions(PROGRAM)
    assert sbom["metadata"]["component"]["name"] == "pipeops-tui"
    assert "serialNumber" not in sbom
    assert "timestamp" not in sbom["metadata"]
    assert not re.search(r"file://|/tmp/|/home/|/root/", text)


def test_the_man_pages_are_those_of_the_parsers(tmp_path: Path) -> None:
    """Else: python -m tests.release man."""
    write_pages(tmp_path)
    assert {page.name: page.read_text() for page in tmp_path.iterdir()} == {
        page.name: page.read_text() for page in MAN.iterdir()
    }
