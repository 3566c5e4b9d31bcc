"""The list of a picker. It draws the lines that can be seen and no others, so that its size does not matter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from pipeops_tui.widgets.picker_rows import GAP, Column, PickerRow, RowFilter, fit_widths, natural_widths, short_id
from pipeops_tui.widgets.slip import shorten

_MARK = "▌ "
_NO_MARK = "  "


class PickerList(ScrollView, can_focus=False):
    """Rows in columns, one of them highlighted. Moves are called by whoever has the focus."""

    COMPONENT_CLASSES = {
        "picker-list--row",
        "picker-list--quiet",
        "picker-list--highlight",
        "picker-list--mark",
        "picker-list--match",
        "picker-list--disabled",
    }
    ALLOW_SELECT = False
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
        & > .picker-list--quiet { color: $text-muted; }
        & > .picker-list--highlight { background: $row; }
        & > .picker-list--mark { color: $primary; }
        & > .picker-list--match { color: $text-primary; text-style: bold underline; }
        & > .picker-list--disabled { color: $text-disabled; }
    }
    """

    highlighted_key: reactive[str | None] = reactive(None)
    """Identity of the highlighted row; None when nothing can be picked."""
    empty_text = reactive("")
    """What is said instead of rows when there are none to show."""

    @dataclass
    class Highlighted(Message):
        """Another row is highlighted (None: nothing is left to pick)."""

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
        self._widths: tuple[int, ...] = ()

    # Rows

    @property
    def highlighted(self) -> PickerRow | None:
        """The row that Continue would take."""
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
        self.filter.narrow(text)
        self._update_size()
        self._settle()
        self._reveal()

    def highlight(self, key: str | None) -> None:
        """Highlight a row that can be picked, and bring it into sight; any other key is ignored."""
        position = self.filter.position(key)
        if position is not None and self.filter.shown[position].enabled:
            self._highlight_at(position, by_person=False)

    # Moves

    def move(self, lines: int) -> None:
        """Move the highlight by so many rows, past those that cannot be picked; at the end only the view moves."""
        position = self.filter.position(self.highlighted_key)
        step = 1 if lines > 0 else -1
        start = (position if position is not None else -step) + lines
        start = min(max(start, 0), len(self.filter.shown) - 1)
        target = self.filter.pickable(start, step)
        if target is None or (position is not None and (target - position) * step <= 0):
            target = self.filter.pickable(start, -step)
        if target is not None and position is not None and (target - position) * step > 0:
            self._highlight_at(target, by_person=True)
        else:
            self.scroll_relative(y=lines, animate=False)

    def move_page(self, pages: int) -> None:
        """Move by screenfuls."""
        self.move(pages * max(1, self.scrollable_content_region.height - 1))

    def move_to_end(self, last: bool) -> None:
        """Move to the last or the first row that can be picked."""
        target = self.filter.pickable(len(self.filter.shown) - 1 if last else 0, -1 if last else 1)
        if target is not None:
            self._highlight_at(target, by_person=True)
        self.scroll_to(y=self.max_scroll_y if last else 0, animate=False)

    def on_click(self, event: events.Click) -> None:
        """Pick what was clicked; a double click goes on with it."""
        index = event.y + self.scroll_offset.y
        if not 0 <= index < len(self.filter.shown):
            return
        row = self.filter.shown[index]
        if not row.enabled:
            self.post_message(self.Refused(self, row))
            return
        self._highlight_at(index, by_person=True)
        if event.chain == 2:
            self.post_message(self.Activated(self))

    # Drawing

    def render_line(self, y: int) -> Strip:
        """One line of the visible part."""
        width = self.scrollable_content_region.width
        index = y + self.scroll_offset.y
        base = self.rich_style
        if not self.filter.shown and y == 0:
            quiet = self.get_component_rich_style("picker-list--quiet")
            return Strip([Segment(set_cell_size(shorten(self.empty_text, width), width), quiet)], width)
        if index >= len(self.filter.shown):
            return Strip.blank(width, base)
        return self._strip(self.filter.shown[index], width)

    def _strip(self, row: PickerRow, width: int) -> Strip:
        highlighted = row.key == self.highlighted_key
        backdrop = self.get_component_rich_style("picker-list--highlight") if highlighted else self.rich_style
        name = "picker-list--row" if row.enabled else "picker-list--disabled"
        first = self._over(backdrop, name) + Style(bold=highlighted or None)
        rest = self._over(backdrop, "picker-list--quiet" if row.enabled else "picker-list--disabled")
        line = Text(no_wrap=True, end="")
        line.append(_MARK if highlighted else _NO_MARK, self._over(backdrop, "picker-list--mark"))
        self._append_cells(line, row, max(0, width - len(_MARK)), first, rest)
        if self.filter.words:
            self._emphasise(line, self._over(backdrop, "picker-list--match"))
        line.truncate(width, overflow="ellipsis")
        line.pad_right(width - line.cell_len)
        line.stylize_before(backdrop)
        return Strip(list(line.render(self.app.console)), width)

    def _append_cells(self, line: Text, row: PickerRow, width: int, first: Style, rest: Style) -> None:
        shown = [index for index, cells in enumerate(self._widths) if cells]
        last = len(self.columns) - 1
        spanning = bool(row.remark) and (last not in shown or cell_len(row.remark) > self._room_for(last, width))
        for index in shown:
            if spanning and index > 0:
                # A long remark reaches back over the room that a short name leaves.
                over = line.cell_len + GAP + cell_len(row.remark) - width - len(_MARK)
                spare = min(over, self._widths[0] - cell_len(row.cells[0]))
                if spare > 0:
                    line.right_crop(spare)
                line.append(" " * GAP + row.remark, rest)
                return
            text = row.remark if index == last and row.remark else row.cells[index]
            cells = self._widths[index]
            if self.columns[index].is_id:
                text = short_id(text, cells)
            if index == last:
                cells = max(cells, self._room_for(last, width))
            line.append(" " * GAP if index else "")
            line.append(set_cell_size(shorten(text, cells), cells), rest if index else first)
        if spanning and shown == [0]:
            line.append(" " * GAP + row.remark, rest)

    def _room_for(self, column: int, width: int) -> int:
        before = [cells for cells in self._widths[:column] if cells]
        return width - sum(before) - GAP * len(before)

    def _over(self, backdrop: Style, component: str) -> Style:
        return backdrop + self.get_component_rich_style(component, partial=True)

    def _emphasise(self, line: Text, style: Style) -> None:
        plain = line.plain.casefold()
        if len(plain) != len(line.plain):
            return
        for word in self.filter.words:
            start = plain.find(word)
            while start >= 0:
                line.stylize(style, start, start + len(word))
                start = plain.find(word, start + len(word))

    # Inside

    def on_resize(self) -> None:
        """Fit the columns to the new width, keep the highlight in sight."""
        self._update_size()
        self._reveal()

    def notify_style_update(self) -> None:
        """A theme has changed: draw anew."""
        super().notify_style_update()
        self.refresh()

    def watch_highlighted_key(self) -> None:
        """Draw the mark where it is now."""
        self.refresh()

    def _update_size(self) -> None:
        width = self.scrollable_content_region.width
        self.virtual_size = Size(width, len(self.filter.shown))
        self._widths = fit_widths(self.columns, self._natural, self.scrollable_content_region.width - len(_MARK))
        self.refresh()

    def _settle(self) -> None:
        """Keep the highlight if its row is still there; otherwise take the first that can be picked."""
        if self.filter.position(self.highlighted_key) is not None:
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
            self.post_message(self.Highlighted(self, row, by_person))
        self._reveal()

    def _reveal(self) -> None:
        position = self.filter.position(self.highlighted_key)
        height = self.scrollable_content_region.height
        if position is None or height <= 0:
            return
        top = self.scroll_offset.y
        if position < top:
            self.scroll_to(y=position, animate=False, immediate=True)
        elif position >= top + height:
            self.scroll_to(y=position - height + 1, animate=False, immediate=True)
