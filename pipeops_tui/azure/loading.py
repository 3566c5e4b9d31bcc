"""Imports the SDKs once per process, in a thread, so that the interface stays responsive meanwhile."""

from __future__ import annotations

import importlib
import logging
import threading

from pipeops_tui.azure.background import in_background
from pipeops_tui.core.process import keys_first

_ON_FIRST_USE = ("httpcore", "msal_extensions")
"""What httpx and azure-identity import in the middle of their first request."""

_LIBRARIES = (
    "aiohttp",
    "asyncio",
    "azure",
    "charset_normalizer",
    "hpack",
    "httpcore",
    "httpx",
    "kiota",
    "kiota_http",
    "msal",
    "msgraph",
    "opentelemetry",
    "requests",
    "urllib3",
)

_lock = threading.Lock()
_done = False


async def load_sdks() -> None:
    """Import everything that imports an SDK, and warm it up. Returns at once when that has been done."""
    if not _done:
        await in_background(_load, name="load-sdks")


def _load() -> None:
    """Takes some 0.7 s of CPU time."""
    global _done
    with _lock:
        if _done:
            return
        silence_libraries()
        with keys_first():
            for name in ("pipeops_tui.azure.session_factory", *_ON_FIRST_USE):
                importlib.import_module(name)
            importlib.import_module("pipeops_tui.azure.sdk_internals").import_private_modules()
            importlib.import_module("pipeops_tui.azure.graph").warm_graph()
            _done = True


def silence_libraries() -> None:
    """Keep the libraries' own logging off the screen and out of everything else: WARNING and no handler but a null one.

    Without a handler Python prints warnings to stderr, across the interface; at DEBUG several of these libraries log
    headers and bodies, tokens and secrets included. `propagate` goes off so that no root handler gets them either.
    """
    for name in _LIBRARIES:
        logger = logging.getLogger(name)
        logger.setLevel(logging.WARNING)
        logger.propagate = False
        if not any(isinstance(handler, logging.NullHandler) for handler in logger.handlers):
            logger.addHandler(logging.NullHandler())
