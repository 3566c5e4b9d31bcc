"""The SDKs load when they are asked for, not before, and quietly."""

from __future__ import annotations

import gc
import logging
import subprocess
import sys

import pytest

from pipeops_tui.azure_cloud.loading import load_sdks
from pipeops_tui.azure_cloud.quiet import silence_libraries

SDKS = ("azure", "msal", "msgraph", "msgraph_core", "kiota_abstractions", "kiota_http", "httpx", "aiohttp", "requests")


@pytest.mark.parametrize(
    "module", ["pipeops_tui.azure_cloud", "pipeops_tui.azure_cloud.connector", "pipeops_tui.checks"]
)
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


def test_loading_leaves_out_what_is_not_used() -> None:
    """A library that is installed but not used stays importable; in a process of its own, where nothing was before."""
    program = (
        "import asyncio, sys; from pipeops_tui.azure_cloud.loading import load_sdks; asyncio.run(load_sdks());"
        "print(len(sys.modules), *{name.partition('.')[0] for name in sys.modules}); import h2.config"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    count, *loaded = done.stdout.split()
    assert {"httpx", "httpcore", "aiohttp", "requests"} <= set(loaded)
    assert set(loaded).isdisjoint({"h2", "hpack", "click", "pygments", "rich"})
    assert int(count) < 1300, "an SDK imports far more than it did"


@pytest.mark.parametrize("name", ["azure", "msal", "httpx", "httpcore", "kiota_http", "aiohttp", "urllib3", "asyncio"])
def test_no_library_reaches_the_screen_or_chatters(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    silence_libraries()
    logger = logging.getLogger(f"{name}.inner")
    assert not logger.isEnabledFor(logging.INFO)
    assert not logging.getLogger(name).propagate
    logger.warning("Authorization: Bearer secret")
    assert capfd.readouterr() == ("", "")
