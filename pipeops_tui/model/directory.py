"""What Microsoft Graph tells: the directory, its applications and their secrets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeops_tui.secret import Secret


@dataclass(frozen=True, slots=True)
class Directory:
    """The chosen tenant seen from Microsoft Graph. Empty texts where the caller may not read them."""

    tenant_id: str
    display_name: str
    primary_domain: str
    user_type: str = ""
    """`Member` or `Guest`; empty when unknown or the caller is a service principal."""


@dataclass(frozen=True, slots=True)
class SecretPolicy:
    """What the directory's app management policy says about client secrets of applications made now."""

    forbidden: bool = False
    longest_days: int | None = None


@dataclass(frozen=True, slots=True)
class Application:
    """An application registration. `object_id` goes into paths, `app_id` is the client id."""

    object_id: str
    app_id: str
    display_name: str
    created: datetime | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServicePrincipal:
    """`object_id` is the principal id of role assignments."""

    object_id: str
    app_id: str


@dataclass(frozen=True, slots=True)
class PasswordKey:
    """A client secret as reads return it: everything but the secret."""

    key_id: str
    description: str
    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True)
class NewPassword:
    """The answer to adding a client secret, the only moment the value is ever given out."""

    key_id: str
    secret: Secret
    expires: datetime
