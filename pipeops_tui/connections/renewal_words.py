"""What is said before a client secret is renewed, and before the old one is removed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from pipeops_tui.connections.connection import Connection, FoundBy
from pipeops_tui.core.clock import spell_day
from pipeops_tui.provisioning import SecretRecord

NAMED: Final = 8
"""Characters of a client ID that are typed to name an application that this computer did not create."""
WORKS_WITH_NEW: Final = "Does PipeOps work with the new client secret?"
IF_IT_WORKS: Final = "If it does, remove the old one. Tokens issued with it work for up to 90 more minutes."


def renewal_sentence(connection: Connection) -> str:
    """What a renewal does, and what becomes of the client secret in use."""
    old = (
        "pipeops-tui did not add the one that PipeOps uses, so it stays."
        if is_made_by_hand(connection)
        else "The one that PipeOps uses stays until you say that PipeOps works with the new one."
    )
    return f"A new client secret is added and tested. {old}"


def is_made_by_hand(connection: Connection) -> bool:
    """Whether the application was not made by pipeops-tui, so that its client ID is typed before it is changed."""
    return connection.found_by is FoundBy.ASSIGNMENT


def what_stays_of(old: Sequence[SecretRecord], now: datetime) -> str:
    """Until when what is old works, e.g. `The old client secret works until 3 March 2027.`"""
    expires = max((secret.expires for secret in old if secret.expires is not None), default=None)
    subject, verb = ("The old client secret", "works") if len(old) == 1 else (f"{len(old)} old client secrets", "work")
    if expires is not None and expires <= now:
        return f"{subject} expired on {spell_day(expires)}."
    return f"{subject} {verb} until {spell_day(expires) if expires is not None else 'removed'}."
