"""Textual's input without the styles of its other looks, which are most of what moving the focus to one costs, and
without its way of drawing, which is most of what a character costs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import ClassVar

from rich.cells import cell_len, split_text
from rich.segment import Segment
from rich.style import Style
from textual import widgets
from textual.expand_tabs import expand_tabs_inline
from textual.strip import Strip

_cells = lru_cache(maxsize=16)(cell_len)
"""Textual measures the text four times for each character that is typed, and a long one takes long."""
_JOINERS = re.compile("\u200d{2,}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


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

    def validate_value(self, value: str) -> str:
        """See `tidy`."""
        return tidy(value)

    @property
    def content_width(self) -> int:
        """As in Textual."""
        return _cells(self.value) + 1 if self.value else super().content_width

    def _position_to_cell(self, position: int) -> int:
        return _cells(expand_tabs_inline(self.value[:position], 4))

    def render_line(self, y: int) -> Strip:
        """As in Textual; put together by hand where nothing but the cursor and a selection is marked."""
        text = self.value or self.placeholder
        width = self.scrollable_content_region.width + 1
        special = self.password or self.highlighter or self._suggestion or _CONTROL.search(text)
        if y != 0 or special or not (self.value or _cells(text) <= width):
            return super().render_line(y)
        self._style = base = self._style or self.rich_style
        start = self.scroll_offset.x if self.value else 0
        return Strip(_cropped(self._pieces(text, base), start, start + width)).extend_cell_length(width, base)

    def _pieces(self, text: str, base: Style) -> Iterator[Segment]:
        if not self.value:
            base += self.get_component_rich_style("input--placeholder")
        selected, cursor = range(0), -1
        if self.has_focus:
            selected = range(*sorted(self.selection)) if self.value else selected
            cursor = (self.cursor_position if self.value else 0) if self._cursor_visible else cursor
        cuts = sorted({0, selected.start, selected.stop, max(0, cursor), cursor + 1, len(text)})
        for begin, end in pairwise(cuts):
            style = base
            if begin in selected:
                style += self.get_component_rich_style("input--selection")
            if begin == cursor:
                style += self.get_component_rich_style("input--cursor")
            yield Segment(text[begin:end] or " ", style)  # the cursor may stand behind the text


def tidy(text: str) -> str:
    """`text` as an entry keeps it: with a blank for each control character, which nobody would see, and one joiner
    (U+200D) for several, of which Rich (15.0) cannot tell the width."""
    return _JOINERS.sub("\u200d", _CONTROL.sub(" ", text))


def _cropped(pieces: Iterable[Segment], start: int, end: int) -> Iterator[Segment]:
    """What of `pieces` is between two cells of the line. Rich (15.0) looks for a cut from where it would be if all
    characters were of one width, and measures all before it at each step: minutes for a long text of two scripts."""
    for text, style, _control in pieces:
        width = _cells(text)
        if end > 0 and (start < width or start <= 0):  # also what is of no width
            shown = split_text(split_text(text, end)[0] if end < width else text, max(0, start))[1]
            if shown:
                yield Segment(shown, style)
        start, end = start - width, end - width
