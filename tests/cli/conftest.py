"""A connection to renew, in the simulated Azure half a year after it was made."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeops_tui.simulator import SimulatorConfig, start_simulator
from tests.cli.creation_stage import SIGN_IN, CreationStage
from tests.cli.renewal_stage import Stage


@pytest.fixture
def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A computer on which nobody has signed in, and where no az is installed; gives its folder for journals."""
    which = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name, *more, **named: None if name == "az" else which(name))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    for name in SIGN_IN:
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "state" / "pipeops-tui"


@pytest.fixture
def stage(nobody: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Stage]:
    """The owner's service principal is in the environment."""
    with start_simulator(SimulatorConfig(scenario="six-months-later")) as azure:
        owner: Any = azure.announcement["owner"]
        values = (owner["client_id"], azure.announcement["tenant_id"], owner["client_secret"], azure.base_url)
        for name, value in zip(SIGN_IN, values, strict=True):
            monkeypatch.setenv(name, str(value))
        yield Stage(azure, nobody, capsys)


@pytest.fixture
def empty(nobody: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[CreationStage]:
    """An Azure in which nothing was made for PipeOps; the owner's service principal is in the environment."""
    with start_simulator(SimulatorConfig(scenario="happy")) as azure:
        stage = CreationStage(azure, nobody, capsys, monkeypatch)
        stage.signs_in()
        yield stage
