"""What a scenario may bend: the world behaves plainly unless it says otherwise here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Rules:
    """The rules of this world."""

    group_deletion_s: float = 45.0
    """How long a group stays in the state Deleting."""
    sign_in_has_mfa: bool = True
    """Whether an interactive sign-in brings a second factor without being asked for one."""
    provider_state: str = "Registered"
    """The registration state of every provider that nobody has touched."""
    registration_s: float = 20.0
    """How long a provider stays in the state Registering."""
