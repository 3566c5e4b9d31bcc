"""The command palette, safe from keys that come before its list is drawn, and from what is far too long."""

from __future__ import annotations

from textual.command import CommandInput, CommandList, CommandPalette

from pipeops_tui.widgets.fields import TextEntry


class Palette(CommandPalette):
    """Textual's own; its list cannot turn a page before it knows its lines (Textual 8.2, `OptionList._move_page`)."""

    def on_mount(self) -> None:
        """What could not be drawn at once is refused with a bell: no command is called that."""
        self.query_one(CommandInput).max_length = TextEntry.MOST_PASTED

    def _action_command_list(self, action: str) -> None:
        if not action.startswith("page_") or self.query_one(CommandList).size.height:
            super()._action_command_list(action)
