"""What a scenario says about the connections in it, so that a demo can remember them as the program would.

Imports nothing heavy. Nothing here is a secret's value.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PreparedSecret:
    """A client secret that a run added: the `number`-th, from 0, under the key id that follows from both."""

    number: int
    key_id: str
    description: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class PreparedConnection:
    """An application that a run of pipeops-tui made, with all that the run's journal would hold."""

    kind: str
    """What is to be seen at it, such as `works` or `unfinished`; no two in a world have the same."""
    run_id: str
    tenant_id: str
    tenant_name: str
    subscription_id: str
    subscription_name: str
    group_name: str
    location: str
    application_name: str
    unique_name: str
    object_id: str
    client_id: str
    principal_id: str
    assignment_name: str
    """The GUID under which the run assigns the role, also where it has not done so yet."""
    account: str
    """Who made it."""
    made: datetime
    secrets: tuple[PreparedSecret, ...] = ()
