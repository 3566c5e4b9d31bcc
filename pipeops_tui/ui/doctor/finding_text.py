"""Findings in words and colours: what is wrong, how it is known, what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from rich.style import Style
from rich.text import Text
from textual.widgets import Static

from pipeops_tui.core.model import CheckOutcome
from pipeops_tui.doctor.finding import Finding
from pipeops_tui.ui.widgets.check_rows import GLYPHS
from pipeops_tui.ui.widgets.showing import link

_PARTS: Final = ("command", "muted")


class FindingList(Static):
    """A paragraph for each finding, the gravest first."""

    COMPONENT_CLASSES = {*(f"finding--{outcome}" for outcome in CheckOutcome), *(f"finding--{part}" for part in _PARTS)}
    DEFAULT_CSS = """
    FindingList {
        height: auto;
        color: $text;
        & > .finding--ok { color: $text-success; }
        & > .finding--warning { color: $text-warning; }
        & > .finding--blocked { color: $text-error; text-style: bold; }
        & > .finding--unknown { color: $text-warning; }
        & > .finding--command { color: $text-primary; }
        & > .finding--muted { color: $text-muted; }
    }
    """

    def show(self, findings: Iterable[Finding]) -> None:
        """Replace all of them."""

        def style(part: str) -> Style:
            return self.get_component_rich_style(f"finding--{part}", partial=True)

        self.update(Text("\n\n").join(_paragraph(finding, style) for finding in findings))


def _paragraph(finding: Finding, style: Callable[[str], Style]) -> Text:
    lines = [Text(f"{GLYPHS[finding.outcome]} {finding.title}", style(finding.outcome))]
    if finding.what:
        lines.append(Text(finding.what))
    for label, words in (("What to do: ", finding.remedy), ("Who can do it: ", finding.who)):
        if words:
            lines.append(Text.assemble((label, style("muted")), words))
    if finding.command:
        lines.append(Text(finding.command, style("command")))
    if finding.link:
        lines.append(Text.assemble(("Read more: ", style("muted")), link(finding.link)))
    return Text("\n").join(lines)
