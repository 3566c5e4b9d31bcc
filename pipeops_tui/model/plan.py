"""What will be written, and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from pipeops_tui.model.checks import Write
from pipeops_tui.secret import Secret


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that will be written, decided and reviewed: the only input of provisioning."""

    tenant_id: str
    tenant_name: str
    subscription_id: str
    subscription_name: str
    group_name: str
    group_is_new: bool
    location: str
    """Region `name`, e.g. `westeurope`."""
    location_display: str
    application_name: str
    secret_description: str
    secret_days: int
    providers: tuple[str, ...] = ()
    """Resource provider namespaces to register beside it all."""
    group_tags: tuple[tuple[str, str], ...] = ()
    doubts: tuple[Write, ...] = ()
    """Writes that Azure may refuse: they go first and alone, and a refusal takes back what they needed."""
    owner_assigns: bool = False
    """The hand-off: an Owner assigns the role, because whoever runs this may not. The run waits for it."""

    @property
    def group_scope(self) -> str:
        """ARM id of the resource group, the scope of the role assignment."""
        return f"/subscriptions/{self.subscription_id}/resourceGroups/{self.group_name}"


@dataclass(frozen=True, slots=True)
class Credentials:
    """The five values PipeOps asks for, and when the secret expires (UTC)."""

    resource_group_name: str
    tenant_id: str
    client_id: str
    client_secret: Secret = field(repr=False)
    subscription_id: str = ""
    expires: datetime | None = None
