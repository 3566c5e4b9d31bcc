"""Who sends a request, as its access token says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """The bearer of an access token. `name` is what error messages call them: the user principal name or the app id."""

    object_id: str
    tenant_id: str
    app_id: str
    name: str
    is_user: bool
    issued_at: float
    session: str
    """The session the token came from; empty for service principals."""
    has_p1: bool
    """Whether the token answers the claims challenge for `acrs` p1."""
