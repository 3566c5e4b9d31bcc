"""Load what the later steps need while the person reads the first one."""

from __future__ import annotations

import asyncio
import gc
import importlib
import pkgutil
from collections.abc import Awaitable, Callable
from pathlib import Path

from textual.css.stylesheet import Stylesheet

from pipeops_tui.core.process import keys_first

_FOLDER = Path(__file__).parent
_OTHERS = ("checks", "clipboard", "journey.earlier_runs", "journey.lookups", "journey.receipt_text")


async def load_the_rest(stylesheet: Stylesheet, prepare: Callable[[], Awaitable[object]]) -> None:
    """Load everything, with what `prepare` loads; then collect garbage, which `cli.launch` has switched off for the
    first frame."""
    try:
        await read_styles(stylesheet)
        with keys_first():
            # Signing in prepares again what could not be prepared here, and reports why.
            await asyncio.gather(prepare(), return_exceptions=True)
            # Not at the same time: the event loop would wait for its turn behind two threads.
            await asyncio.to_thread(import_screens)
    finally:
        gc.enable()


async def read_styles(stylesheet: Stylesheet) -> None:
    """Read every screen's stylesheet now, because Textual applies all of them again whenever one is added. The event
    loop gets its turn between two of them."""
    for path in sorted(_FOLDER.rglob("*.tcss")):
        stylesheet.read(path)
        stylesheet.parse()
        await asyncio.sleep(0)


def import_screens() -> None:
    """Import all screens and dialogs, and what they import late. Runs in a thread."""
    for module in pkgutil.walk_packages(importlib.import_module(__package__).__path__, f"{__package__}."):
        importlib.import_module(module.name)
    for name in _OTHERS:
        importlib.import_module(f"pipeops_tui.{name}")
