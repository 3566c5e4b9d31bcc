"""What the command line decided, as one immutable value."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeops_tui.sign_in_method import SignInMethod


@dataclass(frozen=True, slots=True)
class Settings:
    """Given values prefill their screens; None means the screen's own default."""

    demo: str | None = None
    """Scenario of the simulated Azure to run against; None is real Azure."""
    faults: tuple[str, ...] = ()
    auth: SignInMethod | None = None
    client_id: str | None = None
    tenant: str | None = None
    subscription: str | None = None
    resource_group: str | None = None
    location: str | None = None
    app_name: str | None = None
    expires_in: int | None = None
    """Lifetime of the client secret in days."""
    cloud: str | None = None
    """Name of a built-in cloud. None is the one that AZURE_AUTHORITY_HOST names, else the public one."""
    resource_manager: str | None = None
    """URL of a custom cloud's Resource Manager; replaces `cloud`."""
    ca_file: Path | None = None
    log_file: Path | None = None
