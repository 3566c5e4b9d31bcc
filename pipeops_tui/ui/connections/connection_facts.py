"""The facts of an opened connection, one below the other: how it stands, the four values, secrets, owners, notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from rich.style import Style
from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

from pipeops_tui.connections.connection import Connection
from pipeops_tui.connections.connection_words import (
    FOUND_WORDS,
    NOT_KNOWN,
    owner_names,
    secret_lines,
    shown_state,
    state_sentence,
)
from pipeops_tui.core.clock import spell_instant

_LABEL_WIDTH: Final = 20


class ConnectionFacts(Widget):
    """Draws the facts in columns; where there is little room, values go on below their labels."""

    COMPONENT_CLASSES = {
        "connection-facts--label",
        "connection-facts--command",
        "connection-facts--success",
        "connection-facts--warning",
        "connection-facts--error",
        "connection-facts--muted",
    }
    DEFAULT_CSS = """
    ConnectionFacts {
        height: auto;
        & > .connection-facts--label { color: $text-muted; }
        & > .connection-facts--command { color: $text-primary; }
        & > .connection-facts--success { color: $text-success; text-style: bold; }
        & > .connection-facts--warning { color: $text-warning; text-style: bold; }
        & > .connection-facts--error { color: $text-error; text-style: bold; }
        & > .connection-facts--muted { color: $text-muted; text-style: bold; }
    }
    """

    shown: reactive[tuple[Connection, datetime] | None] = reactive(None, layout=True)

    def show(self, connection: Connection, now: datetime) -> None:
        """Draw `connection` as it is at `now`."""
        self.shown = (connection, now)

    def render(self) -> Text:
        """The state, the values, then what else is known."""
        if self.shown is None:
            return Text()
        connection, now = self.shown
        words = shown_state(connection)
        state = Text.assemble(
            (f"{words.glyph} {words.word}", self._style(words.mood)), f"  {state_sentence(connection, now)}"
        )
        parts = [state, self._columns(values(connection)), self._secrets(connection, now)]
        parts.append(self._columns([("Owners", owner_names(connection.owners))]))
        if connection.notes:
            notes = "Notes in the directory (every owner of the application can change them)"
            parts.append(Text.assemble((notes, self._style("label")), "\n", connection.notes))
        return Text("\n\n").join(parts)

    def _columns(self, facts: Iterable[tuple[str, str]]) -> Text:
        return Text("\n").join(
            Text.assemble((label.ljust(_LABEL_WIDTH), self._style("label")), value) for label, value in facts
        )

    def _secrets(self, connection: Connection, now: datetime) -> Text:
        lines = [Text("Client secrets", self._style("label"))]
        for expiry, origin, command in secret_lines(connection, now):
            lines += [Text(expiry), Text(f"  {origin}", self._style("label"))]
            if command:
                lines.append(Text(f"  {command}", self._style("command")))
        if len(lines) == 1:
            lines.append(Text(NOT_KNOWN))
        return Text("\n").join(lines)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"connection-facts--{name}", partial=True)


def values(connection: Connection) -> Iterator[tuple[str, str]]:
    """Label and value of what identifies the connection; the digit before a label is the key that copies it."""
    yield "1 Resource group", connection.group_name or NOT_KNOWN
    yield "2 Tenant ID", connection.tenant_id or NOT_KNOWN
    yield "  Tenant", connection.tenant_name or NOT_KNOWN
    yield "3 Client ID", connection.client_id or NOT_KNOWN
    yield "5 Subscription ID", connection.subscription_id or NOT_KNOWN
    yield "  Subscription", connection.subscription_name or NOT_KNOWN
    yield "  Made", spell_instant(connection.made) if connection.made is not None else NOT_KNOWN
    yield "  Found by", FOUND_WORDS[connection.found_by]
