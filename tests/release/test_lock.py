"""The lock fits the project and names no computer."""

from __future__ import annotations

import re
import shutil
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from tests.release.lock import CONSTRAINTS, PROGRAM, REQUIREMENTS, write_lock
from tests.release.tools import LOCK, ROOT, ToolError


def versions(file: str, folder: Path = LOCK) -> dict[str, str]:
    """What a lock file pins, by normalized name."""
    text = (folder / file).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", text, re.MULTILINE))


def normalized(name: str) -> str:
    """A package's name as an index spells it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_everything_that_the_project_names_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {normalized(re.split(r"[<>=\[]", one)[0]) for one in project["dependencies"]}
    extras = {pin for extra in project["optional-dependencies"].values() for pin in extra}
    assert named <= set(versions(PROGRAM))
    locked = versions(CONSTRAINTS)
    for one in extras:
        name, _, pinned = one.partition("==")
        assert locked[normalized(name)] == (pinned or locked[normalized(name)])


def test_the_three_files_say_the_same() -> None:
    everything = versions(CONSTRAINTS)
    assert versions(REQUIREMENTS) == everything
    assert versions(PROGRAM).items() < everything.items()


@pytest.mark.parametrize("file", [REQUIREMENTS, PROGRAM])
def test_every_package_has_hashes_and_no_file_names_an_address_or_a_path(file: str) -> None:
    text = (LOCK / file).read_text(encoding="utf-8")
    packages = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]
    assert len(packages) > 50
    assert all("--hash=sha256:" in one for one in packages)
    assert not re.findall(r"://|index|find-links|/[a-z]+/", text)


@pytest.mark.release
def test_locking_again_changes_no_version(tmp_path: Path) -> None:
    """The lock was written after the last change of pyproject.toml."""
    shutil.copytree(LOCK, tmp_path, dirs_exist_ok=True)
    try:
        write_lock(tmp_path)
    except ToolError as error:
        pytest.skip(f"no package index: {error}")
    for file in (CONSTRAINTS, PROGRAM):
        assert versions(file, tmp_path) == versions(file)


@pytest.mark.release
def test_the_locked_versions_are_those_that_are_tested() -> None:
    installed = {normalized(one.metadata["Name"]): one.version for one in metadata.distributions()}
    locked = versions(CONSTRAINTS)
    assert {name: installed[name] for name in versions(PROGRAM)} == versions(PROGRAM)
    ours = {name: version for name, version in installed.items() if name in locked and name != "pip"}
    assert ours.items() <= locked.items()
