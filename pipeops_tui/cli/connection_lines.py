"""The connections as `pipeops-tui list` prints them. Never a secret."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from pipeops_tui.connections.connection import Connection, FoundBy
from pipeops_tui.connections.state_words import state_words
from pipeops_tui.core.clock import days_until, spell_day
from pipeops_tui.core.option_values import RESOURCE_MANAGERS

_CLOUD_OF = {address: name for name, address in RESOURCE_MANAGERS.items()}
_ORIGIN = {FoundBy.TAG: "made on another computer", FoundBy.ASSIGNMENT: "made by hand"}


def as_text(connections: Sequence[Connection], now: datetime, *, is_check: bool) -> str:
    """Lines for a person; a sentence where there is none."""
    if not connections:
        return "No connection was found." if is_check else "No connection is known on this computer."
    return "\n".join(line for connection in connections for line in _lines(connection, now))


def as_json(connections: Sequence[Connection], now: datetime) -> str:
    """A JSON array with one object a connection; what is not known is null."""
    import json

    return json.dumps([_object(connection, now) for connection in connections], indent=2)


def _lines(connection: Connection, now: datetime) -> Iterator[str]:
    one = connection
    yield f"{one.application_name} on {one.group_name} in {one.subscription_name}: {state_words(one, now)}"
    origin = f", {_ORIGIN[one.found_by]}" if one.found_by in _ORIGIN else ""
    expires = f", expires {spell_day(one.expires)}" if one.expires else ""
    client = f"client ID {one.client_id}" if one.client_id else "no client ID yet"
    yield f"    {client}, tenant {one.tenant_name or one.tenant_id}{expires}{origin}"


def _object(connection: Connection, now: datetime) -> dict[str, object]:
    one = connection
    return {
        "application": one.application_name,
        "client_id": one.client_id or None,
        "tenant_id": one.tenant_id,
        "subscription_id": one.subscription_id,
        "resource_group": one.group_name,
        "cloud": _CLOUD_OF.get(one.resource_manager.rstrip("/").lower()),
        "resource_manager": one.resource_manager,
        "made": _instant(one.made),
        "found_by": one.found_by,
        "secrets": [
            {
                "key_id": secret.key_id,
                "hint": secret.hint or None,
                "expires": _instant(secret.expires),
                "delivered": secret.delivered,
            }
            for secret in one.secrets
        ],
        "state": one.state,
        "expires_in_days": None if one.expires is None else days_until(one.expires, now),
    }


def _instant(instant: datetime | None) -> str | None:
    """`2027-05-28T10:47:00Z`."""
    return None if instant is None else f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
