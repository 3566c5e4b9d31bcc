"""What can be known before a deleted application is restored: whether the account can, and for how long its new client
secret can be valid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pipeops_tui.checks.directory_checks import MANAGES_APPLICATIONS
from pipeops_tui.checks.spec import unless_refused
from pipeops_tui.connections.connection import Connection
from pipeops_tui.core.clock import spell_day
from pipeops_tui.core.model import SecretPolicy
from pipeops_tui.core.ports import Reads

ROLES: Final = "Application Administrator, Cloud Application Administrator or Hybrid Identity Administrator"
"""One of them is needed (Microsoft Graph, "Restore deleted directory object item")."""
_NAMED: Final = 3
"""How many of those who can restore are named."""
_HYBRID_IDENTITY_ADMINISTRATOR = "8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2"
_RESTORES = MANAGES_APPLICATIONS | {_HYBRID_IDENTITY_ADMINISTRATOR}


@dataclass(frozen=True, slots=True)
class Restorers:
    """Who can restore a deleted application of a tenant."""

    account: bool | None
    """Whether the account can; None where its directory roles cannot be read."""
    others: tuple[str, ...] = ()
    """Names of those who can; only looked for where the account cannot, and empty where that cannot be read."""


async def restorers(reads: Reads, tenant_id: str) -> Restorers:
    """By their directory roles. Raises `CloudError` where another sign-in is needed."""
    roles = await unless_refused(reads.directory_roles(tenant_id), None)
    if roles is None or roles & _RESTORES:
        return Restorers(None if roles is None else True)
    holders = await unless_refused(reads.role_holders(tenant_id, sorted(_RESTORES)), ())
    return Restorers(False, tuple(sorted(holder.display_name for holder in holders)))


def allowed_days(days: int, policy: SecretPolicy | None) -> int:
    """`days`, or fewer where the tenant allows only those."""
    longest = policy.longest_days if policy is not None else None
    return days if longest is None else max(1, min(days, longest))


def who_can(restorers: Restorers) -> str:
    """One sentence or two on who can restore the application, without a sign."""
    if restorers.account is None:
        return "Your directory roles could not be read. If you have none of them, Microsoft Entra refuses."
    if restorers.account:
        return "Your account has one of them."
    asked = list(restorers.others[:_NAMED])
    if more := restorers.others[_NAMED:]:
        asked.append(f"{len(more)} more")
    names = " or ".join(filter(None, (", ".join(asked[:-1]), asked[-1]))) if asked else "a person who has one"
    return f"Your account has none of them. To restore the application, ask {names}."


def restoration_sentences(connection: Connection) -> tuple[str, ...]:
    """What comes back, what is made again, and what that takes."""
    until = connection.restorable_until
    return (
        f"The application is restored{f', which is possible until {spell_day(until)}' if until else ''}. Its "
        f"service principal and its role Contributor on {connection.group_name} are created again where they are "
        "missing, and it gets a new client secret, which you connect in PipeOps.",
        f"This needs the directory role {ROLES}. Owning the application is not enough.",
    )
