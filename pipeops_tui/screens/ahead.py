"""Loads what the later steps are made of while the first is read, so that going on to one does not wait for it."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
from pathlib import Path

from textual.css.stylesheet import Stylesheet

_FOLDER = Path(__file__).parent
_ROOMS = (__package__, f"{__package__}.dialogs")
_MOST_SHEETS = 256
_OTHERS = ("checks", "clipboard", "earlier", "lookups", "receipt")


async def read_styles(stylesheet: Stylesheet) -> None:
    """Read every screen's stylesheet, with room for a key between two of them: one that came with its screen would have
    all the others parsed anew."""
    # Textual (8.2) keeps 64 of them parsed. With one more, each new kind of widget would have all of them parsed anew.
    stylesheet._parse_cache.grow(_MOST_SHEETS)
    for path in sorted(_FOLDER.rglob("*.tcss")):
        stylesheet.read(path)
        stylesheet.parse()
        await asyncio.sleep(0)


def import_screens() -> None:
    """Import all screens and dialogs, and what they import only when it is needed. For a thread."""
    for room in _ROOMS:
        for module in pkgutil.iter_modules(importlib.import_module(room).__path__, f"{room}."):
            importlib.import_module(module.name)
    for name in _OTHERS:
        importlib.import_module(f"pipeops_tui.{name}")
