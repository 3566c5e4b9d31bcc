"""The five values as they were taken, one row each: label, then the value or what is wrong with its form."""

from __future__ import annotations

from typing import Final

from rich.text import Text
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from pipeops_tui.doctor.five_values import FiveValues, ValueName

_LABEL_WIDTH: Final = max(len(name) for name in ValueName) + 2


class FiveRows(OptionList):
    """In the order of PipeOps' form. Enter on a row is `OptionSelected`, whose option has the value's label as its
    id."""

    DEFAULT_CSS = """
    FiveRows {
        height: 5;
        border: none;
        padding: 0;
        background: transparent;
        &:focus { border: none; background-tint: transparent; }
        & > .option-list--option { padding: 0 1; color: $text; }
        & > .option-list--option-highlighted { background: $row; color: $text; text-style: none; }
        &:focus > .option-list--option-highlighted { background: $block-cursor-background; text-style: none; }
    }
    """

    def __init__(self, values: FiveValues, *, id: str | None = None) -> None:
        super().__init__(*(Option(_row(values, name), id=name) for name in ValueName), id=id, compact=True)

    def show(self, values: FiveValues) -> None:
        """Draw these values in place of those before."""
        for name in ValueName:
            self.replace_option_prompt(name, _row(values, name))

    @property
    def chosen(self) -> ValueName:
        """The value whose row is highlighted; the first where none is."""
        return tuple(ValueName)[self.highlighted or 0]


def _row(values: FiveValues, name: ValueName) -> Text:
    flaw = values.flaw_of(name)
    shown = values.shown(name) if flaw is None else f"✗ {' · '.join(filter(None, (flaw.given, flaw.reason)))}"
    if others := values.others_of(name):
        shown += f" · o: {len(others)} more"
    return Text(f"{name:<{_LABEL_WIDTH}}{shown}", no_wrap=True, overflow="ellipsis")
