"""Keeps the SDKs' own logging off the screen and out of everything else."""

from __future__ import annotations

import logging

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


def silence_libraries() -> None:
    """Give every library logger a sink of its own and WARNING as its floor.

    Without a handler Python prints warnings to stderr, across the interface; at DEBUG several of these libraries log
    headers and bodies, tokens and secrets included. `propagate` goes off so that no root handler hears them either.
    """
    for name in _LIBRARIES:
        logger = logging.getLogger(name)
        logger.setLevel(logging.WARNING)
        logger.propagate = False
        if not any(isinstance(handler, logging.NullHandler) for handler in logger.handlers):
            logger.addHandler(logging.NullHandler())
