"""Operations, one row each: what will be written, and then the very same rows while it happens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.timer import Timer
from textual.widget import Widget

from pipeops_tui.provisioning import Row, RowState
from pipeops_tui.ui.widgets.showing import shorten, show_time
from pipeops_tui.ui.widgets.status_line import spell_seconds

GLYPHS = {
    RowState.WAITING: "○",
    RowState.RUNNING: "●",
    RowState.RETRYING: "●",
    RowState.LOOKING: "●",
    RowState.DONE: "✓",
    RowState.ACCEPTED: "●",
    RowState.FAILED: "✗",
    RowState.STOPPED: "–",
}
_LIVE = frozenset({RowState.RUNNING, RowState.RETRYING, RowState.LOOKING})
_TICK_SECONDS = 0.5
_NOTICED_SECONDS = 0.1
_STATE_WIDTH = 12
_TIME_WIDTH = 9
_ONE_LINE = 72
"""Cells from which a row's state, title, detail and time stand side by side."""


class OperationRows(Widget):
    """A column of operations. Rows take two lines each where there is room, so that a reason coming or going moves
    nothing."""

    COMPONENT_CLASSES = {*(f"operation-rows--{state}" for state in RowState), "operation-rows--muted"}
    DEFAULT_CSS = """
    OperationRows {
        height: auto;
        color: $text;
        & > .operation-rows--waiting { color: $text-muted; }
        & > .operation-rows--running { color: $text-primary; }
        & > .operation-rows--retrying { color: $text-warning; }
        & > .operation-rows--looking { color: $text-primary; }
        & > .operation-rows--done { color: $text-success; }
        & > .operation-rows--accepted { color: $text-warning; }
        & > .operation-rows--failed { color: $text-error; }
        & > .operation-rows--stopped { color: $text-muted; }
        & > .operation-rows--muted { color: $text-muted; }
    }
    """

    class Moved(Message):
        """The row that works now has changed; `region` is where it stands in this widget."""

        def __init__(self, region: Region) -> None:
            super().__init__()
            self.region = region

    rows: reactive[tuple[Row, ...]] = reactive(())
    planned: reactive[str] = reactive("")
    """While nothing has begun: the verb (`writes`) that rows show for a state; rows that write nothing say `reads`, and
    those that wait for another person say for which."""

    def __init__(
        self, monotonic: Callable[[], float], *, airy: bool = True, dense: bool = False, id: str | None = None
    ) -> None:
        """`monotonic` is the clock that `Row.started` and `Row.retry_at` go by; `airy` puts a blank line between rows
        where there is room, `dense` gives them a second line only for what has to be read there."""
        super().__init__(id=id)
        self._airy = airy
        self._dense = dense
        self._monotonic = monotonic
        self._timer: Timer | None = None
        self._active = ""

    def show(self, rows: Sequence[Row], *, planned: str = "") -> None:
        """Replace all rows."""
        self.planned = planned
        self.rows = tuple(rows)

    def update_row(self, row: Row) -> None:
        """Replace the row with the same key."""
        self.rows = tuple(row if row.key == old.key else old for old in self.rows)

    def on_mount(self) -> None:
        """Follow the rows that were shown before."""
        self._follow()

    def watch_rows(self, before: tuple[Row, ...], after: tuple[Row, ...]) -> None:
        """Follow every change; the screen is laid out again only for rows that may need another height."""
        if self._needs(before) != self._needs(after):
            self.refresh(layout=True)
        if self.is_mounted:
            self._follow()

    def _follow(self) -> None:
        """Tick while something runs, and say where it happens."""
        working = any(is_live(row) for row in self.rows)
        if working and self._timer is None:
            self._timer = self.set_interval(_TICK_SECONDS, partial(show_time, self))
        elif not working and self._timer is not None:
            self._timer.stop()
            self._timer = None
        active = next((row.key for row in self.rows if is_live(row) or row.state is RowState.FAILED), "")
        if active != self._active:
            self._active = active
            self.show_active()

    def show_active(self) -> None:
        """Say where the row that works stands, once everything has its place."""
        self.call_after_refresh(self._tell_where)

    def _tell_where(self) -> None:
        index = next((index for index, row in enumerate(self.rows) if row.key == self._active), None)
        if index is not None:
            each = self._lines_each
            self.post_message(self.Moved(Region(0, index * each, self.size.width, each)))

    # How it is laid out

    @property
    def _lines_each(self) -> int:
        return max(1, self.size.height // len(self.rows)) if self.rows else 1

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One line a row when no more fit and one can hold what has to be read; otherwise two, or a blank one more.
        A container of height 0 is as high as it needs to be."""
        count = len(self.rows)
        if self._airy and width < _ONE_LINE and 3 * count <= container.height:
            return 3 * count
        roomy = 2 * count <= (container.height or 2 * count) and (not self._dense or _have_remark(self.rows))
        two = roomy or not self._fit_one_line(self.rows, width)
        return count * (2 if two else 1)

    def _needs(self, rows: tuple[Row, ...]) -> tuple[int, bool, bool]:
        """What of `rows` their height depends on."""
        return len(rows), self._fit_one_line(rows, self.size.width), self._dense and _have_remark(rows)

    def _fit_one_line(self, rows: Sequence[Row], width: int) -> bool:
        """Whether one line each can hold what has to be read: where rows are dense, what is read now; else what was
        announced as well, so that nothing moves when that has come true."""
        around = _STATE_WIDTH + _title_width(rows) + _TIME_WIDTH if rows else 0
        return all(around + cell_len(_detail(row) if self._dense else row.detail) <= width for row in rows)

    def render(self) -> Text:
        """All rows."""
        draw = self._one_line if self.size.width >= _ONE_LINE or self._lines_each == 1 else self._stacked
        rows = Text(no_wrap=True, overflow="ellipsis")
        for number, row in enumerate(self.rows):
            if number:
                rows.append("\n" * max(1, self._lines_each - 1))
            rows.append_text(draw(row))
        return rows

    def _one_line(self, row: Row) -> Text:
        """State, title, detail and time side by side; below, if there is a line, why it waits."""
        title_width = _title_width(self.rows)
        time = self._time(row).rjust(_TIME_WIDTH)
        room = self.size.width - _STATE_WIDTH - title_width - len(time)
        below = self._lines_each > 1
        remark, detail = _remark(row), _detail(row)
        if not below and remark:
            detail = remark
        line = Text()
        line.append(f"{GLYPHS[row.state]} {self._word(row)}".ljust(_STATE_WIDTH), self._style_of(row))
        line.append(_pad(row.title, title_width))
        line.append(_pad(shorten(detail, room), room), self._muted if row.state is RowState.WAITING else "")
        line.append(time, self._muted)
        if below:
            line.append("\n" + " " * (_STATE_WIDTH + title_width))
            line.append(shorten(remark, self.size.width - _STATE_WIDTH - title_width), self._muted)
        return line

    def _stacked(self, row: Row) -> Text:
        """Title and state above, detail (or why it waits) below."""
        style = self._style_of(row)
        state = f"{self._word(row)} {self._time(row)}".rstrip()
        line = Text()
        line.append(f"{GLYPHS[row.state]} ", style)
        line.append(_pad(row.title, self.size.width - 2 - cell_len(state)))
        line.append(state, style)
        line.append("\n  " + shorten(_remark(row) or _detail(row), self.size.width - 2), self._muted)
        return line

    def _word(self, row: Row) -> str:
        if self.planned:
            return row.by or (self.planned if row.writes else "checks")
        return row.state

    def _time(self, row: Row) -> str:
        """Seconds gone, seconds to the next try or look, or how long it took."""
        now = self._monotonic()
        if row.retry_at is not None and is_live(row):
            again = "again " if row.state is RowState.LOOKING else ""
            return f"{again}in {max(0.0, row.retry_at - now):.0f} s"
        if row.state is RowState.RUNNING and row.started is not None:
            return f"{max(0.0, now - row.started):.0f} s"
        # What was over at once was not waited for.
        return "" if row.seconds is None or row.seconds < _NOTICED_SECONDS else spell_seconds(row.seconds)

    def _style_of(self, row: Row) -> Style:
        return self.get_component_rich_style(f"operation-rows--{row.state}", partial=True)

    @property
    def _muted(self) -> Style:
        return self.get_component_rich_style("operation-rows--muted", partial=True)


def _have_remark(rows: Sequence[Row]) -> bool:
    return any(_remark(row) for row in rows)


def _title_width(rows: Sequence[Row]) -> int:
    return max(cell_len(row.title) for row in rows) + 3


def is_live(row: Row) -> bool:
    """Whether it is being worked on."""
    return row.state in _LIVE


def _remark(row: Row) -> str:
    """What has to be said of a row beside its detail."""
    if row.problem is not None:
        return row.problem.title
    return "" if _speaks_for_itself(row) else row.reason


def _detail(row: Row) -> str:
    return row.reason if _speaks_for_itself(row) else row.detail


def _speaks_for_itself(row: Row) -> bool:
    """Whether what came of it says all that its detail announced: the test sign-in."""
    return row.state is RowState.DONE and not row.writes and bool(row.reason)


def _pad(text: str, width: int) -> str:
    return text + " " * max(0, width - cell_len(text))
