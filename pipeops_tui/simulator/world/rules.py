"""The rules of a world that scenarios change; by default nothing is refused. Times are in seconds."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Replication:
    """How long something new stays unknown to other parts of Azure. All zero: everything is known at once."""

    application_reads: float = 0.0
    """Until then a new application is not found at all."""
    application_writes: float = 0.0
    """Until then a new application can be read but not changed."""
    backing: float = 0.0
    """Until then no service principal can be made for a new application."""
    principal_reads: float = 0.0
    """Until then a new service principal is not found by Graph."""
    index: float = 0.0
    """Until then new objects are missing from lists."""
    arm: float = 0.0
    """Until then ARM does not find a new principal, unless the request names its type."""
    sign_in: float = 0.0
    """Until then a new service principal is unknown at sign-in."""
    secret: float = 0.0
    """Until then a new secret does not sign in."""
    secret_flaps: float = 0.0
    """For that long afterwards every second sign-in with it still fails."""
    rbac: float = 0.0
    """Until then a new role assignment has no effect, and none on tokens issued before."""


@dataclass(slots=True)
class Rules:
    """The rules of this world."""

    group_deletion: float = 45.0
    """How long a group stays in the state Deleting."""
    registration: float = 20.0
    """How long a provider stays in the state Registering."""
    provider_state: str = "Registered"
    """The registration state of every provider until a client registers it."""
    closed_regions: frozenset[str] = frozenset()
    """Regions that are listed but take no resource groups."""
    replication: Replication = field(default_factory=Replication)
    sign_in_has_mfa: bool = True
    """Whether an interactive sign-in has a second factor without a claims challenge."""
    writes_need_mfa: bool = False
    """Whether ARM refuses a person's writes until the token answers the claims challenge for `acrs` p1."""
    revoke_first_session: bool = False
    """Whether the first session that tries to write is revoked at that moment."""
    blocks_workload_identities: bool = False
    """Whether Conditional Access blocks applications from here; the announced one is excluded from the policy."""
    refused: frozenset[str] = frozenset()
    """Operations that every caller is refused."""
    throttled: frozenset[str] = frozenset()
    """Operations that answer 429 until `throttled_for` seconds after their first request."""
    throttled_for: float = 3.0
    upsert_by_unique_name: bool = True
    """Whether applications can be created by PATCH on their unique name."""
