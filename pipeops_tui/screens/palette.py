"""The command palette, safe from keys that come before its list is drawn."""

from __future__ import annotations

from textual.command import CommandList, CommandPalette


class Palette(CommandPalette):
    """Textual's own; its list cannot turn a page before it knows its lines (Textual 8.2, `OptionList._move_page`)."""

    def _action_command_list(self, action: str) -> None:
        if not action.startswith("page_") or self.query_one(CommandList).size.height:
            super()._action_command_list(action)
