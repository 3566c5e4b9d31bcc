"""Text that is said again and again: only a change of it is worth a new layout of the whole screen."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static


def say(static: Static, text: str | Text, *, same_size: bool = False) -> None:
    """Have `static` show `text`; with `same_size` nothing is laid out anew for it."""
    if static.content != text:
        static.update(text, layout=not same_size)


def remark(static: Static, text: str, mood: str) -> None:
    """Have `static` show what is to be said of an entry, in the colours of `mood` (step_screen.tcss)."""
    static.set_classes(f"remark -{mood}")
    say(static, text)
