"""Checks, one row each: glyph, word, what was checked, and the result."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from pipeops_tui.core.model import Check, CheckOutcome

GLYPHS = {
    CheckOutcome.OK: "✓",
    CheckOutcome.WARNING: "!",
    CheckOutcome.BLOCKED: "✗",
    CheckOutcome.UNKNOWN: "?",
}
_OUTCOME_WIDTH = 10


class CheckRows(Widget):
    """A column of checks; one that is running is given by its title."""

    COMPONENT_CLASSES = {
        *(f"check-rows--{outcome}" for outcome in CheckOutcome),
        "check-rows--pending",
        "check-rows--detail",
    }
    DEFAULT_CSS = """
    CheckRows {
        height: auto;
        color: $text;
        & > .check-rows--ok { color: $text-success; }
        & > .check-rows--warning { color: $text-warning; }
        & > .check-rows--blocked { color: $text-error; }
        & > .check-rows--unknown { color: $text-warning; }
        & > .check-rows--pending { color: $text-muted; }
        & > .check-rows--detail { color: $text-muted; }
    }
    """

    class Resized(Message):
        """The size has changed, so rows may begin on other lines."""

    rows: reactive[tuple[Check | str, ...]] = reactive((), layout=True)

    def on_resize(self) -> None:
        """Post `Resized`."""
        self.post_message(self.Resized())

    def show(self, rows: Sequence[Check | str]) -> None:
        """Replace all rows."""
        self.rows = tuple(rows)

    @property
    def first_blocked(self) -> int:
        """The line of the first blocked check; 0 when none is blocked."""
        line = 0
        for row in self.rows:
            if isinstance(row, Check) and row.outcome is CheckOutcome.BLOCKED:
                return line
            line += 1 + self._row(row).plain.count("\n")
        return 0

    def render(self) -> Text:
        """A row a check, its detail indented below."""
        return Text("\n").join(self._row(row) for row in self.rows)

    def _row(self, row: Check | str) -> Text:
        return self._under_way(row) if isinstance(row, str) else self._done(row)

    def _under_way(self, title: str) -> Text:
        style = self.get_component_rich_style("check-rows--pending", partial=True)
        return Text(f"{'● checking'.ljust(_OUTCOME_WIDTH)} {title}", style)

    def _done(self, check: Check) -> Text:
        row = Text()
        style = self.get_component_rich_style(f"check-rows--{check.outcome}", partial=True)
        row.append(f"{GLYPHS[check.outcome]} {check.outcome}".ljust(_OUTCOME_WIDTH), style)
        row.append(f" {check.title}")
        if check.detail:
            row.append_text(self._detail(check, self.get_component_rich_style("check-rows--detail", partial=True)))
        return row

    def _detail(self, check: Check, style: Style) -> Text:
        """Beside the title where both fit in a line, below it otherwise, wrapped where the title begins."""
        indent = _OUTCOME_WIDTH + 1
        if indent + cell_len(check.title) + 2 + cell_len(check.detail) <= self.size.width:
            return Text(f"  {check.detail}", style)
        detail = Text("", style)
        for line in Text(check.detail).wrap(self.app.console, max(20, self.size.width - indent)):
            detail.append(f"\n{' ' * indent}{line.plain}")
        return detail
