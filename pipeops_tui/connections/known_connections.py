"""What the journals of this computer know of one cloud, as the list shows it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeops_tui.connections.connection import Connection
from pipeops_tui.connections.journaled import clock_remark, connection_of
from pipeops_tui.provisioning import Survey


@dataclass(frozen=True, slots=True)
class KnownConnections:
    """Unfinished runs and connections, the newest first."""

    unfinished: tuple[Connection, ...] = ()
    connections: tuple[Connection, ...] = ()
    in_use: tuple[Connection, ...] = ()
    """Another process is working on them: they can only be shown."""

    remark: str = ""
    """What is wrong with all dates; empty where nothing is known to be."""

    @property
    def all(self) -> tuple[Connection, ...]:
        """Those that can be opened."""
        return (*self.unfinished, *self.connections)


def known_connections(survey: Survey, now: datetime) -> KnownConnections:
    """What `survey` has found, as it stands at `now`."""
    return KnownConnections(
        tuple(connection_of(run, now) for run in survey.unfinished),
        tuple(connection_of(run, now) for run in survey.undoable),
        tuple(connection_of(run, now) for run in survey.in_use),
        clock_remark((*survey.unfinished, *survey.undoable, *survey.in_use), now),
    )
