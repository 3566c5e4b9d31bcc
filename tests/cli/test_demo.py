"""The demo's simulated Azure starts with the program, and ends with it."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import pytest

from pipeops_tui.azure.connector import AzureConnector
from pipeops_tui.cli.demo import DemoConnector
from pipeops_tui.cli.launch import azure_connector
from pipeops_tui.core.settings import Settings
from pipeops_tui.provisioning import peek


async def test_a_demo_that_is_left_while_it_starts_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def connect(_url: str, _ca_file: Path) -> AzureConnector:
        raise AssertionError("nobody is left to connect")

    demo = DemoConnector("happy", (), connect, tmp_path / "state")
    waiting = asyncio.create_task(demo.prepare())
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await demo.close()
    await asyncio.get_running_loop().shutdown_default_executor()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("scenario", "known"),
    [
        ("happy", {}),
        (
            "six-months-later",
            {"PipeOps Preview": True, "PipeOps Research": False, "PipeOps Training": False, "PipeOps Trial": False},
        ),
    ],
)
async def test_a_demo_knows_what_nothing_in_azure_shows_to_be_a_connection(
    tmp_path: Path, scenario: str, known: dict[str, bool]
) -> None:
    """Before anyone has signed in: an unfinished one, and three without their role, their group, their application."""
    connector = azure_connector(Settings(demo=scenario), tmp_path)
    try:
        await connector.prepare()
        runs = peek(tmp_path).runs
    finally:
        await connector.close()
    assert {run.state.plan.application_name: run.state.unfinished for run in runs} == known
