"""The one file does the whole journey on a machine that has nothing but Python."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from tests.plain.plain_person import WITH_DEFAULTS as PLAIN_DEFAULTS
from tests.release.lock import PROGRAM
from tests.release.onefile import build_one_file
from tests.release.test_lock import normalized, versions
from tests.release.tools import ToolError
from tests.support.patience import PATIENCE
from tests.support.secrets_in import key_of
from tests.support.terminal import WITH_DEFAULTS, Terminal

pytestmark = [pytest.mark.release, pytest.mark.timeout(600)]
MOST_BYTES = 25_000_000
# The Python that a virtual environment was made from, which has no packages.
PYTHON = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture(scope="session")
def one_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The one file, built."""
    try:
        return build_one_file(tmp_path_factory.mktemp("onefile"))
    except ToolError as error:
        if "missing" in str(error):
            raise
        pytest.skip(f"no package index: {error}")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An empty home, and nothing of this environment's."""
    return {"HOME": str(tmp_path), "TMPDIR": str(tmp_path), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TERM": "xterm"}


def called(
    one_file: Path, environment: Mapping[str, str], *argv: str, given: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run it, with `given` on standard input."""
    return subprocess.run(
        [PYTHON, "-I", one_file, *argv],
        env=environment,
        cwd="/",
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


def signed_in(environment: dict[str, str], azure: RunningSimulator) -> list[str]:
    """Put the owner's service principal into `environment`; the options that lead to `azure`."""
    owner: Any = azure.announcement["owner"]
    environment |= {
        "AZURE_CLIENT_ID": owner["client_id"],
        "AZURE_TENANT_ID": str(azure.announcement["tenant_id"]),
        "AZURE_CLIENT_SECRET": owner["client_secret"],
        "AZURE_AUTHORITY_HOST": azure.base_url,
    }
    return ["--resource-manager", azure.base_url, "--ca-file", str(azure.ca_file)]


def test_it_is_small_and_always_the_same(one_file: Path, tmp_path: Path) -> None:
    assert one_file.stat().st_size <= MOST_BYTES
    again = build_one_file(tmp_path)
    assert again.name == one_file.name
    assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(one_file.read_bytes()).digest()


def test_its_sbom_lists_what_it_contains(one_file: Path) -> None:
    with zipfile.ZipFile(one_file) as file:
        names = file.namelist()
        (sbom,) = [name for name in names if name.endswith("/sboms/pipeops-tui.cdx.json")]
        components = json.loads(file.read(sbom))["components"]
    listed = {normalized(one["name"]): one["version"] for one in components}
    inside = {
        match for name in names for match in re.findall(r"^site-packages/([^/]+)-([^/-]+)\.dist-info/METADATA$", name)
    }
    assert (
        {normalized(name): version for name, version in inside if name != "pipeops_tui"} == listed == versions(PROGRAM)
    )


def test_the_demo_goes_from_start_to_the_five_values(one_file: Path, environment: dict[str, str]) -> None:
    argv = ["/usr/bin/env", "-i", *(f"{name}={value}" for name, value in environment.items())]
    with Terminal([*argv, "SSH_CONNECTION=1 2 3 4", str(PYTHON), "-I", str(one_file), "--demo"]) as terminal:
        for patterns in WITH_DEFAULTS:
            terminal.wait_for(*patterns)
            terminal.press("enter")
        assert "Subscription ID" in terminal.wait_for("Client Secret", "Signed in and read")


def test_the_demo_without_a_screen(one_file: Path, environment: dict[str, str]) -> None:
    answers = [*(answer for _, answer in PLAIN_DEFAULTS), "show", "yes", "", ""]
    done = called(one_file, environment, "--demo", "--plain", given="".join(f"{one}\n" for one in answers))
    assert "The test sign-in worked" in done.stdout + done.stderr


def test_a_script_creates_and_examines(one_file: Path, environment: dict[str, str]) -> None:
    with start_simulator(SimulatorConfig(scenario="happy")) as azure:
        where = signed_in(environment, azure)
        wanted = ["--subscription", str(azure.announcement["subscription_id"]), "--resource-group", "Web"]
        made = called(
            one_file, environment, "create", "--yes", *wanted, "--location", "westeurope", "--print-secret", *where
        )
        assert made.returncode == 0, made.stderr
        (application,) = [one for one in azure.state()["applications"] if one["displayName"] == "PipeOps"]
        printed = re.findall(r"[A-Za-z0-9_.~-]{34,}$", made.stdout, re.MULTILINE)
        (secret,) = [one for one in printed if key_of(azure, application["appId"], one.encode())]
        values = f"{made.stdout}\nClient Secret: {secret}\n"
        examined = called(one_file, environment, "doctor", "--input", "-", *where, given=values)
        assert examined.returncode == 0, examined.stdout + examined.stderr


def test_a_script_lists_and_renews(one_file: Path, environment: dict[str, str]) -> None:
    with start_simulator(SimulatorConfig(scenario="six-months-later")) as azure:
        where = signed_in(environment, azure)
        listed = called(one_file, environment, "list", "--check", "--output", "json", *where)
        client = re.findall(r'"client_id": "([^"]+)"', listed.stdout)
        assert client, listed.stderr
        codes = [called(one_file, environment, "renew", one, "--yes", "--print-secret", *where) for one in client[:4]]
        assert any(one.returncode == 0 for one in codes), [one.stderr for one in codes]


def test_another_python_is_told_which_one_it_is_for(one_file: Path, environment: dict[str, str]) -> None:
    with zipfile.ZipFile(one_file) as file:
        (preamble,) = [file.read(name).decode() for name in file.namelist() if name.endswith("preamble.py")]
    wrong = preamble.replace(str(sys.version_info[:2]), "(3, 0)")
    done = subprocess.run([PYTHON, "-c", wrong], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"this file is for Python {sys.version_info.major}.{sys.version_info.minor}" in done.stderr


def test_it_needs_no_home_that_can_be_written(one_file: Path, environment: dict[str, str], tmp_path: Path) -> None:
    """`SHIV_ROOT` names another folder for what it unpacks."""
    home = {"HOME": os.devnull, "SHIV_ROOT": str(tmp_path / "unpacked")}
    assert "pipeops-tui" in called(one_file, environment | home, "--version").stdout
