"""A section of the README on screen: what a problem has no room for, also where the program was installed alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from rich.text import Text
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Markdown, Static

from pipeops_tui.ui.base.dialog import Dialog

_PACKAGE = "pipeops-tui"


class SectionDialog(Dialog[None]):
    """Shows one section; the arrow keys scroll."""

    AUTO_FOCUS = "#help-text"

    def __init__(self, address: str) -> None:
        """`address` is a `Section`: `README.md#` and the heading as web pages write it in addresses."""
        super().__init__()
        self._heading, self._text = section_of(readme(), address)

    def compose_card(self) -> Iterable[Widget]:
        """Heading and text."""
        yield Static(Text(self._heading), id="dialog-title")
        with VerticalScroll(id="help-text"):
            yield Markdown(self._text, open_links=False)


def readme() -> str:
    """The README: of the source that runs, else the one that came with the installed package as its description."""
    beside = Path(__file__).parents[3] / "README.md"
    if beside.is_file() and (text := beside.read_text(encoding="utf-8")).startswith(f"# {_PACKAGE}"):
        return text
    try:
        return str(metadata.metadata(_PACKAGE).json.get("description", ""))
    except metadata.PackageNotFoundError:
        return ""


def section_of(text: str, address: str) -> tuple[str, str]:
    """Heading and Markdown of the section at `address`; only a heading where `text` has none."""
    wanted = address.partition("#")[2]
    for part in re.split(r"^(?=##+ )", text, flags=re.MULTILINE):
        heading, _, rest = part.partition("\n")
        heading = heading.lstrip("# ").strip()
        if heading.casefold().replace(" ", "-") == wanted:
            return heading, rest.strip()
    return wanted.replace("-", " ").capitalize(), ""
