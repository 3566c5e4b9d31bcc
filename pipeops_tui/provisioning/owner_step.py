"""What an Owner is waited for in a hand-off, as everybody is told who may have to know: screens, receipt, messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeops_tui.provisioning import commands
from pipeops_tui.provisioning.state import RunState


@dataclass(frozen=True, slots=True)
class OwnerStep:
    """The one thing that whoever runs this may not do."""

    command: str
    """The complete Azure CLI line for the Owner; holds no secret."""
    since: datetime
    """When the run began to wait."""


def owner_step(state: RunState) -> OwnerStep | None:
    """What the run waits for; None when it waits for nobody."""
    if not state.awaits_owner:
        return None
    command = commands.create_assignment(state.plan.group_scope, state.grant.name)
    return OwnerStep(command, state.grant.at or state.begun)
