"""The rows of the list: unfinished runs, connections, others that look like PipeOps'. Pure.

A row that is there keeps its place. What a tenant tells of it replaces its words, and new rows come after those of
their section.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pipeops_tui.connections.connection import Connection
from pipeops_tui.connections.connection_sections import OPEN_ELSEWHERE, ConnectionSection, ConnectionSections
from pipeops_tui.connections.connection_words import expiry_words, shown_state
from pipeops_tui.ui.widgets.picker_rows import Column, PickerRow

COLUMNS: Final = (
    Column(least=12, rank=0),
    Column(least=9, rank=3),
    Column(least=12, rank=4),
    Column(least=10, rank=2),
    Column(least=21, rank=1),
)
"""Application, resource group, subscription, when it expires, how it stands."""
OTHERS_KEY: Final = "others"
"""Key of the row that heads the others, and shows or hides them."""


class ConnectionRows(ConnectionSections):
    """All connections by key, in sections, and their rows."""

    def __init__(self) -> None:
        super().__init__()
        self._drawn: dict[str, tuple[Connection, PickerRow]] = {}

    def rows(self, now: datetime, *, others: str = "", others_shown: bool = False) -> tuple[PickerRow, ...]:
        """All rows. `others` is what the row that heads the others says; without it there is no such row."""
        rows = [self._row(key, one, now) for key, one in self.by_key(ConnectionSection.UNFINISHED).items()]
        rows += [_in_use_row(key, one) for key, one in self.open_elsewhere().items()]
        rows += [self._row(key, one, now) for key, one in self.by_key(ConnectionSection.CONNECTIONS).items()]
        if others:
            rows.append(PickerRow(OTHERS_KEY, ("Others", "", "", "", ""), remark=others))
        if others_shown:
            rows += [self._row(key, one, now) for key, one in self.by_key(ConnectionSection.OTHERS).items()]
        return tuple(rows)

    def _row(self, key: str, connection: Connection, now: datetime) -> PickerRow:
        """Its row, which is made again only when it has changed: there can be thousands."""
        before = self._drawn.get(key)
        if before is not None and before[0] is connection:
            return before[1]
        row = PickerRow(key, _cells(connection, now), also=f"{connection.client_id} {connection.tenant_name}")
        self._drawn[key] = connection, row
        return row


def _cells(connection: Connection, now: datetime) -> tuple[str, ...]:
    return (
        connection.application_name,
        connection.group_name,
        connection.subscription_name,
        expiry_words(connection, now),
        shown_state(connection).text,
    )


def _in_use_row(key: str, connection: Connection) -> PickerRow:
    cells = (connection.application_name, connection.group_name, connection.subscription_name, "", "")
    return PickerRow(key, cells, remark=OPEN_ELSEWHERE, enabled=False)
