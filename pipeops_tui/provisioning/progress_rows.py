"""The rows of a run, and how they change."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from pipeops_tui.core.clock import Clock
from pipeops_tui.core.problem import Problem
from pipeops_tui.provisioning.events import Event, Row, RowChanged, RowState


class ProgressRows:
    """Rows by key, in the order they were added. Every change is sent as an event."""

    def __init__(self, clock: Clock, tell: Callable[[Event], None]) -> None:
        self._clock = clock
        self._rows: dict[str, Row] = {}
        self.tell = tell

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(self._rows.values())

    def __getitem__(self, key: str) -> Row:
        return self._rows[key]

    def show(self, rows: Iterable[Row]) -> None:
        """Add `rows`: in the places of those with the same keys, new ones below."""
        self._rows |= {row.key: row for row in rows}

    def clear(self) -> None:
        self._rows = {}

    def start(self, key: str, reason: str = "") -> None:
        self._change(
            replace(
                self._rows[key],
                state=RowState.RUNNING,
                started=self._clock.monotonic(),
                seconds=None,
                reason=reason,
                attempt=1,
                retry_at=None,
                problem=None,
            )
        )

    def wait(self, key: str, until: float, reason: str, *, failed: bool) -> None:
        """It waits until `until` (monotonic): for the next look, or after a try that `failed` for the next one, which
        is counted."""
        row = self._rows[key]
        if failed:
            attempt = row.attempt + 1
            row = replace(row, state=RowState.RETRYING, reason=f"{reason} (try {attempt})", attempt=attempt)
        else:
            row = replace(row, state=RowState.LOOKING, reason=reason)
        self._change(replace(row, retry_at=until))

    def try_again(self, key: str) -> None:
        """The wait is over; the reason stays, because it may well be the same in a moment."""
        self._change(replace(self._rows[key], state=RowState.RUNNING, retry_at=None))

    def say(self, key: str, reason: str) -> None:
        """Replace the reason beside the row."""
        self._change(replace(self._rows[key], reason=reason))

    def done(self, key: str, note: str = "", detail: str = "") -> None:
        row = self._rows[key]
        self._end(replace(row, state=RowState.DONE, reason=note, detail=detail or row.detail, problem=None))

    def accepted(self, key: str, note: str) -> None:
        self._end(replace(self._rows[key], state=RowState.ACCEPTED, reason=note, problem=None))

    def failed(self, key: str, problem: Problem) -> None:
        self._end(replace(self._rows[key], state=RowState.FAILED, reason="", problem=problem))

    def stopped(self, key: str) -> None:
        self._end(replace(self._rows[key], state=RowState.STOPPED, reason=""))

    def reset(self, key: str) -> None:
        """Back to waiting, as if it had never begun."""
        row = self._rows[key]
        waiting = Row(row.key, row.title, row.detail, writes=row.writes, equivalent=row.equivalent)
        if waiting != row:
            self._change(waiting)

    def _end(self, row: Row) -> None:
        began = row.started
        seconds = None if began is None else self._clock.monotonic() - began
        self._change(replace(row, seconds=seconds, retry_at=None))

    def _change(self, row: Row) -> None:
        self._rows[row.key] = row
        self.tell(RowChanged(row))
