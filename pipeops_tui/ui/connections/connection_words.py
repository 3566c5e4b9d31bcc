"""A connection in words: its state with a glyph, when its client secret expires, what that means. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pipeops_tui.connections.connection import (
    SOON,
    Connection,
    ConnectionSecret,
    ConnectionState,
    FoundBy,
    old_secret,
)
from pipeops_tui.core import az_commands
from pipeops_tui.core.clock import spell_day, spell_instant
from pipeops_tui.core.marks import APPLICATION_TAG
from pipeops_tui.journey.earlier_runs import progress_of
from pipeops_tui.ui.services import About

_NO_GROUP: Final = "No resource group is known for it, so pipeops-tui cannot change it."
_UNTESTED: Final = "pipeops-tui does not have the client secret and cannot test it."


@dataclass(frozen=True, slots=True)
class StateWords:
    """How a state is shown: a glyph and a word, which tell it without the colour of its mood."""

    glyph: str
    word: str
    mood: str
    """`success`, `warning`, `error` or `muted`."""

    @property
    def text(self) -> str:
        """Glyph and word."""
        return f"{self.glyph} {self.word}"


_WORDS: Final = {
    ConnectionState.UNFINISHED: StateWords("●", "not finished", "warning"),
    ConnectionState.DELETED: StateWords("✗", "application deleted", "error"),
    ConnectionState.NO_GROUP: StateWords("✗", "group missing", "error"),
    ConnectionState.NO_ROLE: StateWords("✗", "role missing", "error"),
    ConnectionState.EXPIRED: StateWords("✗", "expired", "error"),
    ConnectionState.TWO_SECRETS: StateWords("!", "two secrets", "warning"),
    ConnectionState.EXPIRES_SOON: StateWords("!", "expires soon", "warning"),
    ConnectionState.WORKS: StateWords("✓", "in order", "success"),
    ConnectionState.NOT_CHECKED: StateWords("–", "not checked", "muted"),
    ConnectionState.UNKNOWN: StateWords("?", "could not be asked", "muted"),
}


_ONLY_A_TAG: Final = StateWords("?", "only its tag", "muted")
_NO_SECRET: Final = StateWords("✗", "no client secret", "error")


def about_connections(portal: str) -> About:
    """What F1 says on the list and on an opened connection; `portal` is the portal's address."""
    return About(
        "What is a connection?",
        (
            "A connection is one application that was prepared for PipeOps, with its client secret and its role on one "
            "resource group. The list shows those that this computer made, and after you sign in those that your "
            "tenants have: made on other computers, by colleagues, or by hand from PipeOps' guide.",
            "A client secret expires. Renewing adds a second one and tests it; the old one works until you say that "
            "PipeOps has the new one. A connection is in order where its application, its group and its role are "
            "there and its client secret has not expired.",
            "Removing deletes the client secret, the role and the application. The resource group is deleted only if "
            "pipeops-tui created it and it is empty.",
        ),
        "App registrations",
        f"{portal}/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade",
        az_commands.find_tagged_applications(APPLICATION_TAG),
    )


def shown_state(connection: Connection) -> StateWords:
    """Glyph and word of how it stands."""
    if is_only_tagged(connection):
        return _ONLY_A_TAG
    return _NO_SECRET if _has_no_secret(connection) else _WORDS[connection.state]


def is_only_tagged(connection: Connection) -> bool:
    """Whether nothing but a tag, which anyone who registers applications can set, says that pipeops-tui made it."""
    unknown = connection.state is ConnectionState.UNKNOWN and not connection.group_name
    return unknown and connection.found_by is FoundBy.TAG and connection.recorded is None


def _has_no_secret(connection: Connection) -> bool:
    return connection.state is ConnectionState.EXPIRED and not connection.secrets


def count(number: int, noun: str) -> str:
    """`1 day`, `2 days`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def expiry_words(connection: Connection, now: datetime) -> str:
    """When its newest client secret expires, seen from `now`: `in 12 days`, `today`, `3 days ago`; empty where that is
    not known. An unfinished run says how far it got instead."""
    if connection.state is ConnectionState.UNFINISHED and connection.recorded is not None:
        return progress_of(connection.recorded.state)
    return until_words(connection.expires, now)


def until_words(expires: datetime | None, now: datetime) -> str:
    """`in 12 days`, `today`, `3 days ago`, counted in whole days of UTC; empty for None."""
    if expires is None:
        return ""
    days = (expires.date() - now.date()).days
    if days == 0:
        return "today"
    return f"in {count(days, 'day')}" if days > 0 else f"{count(-days, 'day')} ago"


def state_sentence(connection: Connection, now: datetime) -> str:
    """How it stands, and what that means, in one or two sentences."""
    if is_only_tagged(connection):
        claim = "Only its tag says that pipeops-tui made it, and anyone who can register applications can set that tag."
        return f"{claim} {_NO_GROUP}"
    expires = connection.expires
    day = spell_day(expires) if expires is not None else ""
    match connection.state:
        case ConnectionState.UNFINISHED:
            return "Not finished."
        case ConnectionState.DELETED:
            return _deleted(connection)
        case ConnectionState.NO_GROUP:
            return f"The resource group {connection.group_name} was not found in {connection.subscription_name}."
        case ConnectionState.NO_ROLE:
            return f"The application does not have the role Contributor on {connection.group_name}."
        case ConnectionState.EXPIRED if not connection.secrets:
            return "The application has no client secret, so PipeOps cannot sign in."
        case ConnectionState.EXPIRED:
            return f"The client secret {_when(expires, now)}. PipeOps cannot sign in with it."
        case ConnectionState.TWO_SECRETS:
            new = _newest(connection)
            until = f", the new one until {spell_day(new.expires)}" if new is not None and new.expires else ""
            return f"2 client secrets are valid{until}. Remove the old one when PipeOps works with the new one."
        case ConnectionState.EXPIRES_SOON:
            return f"The client secret {_when(expires, now)}. PipeOps cannot sign in after that."
        case ConnectionState.WORKS:
            return f"In order until {day}. {_UNTESTED}" if day else f"In order. {_UNTESTED}"
        case ConnectionState.NOT_CHECKED:
            known = f"The client secret {_when(expires, now)}. " if day else ""
            return f"{known}Azure was not asked: sign in to check it."
        case ConnectionState.UNKNOWN:
            return f"Azure could not be asked: {connection.reason or 'no reason is known'}."


def _deleted(connection: Connection) -> str:
    until = connection.restorable_until
    restorable = f" It can be restored until {spell_instant(until)}." if until is not None else ""
    if connection.group_name:
        return f"The application was deleted.{restorable}"
    where = " In the portal, open App registrations, Deleted applications." if restorable else ""
    return f"The application was deleted.{restorable}{where} {_NO_GROUP}"


def secret_lines(connection: Connection, now: datetime) -> Iterable[tuple[str, str, str]]:
    """Each client secret in words, the newest first: when it expires, where it comes from, and the command that removes
    it; that is empty for one of ours."""
    for secret in reversed(connection.secrets):
        command = "" if secret.ours else az_commands.delete_secret(connection.client_id, secret.key_id)
        expiry = _when(secret.expires, now) if secret.expires is not None else "expiry not known"
        yield expiry, _origin(secret), command


def old_secret_sentence(connection: Connection, now: datetime) -> str:
    """Which of two client secrets is the old one, and until when each is valid; empty where there is no old one."""
    old = old_secret(connection.secrets, now)
    if old is None:
        return ""
    new = _newest(connection)
    then = f" The new one {_validity(new)}." if new is not None else ""
    return f"The old client secret {_validity(old)}.{then}"


def _newest(connection: Connection) -> ConnectionSecret | None:
    """The client secret that pipeops-tui has added last; an older one can expire later."""
    return next((secret for secret in reversed(connection.secrets) if secret.ours), None)


def _validity(secret: ConnectionSecret) -> str:
    hint = f"begins with {secret.hint} and " if secret.hint else ""
    return f"{hint}works until {spell_day(secret.expires)}" if secret.expires else f"{hint}works until it is removed"


def _when(expires: datetime | None, now: datetime) -> str:
    """`expires in 12 days, on 3 March 2027`, `expired 3 days ago, on …`."""
    if expires is None:
        return "expires on a day that is not known"
    verb = "expires" if expires > now else "expired"
    return f"{verb} {until_words(expires, now)}, on {spell_day(expires)}"


def _origin(secret: ConnectionSecret) -> str:
    parts = [f"begins with {secret.hint}"] if secret.hint else []
    parts += [f"“{secret.description}”"] if secret.description else []
    parts.append("made by pipeops-tui" if secret.ours else "not made by pipeops-tui")
    return " · ".join(parts)


def due_sentence(connections: Iterable[Connection], now: datetime) -> str:
    """What expires within 30 days or has expired, with the key that leads to it; empty when nothing does."""
    due = sorted(
        (expires, number, connection)
        for number, connection in enumerate(connections)
        if is_due(connection, now) and (expires := connection.expires) is not None
    )
    if not due:
        return ""
    expires, _, first = due[0]
    when = f"{'expired' if expires <= now else 'expires'} {until_words(expires, now)}"
    if len(due) > 1:
        number = count(len(due), "client secret")
        return f"{number} expire soon or have expired. The first one {when}. Press l to renew them."
    name = f"{first.application_name} ({first.group_name})"
    return f"The client secret of {name} {when}. Press l to renew it."


def is_due(connection: Connection, now: datetime) -> bool:
    """Whether its newest client secret expires soon or has expired."""
    if connection.state is ConnectionState.TWO_SECRETS:
        return connection.expires is not None and connection.expires <= now + SOON
    return connection.state in (ConnectionState.EXPIRES_SOON, ConnectionState.EXPIRED)
