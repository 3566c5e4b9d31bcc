"""The command palette, safe from keys that come before its list is drawn, from what is far too long, from clicks into a
window that has shrunk, and from a step that takes it away."""

from __future__ import annotations

from textual.await_complete import AwaitComplete
from textual.command import CommandInput, CommandList, CommandPalette
from textual.events import Click, Mount

from pipeops_tui.widgets.fields import TextEntry


class Palette(CommandPalette):
    """Textual's own; its list cannot turn a page before it knows its lines (Textual 8.2, `OptionList._move_page`)."""

    def on_mount(self, event: Mount) -> None:
        """What could not be drawn at once is refused with a bell: no command is called that."""
        if self not in self.app.screen_stack:
            event.prevent_default()  # gone before it was there: Textual would look for the screen below
        for entry in self.query(CommandInput):
            entry.max_length = TextEntry.MOST_PASTED

    def on_click(self, event: Click) -> None:
        """Where the window ends by now, Textual finds nothing to ask what was clicked."""
        if not self.region.contains_point(event.screen_offset):
            event.prevent_default()

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Go, unless that has happened: another step may have come between a click and its answer."""
        return super().dismiss(result) if self in self.app.screen_stack else AwaitComplete()

    def _action_command_list(self, action: str) -> None:
        if not action.startswith("page_") or self.query_one(CommandList).size.height:
            super()._action_command_list(action)
