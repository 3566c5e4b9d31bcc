"""A connection as lines: in the list, and with all that is known about it."""

from __future__ import annotations

from datetime import datetime

from pipeops_tui.connections.connection import Connection, ConnectionState
from pipeops_tui.connections.connection_words import (
    FOUND_WORDS,
    NOT_KNOWN,
    expiry_words,
    is_only_tagged,
    owner_names,
    secret_lines,
    shown_state,
    state_sentence,
)
from pipeops_tui.connections.state_words import state_words
from pipeops_tui.core.clock import spell_instant
from pipeops_tui.plain.conversation import Conversation


def place_of(connection: Connection) -> str:
    """`PipeOps, PipeOpsRG in Pay-As-You-Go`."""
    place = f"{connection.group_name} in {connection.subscription_name}" if connection.group_name else ""
    return ", ".join(part for part in (connection.application_name, place or connection.tenant_name) if part)


def entry_text(connection: Connection, now: datetime) -> str:
    """Its line in the list, with its state in words."""
    if connection.state is ConnectionState.UNFINISHED:
        return f"{place_of(connection)}: not finished, {expiry_words(connection, now)}".rstrip(", ")
    words = shown_state(connection).word if is_only_tagged(connection) else state_words(connection, now)
    return f"{place_of(connection)}: {words}"


def tell_connection(talk: Conversation, connection: Connection, now: datetime) -> None:
    """What is known about it, a line for each fact."""
    talk.say()
    talk.say(f"{place_of(connection)}.")
    talk.say(state_sentence(connection, now))
    facts = (
        ("Resource group", connection.group_name),
        ("Tenant ID", connection.tenant_id),
        ("Tenant", connection.tenant_name),
        ("Client ID", connection.client_id),
        ("Subscription ID", connection.subscription_id),
        ("Subscription", connection.subscription_name),
        ("Made", spell_instant(connection.made) if connection.made is not None else ""),
        ("Found by", FOUND_WORDS[connection.found_by]),
    )
    for label, value in facts:
        talk.say(f"{label}: {value or NOT_KNOWN}")
    secrets = list(secret_lines(connection, now))
    talk.say(f"Client secrets: {len(secrets) or NOT_KNOWN}")
    for number, (expiry, origin, command) in enumerate(secrets, 1):
        talk.say(f"{number:>3}  {expiry}, {origin.replace(' · ', ', ')}")
        if command:
            talk.say("To remove it:", indent="     ")
            talk.write(command)
    talk.say(f"Owners: {owner_names(connection.owners)}")
    if connection.notes:
        talk.say(f"Notes in the directory, which every owner of the application can change: {connection.notes}")
