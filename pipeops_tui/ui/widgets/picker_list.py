"""The list of a picker. It draws only the lines that can be seen, so that 10,000 rows cost no more than ten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from pipeops_tui.ui.widgets.picker_lines import AROUND, DrawnLines, Layout, LineStyles
from pipeops_tui.ui.widgets.picker_rows import Column, PickerRow, RowFilter, fit_widths, natural_widths


class PickerList(ScrollView, can_focus=False):
    """Rows in columns, one of them highlighted; the widget with the focus calls its moves."""

    COMPONENT_CLASSES = {
        "picker-list--row",
        "picker-list--muted",
        "picker-list--highlight",
        "picker-list--mark",
        "picker-list--match",
        "picker-list--disabled",
    }
    DEFAULT_CSS = """
    PickerList {
        height: 1fr;
        scrollbar-size-vertical: 1;
        scrollbar-size-horizontal: 0;
        scrollbar-gutter: stable;
        overflow-x: hidden;
        color: $text;
        pointer: pointer;

        & > .picker-list--row { color: $text; }
        & > .picker-list--muted { color: $text-muted; }
        & > .picker-list--highlight { background: $row; }
        & > .picker-list--mark { color: $primary; }
        & > .picker-list--match { color: $text-primary; text-style: bold underline; }
        & > .picker-list--disabled { color: $text-disabled; }
    }
    """

    highlighted_key: reactive[str | None] = reactive(None, repaint=False)
    """Identity of the highlighted row; the person can also move it to one that cannot be picked, to read why."""
    empty_text = reactive("")
    """Shown when there are no rows."""

    @dataclass
    class Highlighted(Message):
        """Another row is highlighted. `row` is None when it cannot be picked, or nothing is left to pick."""

        list: PickerList
        row: PickerRow | None
        by_person: bool

        @property
        def control(self) -> PickerList:
            """For `@on` selectors."""
            return self.list

    @dataclass
    class Activated(Message):
        """The highlighted row was double-clicked."""

        list: PickerList

        @property
        def control(self) -> PickerList:
            """For `@on` selectors."""
            return self.list

    @dataclass
    class Refused(Message):
        """A row that cannot be picked was clicked."""

        list: PickerList
        row: PickerRow

        @property
        def control(self) -> PickerList:
            """For `@on` selectors."""
            return self.list

    def __init__(self, columns: Sequence[Column], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.columns = tuple(columns)
        self.filter = RowFilter()
        self.touched = False
        """Whether the person has moved, clicked or filtered: then the highlight is theirs."""
        self._natural = tuple(column.least for column in columns)
        self._layout = Layout(self.columns, (), 0)
        self._lines: DrawnLines | None = None
        """Until rows, columns or styles change."""

    # Rows

    @property
    def highlighted(self) -> PickerRow | None:
        """The row that Continue would take; None where it cannot be picked."""
        row = self._marked
        return row if row is not None and row.enabled else None

    @property
    def refused(self) -> PickerRow | None:
        """The highlighted row, or the first one shown, where it cannot be picked."""
        row = self._marked or next(iter(self.filter.shown), None)
        return row if row is not None and not row.enabled else None

    @property
    def _marked(self) -> PickerRow | None:
        position = self.filter.position(self.highlighted_key)
        return None if position is None else self.filter.shown[position]

    def set_rows(self, rows: Iterable[PickerRow]) -> None:
        """Replace all rows. The highlighted one stays highlighted, on the same line of the screen."""
        before = self.filter.position(self.highlighted_key)
        self.filter.replace(rows)
        self._natural = natural_widths(self.columns, self.filter.all)
        self._update_size()
        after = self.filter.position(self.highlighted_key)
        if before is not None and after is not None:
            self.scroll_to(y=self.scroll_offset.y + after - before, animate=False, immediate=True)
        self._settle()

    def narrow(self, text: str) -> None:
        """Show the rows that contain every word of `text`."""
        before = len(self.filter.shown)
        self.filter.narrow(text)
        self._update_size(lines=max(1, before, len(self.filter.shown)))
        self._settle()
        self._reveal()

    def highlight(self, key: str | None) -> None:
        """Highlight a row that can be picked, and bring it into sight; any other key is ignored."""
        position = self.filter.position(key)
        if position is not None and self.filter.shown[position].enabled:
            self._highlight_at(position, by_person=False)

    # Moves

    def move(self, lines: int) -> None:
        """Move the highlight by so many rows, also to those that cannot be picked: the person learns why."""
        if self.filter.shown:
            position = self.filter.position(self.highlighted_key)
            start = position if position is not None else (-1 if lines > 0 else len(self.filter.shown))
            self._highlight_at(min(max(start + lines, 0), len(self.filter.shown) - 1), by_person=True)

    def move_page(self, pages: int) -> None:
        """Move by screenfuls."""
        self.move(pages * max(1, self.scrollable_content_region.height - 1))

    def move_to_end(self, last: bool) -> None:
        """Move to the last or the first row."""
        if self.filter.shown:
            self._highlight_at(len(self.filter.shown) - 1 if last else 0, by_person=True)

    def on_click(self, event: events.Click) -> None:
        """Pick what was clicked; a double click goes on with it."""
        index = event.y + self.scroll_offset.y
        if not 0 <= index < len(self.filter.shown):
            return
        row = self.filter.shown[index]
        self._highlight_at(index, by_person=True)
        if not row.enabled:
            self.post_message(self.Refused(self, row))
        elif event.chain == 2:
            self.post_message(self.Activated(self))

    # Drawing

    def render_lines(self, crop: Region) -> list[Strip]:
        """The visible part, without what Textual does for each line to put borders, padding and tints around it."""
        width, background = self.size.width, self.background_colors[1]
        backdrop = self._drawn.backdrop
        # The column of the scrollbar is the list's own while there is none.
        lines = [self.render_line(y).adjust_cell_length(width, backdrop) for y in crop.line_range]
        for line_filter in self.get_line_filters():
            lines = [line.apply_filter(line_filter, background) for line in lines]
        return lines if crop.column_span == (0, width) else [line.crop(crop.x, crop.right) for line in lines]

    def render_line(self, y: int) -> Strip:
        """One line of the visible part."""
        shown = self.filter.shown
        index = y + self.scroll_offset.y
        if index < len(shown):
            row = shown[index]
            return self._drawn.row(row, self.filter.words, highlighted=row.key == self.highlighted_key)
        return self._drawn.remark(self.empty_text if not shown and y == 0 else "")

    @property
    def _drawn(self) -> DrawnLines:
        if self._lines is None:
            self._lines = self._new_lines()
        return self._lines

    def _new_lines(self) -> DrawnLines:
        def component(name: str) -> Style:
            return self.get_component_rich_style(f"picker-list--{name}", partial=True)

        backdrop = self.get_component_rich_style("picker-list--highlight")
        plain = LineStyles.over(self.rich_style, component)
        return DrawnLines(self._layout, plain, LineStyles.over(backdrop, component, bold=True))

    # Inside

    def on_resize(self) -> None:
        """Fit the columns to the new width, keep the highlight in sight."""
        self._update_size()
        self._reveal()

    def notify_style_update(self) -> None:
        """Draw again after a change of theme."""
        super().notify_style_update()
        self.refresh()

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Forget the drawn lines, unless only regions are to be drawn."""
        if not regions:
            self._lines = None
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def watch_highlighted_key(self, before: str | None, after: str | None) -> None:
        """Draw the mark where it is now, and nothing where it was."""
        for key in (before, after):
            if (position := self.filter.position(key)) is not None:
                self.refresh_line(position)

    def _update_size(self, *, lines: int | None = None) -> None:
        """Adapt to width and number of rows, and draw all rows, or the first `lines` where no other has changed."""
        width = self.scrollable_content_region.width
        self.virtual_size = Size(width, len(self.filter.shown))
        layout = Layout(self.columns, fit_widths(self.columns, self._natural, width - AROUND), width)
        if lines is None or layout != self._layout:
            self.refresh()
        elif lines > self.scroll_offset.y:
            self.refresh(Region(0, 0, self.size.width, min(lines - self.scroll_offset.y, self.size.height)))
        self._layout = layout

    def _settle(self) -> None:
        """Keep the highlight if its row is still there; otherwise highlight the first row that can be picked."""
        marked = self._marked
        if marked is not None and (marked.enabled or self.touched):
            return
        first = self.filter.pickable(0, 1)
        key = None if first is None else self.filter.shown[first].key
        if key != self.highlighted_key:
            self.highlighted_key = key
            self.post_message(self.Highlighted(self, self.highlighted, by_person=False))

    def _highlight_at(self, index: int, *, by_person: bool) -> None:
        row = self.filter.shown[index]
        self.touched = self.touched or by_person
        if row.key != self.highlighted_key:
            self.highlighted_key = row.key
            self.post_message(self.Highlighted(self, self.highlighted, by_person))
        self._reveal()

    def _reveal(self) -> None:
        position = self.filter.position(self.highlighted_key)
        height = self.scrollable_content_region.height
        if position is None or height <= 0:
            return
        # Forced: where a list has just got longer than its view, the scrollbar comes only with the next layout.
        top = self.scroll_offset.y
        if position < top:
            self.scroll_to(y=position, animate=False, force=True)
        elif position >= top + height:
            self.scroll_to(y=position - height + 1, animate=False, force=True)
