"""The SDKs load when they are asked for, not before, and quietly."""

from __future__ import annotations

import gc
import logging
import subprocess
import sys

import pytest

from pipeops_tui.azure.loading import load_sdks, silence_libraries

SDKS = ("azure", "msal", "msgraph", "msgraph_core", "kiota_abstractions", "kiota_http", "httpx", "aiohttp", "requests")


@pytest.mark.parametrize("module", ["pipeops_tui.azure", "pipeops_tui.azure.connector", "pipeops_tui.checks"])
def test_importing_the_room_imports_no_sdk(module: str) -> None:
    """In a process of its own: the only way to prove that nothing was imported."""
    program = f"import {module}, sys; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()).isdisjoint({*SDKS, "textual"})


async def test_loading_leaves_the_interpreter_as_it_was() -> None:
    interval = sys.getswitchinterval()
    await load_sdks()
    await load_sdks()
    assert gc.isenabled()
    assert sys.getswitchinterval() == interval
    assert all(name in sys.modules for name in ("azure.identity", "msgraph", "azure.mgmt.resource.resources.aio"))


def test_loading_imports_few_modules() -> None:
    """In a process of its own, where nothing was imported before."""
    program = (
        "import asyncio, sys; from pipeops_tui.azure.loading import load_sdks; asyncio.run(load_sdks());"
        "print(len(sys.modules), *{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    count, *loaded = done.stdout.split()
    assert {"httpx", "httpcore", "aiohttp", "requests"} <= set(loaded)
    assert int(count) < 1500, "an SDK imports far more than it did"


@pytest.mark.parametrize("name", ["azure", "msal", "httpx", "httpcore", "kiota_http", "aiohttp", "urllib3", "asyncio"])
def test_no_library_logs_to_the_screen(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    silence_libraries()
    logger = logging.getLogger(f"{name}.inner")
    assert not logger.isEnabledFor(logging.INFO)
    assert not logging.getLogger(name).propagate
    logger.warning("Authorization: Bearer secret")
    assert capfd.readouterr() == ("", "")


def test_no_warning_of_azure_identity_is_captured(caplog: pytest.LogCaptureFixture) -> None:
    """What azure-identity logs, tokens included, stays out of the report of a failing test."""
    silence_libraries()
    logging.getLogger("azure.identity._internal.decorators").warning("access_token: eyJ0eXAi")
    assert caplog.text == ""
    logging.getLogger("pipeops_tui").warning("heard")
    assert "heard" in caplog.text
