"""Adds what the tenants tell to the rows of the list, and says on its status line how far that is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from pipeops_tui.connections.connection import Connection, key_of
from pipeops_tui.connections.connection_search import ConnectionSearch
from pipeops_tui.connections.connection_sections import ConnectionSection
from pipeops_tui.connections.connection_words import count
from pipeops_tui.core.clock import Clock
from pipeops_tui.core.problem import CloudError
from pipeops_tui.ui.connections.connection_rows import ConnectionRows
from pipeops_tui.ui.widgets.status_line import StatusLine


class TenantAnswers:
    """Belongs to the list, which is told by `changed` when rows have changed. A tenant that refuses spoils nothing:
    its rows say so."""

    def __init__(
        self,
        search: ConnectionSearch,
        rows: ConnectionRows,
        status: StatusLine,
        clock: Clock,
        changed: Callable[[], None],
        remark: str = "",
    ) -> None:
        """`remark` is said with what could not be read."""
        self._search, self._rows, self._status, self._clock, self._changed = search, rows, status, clock, changed
        self._remark = remark

    def forget(self) -> None:
        """Have the tenants asked again the next time."""
        self._search.forget()

    async def add(self, *, others: bool) -> None:
        """Ask the tenants, and add each part of the answer as it comes; with `others`, look for those made by hand."""
        started = self._clock.monotonic()
        self._status.running("Asking Azure about your connections")
        refusals, notes = list[str](), list[str]()
        try:
            async for found in self._search.ask(others):
                refusals += found.refusals
                notes += found.notes
                self._rows.add(found.connections)
                self._rows.add(found.others, others=True)
                self._changed()
                # Batches may lie ready by the dozen; a key pressed meanwhile must not wait for all of them.
                await asyncio.sleep(0)
        except CloudError as error:
            self._status.failed(f"{error.problem.title}. F5 checks again.")
            return
        self._say_end([*refusals, *notes], self._clock.monotonic() - started)

    async def add_owners(self, connection: Connection) -> None:
        """Read who owns the application of `connection`, which the search leaves out; they stay unknown where that is
        refused."""
        if connection.owners or not connection.object_id:
            return
        with suppress(CloudError):
            owners = tuple(await self._search.owners(connection))
            newest = self._rows.get(key_of(connection)) or connection
            self._rows.replace(replace(newest, owners=owners))
            self._changed()

    def _say_end(self, unread: list[str], seconds: float) -> None:
        number = len(self._rows.of(ConnectionSection.CONNECTIONS))
        found = count(number, "connection") if number else "No connection was found"
        sentences = [self._remark] if self._remark else []
        if len(unread) == 1:
            sentences.append(f"{unread[0]} F5 checks again.")
        elif unread:
            sentences.append(f"{len(unread):,} parts could not be read. F5 checks again. The first: {unread[0]}")
        if sentences:
            self._status.warn(" ".join([f"{found}.", *sentences]))
        else:
            self._status.done(found, seconds)
