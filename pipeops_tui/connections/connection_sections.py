"""The connections of a list, in sections: unfinished runs, connections, others that look like PipeOps'. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from pipeops_tui.connections.connection import Connection, ConnectionState, key_of
from pipeops_tui.connections.connection_words import is_due

OPEN_ELSEWHERE: Final = "open in another pipeops-tui"


class ConnectionSection(StrEnum):
    """The parts of the list, in order."""

    UNFINISHED = "unfinished"
    CONNECTIONS = "connections"
    OTHERS = "others"


class ConnectionSections:
    """All connections by key, in sections."""

    def __init__(self) -> None:
        self._sections: dict[ConnectionSection, dict[str, Connection]] = {section: {} for section in ConnectionSection}
        self._in_use: dict[str, Connection] = {}

    def add(self, found: Iterable[Connection], *, others: bool = False) -> None:
        """Add what is new, and replace what is known. One that turns out to be a connection leaves the others."""
        for connection in found:
            key = key_of(connection)
            section = ConnectionSection.OTHERS if others else ConnectionSection.CONNECTIONS
            if connection.state is ConnectionState.UNFINISHED:
                section = ConnectionSection.UNFINISHED
            if section is not ConnectionSection.OTHERS:
                self._sections[ConnectionSection.OTHERS].pop(key, None)
            elif key in self._sections[ConnectionSection.CONNECTIONS]:
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

    def open_elsewhere(self) -> Mapping[str, Connection]:
        """The runs on which another process is working, by key."""
        return self._in_use

    def by_key(self, section: ConnectionSection) -> Mapping[str, Connection]:
        """What a section holds, by key."""
        return self._sections[section]

    def get(self, key: str | None) -> Connection | None:
        """The connection of a row; None for another row."""
        return next((found[key] for found in self._sections.values() if key in found), None) if key else None

    def key_of_client(self, client_id: str) -> str | None:
        """The key of the connection, or unfinished run, with this client ID; None where none is known."""
        shown = {**self._sections[ConnectionSection.UNFINISHED], **self._sections[ConnectionSection.CONNECTIONS]}
        return next((key for key, one in shown.items() if one.client_id.lower() == client_id.lower()), None)

    def in_use(self, key: str | None) -> Connection | None:
        """The run of a row on which another process is working."""
        return self._in_use.get(key) if key else None

    def of(self, section: ConnectionSection) -> tuple[Connection, ...]:
        """What a section holds."""
        return tuple(self._sections[section].values())

    def first_key(self, now: datetime) -> str | None:
        """What to look at first: the newest unfinished run, else what expires first, else the first connection."""
        unfinished, connections = (
            self._sections[one] for one in (ConnectionSection.UNFINISHED, ConnectionSection.CONNECTIONS)
        )
        if unfinished:
            return next(iter(unfinished))
        due = [(one.expires, key) for key, one in connections.items() if is_due(one, now) and one.expires is not None]
        return min(due)[1] if due else next(iter(connections), None)
