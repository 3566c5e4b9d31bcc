"""How a connection stands, in words for a person."""

from __future__ import annotations

from datetime import datetime

from pipeops_tui.connections.connection import Connection, ConnectionState, old_secret
from pipeops_tui.core.clock import spell_day, spell_expiry


def state_words(connection: Connection, now: datetime) -> str:
    """The state in a few words, without a period: `expires in 12 days`, `resource group missing`."""
    expires = connection.expires
    match connection.state:
        case ConnectionState.UNFINISHED:
            return "unfinished"
        case ConnectionState.DELETED:
            until = connection.restorable_until
            return f"application deleted, can be restored until {spell_day(until)}" if until else "application deleted"
        case ConnectionState.NO_GROUP:
            return "resource group missing"
        case ConnectionState.NO_ROLE:
            return "role missing"
        case ConnectionState.EXPIRED:
            return spell_expiry(expires, now) if expires else "no client secret"
        case ConnectionState.TWO_SECRETS:
            old = old_secret(connection.secrets, now)
            old_until = old.expires if old is not None else None
            return f"2 client secrets, the old one until {spell_day(old_until)}" if old_until else "2 client secrets"
        case ConnectionState.EXPIRES_SOON:
            return f"expires {spell_expiry(expires, now)}" if expires else "expires soon"
        case ConnectionState.WORKS:
            return f"in order until {spell_day(expires)}" if expires else "in order"
        case ConnectionState.NOT_CHECKED:
            return f"not checked, expires {spell_expiry(expires, now)}" if expires else "not checked"
        case ConnectionState.UNKNOWN:
            return f"could not be asked: {connection.reason}" if connection.reason else "could not be asked"
