"""The rows of the list: unfinished runs, connections, others that look like PipeOps'. Pure.

A row that is there keeps its place. What a tenant tells of it replaces its words, and new rows come after those of
their section.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from pipeops_tui.connections.connection import Connection, ConnectionState, key_of
from pipeops_tui.connections.connection_words import expiry_words, is_due, shown_state
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
OPEN_ELSEWHERE: Final = "open in another pipeops-tui"


class RowSection(StrEnum):
    """The parts of the list, in order."""

    UNFINISHED = "unfinished"
    CONNECTIONS = "connections"
    OTHERS = "others"


class ConnectionRows:
    """All connections by key, in sections, and their rows."""

    def __init__(self) -> None:
        self._sections: dict[RowSection, dict[str, Connection]] = {section: {} for section in RowSection}
        self._in_use: dict[str, Connection] = {}
        self._drawn: dict[str, tuple[Connection, PickerRow]] = {}

    def add(self, found: Iterable[Connection], *, others: bool = False) -> None:
        """Add what is new, and replace what is known. One that turns out to be a connection leaves the others."""
        for connection in found:
            key = key_of(connection)
            section = RowSection.OTHERS if others else RowSection.CONNECTIONS
            if connection.state is ConnectionState.UNFINISHED:
                section = RowSection.UNFINISHED
            if section is not RowSection.OTHERS:
                self._sections[RowSection.OTHERS].pop(key, None)
            elif key in self._sections[RowSection.CONNECTIONS]:
                continue  # this computer's journal knows it: no tag is needed
            before = self.get(key)
            if before is not None and before.owners and not connection.owners:
                connection = replace(connection, owners=before.owners)  # a search does not read them
            self._sections[section][key] = connection

    def replace(self, connection: Connection) -> None:
        """Put newer facts in the place of a connection that is there, in whichever section."""
        key = key_of(connection)
        for found in self._sections.values():
            if key in found:
                found[key] = connection

    def add_in_use(self, found: Iterable[Connection]) -> None:
        """Add runs on which another process is working: they can be seen only."""
        self._in_use.update((f"in-use/{connection.run_id}", connection) for connection in found)

    def get(self, key: str | None) -> Connection | None:
        """The connection of a row; None for another row."""
        return next((found[key] for found in self._sections.values() if key in found), None) if key else None

    def key_of_client(self, client_id: str) -> str | None:
        """The key of the connection, or unfinished run, with this client ID; None where none is known."""
        shown = {**self._sections[RowSection.UNFINISHED], **self._sections[RowSection.CONNECTIONS]}
        return next((key for key, one in shown.items() if one.client_id.lower() == client_id.lower()), None)

    def in_use(self, key: str | None) -> Connection | None:
        """The run of a row on which another process is working."""
        return self._in_use.get(key) if key else None

    def of(self, section: RowSection) -> tuple[Connection, ...]:
        """What a section holds."""
        return tuple(self._sections[section].values())

    def first_key(self, now: datetime) -> str | None:
        """What to look at first: the newest unfinished run, else what expires first, else the first connection."""
        unfinished, connections = (self._sections[one] for one in (RowSection.UNFINISHED, RowSection.CONNECTIONS))
        if unfinished:
            return next(iter(unfinished))
        due = [(one.expires, key) for key, one in connections.items() if is_due(one, now) and one.expires is not None]
        return min(due)[1] if due else next(iter(connections), None)

    def rows(self, now: datetime, *, others: str = "", others_shown: bool = False) -> tuple[PickerRow, ...]:
        """All rows. `others` is what the row that heads the others says; without it there is no such row."""
        rows = [self._row(key, one, now) for key, one in self._sections[RowSection.UNFINISHED].items()]
        rows += [_in_use_row(key, one) for key, one in self._in_use.items()]
        rows += [self._row(key, one, now) for key, one in self._sections[RowSection.CONNECTIONS].items()]
        if others:
            rows.append(PickerRow(OTHERS_KEY, ("Others", "", "", "", ""), remark=others))
        if others_shown:
            rows += [self._row(key, one, now) for key, one in self._sections[RowSection.OTHERS].items()]
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
