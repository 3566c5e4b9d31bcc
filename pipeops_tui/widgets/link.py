"""An address that can be clicked, and selected like any text."""

from __future__ import annotations

from rich.style import Style
from rich.text import Text


def link(url: str, text: str = "") -> Text:
    """`url`, or `text` in its place; a click has the application open it (its action `visit`)."""
    return Text(text or url, Style(underline=True, meta={"@click": f"app.visit({url!r})"}))
