"""What the list says: its title, what it says when it is empty, and below it about the highlighted row. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from rich.text import Text

from pipeops_tui.connections.connection import Connection, ConnectionState
from pipeops_tui.connections.connection_sections import OPEN_ELSEWHERE
from pipeops_tui.connections.connection_words import expiry_words, shown_state, state_sentence
from pipeops_tui.core.clock import spell_instant
from pipeops_tui.ui.connections.connection_rows import OTHERS_KEY, ConnectionRows

_CONTINUE: Final = "Continue  checks what exists, and creates the rest"
_CREATE_AGAIN: Final = "Continue  creates again what undo has removed"
_UNDO: Final = "Undo      removes what was created"
_RENEW: Final = "Continue  creates a new client secret; the one in use stays"
_RETIRE: Final = "Continue  removes the old client secret, as you have decided"
_DISCARD: Final = "Undo      removes only what the renewal has added"
_FORGET: Final = "Forget    leaves it in Azure, and shows how to remove it"
_OTHERS: Final = "Applications that have the tag of pipeops-tui, and those made by hand from PipeOps' guide."


def heading(unfinished: int) -> str:
    """The title of the list with so many unfinished runs."""
    match unfinished:
        case 0:
            return "Connections"
        case 1:
            return "A connection was not finished"
    return f"{unfinished} connections were not finished"


def nothing_listed(*, offline: bool) -> str:
    """What an empty list says; `offline` before an account has signed in."""
    if offline:
        return "This computer knows no connection."
    return "No connection was found yet."


def others_remark(*, shown: bool) -> str:
    """What the row that heads the others says."""
    verb = "hides" if shown else "looks for"
    return f"Enter {verb} applications that look like PipeOps'"


def title_of(connection: Connection) -> str:
    """`PipeOps · PipeOpsRG in Pay-As-You-Go`."""
    place = f"{connection.group_name} in {connection.subscription_name}" if connection.group_name else ""
    return " · ".join(part for part in (connection.application_name, place or connection.tenant_name) if part)


def row_details(rows: ConnectionRows, key: str | None, now: datetime) -> Text:
    """A title, then what is to be known before one decides; nothing for no row."""
    if (in_use := rows.in_use(key)) is not None:
        return _lines(title_of(in_use), f"{in_use.tenant_name} · {OPEN_ELSEWHERE}")
    connection = rows.get(key)
    if connection is None:
        return _lines("Others that look like PipeOps'", _OTHERS) if key == OTHERS_KEY else Text()
    words = shown_state(connection)
    if connection.state is ConnectionState.UNFINISHED:
        return _lines(f"{title_of(connection)}  {words.word}", _progress(connection, now), *_verbs(connection))
    return _lines(f"{title_of(connection)}  {words.word}", state_sentence(connection, now))


def is_undoing(connection: Connection) -> bool:
    """Whether an unfinished run was being undone."""
    return connection.recorded is not None and connection.recorded.state.undoing


def _progress(connection: Connection, now: datetime) -> str:
    begun = f"started {spell_instant(connection.made)}" if connection.made is not None else ""
    return " · ".join(part for part in (connection.tenant_name, begun, expiry_words(connection, now)) if part)


def _verbs(connection: Connection) -> tuple[str, ...]:
    state = connection.recorded.state if connection.recorded is not None else None
    if state is not None and state.renewed and not state.undoing:
        return (_RETIRE, _FORGET) if state.retiring else (_RENEW, _DISCARD, _FORGET)
    return (_CREATE_AGAIN if is_undoing(connection) else _CONTINUE, _UNDO, _FORGET)


def _lines(title: str, *lines: str) -> Text:
    return Text("\n").join([Text(title, style="bold"), *(Text(line) for line in lines)])
