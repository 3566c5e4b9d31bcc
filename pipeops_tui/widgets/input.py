"""Textual's input without the styles of its other looks, which are most of what moving the focus to one costs, and
without its way of drawing, which is most of what a character costs."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import widgets
from textual.strip import Strip


class LineInput(widgets.Input, inherit_css=False):
    """One line without a border. Called otherwise than Textual's, whose styles the palette brings along."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {*widgets.Input.COMPONENT_CLASSES}
    DEFAULT_CSS = """
    LineInput {
        width: 100%;
        height: 1;
        padding: 0 1;
        overflow: auto auto;
        scrollbar-size-horizontal: 0;
        pointer: text;
        background: $surface;
        color: $text;

        & > .input--cursor {
            background: $input-cursor-background;
            color: $input-cursor-foreground;
            text-style: $input-cursor-text-style;
        }
        & > .input--selection { background: $input-selection-background; color: $input-selection-foreground; }
        & > .input--placeholder { color: $text-disabled; }

        &:ansi {
            background: ansi_default;
            color: ansi_default;
            & > .input--cursor { background: ansi_white; color: ansi_black; }
            & > .input--placeholder { color: ansi_default; text-style: dim; }
        }
    }
    """

    _style: Style | None = None
    """Of the whole line, until something changes it."""

    def on_mount(self) -> None:
        """Follow the theme, also where it is not the style sheet that does."""
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self._show_focus())

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Textual's would match all styles of the entry and of its parts anew, for one colour of one line."""
        self._show_focus()

    def _show_focus(self) -> None:
        if self.has_focus:
            self.styles.background = self.app.theme_variables["row"]
        else:
            self.styles.clear_rule("background")
        self.notify_style_update()

    def notify_style_update(self) -> None:
        """Something looks otherwise: look the style up anew."""
        self._style = None
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """As in Textual; put together by hand where all is plain."""
        text = self.value or self.placeholder
        width = self.scrollable_content_region.width + 1
        marked = self.password or self.highlighter or self._suggestion or not self.selection.is_empty
        if y != 0 or marked or not (text.isascii() and text.isprintable()) or not (self.value or len(text) <= width):
            return super().render_line(y)
        self._style = base = self._style or self.rich_style
        style = base if self.value else base + self.get_component_rich_style("input--placeholder")
        pieces = [Segment(text, style)]
        if self.has_focus and self._cursor_visible:
            at = self.cursor_position if self.value else 0
            cursor = Segment(text[at : at + 1] or " ", style + self.get_component_rich_style("input--cursor"))
            pieces = [Segment(text[:at], style), cursor, Segment(text[at + 1 :], style)]
        line = Strip([piece for piece in pieces if piece.text])
        start = self.scroll_offset.x if self.value else 0
        return line.crop(start, start + width).extend_cell_length(width, base)
