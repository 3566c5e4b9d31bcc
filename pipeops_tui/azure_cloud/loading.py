"""Loads the SDKs once per process, in a thread, so that the interface never stalls while it happens."""

from __future__ import annotations

import contextlib
import importlib
import sys
import threading
from collections.abc import Iterable, Iterator

from pipeops_tui.azure_cloud.background import in_background
from pipeops_tui.azure_cloud.quiet import silence_libraries
from pipeops_tui.keys_first import keys_first

_ON_FIRST_USE = (
    "anyio._backends._asyncio",
    "azure.core.rest._aiohttp",
    "azure.core.rest._requests_basic",
    "httpcore",
    "msal_extensions",
)
"""What the HTTP stacks and azure-identity import in the middle of their first request."""

_UNUSED = ("h2", "httpx._main")
"""What httpcore and httpx import only where it is installed, and we have no use for: HTTP/2 (our connections speak
HTTP/1.1), and a command line, which brings click and Pygments. A fifth of the time."""

_lock = threading.Lock()
_done = False


async def load_sdks() -> None:
    """Import everything that imports an SDK, and warm it up. Returns at once when that has been done."""
    if not _done:
        await in_background(_load, name="load-sdks")


def _load() -> None:
    """Some 1.3 s of imports."""
    global _done
    with _lock:
        if _done:
            return
        silence_libraries()
        with keys_first():
            with _left_out(_UNUSED):
                importlib.import_module("pipeops_tui.azure_cloud.session_factory")
                for name in _ON_FIRST_USE:
                    importlib.import_module(name)
            importlib.import_module("pipeops_tui.azure_cloud.graph").warm_graph()
            _done = True


@contextlib.contextmanager
def _left_out(names: Iterable[str]) -> Iterator[None]:
    """Importing any of `names` fails as if it were not installed; what was imported before stays."""
    absent = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]  # None is how Python marks such a module
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]
