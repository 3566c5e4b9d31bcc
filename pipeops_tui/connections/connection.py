"""One application that was prepared for PipeOps: its facts, and how it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from pipeops_tui.core.plain_text import PlainTexts

if TYPE_CHECKING:
    from pipeops_tui.core.model import DirectoryMember
    from pipeops_tui.provisioning import RecordedRun

SOON: Final = timedelta(days=30)
"""How long before its expiry a secret is due."""


class ConnectionState(StrEnum):
    """How a connection stands. The values are those of `pipeops-tui list --output json`."""

    UNFINISHED = "unfinished"
    DELETED = "deleted"
    NO_GROUP = "no-group"
    NO_ROLE = "no-role"
    EXPIRED = "expired"
    TWO_SECRETS = "two-secrets"
    EXPIRES_SOON = "expires-soon"
    WORKS = "works"
    NOT_CHECKED = "not-checked"
    """Azure was not asked, and the journal shows nothing that is due."""
    UNKNOWN = "unknown"
    """Azure could not be asked."""


class FoundBy(StrEnum):
    """How a connection is known. The values are those of `pipeops-tui list --output json`."""

    JOURNAL = "journal"
    TAG = "tag"
    ASSIGNMENT = "assignment"


@dataclass(frozen=True, slots=True)
class ConnectionSecret(PlainTexts):
    """A client secret of the application, without its value."""

    key_id: str
    expires: datetime | None
    description: str = ""
    hint: str = ""
    """The first three characters of its value; empty unless Azure was asked."""
    ours: bool = True
    """Whether a run of pipeops-tui added it; others are only ever named."""
    delivered: bool = False


@dataclass(frozen=True, slots=True)
class Connection(PlainTexts):
    """What is known about one connection. `resource_manager` is the address of its cloud's Resource Manager."""

    application_name: str
    client_id: str
    tenant_id: str
    tenant_name: str
    subscription_id: str
    subscription_name: str
    group_name: str
    resource_manager: str
    found_by: FoundBy
    state: ConnectionState
    object_id: str = ""
    made: datetime | None = None
    secrets: tuple[ConnectionSecret, ...] = ()
    """Those that may exist, the newest last."""
    owners: tuple[DirectoryMember, ...] = ()
    notes: str = ""
    """Text from the directory, which any owner can change."""
    restorable_until: datetime | None = None
    """A deleted application only."""
    reason: str = ""
    """Why its state is unknown, in a few words."""
    run_id: str = ""
    """The run that its tag or its journal names; empty for one made by hand."""
    recorded: RecordedRun | None = None
    """Its journal on this computer."""

    @property
    def expires(self) -> datetime | None:
        """When the application's newest secret expires, no matter who added it: until then it works for signing in."""
        return max((secret.expires for secret in self.secrets if secret.expires is not None), default=None)


def key_of(connection: Connection) -> str:
    """What tells a connection from all others: its unfinished run, else its tenant and client ID. Never a tag alone, of
    which anyone can set a copy."""
    if connection.state is ConnectionState.UNFINISHED or not connection.client_id:
        return f"run/{connection.run_id}"
    return f"{connection.tenant_id}/{connection.client_id}".lower()


def old_secret(secrets: Sequence[ConnectionSecret], now: datetime) -> ConnectionSecret | None:
    """The oldest unexpired secret of ours, where a newer one of ours is valid too: PipeOps needs only the newest."""
    valid = [secret for secret in secrets if secret.ours and secret.expires is not None and secret.expires > now]
    return valid[0] if len(valid) > 1 else None


def state_by_secrets(
    secrets: Sequence[ConnectionSecret], now: datetime, soon: timedelta = SOON
) -> ConnectionState | None:
    """What the expiry dates of an application's secrets say at `now`, where something is due within `soon`: EXPIRED,
    TWO_SECRETS or EXPIRES_SOON; None where nothing is, and where no date is known."""
    newest = max((secret.expires for secret in secrets if secret.expires is not None), default=None)
    if newest is None:
        return None
    if newest <= now:
        return ConnectionState.EXPIRED
    if old_secret(secrets, now) is not None:
        return ConnectionState.TWO_SECRETS
    return ConnectionState.EXPIRES_SOON if newest <= now + soon else None
